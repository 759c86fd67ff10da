"""What a scan reports: how far back, in which state, with which verdict, and what it looks through."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from core.domain.bars import Bar, average_true_range, bad_bar
from core.domain.calendar import MaintenanceWindow
from core.domain.events import FoundSetup
from core.domain.levels import FilterPolicy, Verdict
from core.domain.patterns import Side
from core.domain.series import SeriesBars
from core.domain.signals import SetupStatus
from core.domain.timeframes import D1, H1, H4, M15, W1, Timeframe
from core.strat.findings import Findings
from core.strat.scanner import scan
from tests.strat.bars_data import START, HighLow, bars_from, series_from

WINDOW = MaintenanceWindow()
LOOSE = FilterPolicy(min_magnitude_pct=Decimal(0), min_risk_reward=Decimal(0))
SETUP: list[HighLow] = [(100, 90), (98, 85), (92, 87)]
"""2D-1-?: long above 92, short below 87."""


def found_in(*series: SeriesBars, filters: FilterPolicy = LOOSE, at: datetime = START) -> Findings:
    return scan(series, filters, WINDOW, at)


def only_setup(found: Findings) -> FoundSetup:
    assert len(found.setups) == 1
    return found.setups[0]


def verdicts(found: FoundSetup) -> set[Verdict]:
    return {judged.verdict for judged in found.setup.legs}


def test_patterns_are_reported_while_their_trigger_is_among_the_last_five_bars() -> None:
    reversal: list[HighLow] = [(100, 90), (97, 88), (98, 89)]
    quiet = [(97.5 - i / 10, 90 + i / 10) for i in range(5)]
    assert len(found_in(series_from([*reversal, *quiet[:4]])).signals) == 1
    assert found_in(series_from([*reversal, *quiet])).signals == ()


def test_setups_are_reported_until_their_life_must_have_ended() -> None:
    quiet: list[HighLow] = [(91.5, 88), (91, 88.5), (90.5, 89)]
    assert only_setup(found_in(series_from([*SETUP, *quiet[:2]]))).status is SetupStatus.PENDING
    assert only_setup(found_in(series_from([*SETUP, *quiet]))).status is SetupStatus.EXPIRED


def test_a_pending_setup_knows_how_many_bars_left_it_unbroken() -> None:
    assert only_setup(found_in(series_from([*SETUP, (91.5, 88), (91, 88.5)]))).unbroken == 2
    assert only_setup(found_in(series_from([*SETUP, (91.5, 88), (91, 88.5)], forming=True))).unbroken == 1


def test_a_setup_may_live_longer_or_shorter() -> None:
    quiet: list[HighLow] = [(91.5, 88), (91, 88.5), (90.5, 89)]
    series = series_from([*SETUP, *quiet])
    assert only_setup(found_in(series, filters=replace(LOOSE, max_inside_bars=4))).status is SetupStatus.PENDING
    short = found_in(series_from([*SETUP, *quiet[:1]]), filters=replace(LOOSE, max_inside_bars=1))
    assert only_setup(short).status is SetupStatus.EXPIRED


def test_a_pattern_on_the_forming_bar_is_in_progress() -> None:
    rows: list[HighLow] = [(100, 90), (97, 88), (98, 89)]
    assert found_in(series_from(rows, forming=True)).signals[0].in_progress
    assert not found_in(series_from(rows)).signals[0].in_progress


def test_a_bad_closed_bar_after_the_setup_bar_ends_it() -> None:
    assert only_setup(found_in(series_from([*SETUP, (None, None)]))).status is SetupStatus.INVALID_DATA
    assert only_setup(found_in(series_from([*SETUP, (None, None)], forming=True))).status is SetupStatus.PENDING


def test_identity_and_detection_time_are_kept_apart() -> None:
    at = START + timedelta(days=3)
    setup = only_setup(found_in(series_from(SETUP), at=at)).setup
    assert setup.id == "BTC|15m|2D-1-?|2026-03-02T00:30:00Z"
    assert setup.detected_at == at


def test_a_setup_that_rests_on_a_missing_bar_is_a_gap() -> None:
    bars = bars_from(SETUP)
    for row in (1, 2):
        holed = tuple(replace(bar, gap_before=i == row) for i, bar in enumerate(bars))
        assert verdicts(only_setup(found_in(SeriesBars("BTC", "BTC-USD", M15, holed)))) == {Verdict.MAINTENANCE_GAP}
    clean = SeriesBars("BTC", "BTC-USD", M15, (replace(bars[0], gap_before=True), *bars[1:]))
    assert verdicts(only_setup(found_in(clean))) == {Verdict.OK}


def test_a_bar_missing_between_setup_and_break_is_a_gap_the_break_bar_excluded() -> None:
    bars = bars_from([*SETUP, (91.5, 88), (91, 88.5)])
    between = SeriesBars("BTC", "BTC-USD", M15, (*bars[:3], replace(bars[3], gap_before=True), bars[4]))
    assert verdicts(only_setup(found_in(between))) == {Verdict.MAINTENANCE_GAP}
    breaking = replace(bars[4], high=Decimal(93), gap_before=True)
    broken = only_setup(found_in(SeriesBars("BTC", "BTC-USD", M15, (*bars[:4], breaking))))
    assert broken.status is SetupStatus.HISTORICAL_TRIGGERED_LONG
    assert verdicts(broken) == {Verdict.OK}


def test_an_incomplete_bar_is_a_gap_above_one_hour_only() -> None:
    for timeframe, wanted in ((H4, Verdict.MAINTENANCE_GAP), (D1, Verdict.MAINTENANCE_GAP), (H1, Verdict.OK)):
        bars = bars_from(SETUP, timeframe)
        holed = (*bars[:2], replace(bars[2], complete=False))
        assert verdicts(only_setup(found_in(SeriesBars("BTC", "BTC-USD", timeframe, holed)))) == {wanted}


def test_a_forming_day_does_not_make_its_own_pattern_a_gap() -> None:
    bars = bars_from([(100, 90), (97, 88), (98, 89)], D1)
    forming = (*bars[:2], replace(bars[2], complete=False))
    signal = found_in(SeriesBars("BTC", "BTC-USD", D1, forming, forming=True)).signals[0]
    assert signal.judged.verdict is Verdict.OK


def test_a_bar_of_the_maintenance_window_is_a_gap() -> None:
    friday = datetime.fromisoformat("2026-03-06T21:00:00+00:00")
    bars = bars_from(SETUP, H1, friday)
    assert verdicts(only_setup(found_in(SeriesBars("BTC", "BTC-USD", H1, bars)))) == {Verdict.MAINTENANCE_GAP}


def hour_with(quarters: list[HighLow], forming: bool = False) -> tuple[SeriesBars, SeriesBars]:
    """An hourly 2D-1-?, then an hour made of these quarters, and the quarters themselves since the setup bar."""
    highs, lows = [float(h or 0) for h, _ in quarters], [float(low or 0) for _, low in quarters]
    hours = bars_from([*SETUP, (max(highs), min(lows))], H1)
    inside = bars_from([(91, 88)] * 4, M15, START + 2 * H1.span)
    base = (*inside, *bars_from(quarters, M15, START + 3 * H1.span))
    return SeriesBars("BTC", "BTC-USD", H1, hours, forming), SeriesBars("BTC", "BTC-USD", M15, base, forming)


def hourly_status(hour: SeriesBars, *others: SeriesBars) -> SetupStatus:
    found = [each for each in found_in(hour, *others).setups if each.setup.timeframe == H1]
    assert len(found) == 1
    return found[0].status


def test_the_first_quarter_that_breaks_decides_a_bar_that_broke_both_sides() -> None:
    hour, quarters = hour_with([(91, 88), (91, 86), (93, 88), (91, 88)])
    assert hourly_status(hour, quarters) is SetupStatus.HISTORICAL_TRIGGERED_SHORT
    hour, quarters = hour_with([(93, 88), (91, 86), (91, 88), (91, 88)], forming=True)
    assert hourly_status(hour, quarters) is SetupStatus.HISTORICAL_TRIGGERED_LONG


def test_both_sides_within_one_quarter_leave_no_trade() -> None:
    hour, quarters = hour_with([(91, 88), (93, 86), (94, 88), (91, 88)])
    assert hourly_status(hour, quarters) is SetupStatus.INVALIDATED_OUTSIDE


def test_the_whole_bar_decides_where_no_quarters_are_stored() -> None:
    hour, quarters = hour_with([(91, 88), (91, 86), (93, 88), (91, 88)])
    assert hourly_status(hour) is SetupStatus.INVALIDATED_OUTSIDE
    late = replace(quarters, bars=quarters.bars[5:])
    assert hourly_status(hour, late) is SetupStatus.INVALIDATED_OUTSIDE


def test_a_bad_quarter_is_passed_over() -> None:
    hour, quarters = hour_with([(91, 88), (91, 86), (93, 88), (91, 88)])
    holed = (*quarters.bars[:5], bad_bar(quarters.bars[5].start), *quarters.bars[6:])
    assert hourly_status(hour, replace(quarters, bars=holed)) is SetupStatus.HISTORICAL_TRIGGERED_LONG


def test_symbols_are_looked_through_by_their_own_quarters() -> None:
    hour, quarters = hour_with([(91, 88), (91, 86), (93, 88), (91, 88)])
    assert hourly_status(hour, replace(quarters, symbol="ETH")) is SetupStatus.INVALIDATED_OUTSIDE


def test_directional_setups_are_off_unless_asked_for() -> None:
    assert found_in(series_from([(100, 90), (98, 85)])).setups == ()


def directional(rows: list[HighLow], forming: bool = False) -> FoundSetup:
    return only_setup(found_in(series_from(rows, forming), filters=replace(LOOSE, directional_setups=True)))


def test_a_closed_two_arms_its_reversal_for_one_bar() -> None:
    found = directional([(100, 90), (98, 85)])
    assert (found.setup.name, found.status, found.setup.max_unbroken) == ("2D-?", SetupStatus.PENDING, 0)
    assert [judged.leg.side for judged in found.setup.legs] == [Side.LONG]
    up = directional([(100, 90), (98, 85), (99, 86)], forming=True)
    assert up.status is SetupStatus.HISTORICAL_TRIGGERED_LONG
    assert directional([(100, 90), (98, 85), (97, 84)], forming=True).status is SetupStatus.INVALIDATED
    assert directional([(100, 90), (98, 85), (99, 84)], forming=True).status is SetupStatus.INVALIDATED_OUTSIDE


def test_a_closed_three_arms_both_sides_and_a_two_after_it_the_three_two_two() -> None:
    assert len(directional([(100, 90), (101, 85)]).setup.legs) == 2
    found = directional([(100, 90), (110, 85), (105, 80)])
    assert found.setup.name == "3-2D-?"
    assert found.setup.sequence_on(Side.LONG) == "3-2D-2U"


def test_continuity_counts_the_forming_bars_of_the_same_symbol() -> None:
    rising: list[HighLow] = [(100, 90), (97, 88), (98, 89)]
    series = [series_from(rising, True, timeframe) for timeframe in (M15, H1, H4, D1, W1)]
    quarter = next(s for s in found_in(*series).signals if s.timeframe == M15)
    assert quarter.tfc_score == 4
    assert found_in(series[0], replace(series[1], symbol="ETH")).signals[0].tfc_score == 0


def test_an_average_true_range_keeps_the_stop_away() -> None:
    calm: list[HighLow] = [(100 + i % 2, 90 + i % 2) for i in range(16)]
    rows: list[HighLow] = [*calm, (99, 84), (92, 90)]
    floor = Decimal(average_true_range(bars_from(rows)) or 0)
    found = found_in(series_from(rows), filters=replace(LOOSE, atr_stop_floor=Decimal(1)))
    leg = only_setup(found).setup.legs[0].leg
    assert leg.entry - leg.stop == floor > 2


def test_an_average_true_range_needs_fifteen_bars() -> None:
    bars = bars_from([(101, 100)] * 14)
    assert average_true_range(bars) is None
    assert average_true_range((*bars, bars[0])) == 1


def test_nothing_is_found_in_nothing() -> None:
    assert found_in() == Findings((), ())
    assert found_in(series_from([]), series_from([], forming=True)) == Findings((), ())


def test_importing_the_scanner_loads_neither_numpy_nor_numba(root: Path) -> None:
    script = (
        "import sys, core.strat.scanner, core.strat.warm; print([m for m in ('numpy', 'numba') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, env=os.environ, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def test_any_timeframe_may_be_scanned() -> None:
    odd = Timeframe(45)
    setup = only_setup(found_in(SeriesBars("BTC", "BTC-USD", odd, bars_from(SETUP, odd)))).setup
    assert setup.timeframe == odd


def test_levels_are_the_decimals_of_the_bars() -> None:
    bars = tuple(
        Bar(bar.start, bar.open, bar.high + Decimal("0.10"), bar.low, bar.close, bar.volume) for bar in bars_from(SETUP)
    )
    setup = only_setup(found_in(SeriesBars("BTC", "BTC-USD", M15, bars))).setup
    assert str(setup.long_trigger) == "92.10"
