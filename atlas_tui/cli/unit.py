"""The systemd unit of a desk, as text: what is started, what it may do, and what it may see."""

import pwd
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.config.places import APP, CONFIG_VARIABLE, STATE_VARIABLE
from core.config.secrets import NAMES

NAME: Final = "atlas.service"
SERVER_USER: Final = "atlas"
"""Whose desk it is where a server is set up by root: a user of its own, with no home and no shell."""
_HOMES: Final = (Path("/home"), Path("/root"), Path("/var/home"))
_KEPT_FROM_IT: Final = (".ssh", ".gnupg", ".aws", ".config/gh", ".netrc")
"""In a home that a desk must see: what it has no business with."""

_UNIT: Final = """\
# ATLAS, the desk without a screen. `atlas service print` writes this for the paths of a machine.

[Unit]
Description=ATLAS paper trading desk
Wants=network-online.target
After=network-online.target time-sync.target
# A desk that was given up on watches no position: there is always another try, see RestartSec.
StartLimitIntervalSec=0

[Service]
ExecStart={program} run{arguments}
ExecReload=/bin/kill -HUP $MAINPID
{whose}
{places}

# It says by itself when it is armed, and that it lives: the watchdog is fed by the desk's own event loop, while its
# clock, its ledger and its feed move. A venue that is down ends nothing; a start that waits for it says so.
Type=notify
NotifyAccess=main
WatchdogSec=30
TimeoutStartSec=120
TimeoutStopSec=15
Restart=on-failure
RestartSec=15
# Wrong settings (exit 2) do not become right by another try.
RestartPreventExitStatus=2

# What it writes is its own, and a crash leaves no memory with secrets on the disk.
UMask=0077
LimitCORE=0

NoNewPrivileges=yes
LockPersonality=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
# MemoryDenyWriteExecute= stays off: the scanner is machine code that numba loads into memory it then executes, and
# would end at once. What may be executed comes from a cache that only this user can write.
{sandbox}
[Install]
WantedBy={wanted_by}
"""
_SANDBOX: Final = """\
CapabilityBoundingSet=
AmbientCapabilities=
DevicePolicy=closed
KeyringMode=private
PrivateDevices=yes
PrivateTmp=yes
PrivateUsers=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
RemoveIPC=yes
{homes}
# Secrets, each optional, one a file of that name in /etc/credstore (root's alone); see README, Configuration.
{credentials}
"""
_NO_SANDBOX: Final = """\
# The rest of the sandbox needs rights that the manager of a user has not got everywhere; a system unit has it.
"""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where one desk's files are, and whose it is.

    Attributes:
        program: the `atlas` command.
        user: who runs it; empty for a unit of the user's own manager.
        config: the settings file, which need not exist under its usual name.
        state: the state directory.
        cache: where compiled kernels are kept.
        home: the user's home; None where the user has none of its own.
        arguments: of `atlas run`.
    """

    program: Path
    user: str
    config: Path
    state: Path
    cache: Path
    home: Path | None = None
    arguments: tuple[str, ...] = ()


def server_layout(program: Path) -> Layout:
    """A desk of its own user, as `deploy/atlas.service` has it."""
    config = Path("/etc") / APP / "config.toml"
    return Layout(program, SERVER_USER, config, Path("/var/lib") / APP, Path("/var/cache") / APP)


def layout_of(user: pwd.struct_passwd, program: Path) -> Layout:
    """A person's desk, with the files where that person's own `atlas` looks for them."""
    home = Path(user.pw_dir)
    config = home / ".config" / APP / "config.toml"
    state, cache = (home / below / APP for below in (".local/state", ".cache"))
    return Layout(program, user.pw_name, config, state, cache, home)


def unit_text(layout: Layout, of_user: bool = False) -> str:
    """The unit; `of_user` for the user's own manager, which starts it without root and can shut in less."""
    sandbox = _NO_SANDBOX
    if not of_user:
        credentials = "\n".join(f"LoadCredential={name}" for name in NAMES)
        sandbox = _SANDBOX.format(homes="\n".join(_homes(layout)), credentials=credentials)
    return _UNIT.format(
        program=_quoted(layout.program),
        arguments="".join(f" {_quoted(argument)}" for argument in layout.arguments),
        whose="# As the user whose manager this is." if of_user else f"User={layout.user}",
        places="\n".join(_places(layout, of_user)),
        sandbox=sandbox,
        wanted_by="default.target" if of_user else "multi-user.target",
    )


def _places(layout: Layout, of_user: bool) -> Sequence[str]:
    """Directories, made by systemd where they are its own, and the variables that lead the desk to them."""
    usual = layout.config.name == "config.toml" and layout.config.parent.name == APP
    config = ("XDG_CONFIG_HOME", layout.config.parent.parent) if usual else (CONFIG_VARIABLE, layout.config)
    named = ((STATE_VARIABLE, layout.state), config, ("NUMBA_CACHE_DIR", layout.cache / "numba"))
    lines = [f"Environment={_quoted(f'{name}={place}')}" for name, place in named]
    if layout.state.parent == Path("/var/lib") and layout.cache.parent == Path("/var/cache"):
        lines += [f"StateDirectory={layout.state.name}", "StateDirectoryMode=0700"]
        lines += [f"CacheDirectory={layout.cache.name}", "CacheDirectoryMode=0700"]
    elif not of_user:
        lines += [f"ReadWritePaths={_quoted(layout.state)} {_quoted(layout.cache)}"]
    return lines


def _homes(layout: Layout) -> Sequence[str]:
    """Homes are hidden, or, where the desk lives in one, read-only but for its own directories."""
    places = (layout.program, layout.config, layout.state, layout.cache)
    if not any(place.is_relative_to(home) for place in places for home in _HOMES):
        return ("ProtectHome=yes",)
    hidden = " ".join(_quoted(f"-{layout.home / name}") for name in _KEPT_FROM_IT) if layout.home else ""
    return ("ProtectHome=read-only", *((f"InaccessiblePaths={hidden}",) if hidden else ()))


def _quoted(text: object) -> str:
    """As systemd reads it: percent signs doubled, in quotes where there are blanks or quotes."""
    plain = str(text).replace("\\", "\\\\").replace("%", "%%")
    return plain if not set(plain) & set(" \t\"'") else '"' + plain.replace('"', '\\"') + '"'
