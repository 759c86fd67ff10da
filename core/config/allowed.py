"""What a setting may be: the bounds and the sentence that says them, attached to a field's type."""

import ipaddress
import re
from datetime import time
from decimal import Decimal
from urllib.parse import urlsplit

from msgspec import Struct

from core.config.words import is_loopback

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SYMBOL = re.compile(r"[A-Z0-9]{1,20}(-[A-Z0-9]{1,20}){0,3}")
"""What `symbols` takes: a base asset, or the id of a listing."""
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?|\[[0-9a-f:]{2,39}\](:[0-9]{1,5})?")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")


class Between(Struct, frozen=True):
    """A number within bounds, both included unless `above` (then the lower one is not). `unit` ends the sentence."""

    low: Decimal | int
    high: Decimal | int
    unit: str = ""
    above: bool = False

    def says(self) -> str:
        """The allowed range in words."""
        start = f"above {self.low}, up to" if self.above else f"{self.low} to"
        return f"{start} {self.high}{', ' + self.unit if self.unit else ''}"

    def accepts(self, value: object) -> bool:
        """Is the number, or every number of the table, finite and within the bounds?"""
        if isinstance(value, dict):
            return all(self.accepts(one) for one in value.values())
        if not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
            return False
        return (self.low < value if self.above else self.low <= value) and value <= self.high


class OneOf(Struct, frozen=True):
    """One of these words; for a list, several of them, each once and at least so many."""

    words: tuple[str, ...]
    least: int = 1

    def says(self) -> str:
        """The words."""
        return "one of " + ", ".join(f'"{word}"' for word in self.words)

    def accepts(self, value: object) -> bool:
        """Is it one of the words, or a list of different ones?"""
        if isinstance(value, list | tuple):
            return self.least <= len(value) == len(set(value)) and all(one in self.words for one in value)
        return value in self.words


class Symbols(Struct, frozen=True):
    """A list of 1 to 100 different base assets, or ids of listings."""

    def says(self) -> str:
        """The rule in words."""
        return 'a list of 1 to 100 different base assets in capitals, as in ["BTC", "ETH"]'

    def accepts(self, value: object) -> bool:
        """Is it such a list?"""
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= 100 or len(set(value)) != len(value):
            return False
        return all(isinstance(one, str) and SYMBOL.fullmatch(one) is not None for one in value)


class Url(Struct, frozen=True):
    """An address with this scheme; its unencrypted twin only for this machine."""

    scheme: str
    path: bool = False

    def says(self) -> str:
        """The rule in words."""
        plain = self.scheme[:-1]
        return f"an address as in {self.scheme}://host[:port]; {plain}:// only for this machine (127.0.0.1, localhost)"

    def accepts(self, value: object) -> bool:
        """Is it such an address, without user, query or fragment?"""
        if not isinstance(value, str) or not value.isascii() or not value.isprintable() or " " in value:
            return False
        try:
            parts = urlsplit(value)
            named = bool(parts.hostname) and parts.port != 0
        except ValueError:
            return False
        extra = parts.username or parts.password or parts.query or parts.fragment
        if not named or extra or (not self.path and parts.path not in ("", "/")):
            return False
        return parts.scheme == self.scheme or (parts.scheme == self.scheme[:-1] and is_loopback(value))


class Address(Struct, frozen=True):
    """An IP address to listen on, or `localhost`."""

    def says(self) -> str:
        """The rule in words."""
        return 'an IP address, or "localhost"'

    def accepts(self, value: object) -> bool:
        """Is it such an address?"""
        if value == "localhost":
            return True
        try:
            return isinstance(value, str) and bool(ipaddress.ip_address(value))
        except ValueError:
            return False


class Hosts(Struct, frozen=True):
    """A list of up to 20 hosts, each with its port or without one, as a client writes it into `Host`."""

    def says(self) -> str:
        """The rule in words."""
        return 'a list of up to 20 hosts in small letters, as in ["desk.example.com", "localhost:9000"]'

    def accepts(self, value: object) -> bool:
        """Is it such a list?"""
        if not isinstance(value, list | tuple) or len(value) > 20:
            return False
        return all(isinstance(one, str) and _HOST.fullmatch(one) is not None for one in value)


class Text(Struct, frozen=True):
    """A short printable word or phrase; where it may be empty, `empty` says what that means."""

    empty: str = ""

    def says(self) -> str:
        """The rule in words."""
        if self.empty:
            return f"printable text of up to 200 characters; an empty one {self.empty}"
        return "printable text of 1 to 200 characters"

    def accepts(self, value: object) -> bool:
        """Is it short and printable?"""
        if isinstance(value, dict):
            return all(self.accepts(one) for one in value.values())
        return isinstance(value, str) and (not self.empty) <= len(value) <= 200 and value.isprintable()


class Switch(Struct, frozen=True):
    """true or false."""

    def says(self) -> str:
        """The rule in words."""
        return "true or false"

    def accepts(self, value: object) -> bool:
        """Is it a bool?"""
        return isinstance(value, bool)


class ClockTime(Struct, frozen=True):
    """A time of day on New York's clock, or the one that `on` names."""

    on: str = "in New York"

    def says(self) -> str:
        """The rule in words."""
        return f'a time of day {self.on}, as in "16:00"'

    def accepts(self, value: object) -> bool:
        """Was it readable as one?"""
        return isinstance(value, time) and value.tzinfo is None


Allowed = Between | OneOf | Symbols | Url | Address | Hosts | Text | Switch | ClockTime


def clock_time(text: str) -> time | None:
    """`16:00` or `16:00:00` as a time; None for anything else."""
    match = _TIME.fullmatch(text)
    return time(int(match[1]), int(match[2]), int(match[3] or 0)) if match else None
