"""A desk with fees, guards and a person at it, through random ticks, scans, outages, words and halts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from core.domain.commands import (
    Attend,
    ClosePosition,
    EnterByHand,
    GiveVerdict,
    HaltEntries,
    MoveFunds,
    MoveStopToEven,
    ResumeEntries,
    WithdrawVerdict,
)
from core.domain.events import Gap, Noted, OutageBegan, OutageJudged, Outcome
from core.domain.facts import Fact
from core.domain.guards import GuardPolicy, HaltSource
from core.domain.leverage import TierPolicy
from core.domain.patterns import Side
from core.domain.policy import FeePolicy
from core.domain.review import ReviewVerdict
from core.domain.signals import Setup
from core.domain.timeframes import H1, H4, M1, M15
from core.trading.desk import Desk
from tests.builders import TUESDAY, a_bar, a_desk, a_policy, a_scan, a_setup, a_tick

SYMBOLS = ("BTC", "ETH")
KINDS = (*("tick",) * 12, *("setup",) * 3, "outage", "word", "word", "halt", "key", "funds")
MOVE = 200
"""Most cents the price moves between two steps, either way."""
SECONDS = 400
"""Most between two steps: a day of New York passes within 120 of them."""
Step = tuple[str, int, int, str]
"""Symbol, move in cents, seconds since the step before, and what happens."""
STEPS = st.lists(
    st.tuples(st.sampled_from(SYMBOLS), st.integers(-MOVE, MOVE), st.integers(1, SECONDS), st.sampled_from(KINDS)),
    min_size=20,
    max_size=120,
)
POLICY = a_policy(
    symbols=SYMBOLS,
    guards=GuardPolicy(losing_streak=3, drawdown_pct=Decimal(20)),
    # So little that the deadline finds something to close.
    tiers=TierPolicy(swing=dict.fromkeys(SYMBOLS, Decimal(1))),
    fees=FeePolicy(intx=Decimal("0.0003"), slippage_bp=Decimal(2)),
)


@dataclass(frozen=True, slots=True)
class Played:
    """What came of the steps: the desk, and the facts of each event, which are one transaction."""

    desk: Desk
    batches: tuple[tuple[Fact, ...], ...]
    at: datetime

    @property
    def facts(self) -> list[Fact]:
        """All of them, in order."""
        return [fact for batch in self.batches for fact in batch]


def _nothing(_: Desk) -> None:
    return None


def play(steps: Sequence[Step], after_each: Callable[[Desk], None] = _nothing) -> Played:
    """Take every step; `after_each` looks at the desk after each of them."""
    desk = a_desk(policy=POLICY)
    price = dict.fromkeys(SYMBOLS, Decimal(100))
    at = TUESDAY
    batches: list[tuple[Fact, ...]] = []
    for symbol, move, seconds, kind in steps:
        at += timedelta(seconds=seconds)
        price[symbol] = max(Decimal(60), min(Decimal(150), price[symbol] + Decimal(move) / 100))
        outcomes = _step(desk, symbol, price[symbol], move, kind, at)
        batches.append(tuple(outcome for outcome in outcomes if not isinstance(outcome, Noted)))
        after_each(desk)
    return Played(desk, tuple(batches), at)


def _step(desk: Desk, symbol: str, price: Decimal, move: int, kind: str, at: datetime) -> tuple[Outcome, ...]:
    match kind:
        case "tick":
            return desk.handle(a_tick(price, at, symbol))
        case "setup":
            return desk.handle(a_scan(*around(symbol, price, at), at=at))
        case "word":
            return speak(desk, move, at)
        case "halt":
            # Twice as many are lifted as set, so that entries are the rule.
            ask = HaltEntries if move > 150 else ResumeEntries
            return desk.handle(ask(symbol if move % 2 else "", HaltSource.HAND, at))
        case "funds":
            return desk.handle(MoveFunds(Decimal(move) * 10, "", at))
        case "key":
            return desk.handle(Attend(at, back=move > 0))
        case _:
            return lose(desk, symbol, price, at)


def around(symbol: str, price: Decimal, at: datetime) -> list[Setup]:
    """A setup a percent or so around the price on three timeframes, worth two and a half times its risk."""
    return [
        a_setup(price + width, price - width, (price + 6 * width, price - 6 * width), timeframe,
                timeframe.start_of(at), symbol)
        for timeframe, width in ((M15, Decimal("0.22")), (H1, Decimal("1.3")), (H4, Decimal("2.1")))
    ]  # fmt: skip


def speak(desk: Desk, move: int, at: datetime) -> tuple[Outcome, ...]:
    """A verdict, its withdrawal, an entry, a stop or a close by hand, on a waiting setup or an open position."""
    setups = [tracked for tracked in desk.state.book.recent_setups() if tracked.pending]
    held = next(iter(desk.state.account.positions.values()), None)
    match abs(move) % 6:
        case 2 if held is not None:
            return desk.handle(MoveStopToEven(held.id, at))
        case 3 if held is not None:
            return desk.handle(ClosePosition(held.id, at))
        case _ if not setups:
            return ()
        case 0:
            return desk.handle(WithdrawVerdict(setups[0].setup.id, at))
        case 1:
            return desk.handle(EnterByHand(setups[0].setup.id, Side.LONG, Decimal("0.5"), at))
        case _:
            return desk.handle(GiveVerdict(setups[0].setup.id, tuple(ReviewVerdict)[abs(move) % 4], at))


def lose(desk: Desk, symbol: str, price: Decimal, at: datetime) -> tuple[Outcome, ...]:
    """An outage of ten minutes before `at` whose one candle swings 2 around the price."""
    since = at - timedelta(minutes=10)
    lost = desk.handle(OutageBegan(symbol, since, at))
    bar = a_bar(M1.start_of(since) + M1.span, price, price + 2, price - 2, price)
    return lost + desk.handle(OutageJudged((Gap(symbol, M1, (bar,), since, at),), at))
