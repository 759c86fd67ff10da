"""Hypothesis strategies: anything that can reach a desk."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from core.domain.bars import SeriesKey, bad_bar
from core.domain.commands import (
    Attend,
    ClosePosition,
    EnterByHand,
    GiveVerdict,
    HaltEntries,
    MarkReviewed,
    MoveFunds,
    MoveStopToEven,
    RearmGuard,
    ResumeEntries,
    WithdrawVerdict,
    WriteNote,
)
from core.domain.events import (
    BarClosed,
    DayStats,
    EntryUndone,
    Event,
    FoundSetup,
    Gap,
    InstrumentListed,
    Level,
    Noted,
    OutageBegan,
    OutageJudged,
    PolicyChanged,
    PriceTick,
    ScanDone,
    ScanFailed,
    SeriesLoaded,
    SymbolUnlisted,
    TimePassed,
)
from core.domain.symbols import Instrument, ListingKind, VenueFunding
from core.domain.taped import DeskBegan, DeskEnded, Taped
from tests.adapters.fact_strategies import (
    amounts,
    any_fact,
    bars,
    guards,
    scopes,
    setups,
    sides,
    signals,
    sources,
    statuses,
    timeframes,
    times,
    verdicts,
    words,
)
from tests.builders import a_policy

maybe = st.none() | amounts
seconds = st.floats(0, 1e9)
days = st.builds(DayStats, maybe, maybe, maybe, maybe)


def few(items: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """None to three of them."""
    return st.lists(items, max_size=3).map(tuple)


rows = few(bars | times.map(bad_bar))
keys = few(st.builds(SeriesKey, words, timeframes))
fundings = st.none() | st.builds(VenueFunding, amounts, st.integers(1, 24), st.none() | times)
instruments = st.builds(
    Instrument, words, words, st.sampled_from(ListingKind), amounts, amounts, amounts, amounts, maybe, maybe, maybe,
    fundings, st.booleans(), words,
)  # fmt: skip
found = st.builds(FoundSetup, setups, statuses, st.integers(0, 9))
policies = st.sampled_from([a_policy(), a_policy(symbols=("ETH", "SOL"), start_balance=Decimal("2500.50"))])

FIELDS: dict[type, tuple[st.SearchStrategy[Any], ...]] = {
    GiveVerdict: (words, verdicts, times, st.none() | sides, words, st.booleans()),
    WithdrawVerdict: (words, times),
    WriteNote: (words, words, times),
    MarkReviewed: (words, times),
    ClosePosition: (words, times),
    MoveStopToEven: (words, times),
    EnterByHand: (words, sides, amounts, times),
    HaltEntries: (scopes, sources, times),
    ResumeEntries: (scopes, sources, times),
    RearmGuard: (guards, times),
    MoveFunds: (amounts, words, times),
    Attend: (times, st.booleans()),
    PriceTick: (words, amounts, maybe, maybe, times, seconds, seconds, days, st.booleans()),
    SeriesLoaded: (words, timeframes, rows, times),
    OutageBegan: (words, times, times),
    OutageJudged: (few(st.builds(Gap, words, timeframes, rows, times, times)), times),
    BarClosed: (words, timeframes, bars | times.map(bad_bar), times, few(st.tuples(times, amounts))),
    ScanDone: (few(signals), few(found), keys, keys, seconds, times),
    ScanFailed: (words, times),
    TimePassed: (times, st.floats(-1e6, 1e6)),
    InstrumentListed: (instruments, times),
    SymbolUnlisted: (words, words, times),
    Noted: (st.sampled_from(Level), words, words, times),
    EntryUndone: (words, times),
    PolicyChanged: (policies, words, times),
}
"""What each kind of event is made of, field by field."""
any_event: st.SearchStrategy[Event] = st.one_of([st.builds(kind, *fields) for kind, fields in FIELDS.items()])
any_entry: st.SearchStrategy[Taped] = st.one_of(
    any_event, any_fact, st.builds(DeskBegan, policies, st.integers(0, 10**6), times), st.builds(DeskEnded, times)
)
