"""A real desk's picture with a trade, an open position, a skip and a waiting setup, to be explained on screen."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from core.domain.commands import ClosePosition
from core.domain.patterns import Side
from core.domain.policy import FeePolicy
from core.domain.signals import Setup
from core.domain.snapshot import FeedState, LinkView, Snapshot
from core.domain.timeframes import H1, H4
from tests.builders import OPEN_FILTERS, a_bar, a_desk, a_policy, a_scan, a_setup, a_tick, after

COSTS = FeePolicy(intx=Decimal("0.0003"), slippage_bp=Decimal(2))


def with_bars(setup: Setup) -> Setup:
    """The setup with the two bars it rests on, and what its legs were held against, as a scan keeps them."""
    start, targets = setup.bar_start, {judged.leg.side: judged.leg.target for judged in setup.legs}
    low, high = targets[Side.SHORT], targets[Side.LONG]
    before = a_bar(start - setup.timeframe.span, low + 1, high, low, high - 1)
    inside = a_bar(start, setup.short_trigger, setup.long_trigger, setup.short_trigger, setup.long_trigger)
    return replace(setup, bars=(before, inside), limits=OPEN_FILTERS.limits)


def desk_in_the_afternoon() -> Snapshot:
    """One trade (BTC 4h), a skip (BTC 1h), a position above its swing cap (BTC 15m), and a setup that waits."""
    first = with_bars(a_setup("101.5", "98.5", (109, 91), H1))
    skipped = with_bars(a_setup("101.6", "101.2", (120, 80), H4))
    desk = a_desk(first, skipped, policy=a_policy(fees=COSTS))
    desk.handle(a_tick("101.7", after(60)))
    held = desk.state.account.positions["BTC"]
    desk.handle(a_tick("104", after(4 * 3600)))
    desk.handle(ClosePosition(held.id, after(4 * 3600 + 5)))
    at = after(4 * 3600 + 900)
    second = with_bars(a_setup("104.4", "103.96", (107, 101), bar_end=at))
    waiting = with_bars(a_setup("106", "103", (112, 97), H1, bar_end=at - timedelta(minutes=15)))
    desk.handle(a_scan(second, waiting, at=at))
    desk.handle(a_tick("104.42", at + timedelta(seconds=60)))
    return replace(desk.snapshot(), link=LinkView(state=FeedState.LIVE, age_s=0.2, ages={"BTC": 0.2}))
