"""Coinbase's numbers and instants, read strictly: plain ASCII digits or nothing (RELIABILITY.md section 1)."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

_LONGEST: Final = 34
_PLAIN: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,18})?")
_SIGNED: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,18})?")
_WHOLE: Final = re.compile(r"[0-9]{1,12}")
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_LAST_EPOCH: Final = 32_503_680_000
"""The year 3000: a later instant is a mistake of units."""


@lru_cache(maxsize=4096)
def _plain(text: str) -> Decimal | None:
    return Decimal(text) if _PLAIN.fullmatch(text) else None


@lru_cache(maxsize=4096)
def _positive(text: str) -> Decimal | None:
    return (Decimal(text) or None) if _PLAIN.fullmatch(text) else None


def price_of(value: object) -> Decimal | None:
    """A price, finite and above zero, from a string of plain digits such as `67223.5`; else None."""
    return _positive(value) if type(value) is str and len(value) <= _LONGEST else None


def amount_of(value: object) -> Decimal | None:
    """An amount of zero or more from a string of plain digits; else None."""
    if type(value) is not str or len(value) > _LONGEST:
        return None
    return _plain(value)


def rate_of(value: object) -> Decimal | None:
    """A signed fraction or percentage from a string of plain digits; else None."""
    if type(value) is not str or len(value) > _LONGEST or not _SIGNED.fullmatch(value):
        return None
    return Decimal(value)


def epoch_of(value: object) -> int | None:
    """UNIX seconds from a string of plain digits or an int; else None."""
    if type(value) is str and _WHOLE.fullmatch(value):
        value = int(value)
    return value if type(value) is int and 0 <= value < _LAST_EPOCH else None


def instant_of(value: object) -> datetime | None:
    """UTC from ISO 8601 with 0 to 9 fraction digits and a zone; cut to microseconds; else None."""
    if type(value) is not str or len(value) > _LONGEST + 2 or not _INSTANT.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
