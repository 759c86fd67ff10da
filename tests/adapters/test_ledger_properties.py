"""Whatever is appended, in whatever order: the chain holds, and the projections are what the events give."""

import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from core.adapters.ledger_check import check
from core.adapters.ledger_reader import LedgerReader
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.errors import StoreError
from core.domain.facts import AccountOpened, Fact
from core.domain.oversight import ItemReviewed, NoteWritten, VerdictGiven, VerdictWithdrawn
from core.domain.review_views import ReviewView
from core.trading.halts import Halts
from core.trading.reviews import ReviewBook
from tests.adapters.fact_strategies import any_fact, words_of_a_person
from tests.adapters.ledger_story import a_day

FACTS = [fact for batch in a_day() for fact in batch]
batches = st.lists(st.lists(st.sampled_from(FACTS) | any_fact, min_size=1, max_size=4), max_size=12)


def accepted(folder: Path, told: list[list[Fact]]) -> list[Fact]:
    """Append batch by batch; the facts of those batches the store did not refuse."""
    store = SqliteStore(StateDir.create(folder))
    kept: list[Fact] = []
    for batch in told:
        if store.append(batch).exception(5) is None:
            kept += batch
        else:
            assert isinstance(store.append(batch).exception(5), StoreError)
    assert list(store.facts()) == kept
    store.close()
    return kept


def dump(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "ledger.db")) as db:
        return list(db.iterdump())


@settings(max_examples=20)
@given(batches)
def test_refused_or_kept_whole_and_always_rebuildable(told: list[list[Fact]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        accepted(Path(folder), [[FACTS[0]], *told])
        results = {result.id: result for result in check(Path(folder))}
        assert results["M2"].ok, results["M2"].detail
        assert results["O3"].ok, results["O3"].detail


@settings(max_examples=10)
@given(st.permutations(FACTS))
def test_no_order_of_a_days_facts_breaks_the_account(told: list[Fact]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        kept = accepted(Path(folder), [[fact] for fact in told])
        assert any(isinstance(fact, AccountOpened) for fact in kept)
        results = {result.id: result for result in check(Path(folder))}
        for rule in ("M2", "M4", "O3", "O4"):
            assert results[rule].ok, results[rule].detail


def test_the_same_facts_make_the_same_ledger_to_the_byte(tmp_path: Path) -> None:
    for name in ("one", "other"):
        accepted(tmp_path / name, a_day())
    assert dump(tmp_path / "one") == dump(tmp_path / "other")


ITEMS = ["BTC|1h|2D-1-?|a", "ETH|1h|2D-2U|b"]
items = st.sampled_from(ITEMS)
said = st.lists(words_of_a_person.flatmap(lambda fact: items.map(lambda item: about(fact, item))), max_size=25)


def about(fact: Fact, item: str) -> Fact:
    """The fact, speaking of this item where it speaks of one."""
    match fact:
        case ItemReviewed() | VerdictGiven() | VerdictWithdrawn() | NoteWritten():
            return replace(fact, item_id=item)
        case _:
            return fact


@settings(max_examples=30)
@given(said)
def test_the_ledger_and_the_desk_fold_a_persons_words_alike(told: list[Fact]) -> None:
    book, halts = ReviewBook(), Halts()
    with tempfile.TemporaryDirectory() as folder:
        for fact in accepted(Path(folder), [[fact] for fact in told]):
            book.fold(fact)
            halts.fold(fact)
        with LedgerReader(Path(folder)) as reader:
            spoken = {item: view for item, view in book.views().items() if view != ReviewView(None)}
            assert reader.reviews() == spoken
            assert reader.halts() == halts.views()
            assert {trip.guard: trip for trip in reader.trips()} == halts.trips
