"""Lists a page at a time: filters, a bounded count, and a cursor that holds while the list grows. Pure.

Filters are those of the rows' own columns; what no row could have is refused, so an empty page is never a slip.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

from atlas_tui.cli.common import instant
from core.adapters.api.replies import Refused
from core.adapters.api.routes import Parameter, Query
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
_COLUMNS: Final = {"symbol": "symbol", "timeframe": "timeframe", "side": "direction", "status": "status"}


def parameters(*, with_status: bool) -> tuple[Parameter, ...]:
    """What may be asked of a list."""
    return (*_OWN, *(one for name, one in _FILTERS.items() if with_status or name != "status"))


def page(rows: Sequence[Row], query: Query, timed: str, symbols: Collection[str]) -> dict[str, Any]:
    """One page: `items`, how many there are in `total`, and the cursor of the `next`, None at the end.

    Args:
        rows: the whole list, in its order.
        query: what was asked.
        timed: the column `since` and `until` are held against.
        symbols: those the desk watches; those of the rows are known besides.

    Raises:
        Refused: 400, for what cannot be read or does not exist.
    """
    limit = min(MOST, _count(query, "limit", USUAL))
    if limit == 0:
        raise _wrong("limit", "write a whole number from 1")
    found = list(_kept(rows, query, timed, {*symbols, *(str(row["symbol"]) for row in rows)}))
    begin = _begin(found, query)
    items = found[begin : begin + limit]
    end = begin + len(items)
    return {
        "items": items,
        "total": len(found),
        "limit": limit,
        "offset": begin,
        "next": _cursor(found, end) if end < len(found) else None,
    }


def _kept(rows: Sequence[Row], query: Query, timed: str, symbols: Collection[str]) -> Iterable[Row]:
    wanted = {_COLUMNS[name]: read(query[name]) for name, read in _readers(symbols).items() if name in query}
    since, until = (_instant(query, name) for name in ("since", "until"))
    if since and until and since >= until:
        raise _wrong("until", "must be later than since")
    for row in rows:
        at = datetime.fromisoformat(str(row[timed])) if since or until else None
        early, late = bool(at and since and at < since), bool(at and until and at >= until)
        if not early and not late and all(row[column] == value for column, value in wanted.items()):
            yield row


def _readers(symbols: Collection[str]) -> Mapping[str, Callable[[str], str]]:
    """By name of a filter: what gives the value as it stands in a row, or raises Refused."""
    return {
        "symbol": lambda text: _one_of("symbol", text, symbols),
        "timeframe": _timeframe,
        "side": lambda text: _one_of("side", text, [side.value for side in Side]),
        "status": lambda text: _one_of("status", text, [status.value for status in SetupStatus]),
    }


def _one_of(name: str, value: str, known: Collection[str]) -> str:
    if value not in known:
        raise _wrong(name, f"{one_line(value, 40)!r} is not known; there are {', '.join(sorted(known))}")
    return value


def _timeframe(text: str) -> str:
    if re.search(_TIMEFRAME, text) is None or text.endswith("\n"):
        raise _wrong("timeframe", "write it as 15m, 1h, 4h, 1d or 1w")
    return str(Timeframe.parse(text))


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


def _begin(rows: Sequence[Row], query: Query) -> int:
    """Where the page begins."""
    if "cursor" not in query:
        return min(len(rows), _count(query, "offset", 0))
    if "offset" in query:
        raise _wrong("cursor", "comes without an offset")
    identifier, _, told = query["cursor"].rpartition("~")
    places = [index for index, row in enumerate(rows) if row["id"] == identifier]
    if not places or not (told.isascii() and told.isdecimal() and len(told) <= _DIGITS):
        raise _wrong("cursor", "is not of this list, or no longer; begin without one")
    return places[0] + min(int(told), len(places))


def _cursor(rows: Sequence[Row], end: int) -> str:
    """After the row before `end`: its id, and how many rows with that id have been given."""
    identifier = rows[end - 1]["id"]
    return f"{identifier}~{sum(row['id'] == identifier for row in islice(rows, end))}"


def _wrong(name: str, message: str) -> Refused:
    return Refused(400, "parameter", f"{name}: {message}")
