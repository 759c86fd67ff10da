"""The method once more, in the plainest Python there is, on floats: the twin the kernels are compared with.

Written from STRAT.md S1 to S4 row by row; it shares no code with the product.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Row = tuple[float, float]
TEXT = {0: "?", 1: "1", 2: "2U", -2: "2D", 3: "3"}


@dataclass(frozen=True)
class NaiveLeg:
    """Side (+1 long), entry, stop, target and whether the target is measured."""

    side: int
    entry: float
    stop: float
    target: float
    measured: bool


@dataclass(frozen=True)
class NaiveSignal:
    """A completed pattern at a row."""

    index: int
    pattern: str
    sequence: str
    leg: NaiveLeg


@dataclass(frozen=True)
class NaiveSetup:
    """A setup at a row, its status and legs."""

    index: int
    name: str
    status: str
    legs: tuple[NaiveLeg, ...]


def good(row: Row) -> bool:
    """S1.1."""
    high, low = row
    return math.isfinite(high) and math.isfinite(low) and high > 0 and low > 0 and high >= low


def classes(rows: Sequence[Row]) -> list[int]:
    """S1.3."""
    found = []
    for i, row in enumerate(rows):
        if i == 0 or not good(row) or not good(rows[i - 1]):
            found.append(0)
            continue
        up, down = row[0] > rows[i - 1][0], row[1] < rows[i - 1][1]
        found.append(3 if up and down else 2 if up else -2 if down else 1)
    return found


def ahead(row: Row, side: int) -> float:
    """The level a side must take."""
    return row[0] if side > 0 else row[1]


def behind(row: Row, side: int) -> float:
    """The level a side stands on."""
    return row[1] if side > 0 else row[0]


def leg(side: int, entry: float, stop: float, structural: float | None) -> NaiveLeg | None:
    """S2."""
    risk = side * (entry - stop)
    if risk <= 0:
        return None
    if structural is not None and side * (structural - entry) > 0:
        return NaiveLeg(side, entry, stop, structural, False)
    return NaiveLeg(side, entry, stop, entry + side * 1.5 * risk, True)


def inside_stop(before: Row, setup: Row, base: int, side: int, mode: str) -> float:
    """The stop of the first two rows of S3's table, with S3.1."""
    if mode == "structural" or (mode == "atlas" and base == 3):
        return behind(before, side)
    return behind(setup, side)


def signals(rows: Sequence[Row], mode: str = "atlas") -> list[NaiveSignal]:
    """S3: every completed pattern, in order."""
    kinds = classes(rows)
    found = []
    for i in range(2, len(rows)):
        a, b, x = kinds[i - 2], kinds[i - 1], kinds[i]
        if x not in (2, -2):
            continue
        side = 1 if x == 2 else -1
        before, setup = rows[i - 2], rows[i - 1]
        pattern, sequence, stop = "", f"{TEXT[b]}-{TEXT[x]}", behind(setup, side)
        structural: float | None = ahead(before, side) if good(before) else None
        if b == 1 and a in (3, 2, -2):
            pattern = "3-1-2" if a == 3 else "2-1-2"
            stop = inside_stop(before, setup, a, side, mode)
            sequence = f"{TEXT[a]}-{sequence}"
        elif b == 3:
            pattern, structural = "3-2", None
        elif b == -x:
            pattern = "3-2-2" if a == 3 else "2-2"
            sequence = f"3-{sequence}" if a == 3 else sequence
        made = leg(side, ahead(setup, side), stop, structural) if pattern else None
        if made is not None:
            found.append(NaiveSignal(i, pattern, sequence, made))
    return found


def life(rows: Sequence[Row], s: int, closed: int, max_inside: int) -> str:
    """S4.2."""
    unbroken = 0
    for j in range(s + 1, len(rows)):
        if not good(rows[j]):
            if j < closed:
                return "INVALID_DATA"
            continue
        up, down = rows[j][0] > rows[s][0], rows[j][1] < rows[s][1]
        if up and down:
            return "INVALIDATED_OUTSIDE"
        if up:
            return "HISTORICAL_TRIGGERED_LONG"
        if down:
            return "HISTORICAL_TRIGGERED_SHORT"
        if j < closed:
            unbroken += 1
            if unbroken > max_inside - 1:
                return "EXPIRED"
    return "PENDING"


def setups(rows: Sequence[Row], forming: bool = False, max_inside: int = 3, mode: str = "atlas") -> list[NaiveSetup]:
    """S4.1: every setup, in order; the last row is the forming one where `forming`."""
    kinds = classes(rows)
    closed = len(rows) - 1 if forming and rows else len(rows)
    found = []
    for s in range(1, closed):
        if kinds[s] != 1 or kinds[s - 1] not in (3, 2, -2):
            continue
        before, setup, base = rows[s - 1], rows[s], kinds[s - 1]
        made = [
            leg(side, ahead(setup, side), inside_stop(before, setup, base, side, mode), ahead(before, side))
            for side in (1, -1)
        ]
        legs = tuple(each for each in made if each is not None)
        if legs:
            found.append(NaiveSetup(s, f"{TEXT[base]}-1-?", life(rows, s, closed, max_inside), legs))
    return found
