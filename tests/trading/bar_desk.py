"""A desk in bar mode with one setup armed: a 2U-1-? on 15m over [99, 102], targets 110 and 90."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from core.domain.bars import Bar
from core.domain.events import BarClosed, InstrumentListed, Outcome
from core.domain.policy import Policy
from core.domain.timeframes import M15, Timeframe
from core.trading.desk import Desk
from tests.builders import TUESDAY, a_bar, a_policy, an_instrument

OUTER, BEFORE, INSIDE = (86, 104, 85, 100), (100, 110, 90, 105), (100, 102, 99, 100)
"""Open, high, low, close of the bars that make it: the second is a 2U, the third an inside bar."""


def closing(desk: Desk, bar: Bar, symbol: str = "BTC", timeframe: Timeframe = M15) -> tuple[Outcome, ...]:
    """The bar closes."""
    return desk.handle(BarClosed(symbol, timeframe, bar, bar.start + timeframe.span))


def quarter(number: float, opened: object, high: object, low: object, close: object, start: datetime = TUESDAY) -> Bar:
    """The bar so many quarters of an hour after the setup bar closed."""
    return a_bar(start + number * M15.span, opened, high, low, close)


def armed(
    policy: Policy | None = None, start: datetime = TUESDAY, symbols: Iterable[str] = ("BTC",), increment: str = "0.1"
) -> Desk:
    """A desk that has seen three bars of each symbol up to `start`, so that the fourth may break the setup."""
    rules = policy or a_policy()
    desk = Desk(rules)
    desk.start(start - timedelta(days=1))
    for symbol in symbols:
        listing = an_instrument(symbol, price_increment=type(rules.start_balance)(increment))
        desk.handle(InstrumentListed(listing, start - timedelta(days=1)))
        for number, prices in zip((-3, -2, -1), (OUTER, BEFORE, INSIDE), strict=True):
            closing(desk, quarter(number, *prices, start=start), symbol)
    return desk
