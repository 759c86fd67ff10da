"""Spans of bars that are traded, and the windows of a walk forward (epoch seconds, half open).

A window is a stretch to choose settings on and, right behind it, one that the choice is tried on. No test bar lies in
two tests, and no choice sees the bars it is tried on, nor any behind them.
"""

from dataclasses import dataclass
from typing import Final

DAY_S: Final = 86_400
MOST_WINDOWS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Span:
    """Bars that are read, and the part of them in which setups may be entered.

    Attributes:
        warm_s: from here on bars are read, so that classes and continuity are known when trading begins.
        since_s: from here on setups that break are entered; the account begins here.
        until_s: no bar that closes later is read.
    """

    warm_s: int
    since_s: int
    until_s: int


@dataclass(frozen=True, slots=True)
class WalkForward:
    """Lengths in seconds.

    Attributes:
        train_s: what settings are chosen on.
        test_s: what the choice is tried on, right behind it.
        step_s: from one window to the next; at least `test_s`, so that no bar is tested twice.
        warm_s: bars read ahead of every window and not traded. By default five weeks: a setup of 1w rests on three
            whole weeks before its own, and the bars may begin within a week.
    """

    train_s: int
    test_s: int
    step_s: int
    warm_s: int = 35 * DAY_S

    def __post_init__(self) -> None:
        """Refuse windows that would test a bar twice or stand still. Raises ValueError, one sentence."""
        if min(self.train_s, self.test_s) <= 0 or self.warm_s < 0:
            raise ValueError("train and test must be longer than nothing")
        if self.step_s < self.test_s:
            raise ValueError("step must not be shorter than test, for bars would be tested twice")


@dataclass(frozen=True, slots=True)
class Window:
    """Where settings are chosen, and where the choice is tried."""

    train: Span
    test: Span


def windows_of(walk: WalkForward, since_s: int, until_s: int) -> tuple[Window, ...]:
    """Every whole window in the bars of [since, until), the oldest first; the rest at the end is left over.

    Raises:
        ValueError: they would be too many.
    """
    first, length = since_s + walk.warm_s, walk.train_s + walk.test_s
    count = max(0, (until_s - first - length) // walk.step_s + 1)
    if count > MOST_WINDOWS:
        raise ValueError(f"{count:,} windows are too many; take a longer step")
    found = []
    for number in range(count):
        begins = first + number * walk.step_s
        turn, ends = begins + walk.train_s, begins + length
        found.append(Window(Span(begins - walk.warm_s, begins, turn), Span(turn - walk.warm_s, turn, ends)))
    return tuple(found)
