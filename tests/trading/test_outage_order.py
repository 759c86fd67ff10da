"""Several symbols lost at once: candles are judged by close time (S13.1), and one sentence tells what came of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.bars import Bar
from core.domain.events import Gap, Level, Noted, OutageBegan, OutageJudged, Outcome, SeriesLoaded
from core.domain.facts import FundingPaid, PositionClosed, PositionOpened, PositionRetiered, SetupResolved
from core.domain.positions import ExitReason
from core.domain.signals import SetupStatus
from core.domain.timeframes import H1, M1, M15
from core.trading.desk import Desk
from tests.builders import TUESDAY, a_bar, a_desk, a_policy, a_scan, a_setup, a_tick, after, facts_of

BOTH = a_policy(symbols=("BTC", "ETH"))
BEFORE_DEADLINE = datetime(2026, 1, 6, 20, 50, tzinfo=UTC)
DEADLINE = BEFORE_DEADLINE + timedelta(minutes=5)


def minutes(start: datetime, *prices: object, swing: object = 0) -> tuple[Bar, ...]:
    """Consecutive 1m candles that open and close at these prices."""
    wide = Decimal(str(swing))
    closes = [Decimal(str(price)) for price in prices]
    return tuple(
        a_bar(start + number * M1.span, price, price + wide, price - wide, price) for number, price in enumerate(closes)
    )


def judged(desk: Desk, since: datetime, **bars: Sequence[Bar]) -> tuple[Outcome, ...]:
    """Lose every symbol at `since`, then judge these candles of each, in one event."""
    for symbol in bars:
        desk.handle(OutageBegan(symbol, since, since))
    until = max(each[-1].start for each in bars.values()) + M1.span
    gaps = tuple(Gap(symbol, M1, tuple(each), since, until) for symbol, each in bars.items())
    return desk.handle(OutageJudged(gaps, until))


def holding_both(at: datetime, low: object = 99) -> Desk:
    """Long from 102.1 in both symbols; BTC's stop is at `low`, that of ETH at 99."""
    setups = [a_setup(low=low, bar_end=at), a_setup(bar_end=at, symbol="ETH")]
    desk = a_desk(*setups, policy=BOTH, price="101.9", at=at)
    for symbol in BOTH.symbols:
        assert facts_of(desk.handle(a_tick("102.1", after(1, at), symbol)), PositionOpened)
    return desk


def sentence(outcomes: Sequence[Outcome]) -> Noted:
    """The one summary of an outage."""
    (note,) = [note for note in facts_of(outcomes, Noted) if note.topic == "outage"]
    return note


@pytest.mark.parametrize(("dip", "closed"), [(3, True), (4, False)])
def test_the_equity_at_a_deadline_rests_on_the_closes_of_others_that_came_before_it(dip: int, closed: bool) -> None:
    desk = holding_both(BEFORE_DEADLINE, low="101.583")
    ether = ["102.1"] * 15
    ether[dip] = "99.1"
    outcomes = judged(
        desk,
        after(2, BEFORE_DEADLINE),
        BTC=minutes(BEFORE_DEADLINE, *["102.1"] * 15),
        ETH=minutes(BEFORE_DEADLINE, *ether),
    )
    ends = [(fact.trade.position.symbol, fact.trade.reason) for fact in facts_of(outcomes, PositionClosed)]
    assert ends == ([("BTC", ExitReason.INTRADAY_DEADLINE)] if closed else [])
    assert [fact.at for fact in facts_of(outcomes, PositionRetiered)] == [DEADLINE] * (1 if closed else 2)


def test_what_happened_is_told_in_the_order_of_the_candles_and_not_of_the_symbols() -> None:
    desk = holding_both(TUESDAY)
    outcomes = judged(desk, after(2), BTC=minutes(TUESDAY, 102, 102, 102, 98), ETH=minutes(TUESDAY, 102, 98, 98, 98))
    assert [fact.trade.position.symbol for fact in facts_of(outcomes, PositionClosed)] == ["ETH", "BTC"]


prices = st.lists(st.integers(9700, 11200).map(lambda cents: Decimal(cents) / 100), min_size=20, max_size=20)


@given(bitcoin=prices, ether=prices, cut=st.integers(1, 18))
def test_one_long_outage_ends_as_two_that_follow_each_other(
    bitcoin: list[Decimal], ether: list[Decimal], cut: int
) -> None:
    whole = {"BTC": minutes(BEFORE_DEADLINE, *bitcoin), "ETH": minutes(BEFORE_DEADLINE, *ether)}
    since, between = after(2, BEFORE_DEADLINE), BEFORE_DEADLINE + cut * M1.span
    once, twice = holding_both(BEFORE_DEADLINE, low="101.583"), holding_both(BEFORE_DEADLINE, low="101.583")
    kinds = (PositionClosed, PositionRetiered, FundingPaid)
    at_once = [fact for fact in judged(once, since, **whole) if isinstance(fact, kinds)]
    first = judged(twice, since, **{symbol: bars[:cut] for symbol, bars in whole.items()})
    second = judged(twice, between, **{symbol: bars[cut:] for symbol, bars in whole.items()})
    assert [fact for fact in (*first, *second) if isinstance(fact, kinds)] == at_once
    assert once.state.account.balance == twice.state.account.balance


@given(bitcoin=prices, ether=prices)
def test_the_order_in_which_candles_were_fetched_changes_nothing(bitcoin: list[Decimal], ether: list[Decimal]) -> None:
    bars = {"BTC": minutes(BEFORE_DEADLINE, *bitcoin), "ETH": minutes(BEFORE_DEADLINE, *ether)}
    results = [
        judged(holding_both(BEFORE_DEADLINE, low="101.583"), after(2, BEFORE_DEADLINE), **dict(order))
        for order in (bars.items(), reversed(bars.items()))
    ]
    assert results[0] == results[1]


def test_a_setup_that_expired_before_its_level_was_passed_is_expired() -> None:
    desk = a_desk(a_setup())
    outcomes = judged(desk, after(2), BTC=minutes(TUESDAY, *[100] * 46, 103))
    ends = [(fact.status, fact.at) for fact in facts_of(outcomes, SetupResolved)]
    assert ends == [(SetupStatus.EXPIRED, TUESDAY + 3 * M15.span)]


def test_bars_that_closed_before_the_outage_count_towards_the_expiry() -> None:
    seen = TUESDAY + 2 * M15.span
    desk = a_desk(a_setup())
    desk.handle(
        SeriesLoaded("BTC", M15, tuple(a_bar(TUESDAY + n * M15.span, 100, 101, 100, 100) for n in (0, 1)), seen)
    )
    outcomes = judged(desk, seen, BTC=minutes(seen, *[100] * 15, 103))
    assert [fact.status for fact in facts_of(outcomes, SetupResolved)] == [SetupStatus.EXPIRED]


def test_a_candle_that_opens_beyond_one_side_has_broken_that_side_alone() -> None:
    desk = a_desk(a_setup())
    outcomes = judged(desk, after(2), BTC=(a_bar(after(60), 103, 104, 98, 100),))
    assert [fact.status for fact in facts_of(outcomes, SetupResolved)] == [SetupStatus.HISTORICAL_TRIGGERED_LONG]


def test_one_sentence_tells_what_an_outage_of_two_symbols_came_to() -> None:
    desk = holding_both(TUESDAY)
    desk.handle(a_scan(a_setup(high=105, low=95, timeframe=H1), at=after(3)))
    desk.handle(a_scan(a_setup(high=130, low=70, timeframe=H1, symbol="ETH", targets=(250, 10)), at=after(3)))
    outcomes = judged(
        desk, after(4), BTC=minutes(TUESDAY, 102, 102, 102, "104.5", 106), ETH=minutes(TUESDAY, 102, 98, 98, 98, 98)
    )
    said = sentence(outcomes)
    assert said.text == (
        "BTC ETH outage of 4m judged on 10 candles: 1 exit (ETH STOP -1.32R), 1 setup resolved, 1 setup armed again"
    )
    assert said.level is Level.WARN


def test_an_entry_that_was_missed_is_counted_as_one() -> None:
    said = sentence(judged(a_desk(a_setup()), after(2), BTC=minutes(TUESDAY, 100, 104)))
    assert said.text == "BTC outage of 1m judged on 2 candles: 1 setup resolved, 1 entry missed"


def test_an_outage_without_consequences_says_so() -> None:
    said = sentence(judged(a_desk(policy=BOTH), after(2), ETH=minutes(TUESDAY, 100)))
    assert (said.text, said.level) == ("ETH outage of 58s judged on 1 candle: nothing happened", Level.GOOD)


def test_a_symbol_whose_candles_are_not_there_yet_is_named() -> None:
    desk = a_desk(policy=BOTH)
    desk.handle(OutageBegan("ETH", after(1), after(2)))
    assert sentence(judged(desk, after(2), BTC=minutes(TUESDAY, 100))).text.endswith("; ETH not judged yet")
