"""The settings that the options of a command line add up to, checked whole."""

from collections.abc import Mapping
from typing import Any

from atlas_tui.cli.known import check_keys, console_words
from core.config import Request, Settings, load_settings
from core.config.secrets import read_secrets
from core.config.settings import SecretsReader

_OPTION_KEYS: dict[str, tuple[str, Any]] = {
    "rest": ("venue.rest", None),
    "ws": ("venue.ws", None),
    "zone": ("ui.zone", None),
    "theme": ("ui.theme", None),
    "fps": ("ui.fps", None),
    "ascii": ("ui.ascii", True),
    "mask": ("ui.mask", True),
    "no_mouse": ("ui.mouse", False),
    "api": ("api.enabled", True),
}
"""By option: the setting it lays over, and what a flag without a value lays there."""


def settings_asked(
    asked: Mapping[str, Any],
    default_preset: str = "",
    secrets: SecretsReader = read_secrets,
    more: Mapping[str, tuple[str, Any]] | None = None,
    apart: frozenset[str] = frozenset(),
) -> Settings:
    """The settings of these options.

    Args:
        asked: values by the option's name.
        default_preset: where none is asked for.
        secrets: reads them.
        more: values by dotted key, with the option that gave them: what one verb alone lays over the settings.
        apart: tables of the file that are no settings.

    Raises:
        ConfigError: a file, key, value or address that cannot be used.
    """
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
        options={**options, **(more or {})},
        apart=apart,
    )
    settings = load_settings(request, known=console_words(asked.get("config")), secrets=secrets)
    check_keys(settings)
    return settings
