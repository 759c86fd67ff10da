"""Which side of a setup broke first inside a longer bar, by the base bars it is made of (STRAT.md S4.5)."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime

from core.domain.bars import Bar
from core.domain.signals import Setup, SetupStatus


def first_break(setup: Setup, bar: Bar, base: Sequence[Bar]) -> SetupStatus:
    """How `bar` of the setup's own timeframe, which breaks it, resolves it.

    The first base bar inside `bar` that breaks a side decides; both sides in one base bar leave the order unknown:
    INVALIDATED_OUTSIDE. Where the stored base bars begin after `bar` does, or none of them shows the break, the whole
    bar decides.

    Args:
        setup: a setup still pending before `bar`.
        bar: good, and beyond at least one of the setup's levels.
        base: the symbol's bars of its smallest stored timeframe, oldest first; may be empty.
    """
    if base and base[0].start <= bar.start:
        inside = base[starting_at(base, bar.start) : starting_at(base, bar.start + setup.timeframe.span)]
        for child in inside:
            status = setup.broken_in(child.high, child.low) if child.good else SetupStatus.PENDING
            if status is not SetupStatus.PENDING:
                return status
    return setup.broken_in(bar.high, bar.low)


def starting_at(bars: Sequence[Bar], moment: datetime) -> int:
    """Index of the first bar that starts at or after `moment`."""
    return bisect_left(bars, moment, key=_start)


def _start(bar: Bar) -> datetime:
    return bar.start
