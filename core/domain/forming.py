"""A bar under construction, out of ticks or out of shorter bars (STRAT.md S7.2 to S7.4)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.domain.bars import NAN, Bar, bad_bar
from core.domain.calendar import MaintenanceWindow
from core.domain.timeframes import D1, Timeframe

ENOUGH = 0.95
"""Share of children that makes a bar of a day or longer complete (S7.4)."""


@dataclass(slots=True)
class FormingBar:
    """The bar under construction; mutable, for it takes every tick.

    Attributes:
        children: starts of the good bars it was made of; empty where ticks made it.
    """

    start: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal = Decimal(0)
    children: list[datetime] = field(default_factory=list)

    @staticmethod
    def empty(start: datetime) -> "FormingBar":
        """A bucket in which nothing usable has been seen so far."""
        return FormingBar(start, NAN, NAN, NAN, NAN)

    @property
    def is_empty(self) -> bool:
        """Has it taken no price yet?"""
        return self.open.is_nan()

    def take(self, price: Decimal) -> None:
        """Stretch the bar to hold the price, which is its close so far."""
        if price > self.high:
            self.high = price
        elif price < self.low:
            self.low = price
        self.close = price

    def take_bar(self, bar: Bar) -> None:
        """Stretch the bar to hold a shorter one, the oldest first; a bad one is a hole in it (S7.4)."""
        if not bar.good:
            return
        if self.is_empty:
            self.open, self.high, self.low = bar.open, bar.high, bar.low
        else:
            self.high, self.low = max(self.high, bar.high), min(self.low, bar.low)
        self.close = bar.close
        self.volume += bar.volume
        self.children.append(bar.start)

    def rolled(self, closed: bool, base: Timeframe, to: Timeframe, window: MaintenanceWindow) -> Bar:
        """The bar its children make; a bad one where none of them was good.

        Args:
            closed: is its time over?
            base: the children's timeframe.
            to: its own.
            window: the weekly maintenance, whose missing children count as there.
        """
        if self.is_empty:
            return bad_bar(self.start, children=0)
        complete = closed and is_complete(self.start, self.children, base, to, window)
        return Bar(
            self.start, self.open, self.high, self.low, self.close, self.volume, len(self.children), complete
        )  # fmt: skip


def is_complete(
    start: datetime, there: Iterable[datetime], base: Timeframe, to: Timeframe, window: MaintenanceWindow
) -> bool:
    """Are the children of a closed bucket there? All of them below a day, 95 % from a day on (S7.4).

    Args:
        start: of the bucket.
        there: starts of its good children.
        base: the children's timeframe.
        to: the bucket's timeframe.
        window: a child missing inside it counts as there.
    """
    expected = to.minutes // base.minutes
    present = set(there)
    count = len(present)
    if count == expected:
        return True
    for i in range(expected):
        child = start + i * base.span
        if child not in present and window.flags_gap(child, base):
            count += 1
    return count >= expected * ENOUGH if to >= D1 else count == expected
