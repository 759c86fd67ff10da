"""Configuration: one frozen tree of settings, read once from TOML and handed on.

A name is imported with the module that holds it when it is first asked for: the words and places that a command line
needs at once do not bring the whole schema along.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.config.places import (
        CONFIG_VARIABLE,
        STATE_VARIABLE,
        default_config_path,
        default_state_dir,
        named_config_path,
        state_dir_of,
    )
    from core.config.program_sections import LIVE_REST, LIVE_WS, UiSection, VenueSection
    from core.config.reading import Known
    from core.config.settings import Request, Settings, load_settings
    from core.config.words import PRESETS, Bell, OnHangup, Zone, is_loopback

__all__ = [
    "CONFIG_VARIABLE",
    "LIVE_REST",
    "LIVE_WS",
    "PRESETS",
    "STATE_VARIABLE",
    "Bell",
    "Known",
    "OnHangup",
    "Request",
    "Settings",
    "UiSection",
    "VenueSection",
    "Zone",
    "default_config_path",
    "default_state_dir",
    "is_loopback",
    "load_settings",
    "named_config_path",
    "state_dir_of",
]

_HOLDERS = ("words", "places", "settings", "program_sections", "reading")


def __getattr__(name: str) -> object:
    """A name of `__all__`, from the first of the modules that has it."""
    for holder in _HOLDERS if name in __all__ else ():
        module = importlib.import_module(f"{__name__}.{holder}")
        if hasattr(module, name):
            return getattr(module, name)
    raise AttributeError(f"module {__name__} has no attribute {name}")
