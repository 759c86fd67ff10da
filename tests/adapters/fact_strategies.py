"""Hypothesis strategies: any fact the desk could state."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from core.domain.facts import (
    AccountOpened,
    EntryRefused,
    Fact,
    FundingPaid,
    ItemReviewed,
    MarketSeen,
    PositionClosed,
    PositionOpened,
    PositionRetiered,
    SetupFound,
    SetupResolved,
    SignalDismissed,
    SignalFound,
)
from core.domain.levels import Leg, Verdict
from core.domain.leverage import Tier
from core.domain.patterns import Pattern, Side, Subtype, TargetKind
from core.domain.positions import ClosedTrade, ExitReason, Fill, FillTag, OpenPosition, Plan
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
)
legs_of_a_setup = st.lists(judged, min_size=1, max_size=2).map(tuple)
setups = st.builds(
    Setup, words, words, timeframes, words, times, amounts, amounts, legs_of_a_setup, st.integers(1, 9), times
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
)
trades = st.builds(ClosedTrade, positions, fills, st.sampled_from(ExitReason), amounts, amounts)
numbers = st.lists(st.tuples(words, words), max_size=4).map(tuple)

any_fact: st.SearchStrategy[Fact] = st.one_of(
    st.builds(AccountOpened, amounts, times),
    st.builds(SignalFound, signals, times),
    st.builds(SetupFound, setups, statuses, times),
    st.builds(SetupResolved, words, statuses, st.none() | sides, st.none() | amounts, st.integers(0, 4), words, times),
    st.builds(EntryRefused, words, sides, st.sampled_from(Refusal), amounts, numbers, times),
    st.builds(PositionOpened, positions, times),
    st.builds(FundingPaid, words, times, amounts, amounts, amounts, times),
    st.builds(PositionRetiered, words, st.sampled_from(Tier), amounts, amounts, amounts, times),
    st.builds(PositionClosed, trades, times),
    st.builds(ItemReviewed, words, st.booleans(), times),
    st.builds(SignalDismissed, words, times),
    st.builds(MarketSeen, words, times),
)
not_finite = st.sampled_from(
    [Decimal("NaN"), Decimal("-NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity")]
)
