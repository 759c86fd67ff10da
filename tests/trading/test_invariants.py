"""What must always hold, over random prices: RELIABILITY.md section 2 on the pure desk."""

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.domain.commands import (
    ClosePosition,
    EnterByHand,
    GiveVerdict,
    HaltEntries,
    MoveStopToEven,
    ResumeEntries,
    WithdrawVerdict,
)
from core.domain.events import Noted, OutageBegan, OutageJudged, Outcome
from core.domain.facts import EntryRefused, Fact, FundingPaid, PositionClosed, PositionOpened, SetupResolved
from core.domain.guards import GuardPolicy, HaltSource
from core.domain.patterns import Side
from core.domain.policy import FeePolicy
from core.domain.review import ReviewVerdict
from core.domain.signals import Setup, SetupStatus
from core.domain.timeframes import H1, H4, M1, M15
from core.trading.account import PaperAccount
from core.trading.desk import Desk
from tests.builders import TUESDAY, a_bar, a_desk, a_policy, a_scan, a_setup, a_tick

SYMBOLS = ("BTC", "ETH")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(SYMBOLS),
        st.integers(-400, 400),
        st.integers(1, 5000),
        st.sampled_from(("tick", "tick", "tick", "tick", "setup", "outage", "word", "halt")),
    ),
    max_size=120,
)


def play(steps: list[tuple[str, int, int, str]]) -> tuple[Desk, list[Fact]]:
    """A desk with fees after random ticks, setups around the price, and outages."""
    policy = a_policy(
        symbols=SYMBOLS,
        guards=GuardPolicy(losing_streak=3, drawdown_pct=Decimal(9)),
        fees=FeePolicy(intx=Decimal("0.0003"), slippage_bp=Decimal(2)),
    )
    desk = a_desk(policy=policy)
    price = dict.fromkeys(SYMBOLS, Decimal(100))
    at = TUESDAY
    facts: list[Fact] = []
    outcomes: tuple[Outcome, ...] = ()
    for symbol, move, seconds, kind in steps:
        at += timedelta(seconds=seconds)
        price[symbol] = max(Decimal(60), min(Decimal(150), price[symbol] + Decimal(move) / 100))
        match kind:
            case "tick":
                outcomes = desk.handle(a_tick(price[symbol], at, symbol))
            case "setup":
                outcomes = desk.handle(a_scan(*around(symbol, price[symbol], at), at=at))
            case "word":
                outcomes = speak(desk, move, at)
            case "halt":
                ask = HaltEntries if move > 0 else ResumeEntries
                outcomes = desk.handle(ask(symbol if move % 2 else "", HaltSource.HAND, at))
            case _:
                outcomes = lose(desk, symbol, price[symbol], at)
        facts += [outcome for outcome in outcomes if not isinstance(outcome, Noted)]
    return desk, facts


def around(symbol: str, price: Decimal, at: datetime) -> list[Setup]:
    """A setup a percent or so around the price on three timeframes."""
    return [
        a_setup(
            price + width,
            price - width,
            (price + 3 * width, price - 3 * width),
            timeframe,
            timeframe.start_of(at),
            symbol,
        )
        for timeframe, width in ((M15, Decimal("0.7")), (H1, Decimal("1.3")), (H4, Decimal("2.1")))
    ]


def speak(desk: Desk, move: int, at: datetime) -> tuple[Outcome, ...]:
    """A verdict, its withdrawal, an entry, a stop or a close by hand, on the newest setup or position."""
    setups = desk.state.book.recent_setups()
    if not setups:
        return ()
    item = setups[0].setup.id
    held = next(iter(desk.state.account.positions.values()), None)
    match abs(move) % 6:
        case 0:
            return desk.handle(WithdrawVerdict(item, at))
        case 1:
            return desk.handle(EnterByHand(item, Side.LONG, Decimal("0.5"), at))
        case 2 if held is not None:
            return desk.handle(MoveStopToEven(held.id, at))
        case 3 if held is not None:
            return desk.handle(ClosePosition(held.id, at))
        case _:
            return desk.handle(GiveVerdict(item, tuple(ReviewVerdict)[abs(move) % 4], at))


def lose(desk: Desk, symbol: str, price: Decimal, at: datetime) -> tuple[Outcome, ...]:
    """An outage of ten minutes before `at` whose one candle swings 2 around the price."""
    since = at - timedelta(minutes=10)
    lost = desk.handle(OutageBegan(symbol, since, at))
    bar = a_bar(M1.start_of(since) + M1.span, price, price + 2, price - 2, price)
    return lost + desk.handle(OutageJudged(symbol, M1, (bar,), since, at, at))


@given(STEPS)
def test_the_balance_is_start_plus_realised_minus_fees_plus_funding(steps: list[tuple[str, int, int, str]]) -> None:
    desk, facts = play(steps)
    closed = [fact.trade for fact in facts if isinstance(fact, PositionClosed)]
    paid = sum((fact.amount for fact in facts if isinstance(fact, FundingPaid)), Decimal(0))
    entered = sum((f.position.entry.fee for f in facts if isinstance(f, PositionOpened)), Decimal(0))
    gross = sum((trade.gross for trade in closed), Decimal(0))
    left = sum((trade.exit.fee for trade in closed), Decimal(0))
    account = desk.snapshot().account
    assert account.balance == 1000 + gross - entered - left + paid
    assert account.equity == account.balance + account.unrealised


@given(STEPS)
def test_a_triggered_setup_opens_or_has_exactly_one_refusal(steps: list[tuple[str, int, int, str]]) -> None:
    _, facts = play(steps)
    resolved = Counter(fact.setup_id for fact in facts if isinstance(fact, SetupResolved))
    assert all(count == 1 for count in resolved.values())
    triggered = {
        fact.setup_id for fact in facts if isinstance(fact, SetupResolved) and fact.status is SetupStatus.TRIGGERED
    }
    answered = Counter(fact.setup_id for fact in facts if isinstance(fact, EntryRefused))
    answered.update(fact.position.setup_id for fact in facts if isinstance(fact, PositionOpened))
    assert set(answered) == triggered and all(count == 1 for count in answered.values())


@given(STEPS)
def test_at_most_one_position_a_symbol_and_its_margin_is_what_is_reserved(
    steps: list[tuple[str, int, int, str]],
) -> None:
    desk, facts = play(steps)
    open_now: set[str] = set()
    for fact in facts:
        if isinstance(fact, PositionOpened):
            assert fact.position.symbol not in open_now
            open_now.add(fact.position.symbol)
        elif isinstance(fact, PositionClosed):
            open_now.remove(fact.trade.position.symbol)
    account = desk.state.account
    assert set(account.positions) == open_now
    assert account.reserved == sum((p.margin for p in account.positions.values()), Decimal(0))


@given(STEPS)
def test_folding_the_facts_gives_the_same_account_and_book(steps: list[tuple[str, int, int, str]]) -> None:
    desk, facts = play(steps)
    again = PaperAccount()
    again.start = Decimal(1000)
    for fact in facts:
        again.fold(fact)
    live = desk.state.account
    assert (again.balance, again.positions, again.trades) == (live.balance, live.positions, live.trades)
    twin = Desk(desk.state.policy)
    twin.restore(facts)
    assert [(t.setup.id, t.status) for t in twin.state.book.recent_setups()] == [
        (t.setup.id, t.status) for t in desk.state.book.recent_setups()
    ]
    told, lived = twin.state, desk.state
    assert told.reviews.views() == lived.reviews.views()
    assert told.halts.views() == lived.halts.views() and told.halts.trips == lived.halts.trips
    assert told.shadows.views() == lived.shadows.views()
    assert told.account.arithmetic == lived.account.arithmetic


@given(STEPS)
def test_no_trade_pays_the_same_funding_instant_twice(steps: list[tuple[str, int, int, str]]) -> None:
    _, facts = play(steps)
    instants = Counter((fact.position_id, fact.instant) for fact in facts if isinstance(fact, FundingPaid))
    assert all(count == 1 for count in instants.values())
