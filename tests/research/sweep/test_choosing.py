"""The best of many, chosen by the worse of its two results, and walks chained from windows."""

from dataclasses import replace

import pytest

from core.research.sweep.choosing import attempts_of, best, bests, score, trials_of, walks_of
from core.research.sweep.grid import Measure
from core.research.sweep.heat import heat_of
from core.research.sweep.honesty import Moments, moments_of
from core.research.sweep.plan import Job, Place, Role
from core.research.sweep.run import Figures, Run, attempt
from core.research.sweep.windows import Span
from tests.research.sweep.worlds import GRID, TEXTS, world

SPAN = Span(0, 0, 900)


def figures(mean: float, count: int = 10, deviation: float = 1.0, net: int = 0) -> Figures:
    return Figures(0, net, Moments(count, mean, deviation), 0.0, 0)


def ran(setting: int, first: float, second: float, count: int = 10, role: Role = Role.WHOLE, window: int = 0) -> Run:
    job = Job(role, 0, 0, 0, None if role is Role.WHOLE else window, SPAN, (setting,))
    return Run(job, setting, (figures(first, count), figures(second, count)))


def test_a_setting_is_worth_its_lower_result() -> None:
    assert score(ran(0, 0.5, 0.2), GRID) == 0.2
    assert best([ran(0, 0.9, 0.1), ran(1, 0.3, 0.3)], GRID) == ran(1, 0.3, 0.3)


def test_of_equal_settings_the_first_is_taken() -> None:
    assert best([ran(4, 0.3, 0.3), ran(2, 0.3, 0.4), ran(3, 0.3, 0.3)], GRID) == ran(2, 0.3, 0.4)


def test_too_few_trades_and_undecided_runs_are_never_chosen() -> None:
    undecided = Run(ran(1, 0, 0).job, 1, None)
    assert best([ran(0, 0.9, 0.9, count=GRID.min_trades - 1), undecided], GRID) is None


@pytest.mark.parametrize(("measure", "expected"), [(Measure.NET, -2.0), (Measure.SHARPE, 0.25)])
def test_the_measure_is_the_grids(measure: Measure, expected: float) -> None:
    run = Run(SINGLE.job, 0, (figures(0.5, net=3_000_000), figures(0.5, deviation=2.0, net=-2_000_000)))
    assert score(run, replace(GRID, choose_by=measure)) == expected


SINGLE = ran(0, 0.5, 0.5)


def test_every_run_over_a_whole_period_is_a_try() -> None:
    runs = [ran(number, number / 10, number / 20) for number in range(6)]
    trials = trials_of(runs, GRID)
    place = Place(0, 0, SPAN, (), ())
    found = bests([place], runs, GRID, trials)[0]
    assert trials.tried == 6
    assert trials.lucky[0] == pytest.approx(2 * trials.lucky[1]) != 0
    assert found.run == runs[5]
    assert found.probability is not None and found.probability < 0.95


def test_in_every_window_the_best_of_its_train_is_tried_and_a_window_without_one_sits_out() -> None:
    place = Place(0, 0, SPAN, (SPAN, SPAN), (Span(1, 1, 2), Span(2, 2, 3)))
    trains = [
        ran(0, 0.1, 0.1, role=Role.TRAIN), ran(1, 0.4, 0.3, role=Role.TRAIN),
        ran(0, 0.9, 0.9, count=2, role=Role.TRAIN, window=1),
    ]  # fmt: skip
    pairs = attempts_of([place], trains, GRID)
    assert [(job.window, job.settings, job.span) for job, _ in pairs] == [(0, (1,), Span(1, 1, 2))]
    walked = walks_of([place], pairs, [])[0]
    assert walked.chosen == (trains[1], None)
    assert walked.in_sample == ((10, 0.4), (10, 0.3))


def test_out_of_sample_is_one_sample_of_all_tests_chained() -> None:
    made = world()
    spans = [Span(since, since, since + 3 * 86_400) for since in (1_767_571_200, 1_767_571_200 + 3 * 86_400)]
    place = Place(0, 0, SPAN, (SPAN, SPAN), tuple(spans))
    pairs = tuple(
        (Job(Role.TEST, window, 0, 0, window, span, (0,)), ran(0, 1, 1, role=Role.TRAIN, window=window))
        for window, span in enumerate(spans)
    )
    tried = [attempt(made, job) for job, _ in pairs]
    chained = [trade.r for each in tried if each.trades for trade in each.trades[0]]
    assert all(each.trades and each.trades[0] for each in tried)
    assert walks_of([place], pairs, tried)[0].out_of_sample(0).moments == moments_of(chained)


def test_a_map_shows_the_median_over_the_other_axes_and_not_their_luck() -> None:
    runs = [ran(number, value, 9.0) for number, value in enumerate((0.1, 0.3, 0.2, 0.2, 5.0, 0.0))]
    found = heat_of(runs, GRID, TEXTS, "", "filters.veto")
    assert (found.columns, found.most) == (("True", "False"), 3)
    assert found.cells == ((0.2, 0.2),)
    handful = [run if run.setting % 4 else ran(run.setting, 9.0, 9.0, count=2) for run in runs]
    assert heat_of(handful, GRID, TEXTS, "", "filters.veto").cells == ((None, 0.2),)
    whole = heat_of(runs, GRID, TEXTS, "filters.veto", "filters.min_risk_reward")
    assert whole.cells == ((0.1, 0.2, 5.0), (0.3, 0.2, 0.0))
    assert whole.reach == 5.0
