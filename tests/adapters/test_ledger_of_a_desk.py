"""What a real desk decides under a person's hand: every rule holds on its ledger, which tells what the desk knows."""

import tempfile
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from core.adapters.absence_reader import read_absence
from core.adapters.ledger_inbox import waiting
from core.adapters.ledger_reader import LedgerReader
from core.domain.commands import Attend, HaltEntries, ResumeEntries
from core.domain.events import Noted, Outcome
from core.domain.facts import AccountOpened, DeskStarted
from core.domain.guards import GuardPolicy, HaltSource
from core.domain.policy import FeePolicy
from core.domain.review_views import ReviewView
from core.domain.signals import Setup
from core.domain.timeframes import H1, H4, M15
from core.trading.desk import Desk
from tests.adapters.judged import Story, broken, write
from tests.builders import TUESDAY, a_desk, a_policy, a_scan, a_setup, a_tick
from tests.trading.test_invariants import SYMBOLS, lose, speak

POLICY = a_policy(
    symbols=SYMBOLS,
    guards=GuardPolicy(losing_streak=3, drawdown_pct=Decimal(9)),
    fees=FeePolicy(intx=Decimal("0.0003"), slippage_bp=Decimal(2)),
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(SYMBOLS),
        st.integers(-400, 400),
        st.integers(1, 5000),
        st.sampled_from(("tick", "tick", "tick", "setup", "outage", "word", "word", "halt")),
    ),
    max_size=120,
)


def around(symbol: str, price: Decimal, at: datetime) -> list[Setup]:
    """A setup about the price on three timeframes, with targets far enough for the entry to be worth its risk."""
    return [
        a_setup(
            price + width,
            price - width,
            (price + 6 * width, price - 6 * width),
            timeframe,
            timeframe.start_of(at),
            symbol,
        )
        for timeframe, width in ((M15, Decimal("0.7")), (H1, Decimal("1.3")), (H4, Decimal("2.1")))
    ]


def told(steps: list[tuple[str, int, int, str]]) -> tuple[Desk, Story, datetime]:
    """A desk after these steps and its end, what it decided, one batch for each event, and when it ended."""
    desk = a_desk(policy=POLICY)
    price = dict.fromkeys(SYMBOLS, Decimal(100))
    at = TUESDAY
    story: Story = [[AccountOpened(Decimal(1000), at), DeskStarted(at)]]

    def keep(outcomes: tuple[Outcome, ...]) -> None:
        if batch := [outcome for outcome in outcomes if not isinstance(outcome, Noted)]:
            story.append(batch)

    for number, (symbol, move, seconds, kind) in enumerate(steps):
        at += timedelta(seconds=seconds)
        price[symbol] = max(Decimal(60), min(Decimal(150), price[symbol] + Decimal(move) / 100))
        match kind:
            case "tick":
                keep(desk.handle(a_tick(price[symbol], at, symbol)))
            case "setup":
                keep(desk.handle(a_scan(*around(symbol, price[symbol], at), at=at)))
            case "word":
                keep(speak(desk, move, at))
            case "halt":
                ask = HaltEntries if move > 0 else ResumeEntries
                keep(desk.handle(ask(symbol if move % 2 else "", HaltSource.HAND, at)))
            case _:
                keep(lose(desk, symbol, price[symbol], at))
        if number % 9 == 8:
            keep(desk.handle(Attend(at, back=number % 2 == 0)))
    keep(desk.stop(at))
    return desk, story, at


@settings(max_examples=20)
@given(STEPS)
def test_every_rule_holds_and_the_ledger_tells_what_the_desk_knows(steps: list[tuple[str, int, int, str]]) -> None:
    desk, story, at = told(steps)
    state, snapshot = desk.state, desk.snapshot()
    with tempfile.TemporaryDirectory() as folder:
        written = write(Path(folder), story)
        assert broken(written) == {}
        assert read_absence(written.ledger) == snapshot.absence
        with LedgerReader(written.root) as reader:
            spoken = {item: view for item, view in state.reviews.views().items() if view != ReviewView(None)}
            assert reader.reviews() == spoken
            assert reader.halts() == state.halts.views()
            assert {trip.guard: trip for trip in reader.trips()} == state.halts.trips
            assert {view.setup_id: view for view in reader.shadows()} == {
                view.setup_id: view for view in state.shadows.views()
            }
            assert {p.symbol: p for p in reader.positions()} == state.account.positions
            assert reader.trades() == tuple(state.account.trades)
            assert {v.setup.id: v.held for v in reader.setups(POLICY.review, at) if v.pending} == {
                v.setup.id: v.held for v in snapshot.setups if v.pending
            }
            assert sorted(waiting(reader, POLICY.review, at)) == sorted(snapshot.inbox)
