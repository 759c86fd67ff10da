"""The ledger's long lists a page at a time: filters, totals and places by SQL, so that only a page is ever decoded.

A row of a list is a signal, a leg of a setup, or a trade. What the tables keep only within a body is read there by
SQLite's own JSON.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple, TypeAlias

from core.domain.patterns import Side
from core.domain.signals import SetupStatus, iso_z
from core.domain.timeframes import Timeframe

Values: TypeAlias = Mapping[str, str | int | None]
Ask: TypeAlias = Callable[[str, Values], list[sqlite3.Row]]
"""Runs a query with its values."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of a list, None for any; found, of trades closed, within [since, until)."""

    symbol: str | None = None
    timeframe: Timeframe | None = None
    side: Side | None = None
    status: SetupStatus | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """How a list stands in the ledger, in SQL.

    Attributes:
        table: a row an item; it has `id` and `symbol`.
        key: what gives the order: the tables only grow, so that a rowid is as old as its event and needs no sorting.
        order: DESC or ASC.
        timeframe: the condition that it is of `:timeframe`, or of so many `:minutes`.
        status: the condition that it stands at `:status`.
        at: when it was found or closed, as text that sorts as time does.
        rows: how many rows of the list an item has.
        on_side: how many of them are on `:side`.
    """

    table: str
    key: str
    order: str
    timeframe: str
    status: str
    at: str
    rows: str
    on_side: str


_DETECTED: Final = "rtrim(json_extract(body, '$.detected_at'), 'Z')"
_ONE, _TWO = (f"json_extract(body, '$.legs[{at}].leg.side')" for at in (0, 1))
_NAMED: Final = " ".join(f"WHEN '{each}' THEN '{each.side}'" for each in SetupStatus if each.side)
_BROKEN: Final = f"CASE WHEN resolved_at IS NULL THEN CASE status {_NAMED} END ELSE side END"
_CHOSEN: Final = f"CASE WHEN ({_BROKEN}) IN ({_ONE}, {_TWO})"
"""As `core.domain.rows.setup_rows` has it: of a broken setup the broken side's leg, if it has one, else all."""

SIGNALS: Final = Listed(
    "signals",
    "rowid",
    "DESC",
    "timeframe = :timeframe",
    f"'{SetupStatus.HISTORICAL_TRIGGERED}' = :status",
    _DETECTED,
    "1",
    "json_extract(body, '$.judged.leg.side') = :side",
)
SETUPS: Final = Listed(
    "setups",
    "rowid",
    "DESC",
    "timeframe = :timeframe",
    "status = :status",
    _DETECTED,
    f"{_CHOSEN} THEN 1 ELSE 1 + ({_TWO} IS NOT NULL) END",
    f"{_CHOSEN} THEN ({_BROKEN}) = :side ELSE ({_ONE} = :side) + coalesce({_TWO} = :side, 0) END",
)
TRADES: Final = Listed(
    "trades",
    "closed_seq",
    "ASC",
    "json_extract(body, '$.position.timeframe.minutes') = :minutes",
    "0",
    "closed_at",
    "1",
    "json_extract(body, '$.position.plan.side') = :side",
)


class Run(NamedTuple):
    """A stretch of a list: the keys of its items, how many rows of the list come before the first and the last."""

    keys: tuple[int, ...]
    before_first: int
    before_last: int


class Pages:
    """What a list holds of what is wanted, by numbers. Every method raises StoreError as its reader does."""

    def __init__(self, ask: Ask, listed: Listed, wanted: Wanted) -> None:
        self._ask = ask
        self._listed = listed
        self._values, conditions = _asked(listed, wanted)
        self._rows = listed.rows if wanted.side is None else f"({listed.on_side})"
        if wanted.side is not None:
            conditions.append(f"{self._rows} > 0")
        self._where = " AND ".join(conditions) or "1"

    def total(self) -> int:
        """How many rows there are."""
        return self._sum("1")

    def keys(self) -> tuple[int, ...]:
        """Every item that is wanted."""
        one = self._listed
        query = f"SELECT {one.key} FROM {one.table} WHERE {self._where}"  # noqa: S608 - our own words
        return tuple(key for (key,) in self._ask(query, self._values))

    def run(self, begin: int, end: int) -> Run:
        """The items whose rows are those from `begin` to before `end`, which is more and within the total."""
        one = self._listed
        inner = (
            f"SELECT {one.key} AS item, {self._rows} AS own FROM {one.table} WHERE {self._where}"  # noqa: S608 - our own words
            f" ORDER BY {one.key} {one.order} LIMIT :end"
        )
        summed = f"SELECT item, own, sum(own) OVER (ORDER BY item {one.order}) - own AS ahead FROM ({inner})"  # noqa: S608
        found = self._ask(
            f"SELECT item, ahead FROM ({summed}) WHERE ahead + own > :begin AND ahead < :end",  # noqa: S608
            {**self._values, "begin": begin, "end": end},
        )
        return Run(tuple(item for item, _ in found), found[0][1], found[-1][1])

    def place(self, identifier: str) -> tuple[int, int] | None:
        """Where the rows of an item begin, and how many it has; None where the list has none of it."""
        one = self._listed
        query = f"SELECT {one.key}, {self._rows} FROM {one.table} WHERE {self._where} AND id = :id"  # noqa: S608 - our own words
        found = self._ask(query, {**self._values, "id": identifier})
        if not found:
            return None
        key, own = found[0]
        earlier = f"{one.key} {'>' if one.order == 'DESC' else '<'} :key"
        return self._sum(earlier, key=key), own

    def _sum(self, condition: str, **values: int) -> int:
        what = "count(*)" if self._rows == "1" else f"coalesce(sum({self._rows}), 0)"
        query = f"SELECT {what} FROM {self._listed.table} WHERE {self._where} AND {condition}"  # noqa: S608 - our own words
        return int(self._ask(query, {**self._values, **values})[0][0])


def _asked(listed: Listed, wanted: Wanted) -> tuple[dict[str, str | int | None], list[str]]:
    """The values of a query, and its conditions: what needs no look into a body first."""
    conditions = {
        "symbol": "symbol = :symbol",
        "status": listed.status,
        "timeframe": listed.timeframe,
        "since": f"{listed.at} >= :since",
        "until": f"{listed.at} < :until",
    }
    length = wanted.timeframe
    values: dict[str, str | int | None] = {
        "symbol": wanted.symbol,
        "status": wanted.status,
        "timeframe": str(length) if length else None,
        "minutes": length.minutes if length else None,
        "side": wanted.side,
        "since": _bare(wanted.since),
        "until": _bare(wanted.until),
    }
    return values, [condition for name, condition in conditions.items() if values[name] is not None]


def _bare(at: datetime | None) -> str | None:
    """Without the Z, so that a whole second sorts before its parts."""
    return iso_z(at).removesuffix("Z") if at else None


def among(column: str, keys: Sequence[int] | None) -> tuple[str, Values]:
    """The condition that a column is one of these, all where None, and its values."""
    if keys is None:
        return "1", {}
    return f"{column} IN (SELECT value FROM json_each(:keys))", {"keys": f"[{','.join(map(str, keys))}]"}  # noqa: S608 - our own words
