"""A day on paper as facts: found, refused, triggered, funded, retiered, closed; and any fact at all for properties."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from core.domain.bars import Bar
from core.domain.facts import (
    AccountOpened,
    DeskStarted,
    DeskStopped,
    EntryRefused,
    Fact,
    FundingPaid,
    FundsMoved,
    MarketSeen,
    OutageEnded,
    PositionClosed,
    PositionOpened,
    PositionRetiered,
    SetupFound,
    SetupResolved,
    ShadowClosed,
    SignalFound,
    StopMoved,
)
from core.domain.guards import Guard, HaltSource
from core.domain.levels import Leg, Verdict
from core.domain.leverage import Tier
from core.domain.margin import booked, funding_amount
from core.domain.oversight import (
    EntriesHalted,
    EntriesResumed,
    GuardRearmed,
    GuardTripped,
    ItemReviewed,
    NoteWritten,
    PersonSeen,
    SignalDismissed,
    VerdictGiven,
    VerdictWithdrawn,
)
from core.domain.patterns import Pattern, Side, Subtype, TargetKind
from core.domain.positions import ClosedTrade, ExitReason, Fill, OpenPosition, Origin, Plan, gross_profit
from core.domain.review import ReviewVerdict
from core.domain.signals import JudgedLeg, Setup, SetupStatus, Signal
from core.domain.sizing import Refusal
from core.domain.timeframes import H1

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
D = Decimal
STANDINGS = (("1d", "2U", 1), ("1h", "1", -1))
"""What a break at one moment saw of two timeframes."""
SIZING = (("risk_usd", "20.00"), ("size", "1.98"))
"""The arithmetic of a position's size."""


def a_leg(side: Side = Side.LONG) -> JudgedLeg:
    if side is Side.LONG:
        return JudgedLeg(Leg(side, D("105"), D("95"), D("120.50"), TargetKind.STRUCTURAL), Verdict.OK)
    return JudgedLeg(Leg(side, D("95"), D("105"), D("80.00"), TargetKind.MEASURED), Verdict.MIN_MAGNITUDE)


def a_setup(symbol: str = "BTC", number: int = 0) -> Setup:
    start = NOON + number * H1.span
    return Setup(
        symbol=symbol,
        product_id=f"{symbol}-PERP-INTX",
        timeframe=H1,
        name="2D-1-?",
        bar_start=start,
        long_trigger=D("105"),
        short_trigger=D("95"),
        legs=(a_leg(Side.LONG), a_leg(Side.SHORT)),
        max_unbroken=2,
        detected_at=start + H1.span + timedelta(seconds=4),
        bars=(Bar(start, D("100"), D("105"), D("95"), D("101.5"), D("7")),),
    )


def a_signal(symbol: str = "ETH", number: int = 0) -> Signal:
    start = NOON + number * H1.span
    found = start + H1.span + timedelta(seconds=4, microseconds=250)
    return Signal(
        symbol, f"{symbol}-USD", H1, Pattern.TWO_TWO, "2D-2U", Subtype.REVERSAL, a_leg(), start, found, tfc_score=3
    )


def a_position(setup: Setup, balance: Decimal = D("1000.00"), at: datetime | None = None) -> OpenPosition:
    opened = at or setup.bar_end + timedelta(minutes=10)
    return OpenPosition(
        id=f"{setup.id}|LONG",
        setup_id=setup.id,
        symbol=setup.symbol,
        product_id=setup.product_id,
        timeframe=setup.timeframe,
        pattern=setup.sequence_on(Side.LONG),
        plan=Plan(Side.LONG, D("95"), D("120.50"), TargetKind.STRUCTURAL, D("95"), setup.bar_end + H1.span),
        size=D("1.98"),
        entry=Fill(D("105.10"), D("0.062429"), opened),
        leverage=D("0.208098"),
        tier=Tier.INTRADAY,
        margin_leverage=D(10),
        margin=D("1.98") * D("105.10") / 10,
        liquidation=D("99.845"),
        entry_balance=balance,
        risk_usd=balance * D("0.02"),
    )


def triggered(setup: Setup, at: datetime) -> SetupResolved:
    return SetupResolved(setup.id, SetupStatus.TRIGGERED, Side.LONG, D("105.05"), 3, "broke 105", at, STANDINGS)


def funded(position: OpenPosition, instant: datetime, mark: Decimal) -> FundingPaid:
    rate = D("0.00009132")
    amount = booked(funding_amount(position.side, position.notional(mark), rate))
    return FundingPaid(position.id, instant, mark, rate, amount, instant)


def closed(position: OpenPosition, price: Decimal, at: datetime, reason: ExitReason) -> PositionClosed:
    gross = booked(gross_profit(position.side, position.size, position.entry.price, price))
    fee = booked(position.size * price * D("0.0003"))
    net = gross - position.entry.fee - fee + position.funding
    return PositionClosed(ClosedTrade(position, Fill(price, fee, at), reason, gross, net), at)


def a_day() -> list[list[Fact]]:
    """Batches as a desk would append them: one position closed, one open, one setup refused, one pending."""
    btc, sol, eth, late = a_setup("BTC"), a_setup("SOL"), a_setup("ETH"), a_setup("BTC", 9)
    opened = btc.bar_end + timedelta(minutes=10)
    first = a_position(btc, at=opened)
    balance = D("1000.00") - first.entry.fee
    eight = NOON.replace(hour=16)
    paid = funded(first, eight, D("107.33"))
    retiered = PositionRetiered(first.id, Tier.SWING, D(4), first.size * first.entry.price / 4, D("84.08"), eight)
    carried = replace(
        first,
        funding=paid.amount,
        tier=retiered.tier,
        margin_leverage=retiered.margin_leverage,
        margin=retiered.margin,
        liquidation=retiered.liquidation,
    )
    exit_at = NOON.replace(hour=20)
    end = closed(carried, D("120.61"), exit_at, ExitReason.TARGET)
    balance += paid.amount + end.trade.gross - end.trade.exit.fee
    second = a_position(sol, balance, exit_at + timedelta(hours=1))
    numbers = (("score", "1"), ("needed", "2"))
    refused = EntryRefused(eth.id, Side.LONG, Refusal.LOW_CONTINUITY, D("105.05"), numbers, opened)
    old = replace(a_setup("BTC", -5), legs=(a_leg(),))
    return [
        [AccountOpened(D("1000.00"), NOON)],
        [SignalFound(a_signal(), NOON), SignalFound(a_signal("SOL"), NOON)],
        [SetupFound(setup, SetupStatus.PENDING, btc.detected_at) for setup in (btc, sol, eth)],
        [SetupFound(old, SetupStatus.HISTORICAL_TRIGGERED_LONG, btc.detected_at), MarketSeen("BTC", NOON)],
        [triggered(btc, opened), PositionOpened(first, opened, SIZING)],
        [triggered(eth, opened), refused],
        [paid],
        [retiered],
        [end],
        [triggered(sol, second.entry.at), PositionOpened(second, second.entry.at)],
        [ItemReviewed(eth.id, True, exit_at), SignalDismissed(a_signal("SOL").id, exit_at)],
        [SetupFound(late, SetupStatus.PENDING, late.detected_at), MarketSeen("BTC", late.detected_at)],
        *an_evening(late, second, eth, late.detected_at + timedelta(minutes=5)),
    ]


def an_evening(waiting: Setup, held: OpenPosition, refused: Setup, at: datetime) -> list[list[Fact]]:
    """What a person and the desk's guards say late in the day: a verdict that stands, one that fell back, one halt."""
    later = at + timedelta(minutes=30)
    return [
        [DeskStarted(at)],
        [PersonSeen(at, back=True)],
        [NoteWritten(waiting.id, "=wide stop", at), NoteWritten(held.id, "runner", at)],
        [VerdictGiven(held.setup_id, ReviewVerdict.TAKEN, Side.LONG, "", None, at)],
        [VerdictGiven(waiting.id, ReviewVerdict.REJECTED, None, "chop", None, at)],
        [VerdictGiven(waiting.id, ReviewVerdict.SNOOZED, None, "", at + timedelta(minutes=15), at)],
        [VerdictWithdrawn(waiting.id, at)],
        [EntriesHalted("", HaltSource.HAND, at), EntriesHalted("BTC", HaltSource.HAND, at)],
        [EntriesResumed("", HaltSource.HAND, later)],
        [GuardTripped(Guard.DRAWDOWN, D("5.25"), D("5"), at), GuardTripped(Guard.LOSING_STREAK, D(4), D(3), at)],
        [GuardRearmed(Guard.LOSING_STREAK, "by hand", later)],
        [StopMoved(held.id, D("105.20"), "break-even by hand", later)],
        [ShadowClosed(refused.id, Side.LONG, ExitReason.STOP, D("95"), D("-1.002"), later)],
        [OutageEnded("BTC", at, later, 0, 0, later)],
        [FundsMoved(D("250.50"), "=savings", later)],
        [FundsMoved(D("-250.50"), "", later)],
        [DeskStopped(later)],
    ]


def by_hand(position: OpenPosition) -> OpenPosition:
    """The same position, entered by a person before the break."""
    return replace(position, origin=Origin.HAND)


def trading_on(count: int) -> Iterator[list[Fact]]:
    """An account, then `count` setups of one symbol, each triggered, opened and stopped out."""
    yield [AccountOpened(D(10_000_000), NOON)]
    balance = D(10_000_000)
    for number in range(count):
        setup = a_setup("BTC", number)
        at = setup.bar_end + timedelta(minutes=1)
        yield [SetupFound(setup, SetupStatus.PENDING, setup.detected_at)]
        position = a_position(setup, balance, at)
        yield [triggered(setup, at), PositionOpened(position, at)]
        end = closed(position, D("95"), at + timedelta(minutes=9), ExitReason.STOP)
        balance += end.trade.gross - end.trade.fees
        yield [end]
