"""Words and addresses that are known before any settings are read; light, for the command line needs them at once."""

import ipaddress
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "demo": {
        "filters.min_risk_reward": Decimal("0.3"),
        "filters.min_magnitude_pct": Decimal("0.1"),
        "filters.min_continuity": 0,
        "filters.veto": False,
    },
}
"""Named bundles of settings; `demo` loosens the filters so that there is something to see."""


class Bell(StrEnum):
    """When the console rings: for every alert, only when nobody has typed for two minutes, or not at all."""

    ALWAYS = "always"
    UNATTENDED = "unattended"
    NEVER = "never"


class OnHangup(StrEnum):
    """What becomes of a desk whose console has lost its terminal: it goes on without a screen, or it ends."""

    KEEP = "keep"
    STOP = "stop"


class Zone(StrEnum):
    """The clock times are shown on; JSON is always UTC."""

    UTC = "UTC"
    NEW_YORK = "New York"
    LOCAL = "local"


def is_loopback(url: str) -> bool:
    """Does the address name this machine?"""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
