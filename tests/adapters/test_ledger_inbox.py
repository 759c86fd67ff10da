"""What the ledger says is waiting is what the desk's own inbox would list."""

import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from core.adapters.ledger_inbox import waiting
from core.adapters.ledger_reader import LedgerReader
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.facts import Fact, SetupFound, SignalFound
from core.domain.oversight import ItemReviewed, VerdictGiven, VerdictWithdrawn
from core.domain.patterns import Side
from core.domain.policy import Policy
from core.domain.review import ReviewPolicy, ReviewRule, ReviewVerdict, Stance
from core.domain.signals import SetupStatus
from core.trading.folded import Folding
from core.trading.inbox import held_back, inbox_of
from core.trading.state import DeskState
from tests.adapters.ledger_story import NOON, a_setup, a_signal

SETUPS = [a_setup("BTC", number) for number in range(3)]
SIGNALS = [a_signal("ETH", 0), a_signal("ETH", 30), replace(a_signal("SOL", 1), fresh=False)]
FOUND: list[Fact] = [
    *(SetupFound(setup, SetupStatus.PENDING, setup.detected_at) for setup in SETUPS),
    *(SignalFound(signal, signal.detected_at) for signal in SIGNALS),
]
items = st.sampled_from([*(setup.id for setup in SETUPS), *(signal.id for signal in SIGNALS)])
moments = st.integers(0, 60).map(lambda hours: NOON + timedelta(hours=hours))
verdicts = st.sampled_from(ReviewVerdict)
words: st.SearchStrategy[Fact] = st.one_of(
    st.builds(VerdictGiven, items, verdicts, st.none(), st.just(""), st.none() | moments, moments),
    st.builds(VerdictWithdrawn, items, moments),
    st.builds(ItemReviewed, items, st.booleans(), moments),
)
stances = st.sampled_from(Stance)


@settings(max_examples=40)
@given(st.lists(words, max_size=8), stances, stances, moments)
def test_the_ledger_and_the_desk_agree_on_what_waits_and_what_is_held(
    said: list[Fact], default: Stance, short: Stance, at: datetime
) -> None:
    review = ReviewPolicy(default, (ReviewRule(short, side=Side.SHORT),), ask_timeout_s=3600)
    state = DeskState(Policy(review=review))
    state.resume(Folding().take([*FOUND, *said]))
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(StateDir.create(Path(folder)))
        store.append([*FOUND, *said]).result(5)
        store.close()
        with LedgerReader(Path(folder)) as reader:
            found = waiting(reader, review, at)
            held = {view.setup.id: view.held for view in reader.setups(review, at) if view.held}
    assert found == inbox_of(state, state.book.recent_setups(), state.book.recent_signals(), at)
    assert held == held_back(state, at)
