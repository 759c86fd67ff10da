"""Bar mode (STRAT.md S13): exits, funding and deadline on closed bars, holes between them, and longer bars."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.domain.bars import Bar, BarKind
from core.domain.continuity import Standing
from core.domain.events import BarClosed, Outcome
from core.domain.facts import (
    FundingPaid,
    PositionClosed,
    PositionOpened,
    PositionRetiered,
    SetupFound,
    SetupResolved,
)
from core.domain.margin import FundingPolicy
from core.domain.positions import ExitReason
from core.domain.timeframes import D1, H1, M1, M15, W1
from core.trading.desk import Desk
from tests.builders import TUESDAY, a_bar, a_policy, facts_of
from tests.trading.bar_desk import armed, closing, quarter

HOURLY = a_policy(funding=FundingPolicy(interval_hours=1))
AFTERNOON = datetime(2026, 1, 6, 20, 15, tzinfo=UTC)
"""15:15 in New York, forty minutes before the deadline."""
DEADLINE = datetime(2026, 1, 6, 20, 55, tzinfo=UTC)
CALM, BROKEN = (102, 103, 101, 102), (100, "102.5", 100, 102)
"""Bars that end no position from 102.1 with stop 99 and target 110; and the one that opens it."""


def holding(start: datetime = TUESDAY, desk: Desk | None = None) -> Desk:
    """A long position from 102.1, stop 99, target 110, entered in the bar that began at `start`."""
    desk = desk or armed(start=start)
    assert facts_of(closing(desk, quarter(0, *BROKEN, start=start)), PositionOpened)
    return desk


def ends(outcomes: tuple[Outcome, ...]) -> list[tuple[ExitReason, Decimal, datetime]]:
    """Reason, price and time of the exits."""
    return [(f.trade.reason, f.trade.exit.price, f.trade.exit.at) for f in facts_of(outcomes, PositionClosed)]


@pytest.mark.parametrize(
    ("bar", "reason", "price"),
    [
        ((102, 111, 98, 100), ExitReason.STOP, 99),
        ((98, 111, 97, 100), ExitReason.STOP, 98),
        ((111, 112, 109, 110), ExitReason.TARGET, 110),
        ((50, 51, 49, 50), ExitReason.LIQUIDATION, 50),
    ],
)
def test_a_later_bar_is_judged_stop_first_and_leaves_at_its_own_start(
    bar: tuple[object, object, object, object], reason: ExitReason, price: int
) -> None:
    assert ends(closing(holding(), quarter(1, *bar))) == [(reason, Decimal(price), TUESDAY + M15.span)]


def test_a_target_waits_until_a_minute_bar_starts_five_minutes_after_the_entry_bar() -> None:
    desk = armed()
    rising = a_bar(TUESDAY, 100, "102.5", 100, 102)
    assert facts_of(closing(desk, rising, timeframe=M1), PositionOpened)
    seen = [
        ends(closing(desk, a_bar(TUESDAY + minute * M1.span, 103, 111, 103, 103), timeframe=M1))
        for minute in range(1, 6)
    ]
    assert [bool(each) for each in seen] == [False, False, False, False, True]


def test_funding_within_a_bar_comes_after_its_exits_at_its_close_also_for_a_position_entered_in_it() -> None:
    before = TUESDAY - M15.span
    desk = armed(HOURLY, start=before)
    outcomes = closing(desk, quarter(0, 100, "102.5", 100, "101.5", start=before))
    assert [(f.instant, f.mark, f.at) for f in facts_of(outcomes, FundingPaid)] == [
        (TUESDAY, Decimal("101.5"), TUESDAY)
    ]
    stopped = closing(holding(desk=armed(HOURLY)), quarter(3, 102, 103, 98, 100))
    assert ends(stopped) and not facts_of(stopped, FundingPaid)


def test_a_recorded_rate_replaces_the_configured_one_at_its_instant_alone() -> None:
    before = TUESDAY - M15.span
    desk = armed(HOURLY, start=before)
    bar = quarter(0, *BROKEN, start=before)
    rate = Decimal("0.0003")
    (paid,) = facts_of(desk.handle(BarClosed("BTC", M15, bar, TUESDAY, ((TUESDAY, rate),))), FundingPaid)
    assert paid.rate == rate
    assert paid.amount == -(Decimal(102) * desk.state.account.positions["BTC"].size * rate).quantize(Decimal("1e-6"))
    later = [closing(desk, quarter(number, *CALM, start=before)) for number in range(1, 5)]
    (paid,) = (fact for outcomes in later for fact in facts_of(outcomes, FundingPaid))
    assert paid.rate != rate


def test_instants_of_a_hole_are_funded_at_the_last_close_before_the_next_bar() -> None:
    desk = holding(desk=armed(HOURLY))
    outcomes = closing(desk, quarter(9, 109, "109.5", 108, 109))
    assert [(f.instant.hour, f.mark) for f in facts_of(outcomes, FundingPaid)] == [
        (16, Decimal(102)), (17, Decimal(102)),
    ]  # fmt: skip


def test_the_deadline_within_a_bar_is_judged_at_its_close_and_booked_at_its_end() -> None:
    desk = holding(AFTERNOON)
    closing(desk, quarter(1, *CALM, start=AFTERNOON))
    outcomes = closing(desk, quarter(2, *CALM, start=AFTERNOON))
    assert [fact.at for fact in facts_of(outcomes, PositionRetiered)] == [AFTERNOON + timedelta(minutes=45)]


def leveraged() -> Desk:
    """A position above the swing maximum, entered in the afternoon."""
    desk = holding(AFTERNOON)
    position = desk.state.account.positions["BTC"]
    desk.state.account.positions["BTC"] = replace(position, size=Decimal(50))
    return desk


def test_a_position_above_the_swing_maximum_leaves_at_the_close_of_the_deadlines_bar() -> None:
    desk = leveraged()
    closing(desk, quarter(1, *CALM, start=AFTERNOON))
    outcomes = closing(desk, quarter(2, 102, 103, 101, "101.5", start=AFTERNOON))
    end = AFTERNOON + timedelta(minutes=45)
    assert ends(outcomes) == [(ExitReason.INTRADAY_DEADLINE, Decimal("101.5"), end)]


@pytest.mark.parametrize(
    ("opened", "reason", "price"),
    [
        (102, ExitReason.INTRADAY_DEADLINE, 102),
        (98, ExitReason.STOP, 98),
        (111, ExitReason.TARGET, 110),
        (50, ExitReason.LIQUIDATION, 50),
    ],
)
def test_a_deadline_in_a_hole_is_judged_at_the_next_open_unless_that_open_is_an_exit(
    opened: int, reason: ExitReason, price: int
) -> None:
    outcomes = closing(leveraged(), quarter(8, opened, opened + 1, opened - 1, opened, start=AFTERNOON))
    assert ends(outcomes) == [(reason, Decimal(price), AFTERNOON + 8 * M15.span)]


def hours(desk: Desk, *high_low: tuple[object, object], start: datetime) -> list[Outcome]:
    """Whole hours of four equal bars each."""
    found: list[Outcome] = []
    for hour, (high, low) in enumerate(high_low):
        for part in range(4):
            found += closing(desk, quarter(4 * hour + part, low, high, low, high, start=start))
    return found


def test_base_bars_roll_into_longer_ones_and_a_partial_first_bucket_is_dropped() -> None:
    desk = Desk(a_policy())
    desk.start(TUESDAY)
    closing(desk, quarter(0.0, *CALM, start=TUESDAY + 3 * M15.span))
    hours(desk, (110, 100), (112, 90), start=TUESDAY + H1.span)
    rolled = desk.state.markets["BTC"].series[H1].closed
    assert [(bar.start, int(bar.high), int(bar.low), bar.children, bar.complete) for bar in rolled] == [
        (TUESDAY + H1.span, 110, 100, 4, True), (TUESDAY + 2 * H1.span, 112, 90, 4, True),
    ]  # fmt: skip


def test_an_hour_whose_last_bars_are_absent_is_closed_by_the_clock_before_the_next_bar_is_looked_at() -> None:
    desk = Desk(a_policy())
    desk.start(TUESDAY)
    hours(desk, (104, 85), (110, 90), start=TUESDAY)
    for part in range(2):
        closing(desk, quarter(8 + part, 100, 102, 99, 100))
    outcomes = closing(desk, quarter(12, 100, 103, 100, 102))
    found = [fact.setup for fact in facts_of(outcomes, SetupFound) if fact.setup.timeframe == H1]
    assert [setup.bar_start for setup in found] == [TUESDAY + 2 * H1.span]
    resolved = [fact.setup_id for fact in facts_of(outcomes, SetupResolved)]
    assert found[0].id in resolved


def standing(desk: Desk, bar: Bar, price: str) -> dict[str, Standing]:
    """How the timeframes stand at a break in the bar."""
    seen = desk.state.markets["BTC"].standings_at(bar.open, Decimal(price))
    return {str(timeframe): each for timeframe, each in seen.items()}


def test_gates_see_the_forming_bars_as_of_the_close_before_and_of_the_bar_itself_its_open_and_the_fill_alone() -> None:
    desk = Desk(a_policy())
    desk.start(TUESDAY)
    hours(desk, (110, 90), start=TUESDAY)
    closing(desk, quarter(4, 100, 111, 99, 105))
    seen = standing(desk, quarter(5, 104, 120, 80, 100), "105.1")
    assert seen["1h"] == Standing(BarKind.UP, Decimal(100), Decimal("105.1"))
    assert standing(desk, quarter(5, 89, 120, 80, 100), "105.1")["1h"].kind is BarKind.OUTSIDE
    assert seen["15m"] == Standing(BarKind.INSIDE, Decimal(104), Decimal("105.1"))
    assert seen[str(W1)].kind is seen[str(D1)].kind is BarKind.UNKNOWN


def test_other_symbols_count_with_their_last_processed_closes_at_a_deadline() -> None:
    desk = armed(a_policy(symbols=("BTC", "ETH")), start=AFTERNOON, symbols=("BTC", "ETH"))
    for symbol in ("BTC", "ETH"):
        assert facts_of(closing(desk, quarter(0, *BROKEN, start=AFTERNOON), symbol), PositionOpened)
    positions = desk.state.account.positions
    for symbol, size in (("BTC", 30), ("ETH", 100)):
        positions[symbol] = replace(positions[symbol], size=Decimal(size))
    for symbol in ("BTC", "ETH"):
        closing(desk, quarter(1, 102, "109.9", 102, "109.5", start=AFTERNOON), symbol)
    # 30 x 102 USD fit under four times the equity only while ETH still stands at its last close.
    assert facts_of(closing(desk, quarter(2, *CALM, start=AFTERNOON), "BTC"), PositionRetiered)
    after_all = closing(desk, quarter(2, *CALM, start=AFTERNOON), "ETH")
    assert [reason for reason, _, _ in ends(after_all)] == [ExitReason.INTRADAY_DEADLINE]
