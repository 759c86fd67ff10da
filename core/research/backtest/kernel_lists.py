"""The setups and refused entries of a table, as the desk's own values, told once for both results of S13.3."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import numpy as np

from core.domain.patterns import Side
from core.domain.signals import SetupStatus, iso_z
from core.domain.sizing import Refusal
from core.domain.timeframes import Timeframe
from core.research.backtest import kernel_legs as legs
from core.research.backtest import kernel_money as money
from core.research.backtest import kernel_setups as setups
from core.research.backtest.bars import Ints
from core.research.backtest.kernel_table import Rolled
from core.research.backtest.outcome import ArmedSetup, RefusedEntry

_STATUSES: Final = {
    setups.PENDING: SetupStatus.PENDING,
    setups.EXPIRED: SetupStatus.EXPIRED,
    setups.INVALID_DATA: SetupStatus.INVALID_DATA,
    setups.OUTSIDE: SetupStatus.INVALIDATED_OUTSIDE,
    setups.TRIGGERED: SetupStatus.TRIGGERED,
    setups.MISSED: SetupStatus.MISSED,
    setups.INVALIDATED: SetupStatus.INVALIDATED,
}
_REFUSALS: Final = {
    legs.GAP: Refusal.MAINTENANCE_GAP,
    legs.SMALL: Refusal.MIN_MAGNITUDE,
    legs.LOW_REWARD: Refusal.MIN_RISK_REWARD,
    money.MAINTENANCE: Refusal.MAINTENANCE,
    money.VETO_WEEK: Refusal.VETO_1W,
    money.VETO_DAY: Refusal.VETO_1D,
    money.LOW_CONTINUITY: Refusal.LOW_CONTINUITY,
    money.POSITION_OPEN: Refusal.POSITION_OPEN,
    money.INVALID: Refusal.INVALID,
    money.LEVERAGE: Refusal.LEVERAGE,
    money.MIN_NOTIONAL: Refusal.MIN_NOTIONAL,
    money.MAX_NOTIONAL: Refusal.MAX_NOTIONAL,
    money.MIN_SIZE: Refusal.MIN_SIZE,
    money.NO_MARGIN: Refusal.MARGIN,
    money.LIQUIDATION_FIRST: Refusal.LIQUIDATION_FIRST,
}
NAMES: Final = {5: "2U-1-?", 6: "2D-1-?", 7: "3-1-?"}
"""By the class bits of the bar before the setup bar."""


def moment(at_s: int) -> datetime:
    """Epoch seconds as an instant in UTC."""
    return datetime.fromtimestamp(at_s, UTC)


def side_of(sign: int) -> Side:
    """The side a kernel writes as 1 or -1."""
    return Side.LONG if sign > 0 else Side.SHORT


def refused(table: Ints, fates: Ints) -> dict[Refusal, int]:
    """How many of the table's setups each gate refused."""
    codes, counts = np.unique(fates[_refused(table, fates)], return_counts=True)
    return {_REFUSALS[code]: count for code, count in zip(codes.tolist(), counts.tolist(), strict=True)}


def _refused(table: Ints, fates: Ints) -> Ints:
    """The numbers of the setups that broke and were not entered."""
    return np.flatnonzero((fates > 0) & (table[:, setups.STATUS] == setups.TRIGGERED))


class Lists:
    """Setups and refusals of one table; what both results hold is one and the same value.

    Args:
        series: every symbol's bars and rows, in the order of symbols.
        table: the setups.
    """

    def __init__(self, series: Sequence[Rolled], table: Ints) -> None:
        self._bars = [each.bars for each in series]
        self._table = table
        self._order = np.lexsort((-table[:, setups.MINUTES], table[:, setups.ARMED]))
        self._place = np.argsort(self._order)
        self._moments: dict[int, tuple[datetime, str]] = {}
        self._armed = [self._setup(*row) for row in self._columns(_SETUP, self._order)]
        self._refused: dict[tuple[int, int], RefusedEntry] = {}

    def setups(self, entered: Ints) -> tuple[ArmedSetup, ...]:
        """Every setup in the order they were armed; `entered` are the numbers of those that opened a position."""
        told = list(self._armed)
        for place in self._place[entered].tolist():
            if told[place].status is not SetupStatus.TRIGGERED:
                told[place] = replace(told[place], status=SetupStatus.TRIGGERED)
        return tuple(told)

    def refusals(self, fates: Ints) -> tuple[RefusedEntry, ...]:
        """The refused entries, in order."""
        numbers = _refused(self._table, fates)
        codes, known = fates[numbers].tolist(), self._refused
        for number, fate, row in zip(numbers.tolist(), codes, self._columns(_REFUSED, numbers), strict=True):
            if (number, fate) not in known:
                known[number, fate] = self._refusal(fate, *row)
        return tuple(known[key] for key in zip(numbers.tolist(), codes, strict=True))

    def _columns(self, columns: Sequence[int], numbers: Ints) -> list[list[int]]:
        rows: list[list[int]] = self._table[numbers][:, columns].tolist()
        return rows

    def _moment(self, at_s: int) -> tuple[datetime, str]:
        """An instant, and its text in ids."""
        if at_s not in self._moments:
            at = moment(at_s)
            self._moments[at_s] = at, iso_z(at)
        return self._moments[at_s]

    def _setup(self, rank: int, minutes: int, before: int, set_at: int, status: int, at: int) -> ArmedSetup:
        became = _STATUSES[status]
        over = None if became is SetupStatus.PENDING else self._moment(at)[0]
        return ArmedSetup(
            self._bars[rank].symbol, Timeframe(minutes), NAMES[before], self._moment(set_at)[0], became, over
        )  # fmt: skip

    def _refusal(
        self, fate: int, rank: int, minutes: int, before: int, set_at: int, at: int, side: int, raw: int
    ) -> RefusedEntry:
        bars = self._bars[rank]
        setup_id = f"{bars.symbol}|{Timeframe(minutes)}|{NAMES[before]}|{self._moment(set_at)[1]}"
        price: Decimal = bars.price(raw)
        return RefusedEntry(setup_id, side_of(side), _REFUSALS[fate], price, self._moment(at)[0])


_SETUP: Final = (setups.RANK, setups.MINUTES, setups.BEFORE, setups.SET_AT, setups.STATUS, setups.AT)
_REFUSED: Final = (
    setups.RANK, setups.MINUTES, setups.BEFORE, setups.SET_AT, setups.AT, setups.SIDE, setups.RAW,
)  # fmt: skip
