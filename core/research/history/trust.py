"""When a file is refused whole: what speaks against its rows as a body, not against one of them."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from core.domain.errors import HistoryError
from core.domain.timeframes import Timeframe
from core.research.history.fates import Fate, Fates
from core.research.history.rows import Ints, Rows, agreeing
from core.research.history.texts import moment

MOST_BAD: Final = 0.10
"""Share of unusable rows beyond which a file is refused. A pattern reads three bars in a row: at one row in ten, more
than a quarter of all patterns (1 - 0.9 ** 3) would be read around a hole. The recorded files have none in 400,000."""
FEW: Final = 2
"""So many unusable rows are never held against a file."""
STRETCH: Final = 24
"""So many neighbours, all equally far apart beyond a bar, are bars of another length: in a market that trades in half
of its minutes, every second bar is absent 24 times in a row once in 10 ** 14 bars."""
_QUARTER_S: Final = 900
_ZONES_S: Final = range(-14 * 3600, 14 * 3600 + 1, _QUARTER_S)
"""How far the clocks of the earth's zones lie apart, either way."""


def usual_step(seconds: Ints) -> Timeframe | None:
    """The commonest distance between neighbouring times, the shortest of equally common ones.

    None where it is no whole minute, or there are fewer than two times.
    """
    steps, counts = np.unique(np.diff(np.unique(seconds)), return_counts=True)
    if not len(steps):
        return None
    step = int(steps[counts.argmax()])
    return Timeframe(step // 60) if step % 60 == 0 else None


def refuse_another_length(seconds: Ints, told: Timeframe, by: str) -> None:
    """Refuse rows that are not as far apart as was told. Raises HistoryError."""
    held = usual_step(seconds)
    steps = len(np.unique(seconds)) - 1
    if held is None or held == told:
        return
    if held < told or held.minutes % told.minutes or steps >= STRETCH:
        raise HistoryError(f"{by} says {told}, but its rows are {held} apart: give the right --timeframe")


def refuse_another_zone(seconds: Ints, timeframe: Timeframe, off_grid: int) -> None:
    """Refuse starts that lie off the grid alike, which times of another zone do. Raises HistoryError."""
    if off_grid * 2 <= len(seconds):
        return
    offsets, counts = np.unique((seconds - timeframe.floor_s(0)) % timeframe.seconds, return_counts=True)
    usual = int(offsets[counts.argmax()])
    if usual % _QUARTER_S == 0 and counts.max() * 2 > len(seconds):
        hours = usual / 3600
        raise HistoryError(
            f"its bars begin {hours:g} h after the {timeframe} buckets of UTC: its times are of another zone, or "
            "its days are not those of UTC"
        )


def refuse_mixed_lengths(start: Ints, timeframe: Timeframe) -> None:
    """Refuse a stretch of neighbours that are all equally far apart, but not by one bar. Raises HistoryError."""
    steps = np.diff(start)
    edges = np.flatnonzero(np.diff(steps)) + 1
    for stretch in np.split(np.arange(len(steps)), edges):
        if len(stretch) >= STRETCH and steps[stretch[0]] > timeframe.seconds:
            other = Timeframe(int(steps[stretch[0]]) // 60)
            since, until = moment(int(start[stretch[0]])), moment(int(start[stretch[-1] + 1]))
            raise HistoryError(
                f"it mixes timeframes: {timeframe} bars, and {other} bars from {since} to {until}: split it, one a file"
            )


def refuse_many_bad(fates: Fates, rows: int) -> None:
    """Refuse a file of which too much is unusable, or two rows contradict each other. Raises HistoryError."""
    if fates.counts[Fate.CONFLICT]:
        raise HistoryError(
            f"{fates.counts[Fate.CONFLICT]} of its rows say other numbers for a time that it has already: "
            "which are right, only its source can tell"
        )
    if fates.bad > max(FEW, MOST_BAD * rows):
        raise HistoryError(f"{fates.bad} of its {rows} rows are unusable, more than one in ten: get it anew")
    if fates.bad and fates.bad >= rows:
        raise HistoryError("none of its rows is usable")


def refuse_the_future(seconds: Ints, now_s: int) -> None:
    """Refuse rows that begin after now, which only a wrong zone or a made-up file has. Raises HistoryError."""
    ahead = int((seconds > now_s).sum())
    if ahead:
        hours = (int(seconds.max()) - now_s) / 3600
        raise HistoryError(
            f"{ahead} of its rows begin in the future, by up to {hours:.1f} h: its times are of another zone"
        )


def contradiction(rows: Rows, stored: Rows, timeframe: Timeframe, others: Sequence[int]) -> str:
    """Why rows contradict what is stored: one sentence, which names the shift where there is one.

    Args:
        rows: the file's.
        stored: the series.
        timeframe: of both.
        others: epoch seconds of the rows that are stored with other numbers.
    """
    for shift in sorted(_ZONES_S, key=abs):
        if shift % timeframe.seconds == 0 and shift and _fits(rows, stored, shift):
            hours = abs(shift) / 3600
            return (
                f"its rows are those stored, but {hours:g} h {'later' if shift < 0 else 'earlier'}: "
                "its times are of another zone"
            )
    return (
        f"{len(others)} of its rows are stored with other numbers, the first at {moment(others[0])}: another market, "
        "or another zone; give another --symbol"
    )


def _fits(rows: Rows, stored: Rows, shift: int) -> bool:
    """Do nearly all rows, moved by the shift, agree with the stored rows there?"""
    _, mine, theirs = np.intersect1d(rows.start + shift, stored.start, assume_unique=True, return_indices=True)
    if len(mine) < min(10, len(rows)):
        return False
    return bool(agreeing(rows.taken(mine), stored.taken(theirs)).mean() > 1 - MOST_BAD)
