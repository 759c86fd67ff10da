"""Comparing runs: the score of a setting, the best of many with what that is worth, and the choice in every window."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.research.sweep.grid import Grid, Measure
from core.research.sweep.honesty import deflated, luckiest, moments_of
from core.research.sweep.plan import Job, Place, Role
from core.research.sweep.run import Figures, Run, Tried

_OF: Final[Mapping[Measure, Callable[[Figures], float | None]]] = {
    Measure.AVERAGE_R: lambda each: each.moments.mean,
    Measure.NET: lambda each: each.net_micros / 1_000_000,
    Measure.SHARPE: lambda each: each.moments.sharpe,
}


def score(run: Run, grid: Grid) -> float | None:
    """The lower of both results; None where one has too few trades, or the run could not be decided."""
    if run.results is None or any(each.trades < grid.min_trades for each in run.results):
        return None
    found = [_OF[grid.choose_by](each) for each in run.results]
    known = [each for each in found if each is not None]
    return min(known) if len(known) == len(found) else None


def best(runs: Iterable[Run], grid: Grid) -> Run | None:
    """The run with the highest score, of equal ones that of the first setting; None where none has a score."""
    scored = [(value, -run.setting, run) for run in runs if (value := score(run, grid)) is not None]
    return max(scored, key=lambda each: each[:2])[2] if scored else None


@dataclass(frozen=True, slots=True)
class Best:
    """The best setting of a place.

    Attributes:
        run: over the whole period; None where no setting has trades enough.
        probability: of both results the lower deflated Sharpe ratio: how likely its ratio is above what luck gives.
    """

    place: Place
    run: Run | None
    probability: float | None


@dataclass(frozen=True, slots=True)
class Trials:
    """How many runs were looked at, and the Sharpe ratio the luckiest of so many would show if none had any.

    Attributes:
        tried: settings times accounts times periods.
        lucky: by result, first and second; per trade. How far ratios spread is taken from the runs that may be chosen:
            those of a handful of trades spread for their few trades alone.
    """

    tried: int
    lucky: tuple[float, float]


def trials_of(wholes: Sequence[Run], grid: Grid) -> Trials:
    """The runs over whole periods, all of them: whoever looks at a sweep looks at each."""
    pairs = [run.results for run in wholes if run.results is not None and score(run, grid) is not None]
    ratios = [[each for pair in pairs if (each := pair[side].moments.sharpe) is not None] for side in (0, 1)]
    first, second = (luckiest(each, len(wholes)) for each in ratios)
    return Trials(len(wholes), (first, second))


def bests(places: Sequence[Place], wholes: Sequence[Run], grid: Grid, trials: Trials) -> tuple[Best, ...]:
    """The best setting of every place, in their order."""
    found = []
    for place in places:
        run = best((each for each in wholes if _is_at(each.job, place)), grid)
        found.append(Best(place, run, None if run is None else _probability(run, trials)))
    return tuple(found)


def _probability(run: Run, trials: Trials) -> float | None:
    if run.results is None:
        return None
    chances = [deflated(each.moments, lucky) for each, lucky in zip(run.results, trials.lucky, strict=True)]
    known = [each for each in chances if each is not None]
    return min(known) if len(known) == len(chances) else None


def attempts_of(places: Sequence[Place], trains: Sequence[Run], grid: Grid) -> tuple[tuple[Job, Run], ...]:
    """The job that tries the choice of each window, and the run that was chosen; no job where nothing was.

    Numbers are those of the windows, counted over all places, so that a job's file is the same whatever was chosen.
    """
    found, number = [], 0
    for place in places:
        here = [each for each in trains if _is_at(each.job, place)]
        for window, span in enumerate(place.test):
            chosen = best((each for each in here if each.job.window == window), grid)
            if chosen is not None:
                job = Job(Role.TEST, number, place.account, place.period, window, span, (chosen.setting,))
                found.append((job, chosen))
            number += 1
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Walked:
    """A walk forward through one place.

    Attributes:
        place: where.
        chosen: of every window the run that was chosen on its train bars; None where it sat out.
        tried: of every window what the choice gave on its test bars; None where it sat out.
    """

    place: Place
    chosen: tuple[Run | None, ...]
    tried: tuple[Tried | None, ...]

    @property
    def in_sample(self) -> tuple[tuple[int, float | None], tuple[int, float | None]]:
        """Of both results: trades of the chosen runs, those of overlapping windows counted again, and their mean R."""
        pairs = [run.results for run in self.chosen if run is not None and run.results is not None]
        first, second = (_mean([pair[side] for pair in pairs]) for side in (0, 1))
        return first, second

    def out_of_sample(self, side: int) -> Figures:
        """The chained trades of one result, 0 or 1: one sample, however the account began anew in every window."""
        there = [(each.trades[side], each.open[side]) for each in self.tried if each is not None and each.trades]
        trades = [trade for chain, _ in there for trade in chain]
        nets = [trade.net for trade in trades]
        return Figures(
            sum(net > 0 for net in nets), int(sum(nets) * 1_000_000),
            moments_of([trade.r for trade in trades]), 0.0, sum(left for _, left in there),
        )  # fmt: skip


def _mean(figures: Sequence[Figures]) -> tuple[int, float | None]:
    count = sum(each.trades for each in figures)
    return count, math.fsum(each.trades * each.moments.mean for each in figures) / count if count else None


def walks_of(places: Sequence[Place], pairs: Sequence[tuple[Job, Run]], tried: Sequence[Tried]) -> tuple[Walked, ...]:
    """Every place's walk; nothing for a place without windows."""
    chosen = {(job.account, job.period, job.window): run for job, run in pairs}
    gave = {(each.job.account, each.job.period, each.job.window): each for each in tried}
    found = []
    for place in places:
        keys = [(place.account, place.period, window) for window in range(len(place.test))]
        if keys:
            found.append(Walked(place, tuple(map(chosen.get, keys)), tuple(map(gave.get, keys))))
    return tuple(found)


def _is_at(job: Job, place: Place) -> bool:
    return (job.account, job.period) == (place.account, place.period)
