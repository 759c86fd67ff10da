"""Small makers of domain values, with sensible defaults, for tests that read as sentences."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from core.domain.bars import Bar
from core.domain.events import FoundSetup, InstrumentListed, PriceTick, ScanDone, SeriesLoaded
from core.domain.facts import Fact
from core.domain.levels import FilterPolicy, Verdict, judge, make_leg
from core.domain.patterns import Side
from core.domain.policy import FeePolicy, Policy
from core.domain.signals import JudgedLeg, Setup, SetupStatus
from core.domain.symbols import Instrument, ListingKind
from core.domain.timeframes import M15, SCANNED, Timeframe
from core.trading.desk import Desk

T = TypeVar("T")

TUESDAY = datetime(2026, 1, 6, 15, 0, tzinfo=UTC)
"""10:00 in New York on a Tuesday: intraday, far from maintenance and from the deadline."""

OPEN_FILTERS = FilterPolicy(min_continuity=0, veto=False)
FREE = FeePolicy(intx=Decimal(0), cde=Decimal(0), spot=Decimal(0))


def a_policy(**changes: object) -> Policy:
    """A policy for one symbol, without fees, continuity or veto, so that a test states what it needs."""
    plain = Policy(symbols=("BTC",), filters=OPEN_FILTERS, fees=FREE)
    return replace(plain, **changes)  # type: ignore[arg-type]


def an_instrument(symbol: str = "BTC", **changes: object) -> Instrument:
    """An INTX perpetual with fine increments and no caps of its own."""
    plain = Instrument(
        symbol=symbol,
        product_id=f"{symbol}-PERP-INTX",
        kind=ListingKind.INTX,
        price_increment=Decimal("0.1"),
        size_increment=Decimal("0.0001"),
        min_size=Decimal("0.0001"),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def a_bar(start: datetime, opened: object, high: object, low: object, close: object) -> Bar:
    """A complete bar of volume 1."""
    prices = [Decimal(str(price)) for price in (opened, high, low, close)]
    return Bar(start, prices[0], prices[1], prices[2], prices[3], Decimal(1))


def bars_of(timeframe: Timeframe, first: datetime, *high_low: tuple[object, object]) -> tuple[Bar, ...]:
    """Consecutive bars of these highs and lows; each opens at its low and closes at its high."""
    return tuple(a_bar(first + i * timeframe.span, low, high, low, high) for i, (high, low) in enumerate(high_low))


def a_setup(
    high: object = 102,
    low: object = 99,
    targets: tuple[object, object] = (110, 90),
    timeframe: Timeframe = M15,
    bar_end: datetime = TUESDAY,
    symbol: str = "BTC",
    filters: FilterPolicy = OPEN_FILTERS,
    sides: Iterable[Side] = tuple(Side),
) -> Setup:
    """A 2U-1-? whose setup bar has this range and closed at `bar_end`."""
    up, down = Decimal(str(high)), Decimal(str(low))
    levels = {Side.LONG: (up, down, targets[0]), Side.SHORT: (down, up, targets[1])}
    legs = []
    for side in sides:
        entry, stop, target = levels[side]
        leg = make_leg(side, entry, stop, Decimal(str(target)))
        assert leg is not None
        legs.append(JudgedLeg(leg, judge(leg, filters, gap=False)))
    start = bar_end - timeframe.span
    return Setup(symbol, f"{symbol}-PERP-INTX", timeframe, "2U-1-?", start, up, down, tuple(legs), 2, bar_end)


def with_verdict(setup: Setup, verdict: Verdict) -> Setup:
    """The same setup with this verdict on every leg."""
    return replace(setup, legs=tuple(JudgedLeg(judged.leg, verdict) for judged in setup.legs))


def a_tick(price: object, at: datetime, symbol: str = "BTC", age_s: float = 0.0, late: bool = False) -> PriceTick:
    """A price without a book."""
    return PriceTick(symbol, Decimal(str(price)), None, None, at, age_s, 0.0, late=late)


def a_scan(*found: Setup | FoundSetup, at: datetime = TUESDAY) -> ScanDone:
    """A scan that found these setups, pending unless stated."""
    setups = tuple(f if isinstance(f, FoundSetup) else FoundSetup(f, SetupStatus.PENDING) for f in found)
    return ScanDone((), setups, (), (), 0.1, at)


def a_desk(*setups: Setup, policy: Policy | None = None, price: object = 100, at: datetime = TUESDAY) -> Desk:
    """A desk with an account, listings, flat history, a first price, and these setups armed."""
    desk = a_desk_over((), policy or a_policy(), at, price)
    if setups:
        desk.handle(a_scan(*setups, at=at))
    return desk


def a_desk_over(facts: Iterable[Fact], policy: Policy, at: datetime = TUESDAY, price: object = 100) -> Desk:
    """A desk restored from these facts and started at `at`, with listings, flat history and a first price."""
    desk = Desk(policy)
    desk.restore(facts)
    return at_work(desk, at, price)


def at_work(desk: Desk, at: datetime = TUESDAY, price: object = 100) -> Desk:
    """The desk, started at `at`, with listings, flat history and a first price."""
    desk.start(at)
    for symbol in desk.state.policy.symbols:
        desk.handle(InstrumentListed(an_instrument(symbol), at))
        for timeframe in SCANNED:
            start = timeframe.start_of(at)
            before = bars_of(timeframe, start - 3 * timeframe.span, (200, 50), (190, 60), (180, 70))
            desk.handle(SeriesLoaded(symbol, timeframe, before, at))
        desk.handle(a_tick(price, at, symbol))
    return desk


def after(seconds: float, start: datetime = TUESDAY) -> datetime:
    """An instant some seconds after the tests' Tuesday."""
    return start + timedelta(seconds=seconds)


def facts_of(outcomes: Iterable[object], kind: type[T]) -> list[T]:
    """The outcomes of one kind."""
    return [outcome for outcome in outcomes if isinstance(outcome, kind)]
