"""Random candles for property tests: small grids make equal highs, flat bars and inside bars common."""

import math

import numpy as np
from hypothesis import strategies as st

from core.domain.calendar import MaintenanceWindow
from core.domain.levels import FilterPolicy, Leg
from core.domain.patterns import Side, StopMode, TargetKind
from core.strat.findings import Depth, Findings
from core.strat.scanner import scan
from tests.strat.bars_data import START, row_of, series_from
from tests.strat.naive import NaiveLeg, NaiveSetup, NaiveSignal, Row

NAN = math.nan
BAD: list[Row] = [(NAN, NAN), (NAN, 95.0), (100.0, NAN), (0.0, 0.0), (100.0, 0.0), (95.0, 96.0), (-1.0, -2.0)]
TOP = 1000.0
"""Mirror: a price p becomes TOP - p, above zero for all prices here."""


def good_rows() -> st.SearchStrategy[Row]:
    """High and low on a half-point grid, flat bars among them."""
    lows = st.integers(180, 196).map(lambda n: n / 2)
    return st.tuples(lows, st.integers(0, 12)).map(lambda pair: (pair[0] + pair[1] / 2, pair[0]))


def rows(bad: bool = True, most: int = 24) -> st.SearchStrategy[list[Row]]:
    """Short series, from none at all; every eighth row or so bad."""
    each = st.one_of(*[good_rows()] * 7, st.sampled_from(BAD)) if bad else good_rows()
    return st.lists(each, max_size=most)


def long_walk(n: int, seed: int, holes: float = 0.01) -> list[Row]:
    """A random walk on a half-point grid with equal levels, flat bars, and bad rows at the given rate."""
    rng = np.random.default_rng(seed)
    middles = 1000 + np.cumsum(rng.integers(-2, 3, n)) / 2
    reach = rng.integers(0, 6, (2, n)) / 2
    walk = [(float(m + a), float(m - b)) for m, a, b in zip(middles, reach[0], reach[1], strict=True)]
    for i in np.flatnonzero(rng.random(n) < holes):
        walk[i] = BAD[int(rng.integers(len(BAD)))]
    return walk


def scanned(walk: list[Row], forming: bool = False, mode: str = "atlas", max_inside: int = 3) -> Findings:
    """What the product finds when it looks back over all rows."""
    filters = FilterPolicy(stop_mode=StopMode(mode), max_inside_bars=max_inside)
    depth = Depth(len(walk), len(walk))
    return scan([series_from(walk, forming)], filters, MaintenanceWindow(), START, depth=depth)


def plain_leg(leg: Leg) -> NaiveLeg:
    """A leg in the twin's words; grid prices are exact in float."""
    measured = leg.target_kind is TargetKind.MEASURED
    return NaiveLeg(leg.side.sign, float(leg.entry), float(leg.stop), float(leg.target), measured)


def plain_signals(found: Findings) -> list[NaiveSignal]:
    """Signals in the twin's words."""
    return [
        NaiveSignal(row_of(s.bar_start), s.pattern.value, s.sequence, plain_leg(s.judged.leg)) for s in found.signals
    ]


def plain_setups(found: Findings) -> list[NaiveSetup]:
    """Setups in the twin's words."""
    return [
        NaiveSetup(
            row_of(each.setup.bar_start),
            each.setup.name,
            each.status.value,
            tuple(plain_leg(judged.leg) for judged in each.setup.legs),
        )
        for each in found.setups
    ]


def mirrored(walk: list[Row]) -> list[Row]:
    """Up becomes down: (h, l) to (TOP - l, TOP - h)."""
    return [(TOP - low, TOP - high) for high, low in walk]


def swapped(text: str) -> str:
    """2U becomes 2D and back."""
    return text.replace("2U", "2#").replace("2D", "2U").replace("2#", "2D")


def mirrored_leg(leg: NaiveLeg) -> NaiveLeg:
    """A leg of the mirrored bars."""
    return NaiveLeg(-leg.side, TOP - leg.entry, TOP - leg.stop, TOP - leg.target, leg.measured)


def ordered(leg: Leg) -> bool:
    """Stop, entry and target in the order the side asks for."""
    if leg.side is Side.LONG:
        return leg.stop < leg.entry < leg.target
    return leg.target < leg.entry < leg.stop
