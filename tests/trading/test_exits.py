"""How positions end on ticks, pay funding, and meet the deadline."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from core.domain.commands import ClosePosition
from core.domain.events import OutageBegan
from core.domain.facts import FundingPaid, PositionClosed, PositionOpened, PositionRetiered
from core.domain.leverage import Tier
from core.domain.policy import FeePolicy
from core.domain.positions import ExitReason, FillTag, OpenPosition
from core.domain.sizing import RiskPolicy
from core.trading.desk import Desk
from tests.builders import OPEN_FILTERS, a_desk, a_policy, a_setup, a_tick, after, facts_of

BEFORE_DEADLINE = datetime(2026, 1, 6, 20, 50, tzinfo=UTC)


def opened(desk: Desk, at: datetime, price: object = "102.1") -> OpenPosition:
    """Break the long side of the desk's setup."""
    return facts_of(desk.handle(a_tick(price, at)), PositionOpened)[0].position


def test_a_stop_is_taken_at_the_first_touch_at_the_ticks_price() -> None:
    desk = a_desk(a_setup())
    opened(desk, after(1))
    assert desk.handle(a_tick("99.01", after(2))) == ()
    trade = facts_of(desk.handle(a_tick("98.7", after(3))), PositionClosed)[0].trade
    assert (trade.reason, trade.exit.price, trade.exit.tag) == (ExitReason.STOP, Decimal("98.7"), FillTag.LIVE)


def test_a_target_waits_for_the_minimum_hold_and_a_stop_never_does() -> None:
    desk = a_desk(a_setup())
    opened(desk, after(1))
    assert desk.handle(a_tick(111, after(300.9))) == ()
    trade = facts_of(desk.handle(a_tick(111, after(301))), PositionClosed)[0].trade
    assert (trade.reason, trade.exit.price) == (ExitReason.TARGET, Decimal(111))


def test_a_liquidation_never_loses_more_than_the_margin() -> None:
    desk = a_desk(a_setup(high=102, low="97.5", targets=(130, 70)))
    position = opened(desk, after(1))
    trade = facts_of(desk.handle(a_tick(40, after(2))), PositionClosed)[0].trade
    assert trade.reason is ExitReason.LIQUIDATION
    assert trade.net == -position.margin.quantize(Decimal("0.000001"))


def test_a_stale_price_closes_nothing_and_the_next_fresh_one_does() -> None:
    desk = a_desk(a_setup())
    opened(desk, after(1))
    assert not facts_of(desk.handle(a_tick(90, after(2), age_s=11)), PositionClosed)
    assert facts_of(desk.handle(a_tick(91, after(3), late=True)), PositionClosed)[0].trade.exit.tag is FillTag.LATE


def test_fees_are_charged_at_both_fills_and_rounded_once() -> None:
    desk = a_desk(a_setup(), policy=a_policy(fees=FeePolicy(intx=Decimal("0.0003"))))
    position = opened(desk, after(1))
    assert position.entry.fee == (position.size * position.entry.price * Decimal("0.0003")).quantize(Decimal("1e-6"))
    assert desk.state.account.balance == 1000 - position.entry.fee
    trade = facts_of(desk.handle(a_tick(99, after(2))), PositionClosed)[0].trade
    assert trade.net == trade.gross - position.entry.fee - trade.exit.fee
    assert desk.state.account.balance == 1000 + trade.net


def test_slippage_makes_market_fills_worse_and_leaves_targets_alone() -> None:
    desk = a_desk(a_setup(), policy=a_policy(fees=FeePolicy(intx=Decimal(0), slippage_bp=Decimal(10))))
    position = opened(desk, after(1))
    assert position.entry.price == Decimal("102.1") * Decimal("1.001")
    trade = facts_of(desk.handle(a_tick(111, after(400))), PositionClosed)[0].trade
    assert trade.exit.price == 111


def test_funding_is_paid_once_for_every_instant_crossed() -> None:
    start = datetime(2026, 1, 6, 15, 50, tzinfo=UTC)
    desk = a_desk(a_setup(bar_end=start), at=start)
    position = opened(desk, after(1, start))
    paid = facts_of(desk.handle(a_tick(103, after(700, start))), FundingPaid)
    assert [fact.instant.hour for fact in paid] == [16]
    assert paid[0].mark == Decimal("102.1")
    assert paid[0].amount == (-position.size * Decimal("102.1") * Decimal("0.10") * 8 / 8760).quantize(Decimal("1e-6"))
    assert not facts_of(desk.handle(a_tick(103, after(800, start))), FundingPaid)


def test_a_position_over_the_swing_cap_is_closed_at_the_deadline() -> None:
    policy = a_policy(risk=RiskPolicy(risk_pct=Decimal("0.05")))
    desk = a_desk(a_setup(low="101.2", bar_end=BEFORE_DEADLINE), policy=policy, price="101.5", at=BEFORE_DEADLINE)
    opened(desk, after(1, BEFORE_DEADLINE))
    assert not facts_of(desk.handle(a_tick("102.1", after(299, BEFORE_DEADLINE))), PositionClosed)
    trade = facts_of(desk.handle(a_tick("102.2", after(300, BEFORE_DEADLINE))), PositionClosed)[0].trade
    assert trade.reason is ExitReason.INTRADAY_DEADLINE


def test_a_position_within_the_swing_cap_is_retiered_once_and_stays_open() -> None:
    desk = a_desk(a_setup(bar_end=BEFORE_DEADLINE), at=BEFORE_DEADLINE)
    position = opened(desk, after(1, BEFORE_DEADLINE))
    fact = facts_of(desk.handle(a_tick(102, after(301, BEFORE_DEADLINE))), PositionRetiered)[0]
    assert (fact.tier, fact.margin_leverage) == (Tier.SWING, Decimal(4))
    assert fact.margin == position.size * position.entry.price / 4
    assert fact.liquidation == position.entry.price * Decimal("0.8")
    assert not facts_of(desk.handle(a_tick(102, after(302, BEFORE_DEADLINE))), PositionRetiered)


def test_a_position_is_closed_by_hand_at_the_last_price_but_not_on_a_lost_feed() -> None:
    desk = a_desk(a_setup())
    position = opened(desk, after(1))
    desk.handle(OutageBegan("BTC", after(1), after(2)))
    assert not facts_of(desk.handle(ClosePosition(position.id, after(2))), PositionClosed)
    desk = a_desk(a_setup())
    position = opened(desk, after(1))
    trade = facts_of(desk.handle(ClosePosition(position.id, after(2))), PositionClosed)[0].trade
    assert (trade.reason, trade.exit.price) == (ExitReason.MANUAL, Decimal("102.1"))


def test_the_optional_pattern_exit_leaves_when_the_entry_bar_breaks_the_other_side() -> None:
    filters = replace(OPEN_FILTERS, pattern_exit=True)
    setup = a_setup(low=97)
    desk = a_desk(replace(setup, short_trigger=Decimal(99)), policy=a_policy(filters=filters))
    opened(desk, after(1))
    trade = facts_of(desk.handle(a_tick("98.9", after(2))), PositionClosed)[0].trade
    assert trade.reason is ExitReason.PATTERN
