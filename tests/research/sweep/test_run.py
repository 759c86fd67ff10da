"""Runs of a sweep: what a backtest gives, windows that begin anew, and nothing of the bars behind a span."""

from dataclasses import replace

import pytest

from core.domain.performance import metrics_of_trades
from core.domain.signals import SetupStatus
from core.research.backtest.bars import Bars
from core.research.backtest.desk import by_desk
from core.research.backtest.fast import by_kernel
from core.research.sweep.plan import Account, Job, Role, World, jobs_of, places_of
from core.research.sweep.run import attempt, run
from core.research.sweep.windows import Span
from tests.research.sweep.worlds import GRID, world

WORLD = world()


def jobs(role: Role) -> list[Job]:
    return [job for job in jobs_of(places_of(GRID, WORLD.accounts), len(WORLD.policies)) if job.role is role]


def test_a_whole_period_gives_what_a_backtest_of_it_gives() -> None:
    job = jobs(Role.WHOLE)[-1]
    account = WORLD.accounts[job.account]
    told = run(WORLD, job)
    assert [each.setting for each in told] == list(range(len(WORLD.policies)))
    for each, policy in zip(told, WORLD.policies, strict=True):
        assert each.results is not None
        bars = account.bars.between(job.span.since_s, job.span.until_s)
        outcome = by_kernel(bars, account.rules(policy), listed=False)
        for figures, result in zip(each.results, (outcome.first, outcome.second), strict=True):
            metrics = metrics_of_trades(result.trades)
            assert figures.trades == metrics.trades > 5
            assert (figures.wins, figures.net_micros) == (metrics.wins, int(metrics.net * 1_000_000))
            assert figures.moments.mean == pytest.approx(metrics.average_r)
            assert figures.open == len(result.open)


def test_a_window_enters_only_breaks_behind_its_warm_up_and_begins_with_the_starting_balance() -> None:
    job = replace(jobs(Role.TRAIN)[2], settings=(0,))
    account, policy = WORLD.accounts[job.account], WORLD.policies[0]
    tried = attempt(WORLD, job)
    assert tried.trades is not None and tried.trades[0]
    bars = account.bars.between(job.span.warm_s, job.span.until_s)
    desk = by_desk(bars, account.rules(policy)).first
    broke = {each.id for each in desk.setups if each.status is SetupStatus.TRIGGERED}
    for trade in tried.trades[0]:
        assert trade.opened_at.timestamp() >= job.span.since_s
        assert trade.id.rpartition("|")[0] in broke
    first = tried.trades[0][0]
    assert float(first.net / policy.start_balance) == pytest.approx(first.r * float(policy.risk.risk_pct))


def test_trades_and_figures_of_a_run_are_the_same_ones() -> None:
    job = replace(jobs(Role.TRAIN)[1], settings=(3,))
    figures, tried = run(WORLD, job)[0].results, attempt(WORLD, job)
    assert figures is not None and tried.trades is not None
    for each, trades, left in zip(figures, tried.trades, tried.open, strict=True):
        assert (each.trades, each.open) == (len(trades), left)
        assert each.net_micros == int(sum(trade.net for trade in trades) * 1_000_000)
        assert each.moments.mean == pytest.approx(sum(trade.r for trade in trades) / len(trades))


def test_a_choice_is_the_same_whatever_comes_behind_its_bars() -> None:
    job = jobs(Role.TRAIN)[0]
    account = WORLD.accounts[job.account]
    cut = tuple(each.between(-(2**40), job.span.until_s) for each in account.bars.series)
    blind = World((Account(Bars(cut), account.instruments, {}), *WORLD.accounts[1:]), WORLD.policies)
    assert run(blind, job) == run(WORLD, job)


def test_a_span_without_bars_has_no_trades() -> None:
    job = replace(jobs(Role.WHOLE)[0], span=Span(0, 0, 900))
    assert all(each.results and each.results[0].trades == 0 for each in run(WORLD, job))
    assert attempt(WORLD, replace(job, settings=(0,))).trades == ((), ())
