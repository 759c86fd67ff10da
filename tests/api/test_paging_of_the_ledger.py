"""A page that SQL finds in the ledger is the slice of the whole list, whatever is asked."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_tui.cli import documents
from atlas_tui.cli.api.lists import AtHand, OfLedger, Totals
from atlas_tui.cli.api.paging import page
from atlas_tui.cli.books import Books
from core.adapters.api.replies import Refused
from core.adapters.ledger_pages import SETUPS, SIGNALS, TRADES, Wanted
from core.adapters.ledger_reader import LedgerReader
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.config import Request, load_settings
from core.domain.facts import AccountOpened, Fact, PositionOpened, SetupFound, SetupResolved, SignalFound
from core.domain.oversight import NoteWritten, VerdictGiven
from core.domain.patterns import Side
from core.domain.positions import ExitReason
from core.domain.review import ReviewVerdict
from core.domain.signals import Setup, SetupStatus, iso_z
from core.domain.timeframes import H1, Timeframe
from tests.adapters.ledger_story import NOON, a_leg, a_position, a_setup, a_signal, closed, triggered

LENGTHS = (Timeframe(15), H1)
Story: TypeAlias = tuple[str, Timeframe, tuple[Side, ...], str | None, Side | None, timedelta]
"""Symbol, timeframe, legs, fate, the broken side where there is one, and the part of the second it was found in."""
ENDS = (None, Side.LONG, Side.SHORT)

legs = st.sampled_from([(Side.LONG,), (Side.SHORT,), (Side.LONG, Side.SHORT)])
fates = st.sampled_from([None, "HISTORICAL", "TRADED", "EXPIRED", "TRIGGERED", "MISSED", "INVALIDATED"])
moments = st.sampled_from([0, 0, 250, 500_000]).map(lambda part: timedelta(microseconds=part))
stories = st.lists(
    st.tuples(
        st.sampled_from(["BTC", "ETH", "SOL"]), st.sampled_from(LENGTHS), legs, fates, st.sampled_from(ENDS), moments
    ),
    max_size=12,
)
queries = st.fixed_dictionaries(
    {},
    optional={
        "limit": st.integers(1, 9).map(str),
        "offset": st.integers(0, 15).map(str),
        "symbol": st.sampled_from(["BTC", "ETH", "SOL", "DOGE"]),
        "timeframe": st.sampled_from(["15m", "60m", "4h"]),
        "side": st.sampled_from(list(Side)),
        "status": st.sampled_from(list(SetupStatus)),
        "since": st.integers(0, 12).map(lambda hours: iso_z(NOON + timedelta(hours=hours, seconds=4))),
        "until": st.integers(0, 12).map(
            lambda hours: iso_z(NOON + timedelta(hours=hours, seconds=4, microseconds=250))
        ),
    },
)


def told(number: int, story: Story) -> list[Fact]:
    """A setup with its fate, a signal beside it, and a word on one of them."""
    symbol, length, sides, fate, end, part = story
    plain = a_setup(symbol, number)
    setup = replace(
        plain, timeframe=length, legs=tuple(a_leg(side) for side in sides), detected_at=plain.detected_at + part
    )
    signal = a_signal(symbol, number)
    signal = replace(signal, timeframe=length, judged=a_leg(sides[-1]), detected_at=signal.detected_at + part)
    at, facts = setup.detected_at + timedelta(minutes=1), list[Fact]([SignalFound(signal, signal.detected_at)])
    if fate == "HISTORICAL":
        broken = SetupStatus.HISTORICAL_TRIGGERED_LONG if end is Side.LONG else SetupStatus.HISTORICAL_TRIGGERED_SHORT
        return [*facts, SetupFound(setup, broken, at)]
    facts += [SetupFound(setup, SetupStatus.PENDING, at), *fated(setup, fate, end, at)]
    if number % 3 == 0:
        facts += [NoteWritten(setup.id, "wide", at), VerdictGiven(signal.id, ReviewVerdict.TAKEN, None, "", None, at)]
    return facts


def fated(setup: Setup, fate: str | None, end: Side | None, at: datetime) -> Iterator[Fact]:
    """What became of it."""
    if fate == "TRADED":
        position = a_position(setup, at=at)
        exit_at = at + timedelta(minutes=9)
        yield from (
            triggered(setup, at),
            PositionOpened(position, at),
            closed(position, Decimal(95), exit_at, ExitReason.STOP),
        )
    elif fate is not None:
        yield SetupResolved(setup.id, SetupStatus(fate), end, None, 0, "", at)


def a_ledger_of(folder: Path, told_of: Sequence[Story]) -> Books:
    """A ledger of these stories, one a batch."""
    store = SqliteStore(StateDir.create(folder))
    store.append([AccountOpened(Decimal(1000), NOON)]).result(5)
    for number, story in enumerate(told_of):
        store.append(told(number, story)).result(5)
    store.close()
    return Books(load_settings(Request(state_dir=folder), environ={}), folder)


@settings(max_examples=15, deadline=None)
@given(stories, st.lists(queries, min_size=1, max_size=8))
def test_a_page_of_the_ledger_is_the_slice_of_the_whole_list(told_of: list[Story], asked: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        books = a_ledger_of(Path(folder), told_of)
        with books.reader() as reader:
            for whole, paged in both_ways(books, reader):
                for query in asked:
                    known = {
                        name: text for name, text in query.items() if name != "status" or whole.timed != "closed_at"
                    }
                    compare(whole, paged, known)


def both_ways(books: Books, reader: LedgerReader) -> Iterator[tuple[AtHand, OfLedger]]:
    """Each list as a whole, and out of the ledger."""
    totals = Totals()
    yield AtHand(documents.signals(reader), "detected_at"), OfLedger(reader, SIGNALS, documents.signals, totals)
    yield AtHand(documents.trades(reader), "closed_at"), OfLedger(reader, TRADES, documents.trades, totals)
    setups = OfLedger(reader, SETUPS, lambda reader, keys: documents.setups(books, reader, keys), totals)
    yield AtHand(documents.setups(books, reader), "detected_at"), setups


def compare(whole: AtHand, paged: OfLedger, query: dict[str, str]) -> None:
    """Page and cursors are the same to the end of the list, or both are refused with the same words."""
    try:
        told = page(whole, query, ("BTC",))
    except Refused as refused:
        with pytest.raises(Refused) as also:
            page(paged, query, ("BTC",))
        assert str(also.value) == str(refused)
        return
    assert page(paged, query, ("BTC",)) == told
    if told["next"] is not None:
        compare(
            whole, paged, {name: text for name, text in query.items() if name != "offset"} | {"cursor": told["next"]}
        )


def test_a_total_is_counted_anew_once_the_ledger_has_another_fact(tmp_path: Path) -> None:
    story: Story = ("BTC", H1, (Side.LONG, Side.SHORT), None, None, timedelta(0))
    books, totals = a_ledger_of(tmp_path, [story]), Totals()
    with books.reader() as reader:
        assert [totals.total(reader, SETUPS, Wanted(side=side)) for side in ENDS] == [2, 1, 1]
        assert totals.total(reader, SIGNALS, Wanted()) == 1
    store = SqliteStore(StateDir(tmp_path))
    setup = a_setup("BTC", 0)
    store.append([SetupResolved(setup.id, SetupStatus.TRIGGERED, Side.LONG, setup.long_trigger, 0, "", NOON)]).result(5)
    store.close()
    with books.reader() as reader:
        assert [totals.total(reader, SETUPS, Wanted(side=side)) for side in ENDS] == [1, 1, 0]
