"""The fast path gives what the desk gives, to the last micro-unit: trades, refusals, setups, balances, equity."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.guards import GuardPolicy
from core.domain.levels import FilterPolicy
from core.domain.review import ReviewPolicy, Stance
from core.domain.sizing import Refusal
from core.research.backtest import fast
from core.research.backtest.bars import Bars
from core.research.backtest.desk import by_desk
from core.research.backtest.fast import by_kernel, outcome_of, supports
from core.research.backtest.kernel_terms import TooWideError
from core.research.backtest.outcome import Outcome
from core.research.backtest.settings import BacktestSettings
from tests.research.random_bars import loose, walks
from tests.research.random_rules import wild_case
from tests.research.test_by_desk import real_case

PAIR = ("BTC", "ETH")
TRIO = ("BTC", "ETH", "SOL")


def compared(bars: Bars, rules: BacktestSettings) -> Outcome | None:
    """The desk's outcome, which the kernel's equals; None where the kernel hands over to the desk."""
    try:
        found = by_kernel(bars, rules)
    except TooWideError:
        return None
    wanted = by_desk(bars, rules)
    assert found == wanted
    return found


@pytest.mark.parametrize("seed", range(12))
def test_random_walks_end_in_the_same_outcome(seed: int) -> None:
    symbols = TRIO[: 1 + seed % 3]
    outcome = compared(walks(symbols, seed, 300), loose(symbols))
    assert outcome is not None
    assert outcome.first.trades


@given(st.integers(0, 1_000_000))
@settings(max_examples=120, deadline=None, derandomize=True)
def test_wild_rules_over_wild_bars_end_in_the_same_outcome(seed: int) -> None:
    compared(*wild_case(seed, rows=70))


def test_wild_cases_reach_every_gate_exit_and_status() -> None:
    outcomes = [outcome for seed in range(60) if (outcome := compared(*wild_case(seed)))]
    exits = {trade.reason.value for each in outcomes for trade in each.first.trades}
    refused = {refusal.code.value for each in outcomes for refusal in each.first.refusals}
    statuses = {setup.status.value for each in outcomes for setup in each.first.setups}
    assert exits >= {"STOP", "TARGET", "LIQUIDATION"}
    assert refused >= {"LEVERAGE", "MIN_NOTIONAL", "MAX_NOTIONAL", "MIN_SIZE", "MARGIN", "LIQUIDATION_FIRST"}
    assert refused >= {"MAINTENANCE_GAP", "VETO_1W", "VETO_1D", "LOW_CONTINUITY", "POSITION_OPEN", "MAINTENANCE"}
    assert statuses >= {"INVALID_DATA", "EXPIRED", "MISSED", "INVALIDATED", "INVALIDATED_OUTSIDE", "PENDING"}
    assert any(each.ambiguous.total > each.ambiguous.open_beyond > 0 for each in outcomes)
    assert len(outcomes) > 50


def test_without_lists_the_trades_are_the_same() -> None:
    bars, rules = walks(PAIR, 3, 600), loose(PAIR)
    full, bare = by_kernel(bars, rules), by_kernel(bars, rules, listed=False)
    assert (bare.first.trades, bare.second.trades) == (full.first.trades, full.second.trades)
    assert (bare.first.equity, bare.ambiguous) == (full.first.equity, full.ambiguous)
    assert bare.first.scores == full.first.scores
    assert (bare.first.refusals, bare.first.setups) == ((), ())


def test_without_lists_the_gates_behind_the_filters_are_counted_all_the_same() -> None:
    bars, rules = walks(PAIR, 3, 600), loose(PAIR)
    rules = replace(rules, policy=replace(rules.policy, filters=FilterPolicy(min_magnitude_pct=Decimal("0.1"))))
    full, bare = by_kernel(bars, rules), by_kernel(bars, rules, listed=False)
    filters, gap = {Refusal.MIN_MAGNITUDE, Refusal.MIN_RISK_REWARD}, Refusal.MAINTENANCE_GAP
    for whole, part in ((full.first, bare.first), (full.second, bare.second)):
        assert whole.refused == Counter(each.code for each in whole.refusals)
        assert part.refused.keys() == whole.refused.keys() - filters
        # A gap may be one of the leg, which the filters see, or one at the break.
        assert all(part.refused[code] == whole.refused[code] for code in part.refused.keys() - {gap})
        assert part.refused[gap] <= whole.refused[gap]
    assert full.first.refused.keys() & filters


def test_columns_that_cannot_be_written_are_read_all_the_same() -> None:
    bars, rules = walks(("BTC",), 5, 300), loose(("BTC",))
    usual = by_kernel(bars, rules)
    series = bars.series[0]
    for column in (series.start, series.open, series.high, series.low, series.close):
        column.setflags(write=False)
    assert by_kernel(bars, rules) == usual


def test_rules_the_loop_does_not_know_are_the_desks() -> None:
    rules = loose(PAIR)
    policy = rules.policy
    others = (
        replace(policy, guards=GuardPolicy(losing_streak=3)),
        replace(policy, review=ReviewPolicy(default=Stance.ASK)),
        replace(policy, filters=replace(policy.filters, directional_setups=True)),
        replace(policy, filters=replace(policy.filters, pattern_exit=True)),
        replace(policy, filters=replace(policy.filters, atr_stop_floor=Decimal(1))),
    )
    assert supports(rules)
    assert not any(supports(replace(rules, policy=other)) for other in others)
    assert outcome_of(Bars(()), loose(())).first.trades == ()


def test_what_does_not_fit_the_integers_is_asked_of_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    bars, rules = walks(("BTC",), 5, 200), loose(("BTC",))
    fine = replace(rules, policy=replace(rules.policy, start_balance=Decimal("1000.00000001")))
    with pytest.raises(TooWideError):
        by_kernel(bars, fine)
    assert outcome_of(bars, fine) == by_desk(bars, fine)
    monkeypatch.setattr(fast, "_by_desk", None)
    assert outcome_of(bars, rules) == by_kernel(bars, rules)


@pytest.mark.long
def test_the_real_data_ends_in_the_same_outcome(data_dir: Path) -> None:
    assert compared(*real_case(data_dir)) is not None
