"""Options every verb takes, and the settings they add up to."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from atlas_tui.cli.known import check_keys, console_words
from core.config import PRESETS, STATE_VARIABLE, Request, Settings, Zone, load_settings

Verb = TypeVar("Verb", bound=Callable[..., Any])

FORMATS = ("table", "json", "csv")
_OPTION_KEYS: dict[str, tuple[str, Any]] = {
    "rest": ("venue.rest", None),
    "ws": ("venue.ws", None),
    "zone": ("ui.zone", None),
    "theme": ("ui.theme", None),
    "fps": ("ui.fps", None),
    "ascii": ("ui.ascii", True),
    "mask": ("ui.mask", True),
    "no_mouse": ("ui.mouse", False),
}
"""By option: the setting it lays over, and what a flag without a value lays there."""


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


def format_option(verb: Verb) -> Verb:
    """--format table|json|csv, passed on as `style`."""
    return click.option(
        "--format", "style", type=click.Choice(FORMATS), default="table", show_default=True, help="How to print."
    )(verb)


def settings_of(context: click.Context, default_preset: str = "") -> Settings:
    """The settings this command line adds up to.

    Raises:
        ConfigError: a file, key, value or address that cannot be used.
    """
    asked: dict[str, Any] = context.ensure_object(dict)
    preset = asked.get("preset", default_preset)
    options = {
        key: ("--" + name.replace("_", "-"), asked[name] if value is None else value)
        for name, (key, value) in _OPTION_KEYS.items()
        if asked.get(name) is not None
    }
    request = Request(
        config=asked.get("config"),
        state_dir=asked.get("state_dir"),
        preset="" if preset == "none" else preset,
        options=options,
    )
    settings = load_settings(request, known=console_words(asked.get("config")))
    check_keys(settings.keys)
    return settings


def state_is_named(context: click.Context) -> bool:
    """Was the state directory chosen, by option or by ATLAS_STATE_DIR?"""
    return context.ensure_object(dict).get("state_dir") is not None or bool(os.environ.get(STATE_VARIABLE))
