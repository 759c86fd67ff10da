"""A sweep from its first job to its last: what is stored is taken, the rest is run and stored job by job."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.research.sweep.choosing import Best, Trials, Walked, attempts_of, bests, trials_of, walks_of
from core.research.sweep.crew import Crew
from core.research.sweep.grid import Grid
from core.research.sweep.parts import Parts
from core.research.sweep.plan import Job, Place, Role, jobs_of
from core.research.sweep.run import Run, Tried, attempt, run


@dataclass(frozen=True, slots=True)
class Swept:
    """Everything a sweep gave.

    Attributes:
        places: accounts in periods.
        runs: over whole periods and train spans, in the order of jobs and settings.
        trials: how many were looked at.
        bests: of every place.
        walks: of every place with windows.
    """

    places: tuple[Place, ...]
    runs: tuple[Run, ...]
    trials: Trials
    bests: tuple[Best, ...]
    walks: tuple[Walked, ...]

    @property
    def wholes(self) -> tuple[Run, ...]:
        """The runs over whole periods."""
        return tuple(each for each in self.runs if each.job.role is Role.WHOLE)


def sweep(
    grid: Grid, settings: int, places: Sequence[Place], parts: Parts, crew: Crew, tell: Callable[[int, int], None]
) -> Swept:
    """Run whatever is not stored yet, and make of all of it what is told.

    Args:
        grid: for choosing.
        settings: how many there are.
        places: accounts in periods.
        parts: where results are kept; the caller holds `writing`.
        crew: who runs jobs.
        tell: runs that are done, and how many there are; called first with what was stored.

    Raises:
        SweepError: the disk or the crew cannot go on; what is stored stays.
    """
    jobs = jobs_of(places, settings)
    whole = sum(len(job.settings) for job in jobs) + sum(len(place.test) for place in places)
    stored = {job.number: runs for job in jobs if (runs := parts.runs(job)) is not None}
    done = sum(map(len, stored.values()))
    tell(done, whole)
    for job, runs in crew.each(run, [job for job in jobs if job.number not in stored]):
        parts.put_runs(job, runs)
        stored[job.number] = runs
        done += len(runs)
        tell(done, whole)
    runs = tuple(each for job in jobs for each in stored[job.number])
    wholes = [each for each in runs if each.job.role is Role.WHOLE]
    pairs = attempts_of(places, [each for each in runs if each.job.role is Role.TRAIN], grid)
    tried = _tested([job for job, _ in pairs], parts, crew)
    tell(whole, whole)
    trials = trials_of(wholes, grid)
    return Swept(tuple(places), runs, trials, bests(places, wholes, grid, trials), walks_of(places, pairs, tried))


def _tested(jobs: Sequence[Job], parts: Parts, crew: Crew) -> list[Tried]:
    stored = {job.number: tried for job in jobs if (tried := parts.tried(job)) is not None}
    for job, tried in crew.each(attempt, [job for job in jobs if job.number not in stored]):
        parts.put_tried(job, tried)
        stored[job.number] = tried
    return [stored[job.number] for job in jobs]
