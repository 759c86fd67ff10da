"""`atlas service`: the desk as a service of systemd: its unit, printed or put where it belongs."""

import os
import pwd
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import click
import platformdirs

from atlas_tui.cli.common import asked_of, common_options
from atlas_tui.cli.saying import tell
from atlas_tui.cli.unit import NAME, SERVER_USER, Layout, layout_of, server_layout, unit_text
from core.config.places import APP, named_config_path, state_dir_of
from core.domain.errors import ConfigError

SYSTEM_UNITS: Final = Path("/etc/systemd/system")
_PASSED_ON: Final = ("rest", "ws")
"""Options that go into the unit's own command line."""

_of_user = click.option(
    "--user", "of_user", is_flag=True, help="For your own manager: needs no root, and shuts the desk in less."
)


@click.group("service")
def service_command() -> None:
    """The desk as a service of systemd: started at boot, watched, shut in.

    The unit is for the system's manager and runs the desk as you, on your files (as root: as the user atlas, on
    /var/lib/atlas). With --user it is for your own manager.
    """


@service_command.command("print")
@_of_user
@common_options
@click.pass_context
def print_unit(context: click.Context, of_user: bool) -> None:
    """Print the unit for this machine's paths."""
    layout = _layout(asked_of(context), of_user)
    tell(unit_text(layout, of_user), nl=False)


@service_command.command("install")
@_of_user
@click.option("--replace", "again", is_flag=True, help="Overwrite a unit that says something else.")
@click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Put it there instead, as for an image.",
)
@common_options
@click.pass_context
def install(context: click.Context, of_user: bool, again: bool, directory: Path | None) -> None:
    """Write the unit and say which commands start it."""
    if shutil.which("systemctl") is None:
        raise ConfigError("there is no systemd here (no systemctl): let atlas run be started by what this system has")
    layout = _layout(asked_of(context), of_user)
    _refuse_unreachable(layout)
    folder = directory or (user_units() if of_user else SYSTEM_UNITS)
    unit = folder / NAME
    text = unit_text(layout, of_user)
    if unit.exists() and unit.read_text(encoding="utf-8") != text and not again:
        raise ConfigError(f"{unit} says something else already: compare it with atlas service print, then --replace it")
    try:
        _make_folders(layout)
        folder.mkdir(parents=True, exist_ok=True)
        unit.write_text(text, encoding="utf-8")
        unit.chmod(0o644)
    except PermissionError as error:
        if of_user:
            raise
        raise ConfigError(
            f"{error.filename} can be written by root alone: run sudo {layout.program} service install, "
            "or atlas service install --user, which needs no root"
        ) from error
    tell(unit)
    for line in _next(layout, of_user):
        tell(line)


def _layout(asked: dict[str, Any], of_user: bool) -> Layout:
    """The layout of who asks, with the directories that are asked for. Raises ConfigError."""
    program = _program()
    caller, sudo = pwd.getpwuid(os.geteuid()), os.environ.get("SUDO_USER", "")
    if caller.pw_uid != 0 or of_user:
        config, state = named_config_path(), state_dir_of()
        layout = replace(
            layout_of(caller, program), config=config, state=state, cache=platformdirs.user_cache_path(APP)
        )
    elif sudo and sudo != "root":
        layout = layout_of(_account(sudo), program)
    else:
        layout = server_layout(program)
    arguments = [part for name in _PASSED_ON if asked.get(name) for part in (f"--{name}", str(asked[name]))]
    return replace(
        layout,
        config=_absolute(asked.get("config")) or layout.config.absolute(),
        state=_absolute(asked.get("state_dir")) or layout.state,
        arguments=tuple(arguments),
    )


def _absolute(path: Path | None) -> Path | None:
    return path.expanduser().absolute() if path is not None else None


def _account(name: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(name)
    except KeyError as error:
        raise ConfigError(f"SUDO_USER says {name}, but there is no such user here") from error


def _program() -> Path:
    """The `atlas` command beside this Python, or the one on the PATH. Raises ConfigError."""
    beside = Path(sys.executable).with_name("atlas")
    found = beside if beside.is_file() else shutil.which("atlas")
    if found is None:
        raise ConfigError(
            f"there is no atlas command beside {sys.executable} or on the PATH: install ATLAS, then ask it"
        )
    return Path(found).absolute()


def _refuse_unreachable(layout: Layout) -> None:
    """A user of the server's own enters nobody's home. Raises ConfigError."""
    homes = [home for home in (Path("/root"), Path("/home")) if layout.program.is_relative_to(home)]
    if layout.user == SERVER_USER and layout.home is None and homes:
        raise ConfigError(
            f"{layout.program} is in {homes[0]}, which the user {SERVER_USER} cannot enter: put ATLAS into /opt/atlas"
        )


def _make_folders(layout: Layout) -> None:
    """Make what systemd does not make by itself, for the user whose desk it is. Raises OSError."""
    if layout.home is None:
        return
    owner = pwd.getpwnam(layout.user)
    for place in (layout.state, layout.cache):
        missing = [folder for folder in (place, *place.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700)
            if os.geteuid() == 0:
                os.chown(folder, owner.pw_uid, owner.pw_gid)


def user_units() -> Path:
    """Where the units of this user belong."""
    return platformdirs.user_config_path("systemd") / "user"


def _next(layout: Layout, of_user: bool) -> Sequence[str]:
    """What to type now."""
    if of_user:
        return (
            "start it, now and at every boot:",
            "  systemctl --user daemon-reload && systemctl --user enable --now atlas",
            "  loginctl enable-linger",
            "see it: systemctl --user status atlas; journalctl --user -u atlas -f",
        )
    lines = ["start it, now and at every boot:"]
    if layout.user == SERVER_USER and not _exists(SERVER_USER):
        lines += [f"  useradd --system --home-dir {layout.state} --shell /usr/sbin/nologin {SERVER_USER}"]
    return (
        *lines,
        "  systemctl daemon-reload && systemctl enable --now atlas",
        "see it: systemctl status atlas; journalctl -u atlas -f",
    )


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
