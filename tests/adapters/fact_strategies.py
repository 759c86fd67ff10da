"""Hypothesis strategies: any fact the desk could state."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

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
from core.domain.levels import Leg, Limits, Verdict
from core.domain.leverage import Tier
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
from core.domain.positions import ClosedTrade, ExitReason, Fill, FillTag, OpenPosition, Origin, Plan
from core.domain.review import ReviewVerdict
from core.domain.signals import JudgedLeg, Setup, SetupStatus, Signal
from core.domain.sizing import Refusal
from core.domain.timeframes import Timeframe

_epoch = datetime(1970, 1, 1, tzinfo=UTC)
times = st.integers(0, 4 * 10**15).map(lambda micros: _epoch + timedelta(microseconds=micros))
amounts = st.decimals(allow_nan=False, allow_infinity=False)
words = st.text(max_size=20)
sides = st.sampled_from(Side)
statuses = st.sampled_from(SetupStatus)
timeframes = st.builds(Timeframe, st.integers(1, 20_000))
fills = st.builds(Fill, amounts, amounts, times, st.sampled_from(FillTag))
legs = st.builds(Leg, sides, amounts, amounts, amounts, st.sampled_from(TargetKind))
judged = st.builds(JudgedLeg, legs, st.sampled_from(Verdict))
bars = st.builds(
    Bar, times, amounts, amounts, amounts, amounts, amounts, st.integers(1, 96), st.booleans(), st.booleans()
)
numbers = st.lists(st.tuples(words, words), max_size=4).map(tuple)
standings = st.lists(st.tuples(words, words, st.sampled_from([-1, 0, 1])), max_size=3).map(tuple)
limits = st.none() | st.builds(Limits, amounts, amounts, st.booleans())
some_bars = st.lists(bars, max_size=3).map(tuple)
signals = st.builds(
    Signal,
    words,
    words,
    timeframes,
    st.sampled_from(Pattern),
    words,
    st.sampled_from(Subtype),
    judged,
    times,
    times,
    st.integers(0, 4),
    st.booleans(),
    st.booleans(),
    some_bars,
    standings,
    limits,
)
legs_of_a_setup = st.lists(judged, min_size=1, max_size=2).map(tuple)
setups = st.builds(
    Setup,
    words,
    words,
    timeframes,
    words,
    times,
    amounts,
    amounts,
    legs_of_a_setup,
    st.integers(1, 9),
    times,
    st.booleans(),
    some_bars,
    limits,
)
plans = st.builds(Plan, sides, amounts, amounts, st.sampled_from(TargetKind), amounts, times)
positions = st.builds(
    OpenPosition,
    id=words,
    setup_id=words,
    symbol=words,
    product_id=words,
    timeframe=timeframes,
    pattern=words,
    plan=plans,
    size=amounts,
    entry=fills,
    leverage=amounts,
    tier=st.sampled_from(Tier),
    margin_leverage=amounts,
    margin=amounts,
    liquidation=amounts,
    entry_balance=amounts,
    risk_usd=amounts,
    funding=amounts,
    origin=st.sampled_from(Origin),
)
trades = st.builds(ClosedTrade, positions, fills, st.sampled_from(ExitReason), amounts, amounts)
verdicts = st.sampled_from(ReviewVerdict)
scopes = st.sampled_from(["", "BTC", "ETH"])
sources = st.sampled_from(HaltSource)
guards = st.sampled_from(Guard)

words_of_a_person: st.SearchStrategy[Fact] = st.one_of(
    st.builds(ItemReviewed, words, st.booleans(), times),
    st.builds(SignalDismissed, words, times),
    st.builds(VerdictGiven, words, verdicts, st.none() | sides, words, st.none() | times, times),
    st.builds(VerdictWithdrawn, words, times),
    st.builds(NoteWritten, words, words, times),
    st.builds(PersonSeen, times, st.booleans()),
    st.builds(EntriesHalted, scopes, sources, times),
    st.builds(EntriesResumed, scopes, sources, times),
    st.builds(GuardTripped, guards, amounts, amounts, times),
    st.builds(GuardRearmed, guards, words, times),
)
any_fact: st.SearchStrategy[Fact] = words_of_a_person | st.one_of(
    st.builds(AccountOpened, amounts, times),
    st.builds(FundsMoved, amounts, words, times),
    st.builds(SignalFound, signals, times),
    st.builds(SetupFound, setups, statuses, times),
    st.builds(
        SetupResolved,
        words,
        statuses,
        st.none() | sides,
        st.none() | amounts,
        st.integers(0, 4),
        words,
        times,
        standings,
    ),
    st.builds(EntryRefused, words, sides, st.sampled_from(Refusal), amounts, numbers, times, numbers),
    st.builds(PositionOpened, positions, times, numbers),
    st.builds(FundingPaid, words, times, amounts, amounts, amounts, times),
    st.builds(PositionRetiered, words, st.sampled_from(Tier), amounts, amounts, amounts, times),
    st.builds(PositionClosed, trades, times, numbers),
    st.builds(MarketSeen, words, times),
    st.builds(StopMoved, words, amounts, words, times),
    st.builds(ShadowClosed, words, sides, st.sampled_from(ExitReason), amounts, amounts, times),
    st.builds(OutageEnded, words, times, times, st.integers(0, 9), st.integers(0, 9), times),
    st.builds(DeskStarted, times),
    st.builds(DeskStopped, times),
)
not_finite = st.sampled_from(
    [Decimal("NaN"), Decimal("-NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity")]
)
