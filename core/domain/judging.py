"""From the row of a finding to a Signal or Setup with prices and verdicts, read from the Bars (S2 to S5)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from core.domain.bars import ATR_LENGTH, Bar, BarKind, average_true_range, classify
from core.domain.calendar import MaintenanceWindow
from core.domain.levels import FilterPolicy, Leg, gap_between, judge, pattern_leg, setup_legs
from core.domain.patterns import Pattern, Side, sequence_of, subtype_of
from core.domain.series import SeriesBars, evidence
from core.domain.signals import JudgedLeg, Setup, Signal
from core.domain.timeframes import H1


class Judge:
    """Gives the findings of one moment their prices and verdicts."""

    def __init__(self, filters: FilterPolicy, window: MaintenanceWindow, at: datetime) -> None:
        self._filters, self._limits = filters, filters.limits
        self._window = window
        self._at = at

    def signal(self, series: SeriesBars, row: int, pattern: Pattern, tfc_score: int) -> Signal | None:
        """The completed pattern whose trigger bar is `row`, or None where its risk is not above zero (S2.2)."""
        before, setup, trigger = series.bars[row - 2], series.bars[row - 1], series.bars[row]
        kinds = kind_at(series.bars, row - 2), kind_at(series.bars, row - 1), kind_at(series.bars, row)
        side = Side.LONG if kinds[2] is BarKind.UP else Side.SHORT
        leg = pattern_leg(pattern, side, before, setup, self._filters.stop_mode, self._floor(series.bars, row))
        if leg is None:
            return None
        forming = row >= series.closed_count
        used = series.bars[row - 1 if pattern is Pattern.THREE_TWO else row - 2 : row + 1]
        return Signal(
            symbol=series.symbol,
            product_id=series.product_id,
            timeframe=series.timeframe,
            pattern=pattern,
            sequence=sequence_of(pattern, *kinds),
            subtype=subtype_of(pattern, kinds[0], kinds[2]),
            judged=self._judged(leg, self._rests_on_gap(series, used, forming)),
            bar_start=trigger.start,
            detected_at=self._at,
            tfc_score=tfc_score,
            in_progress=forming,
            fresh=series.fresh,
            bars=evidence(used),
            limits=self._limits,
        )

    def setup(self, series: SeriesBars, row: int, decided: int) -> Setup | None:
        """The X-1 setup whose setup bar is `row`, or None where no leg has a risk above zero (S4.1).

        Args:
            series: bars and whose they are.
            row: a closed inside bar after a 2 or 3.
            decided: the row that ended the setup, or -1; only rows before it are looked at for missing bars.
        """
        before, bar = series.bars[row - 1], series.bars[row]
        kind = kind_at(series.bars, row - 1)
        legs = setup_legs(before, kind, bar, self._filters.stop_mode, self._floor(series.bars, row + 1))
        later = series.bars[row + 1 : decided if decided >= 0 else series.closed_count]
        missing = series.timeframe <= H1 and any(each.gap_before for each in later)
        gap = missing or gap_between((before, bar), series.timeframe, self._window)
        return self._setup(series, row, f"{kind.text}-1-?", legs, gap, self._filters.max_inside_bars - 1)

    def directional(self, series: SeriesBars, row: int) -> Setup | None:
        """The setup armed by a closed 2 or 3 at `row` for one bar, or None (S4.6)."""
        if row < 1:
            return None
        before, bar = series.bars[row - 1], series.bars[row]
        kinds = kind_at(series.bars, row - 1), kind_at(series.bars, row)
        floor = self._floor(series.bars, row + 1)
        if kinds[1] is BarKind.OUTSIDE:
            pattern, name, sides = Pattern.THREE_TWO, "3-?", tuple(Side)
            gap = gap_between((bar,), series.timeframe, self._window)
        elif kinds[1].is_directional:
            after_outside = kinds[0] is BarKind.OUTSIDE
            pattern = Pattern.THREE_TWO_TWO if after_outside else Pattern.TWO_TWO
            name = f"3-{kinds[1].text}-?" if after_outside else f"{kinds[1].text}-?"
            sides = (Side.SHORT if kinds[1] is BarKind.UP else Side.LONG,)
            gap = gap_between((before, bar), series.timeframe, self._window)
        else:
            return None
        found = (pattern_leg(pattern, side, before, bar, self._filters.stop_mode, floor) for side in sides)
        return self._setup(series, row, name, tuple(leg for leg in found if leg is not None), gap, 0)

    def _setup(
        self, series: SeriesBars, row: int, name: str, legs: tuple[Leg, ...], gap: bool, max_unbroken: int
    ) -> Setup | None:
        if not legs:
            return None
        bar = series.bars[row]
        return Setup(
            symbol=series.symbol,
            product_id=series.product_id,
            timeframe=series.timeframe,
            name=name,
            bar_start=bar.start,
            long_trigger=bar.high,
            short_trigger=bar.low,
            legs=tuple(self._judged(leg, gap) for leg in legs),
            max_unbroken=max_unbroken,
            detected_at=self._at,
            fresh=series.fresh,
            bars=evidence(series.bars[row - 1 : row + 1]),
            limits=self._limits,
        )

    def _judged(self, leg: Leg, gap: bool) -> JudgedLeg:
        return JudgedLeg(leg, judge(leg, self._filters, gap))

    def _rests_on_gap(self, series: SeriesBars, used: Sequence[Bar], forming: bool) -> bool:
        """A forming bar above 1h is left out: whether its children are there is not known before it closes."""
        judged = used[:-1] if forming and series.timeframe > H1 else used
        return gap_between(judged, series.timeframe, self._window)

    def _floor(self, bars: Sequence[Bar], end: int) -> Decimal:
        """The least distance to the stop, from the closed bars before `end`; 0 where off or too few bars (S9)."""
        if not self._filters.atr_stop_floor:
            return Decimal(0)
        return self._filters.atr_stop_floor * (average_true_range(bars[max(0, end - ATR_LENGTH - 1) : end]) or 0)


def kind_at(bars: Sequence[Bar], row: int) -> BarKind:
    """Class of the bar at `row`; UNKNOWN at and before the first (S1.3)."""
    return classify(bars[row - 1], bars[row]) if row > 0 else BarKind.UNKNOWN
