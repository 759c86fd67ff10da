"""The exact path: the desk fed bar by bar, twice."""

from dataclasses import replace
from decimal import Decimal
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.performance import metrics_of_trades
from core.domain.policy import FeePolicy, Policy
from core.domain.positions import ExitReason
from core.domain.signals import SetupStatus
from core.domain.symbols import Instrument, ListingKind
from core.domain.timeframes import M1, M15
from core.research.backtest.bars import Bars, of_bars
from core.research.backtest.desk import by_desk, closings
from core.research.backtest.outcome import Result
from core.research.backtest.settings import BacktestSettings, FundingRecord, Slippage
from core.strat.candle_file import read_candles
from tests.research.random_bars import START_S, loose, walk, walks

PAIR = ("BTC", "ETH")
FREE = FeePolicy(Decimal(0), Decimal(0), Decimal(0))


def check_result(result: Result) -> None:
    """What holds of every result."""
    by_status = {status: [s for s in result.setups if s.status is status] for status in SetupStatus}
    entered = len(result.trades) + len(result.open)
    assert len(by_status[SetupStatus.TRIGGERED]) == entered + len(result.refusals)
    assert len({setup.id for setup in result.setups}) == len(result.setups)
    assert all((setup.at is None) == (setup.status is SetupStatus.PENDING) for setup in result.setups)
    if not result.open:
        booked = list(accumulate((trade.net for trade in result.trades), initial=result.start_balance))
        assert booked[-1] == ([result.start_balance, *result.balances])[-1]
    for trade in result.trades:
        assert trade.position.entry.at <= trade.exit.at
        assert trade.reason is not ExitReason.TARGET or trade.exit.at > trade.position.entry.at


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_every_triggered_setup_opens_or_is_refused_once_and_the_money_adds_up(seed: int) -> None:
    outcome = by_desk(walks(PAIR, seed, 300), loose(PAIR))
    check_result(outcome.first)
    check_result(outcome.second)
    outside = [s for s in outcome.first.setups if s.status is SetupStatus.INVALIDATED_OUTSIDE]
    assert outcome.ambiguous.open_beyond <= outcome.ambiguous.total <= len(outside) + outcome.ambiguous.open_beyond


def test_random_walks_trade_and_the_second_result_has_the_ambiguous_entries() -> None:
    outcome = by_desk(walks(PAIR, 3, 600), loose(PAIR))
    assert len(outcome.first.trades) > 10
    assert outcome.ambiguous.total > outcome.ambiguous.open_beyond
    assert outcome.second.trades != outcome.first.trades


def test_bars_come_by_their_close_then_in_the_order_of_symbols() -> None:
    fine = walk("ETH", 1, 30, M1)
    events = list(closings(Bars((walk("BTC", 1, 3), fine)), loose(PAIR)))
    keys = [(event.at, PAIR.index(event.symbol)) for event in events]
    assert keys == sorted(keys)
    assert {event.timeframe for event in events} == {M1, M15}


def test_recorded_rates_come_with_the_bar_that_holds_their_instant() -> None:
    instants = {START_S + hour * 3600: Decimal(hour) / 10_000 for hour in range(1, 8)}
    rules = replace(loose(("BTC",)), funding={"BTC": FundingRecord(1, instants)})
    carried = [
        (int(instant.timestamp()), rate)
        for event in closings(walks(("BTC",), 1, 30), rules)
        for instant, rate in event.rates
    ]
    assert carried == list(instants.items())


def test_costs_make_a_result_worse_and_nothing_else() -> None:
    bars = walks(("BTC",), 5, 400)
    ideal = loose(("BTC",), FREE)
    harsh = by_desk(bars, ideal.slipping(Slippage.HARSH)).first
    plain = by_desk(bars, ideal.slipping(Slippage.IDEAL)).first
    assert [s.status for s in harsh.setups] == [s.status for s in plain.setups]
    assert sum(t.net for t in harsh.trades) < sum(t.net for t in plain.trades)


def test_no_bars_come_to_nothing() -> None:
    outcome = by_desk(Bars(()), loose(()))
    assert (outcome.first.trades, outcome.first.setups, outcome.ambiguous.total) == ((), (), 0)


def real_case(data: Path) -> tuple[Bars, BacktestSettings]:
    """The recorded BTC, ETH and SOL 15m candles under the defaults, without fees."""
    cent, lot = Decimal("0.01"), Decimal("0.00000001")
    symbols = ("BTC", "ETH", "SOL")
    read = {symbol: read_candles(data / "candles" / f"COINBASE_{symbol}-USD_15m.csv.gz") for symbol in symbols}
    listings = {s: Instrument(s, f"{s}-USD", ListingKind.SPOT, cent, lot, lot) for s in symbols}
    bars = Bars(tuple(of_bars(symbol, each.timeframe, each.bars, cent) for symbol, each in read.items()))
    return bars, BacktestSettings(Policy(fees=FREE), listings)


@pytest.mark.long
def test_the_real_data_says_what_strat_md_says_it_does(data_dir: Path) -> None:
    outcome = by_desk(*real_case(data_dir))
    metrics = metrics_of_trades(outcome.first.trades)
    assert len(outcome.first.setups) == 30_638
    assert (metrics.trades, outcome.ambiguous.total) == (179, 13)
    assert round(metrics.win_rate) == 40
    assert round(metrics.average_r or 0, 2) == 0.12
