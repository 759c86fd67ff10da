"""Lists a page at a time: filters, a bounded count, and a cursor that holds while the list grows. Pure.

Filters are those of the rows' own columns; what no row could have is refused, so an empty page is never a slip.
"""

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol

from atlas_tui.cli.common import instant
from core.adapters.api.replies import Refused
from core.adapters.api.routes import Parameter, Query
from core.adapters.ledger_pages import Wanted
from core.domain.errors import ConfigError
from core.domain.patterns import Side
from core.domain.rows import Row
from core.domain.signals import SetupStatus
from core.domain.text import one_line
from core.domain.timeframes import Timeframe

USUAL: Final = 100
MOST: Final = 1000
_DIGITS: Final = 9
_TIMEFRAME: Final = "^[1-9][0-9]{0,5}[mhdw]$"

_COUNT = {"type": "integer", "minimum": 0, "maximum": 10**_DIGITS - 1}
_INSTANT = {"type": "string", "format": "date-time"}
_OWN: Final = (
    Parameter("limit", f"rows of a page; more than {MOST} gives {MOST}", {**_COUNT, "minimum": 1, "default": USUAL}),
    Parameter("offset", "rows to leave out at the start", {**_COUNT, "default": 0}),
    Parameter("cursor", "`next` of the page before, instead of offset", {"type": "string", "maxLength": 300}),
)
_FILTERS: Final = {
    "symbol": Parameter("symbol", "of one symbol the desk knows", {"type": "string", "maxLength": 80}),
    "timeframe": Parameter("timeframe", "as 15m, 1h, 4h, 1d or 1w", {"type": "string", "pattern": _TIMEFRAME}),
    "side": Parameter("side", "LONG or SHORT", {"enum": [side.value for side in Side]}),
    "status": Parameter("status", "where it stands", {"enum": [status.value for status in SetupStatus]}),
    "since": Parameter("since", "at this instant or later; without a zone it is UTC", _INSTANT),
    "until": Parameter("until", "before this instant", _INSTANT),
}


def parameters(*, with_status: bool) -> tuple[Parameter, ...]:
    """What may be asked of a list."""
    return (*_OWN, *(one for name, one in _FILTERS.items() if with_status or name != "status"))


class Slice(NamedTuple):
    """Rows of a list, and how many come before the first one that has the last one's id."""

    rows: Sequence[Row]
    last_from: int


class Source(Protocol):
    """A list that can be read a page at a time; rows of one id stand together."""

    def symbols(self) -> Collection[str]:
        """Those of its rows."""
        ...

    def total(self, wanted: Wanted) -> int:
        """How many rows are wanted."""
        ...

    def slice(self, wanted: Wanted, begin: int, end: int) -> Slice:
        """The wanted rows from `begin` to before `end`, which is more and within the total."""
        ...

    def place(self, wanted: Wanted, identifier: str) -> tuple[int, int] | None:
        """Where the wanted rows of this id begin, and how many they are; None where there are none."""
        ...


def page(source: Source, query: Query, symbols: Collection[str]) -> dict[str, Any]:
    """One page: `items`, how many there are in `total`, and the cursor of the `next`, None at the end.

    Args:
        source: the list.
        query: what was asked.
        symbols: those the desk watches; those of the rows are known besides.

    Raises:
        Refused: 400, for what cannot be read or does not exist.
    """
    limit = min(MOST, _count(query, "limit", USUAL))
    if limit == 0:
        raise _wrong("limit", "write a whole number from 1")
    wanted = _wanted(query, symbols, source)
    total = source.total(wanted)
    begin = _begin(source, wanted, total, query)
    end = min(begin + limit, total)
    items, last_from = source.slice(wanted, begin, end) if begin < end else Slice([], 0)
    return {
        "items": items,
        "total": total,
        "limit": limit,
        "offset": begin,
        "next": f"{items[-1]['id']}~{end - last_from}" if end < total else None,
    }


def _wanted(query: Query, symbols: Collection[str], source: Source) -> Wanted:
    asked = query.get("symbol")
    if asked is not None and asked not in symbols:
        _one_of("symbol", asked, {*symbols, *source.symbols()})
    length = _timeframe(query["timeframe"]) if "timeframe" in query else None
    side = Side(_one_of("side", query["side"], list(Side))) if "side" in query else None
    status = SetupStatus(_one_of("status", query["status"], list(SetupStatus))) if "status" in query else None
    since, until = (_instant(query, name) for name in ("since", "until"))
    if since and until and since >= until:
        raise _wrong("until", "must be later than since")
    return Wanted(asked, length, side, status, since, until)


def _one_of(name: str, value: str, known: Collection[str]) -> str:
    if value not in known:
        raise _wrong(name, f"{one_line(value, 40)!r} is not known; there are {', '.join(sorted(known))}")
    return value


def _timeframe(text: str) -> Timeframe:
    if re.search(_TIMEFRAME, text) is None or text.endswith("\n"):
        raise _wrong("timeframe", "write it as 15m, 1h, 4h, 1d or 1w")
    return Timeframe.parse(text)


def _instant(query: Query, name: str) -> datetime | None:
    if name not in query:
        return None
    try:
        return instant(query[name], name)
    except (ConfigError, OverflowError) as error:
        raise _wrong(name, "write an ISO 8601 time such as 2026-01-06T14:00:00Z, a + of a zone as %2B") from error


def _count(query: Query, name: str, usual: int) -> int:
    text = query.get(name, str(usual))
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise _wrong(name, "write a whole number in digits")
    return int(text)


def _begin(source: Source, wanted: Wanted, total: int, query: Query) -> int:
    """Where the page begins. A cursor is an id, and how many rows with it have been given."""
    if "cursor" not in query:
        return min(total, _count(query, "offset", 0))
    if "offset" in query:
        raise _wrong("cursor", "comes without an offset")
    identifier, _, told = query["cursor"].rpartition("~")
    place = source.place(wanted, identifier)
    if place is None or not (told.isascii() and told.isdecimal() and len(told) <= _DIGITS):
        raise _wrong("cursor", "is not of this list, or no longer; begin without one")
    first, own = place
    return first + min(int(told), own)


def _wrong(name: str, message: str) -> Refused:
    return Refused(400, "parameter", f"{name}: {message}")
