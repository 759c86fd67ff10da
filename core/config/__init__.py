"""Configuration: one frozen tree of settings, read once from TOML and handed on."""

from core.config.allowed import is_loopback
from core.config.reading import PRESETS, Known
from core.config.schema import LIVE_REST, LIVE_WS, Bell, UiSection, VenueSection, Zone
from core.config.settings import (
    CONFIG_VARIABLE,
    STATE_VARIABLE,
    Request,
    Settings,
    default_config_path,
    default_state_dir,
    load_settings,
    named_config_path,
)

__all__ = [
    "CONFIG_VARIABLE",
    "LIVE_REST",
    "LIVE_WS",
    "PRESETS",
    "STATE_VARIABLE",
    "Bell",
    "Known",
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
]
