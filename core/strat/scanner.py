"""The scan: Bars in, Signals and Setups out (STRAT.md S3, S4, S5).

The kernels find indices over all series in one call; prices come from the Bars. Importing this file loads neither numba
nor numpy; the first scan does, on whatever thread it runs.
"""

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from core.domain.bars import Bar, BarKind
from core.domain.calendar import MaintenanceWindow
from core.domain.continuity import Standing, tfc_score
from core.domain.events import FoundSetup
from core.domain.judging import Judge, kind_at
from core.domain.levels import FilterPolicy
from core.domain.patterns import Side
from core.domain.series import SeriesBars
from core.domain.signals import Setup, SetupStatus, Signal
from core.domain.timeframes import Timeframe
from core.strat.codes import PATTERNS, STATUSES, Life
from core.strat.findings import Depth, Findings
from core.strat.lookthrough import first_break
from core.strat.preloading import map_libraries

if TYPE_CHECKING:
    from core.strat.block import Found

BROKEN = (Life.INVALIDATED_OUTSIDE, Life.HISTORICAL_TRIGGERED_LONG, Life.HISTORICAL_TRIGGERED_SHORT)
Standings = dict[Timeframe, Standing]


def scan(
    series: Sequence[SeriesBars],
    filters: FilterPolicy,
    window: MaintenanceWindow,
    at: datetime,
    base: Mapping[str, SeriesBars] | None = None,
    depth: Depth | None = None,
) -> Findings:
    """Find the recent completed patterns and setups of every series.

    Args:
        series: any number of series, each oldest first; short and empty ones are legal.
        filters: stop mode, life of setups, and what the verdicts are judged by.
        window: the weekly maintenance, whose bars are flagged (S8.4).
        at: the scan's clock time, kept as `detected_at`; nothing is computed from it.
        base: by symbol, the bars longer ones are looked through by (S4.5); each symbol's shortest given series if None.
        depth: how far back to look; STRAT.md's own by default.
    """
    depth = depth or Depth()
    bases = shortest(series) if base is None else base
    judge = Judge(filters, window, at)
    standings = standings_of(series)
    signals: list[Signal] = []
    setups: list[FoundSetup] = []
    for found in _find(series, filters, depth):
        bars = series[found.series]
        pattern = PATTERNS.get(found.finding)
        if pattern is not None:
            side = Side.LONG if kind_at(bars.bars, found.row) is BarKind.UP else Side.SHORT
            signal = judge.signal(bars, found.row, pattern, tfc_score(standings.get(bars.symbol, {}), side))
            signals += [signal] if signal is not None else []
        else:
            setup = judge.setup(bars, found.row, found.decided)
            setups += [_lived(setup, bars, found, bases)] if setup is not None else []
    if filters.directional_setups:
        setups += _directional(series, judge, bases)
    return Findings(tuple(signals), tuple(setups))


def standings_of(series: Sequence[SeriesBars]) -> dict[str, Standings]:
    """By symbol and timeframe, how the forming bar stands; series without one are left out (S6, S13.4)."""
    found: dict[str, Standings] = {}
    for each in series:
        if each.forming and each.bars:
            bar = each.bars[-1]
            standing = Standing(kind_at(each.bars, len(each.bars) - 1), bar.open, bar.close)
            found.setdefault(each.symbol, {})[each.timeframe] = standing
    return found


def shortest(series: Sequence[SeriesBars]) -> dict[str, SeriesBars]:
    """By symbol, the series of the smallest timeframe: the base bars (S13)."""
    found: dict[str, SeriesBars] = {}
    for each in series:
        known = found.get(each.symbol)
        if known is None or each.timeframe < known.timeframe:
            found[each.symbol] = each
    return found


def _find(series: Sequence[SeriesBars], filters: FilterPolicy, depth: Depth) -> "list[Found]":
    if "numba" not in sys.modules:
        map_libraries()
    # The loader: numpy and numba stay off the first paint.
    from core.strat.block import Block, Recent  # noqa: PLC0415

    setup_rows = filters.max_inside_bars + 2 if depth.setup_rows is None else depth.setup_rows
    block = Block.of([each.bars for each in series], [each.forming for each in series])
    return block.scan(Recent(depth.signal_rows, setup_rows, filters.max_inside_bars - 1))[1]


def _lived(setup: Setup, series: SeriesBars, found: "Found", bases: Mapping[str, SeriesBars]) -> FoundSetup:
    end = found.decided if found.decided >= 0 else series.closed_count
    status = STATUSES[found.life]
    if found.life in BROKEN:
        status = first_break(setup, series.bars[found.decided], _children(series, bases))
    return FoundSetup(setup, status, end - found.row - 1)


def _directional(series: Sequence[SeriesBars], judge: Judge, bases: Mapping[str, SeriesBars]) -> list[FoundSetup]:
    """Setups of S4.6: armed by the last closed bar, tested by the forming one alone."""
    setups: list[FoundSetup] = []
    for each in series:
        row = each.closed_count - 1
        setup = judge.directional(each, row)
        if setup is None:
            continue
        status = SetupStatus.PENDING
        forming = each.bars[-1]
        if each.forming and forming.good and setup.broken_in(forming.high, forming.low) is not SetupStatus.PENDING:
            status = _one_sided(setup, first_break(setup, forming, _children(each, bases)))
        setups.append(FoundSetup(setup, status))
    return setups


def _one_sided(setup: Setup, status: SetupStatus) -> SetupStatus:
    """A break on the side that has no leg ends a one-sided setup without a trade."""
    side = Side.LONG if status is SetupStatus.HISTORICAL_TRIGGERED_LONG else Side.SHORT
    if status is not SetupStatus.INVALIDATED_OUTSIDE and setup.leg_on(side) is None:
        return SetupStatus.INVALIDATED
    return status


def _children(series: SeriesBars, bases: Mapping[str, SeriesBars]) -> tuple[Bar, ...]:
    base = bases.get(series.symbol)
    return base.bars if base is not None and base.timeframe < series.timeframe else ()
