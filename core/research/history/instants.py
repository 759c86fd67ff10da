"""Times in files: epoch seconds, milli-, micro- and nanoseconds, and ISO 8601 with or without a zone."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from core.domain.errors import HistoryError

_EPOCH: Final = re.compile(r"\d{1,19}(\.0*)?", re.ASCII)
_UNITS: Final = ((10**11, 10**6), (10**14, 10**3), (10**17, 1))
"""Below the first of a pair, a number is in units of so many microseconds: years 1973 to 5138 in each of them."""
_ORIGIN: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class NoZone(HistoryError):
    """A time names no zone, and nobody said that it is UTC."""


def micros_of(text: str, utc: bool) -> int | None:
    """Epoch microseconds, UTC; None where the text is no time.

    Args:
        text: a cell.
        utc: take a time without a zone for UTC.

    Raises:
        NoZone: the time has no zone, and `utc` is False.
    """
    text = text.strip()
    if _EPOCH.fullmatch(text):
        value = int(text.partition(".")[0])
        return next((value * step for most, step in _UNITS if value < most), value // 1000)
    try:
        moment = datetime.fromisoformat(text.removesuffix(" UTC") + ("+00:00" if text.endswith(" UTC") else ""))
    except ValueError:
        return None
    if moment.tzinfo is None:
        if not utc:
            raise NoZone(f"the time {text[:40]} names no zone: if its times are UTC, say so with --utc")
        moment = moment.replace(tzinfo=UTC)
    return (moment - _ORIGIN) // _MICROSECOND
