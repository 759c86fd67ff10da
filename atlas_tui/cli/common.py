"""Options every verb takes, and the settings they add up to."""

import importlib
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from core.config import PRESETS, STATE_VARIABLE, Zone
from core.domain.errors import ConfigError

if TYPE_CHECKING:
    from core.config import Settings

_READING = "atlas_tui.cli.asked"  # the schema, and the desk's rules with it: not before the first frame

Verb = TypeVar("Verb", bound=Callable[..., Any])

FORMATS = ("table", "json", "csv")


def _keep(context: click.Context, parameter: click.Parameter, value: object) -> object:
    """Remember a value for `settings_of`; a verb's own option wins over the one before the verb."""
    asked = context.ensure_object(dict)
    if value is not None and parameter.name is not None:
        asked[parameter.name] = value
    return value


def _kept(*names: str, **attributes: object) -> Callable[[Verb], Verb]:
    return click.option(*names, callback=_keep, expose_value=False, **attributes)  # type: ignore[arg-type]


_config = _kept("--config", type=click.Path(path_type=Path), metavar="FILE", help="Settings file (or ATLAS_CONFIG).")
_state = _kept(
    "--state-dir", type=click.Path(path_type=Path), metavar="DIR", help="Where the ledger is (or ATLAS_STATE_DIR)."
)
_rest = _kept("--rest", metavar="URL", help="REST address of another venue; http:// only for this machine.")
_ws = _kept("--ws", metavar="URL", help="Websocket address of another venue; ws:// only for this machine.")
_zone = _kept(
    "--zone", type=click.Choice([zone.value for zone in Zone], case_sensitive=False), help="Clock for times shown."
)
_ascii = _kept("--ascii", is_flag=True, default=None, help="Plain characters only.")
_mask = _kept("--mask", is_flag=True, default=None, help="Hide amounts of money and sizes; percent and R stay.")
_no_mouse = _kept(
    "--no-mouse", is_flag=True, default=None, help="Leave the mouse, and selecting text, to the terminal."
)
_fps = _kept("--fps", type=int, metavar="N", help="Paint changes at most N times a second, 1 to 60.")
_theme = _kept("--theme", metavar="NAME", help="Colors of the console.")
_preset = _kept(
    "--preset", type=click.Choice([*PRESETS, "none"]), help="demo loosens the filters, none takes them as configured."
)

_record = _kept(
    "--record",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write down every input; atlas replay repeats it.",
)
_api = _kept("--api", is_flag=True, default=None, help="Answer over HTTP, on this machine only: [api] in the settings.")


def common_options(verb: Verb) -> Verb:
    """--config, --state-dir, --rest, --ws and --zone."""
    for option in (_zone, _ws, _rest, _state, _config):
        verb = option(verb)
    return verb


def state_option(verb: Verb) -> Verb:
    """--state-dir alone."""
    return _state(verb)


def preset_option(verb: Verb) -> Verb:
    """--preset."""
    return _preset(verb)


def looks_options(verb: Verb) -> Verb:
    """--theme, --ascii and --mask."""
    return _theme(_ascii(_mask(verb)))


def console_options(verb: Verb) -> Verb:
    """--theme, --ascii, --mask, --no-mouse and --fps: over `[ui]` of the settings."""
    return looks_options(_no_mouse(_fps(verb)))


def desk_options(verb: Verb) -> Verb:
    """--record and --api: what a desk that is started does besides."""
    return _record(_api(verb))


def format_option(verb: Verb) -> Verb:
    """--format table|json|csv, passed on as `style`."""
    return click.option(
        "--format", "style", type=click.Choice(FORMATS), default="table", show_default=True, help="How to print."
    )(verb)


def settings_of(context: click.Context, default_preset: str = "") -> "Settings":
    """The settings this command line adds up to.

    Raises:
        ConfigError: a file, key, value or address that cannot be used.
    """
    settings: Settings = importlib.import_module(_READING).settings_asked(asked_of(context), default_preset)
    return settings


def asked_of(context: click.Context) -> dict[str, Any]:
    """What was asked for, by option."""
    asked: dict[str, Any] = context.ensure_object(dict)
    return asked


def state_is_named(context: click.Context) -> bool:
    """Was the state directory chosen, by option or by ATLAS_STATE_DIR?"""
    return context.ensure_object(dict).get("state_dir") is not None or bool(os.environ.get(STATE_VARIABLE))


def has_screen() -> bool:
    """Are all three streams a terminal?"""
    return sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()


def need_terminal(command: str, instead: str = "start the desk by atlas run") -> None:
    """A console without a terminal is refused; raises ConfigError, which says what to do `instead`."""
    if not has_screen():
        raise ConfigError(f"{command} opens a console and needs a terminal; without one, {instead}")


def recording_of(context: click.Context) -> Path | None:
    """The file of --record, if any."""
    file: Path | None = context.ensure_object(dict).get("record")
    return file.expanduser().absolute() if file is not None else None


def instant(text: str, option: str) -> datetime:
    """An ISO 8601 instant; without a zone it is UTC. Raises ConfigError that names the option."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"{option} {text!r}: write an ISO 8601 time such as 2026-01-06T14:00:00Z") from error
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
