"""Who runs jobs: threads of this process, or the workers of a Dask cluster; what comes back is the same."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Protocol, TypeVar

from core.research.sweep.plan import Job, World

Answer = TypeVar("Answer")
Work = Callable[[World, Job], Answer]


class Crew(Protocol):
    """Runs jobs, in any order."""

    def each(self, work: Callable[[World, Job], Answer], jobs: Iterable[Job]) -> Iterator[tuple[Job, Answer]]:
        """Every job with what it gave, as soon as it is done. Raises SweepError where it cannot go on."""


class Threads:
    """Threads of this process: the compiled loop runs without the interpreter's lock, and the bars are shared.

    Args:
        world: what jobs are run on.
        count: how many; None is one a processor this process may use.
    """

    def __init__(self, world: World, count: int | None = None) -> None:
        self._world = world
        self._count = count or len(os.sched_getaffinity(0))

    def each(self, work: Callable[[World, Job], Answer], jobs: Iterable[Job]) -> Iterator[tuple[Job, Answer]]:
        """Every job with what it gave; left early, jobs that have not begun are dropped."""
        pool = ThreadPoolExecutor(self._count)
        try:
            waiting = {pool.submit(work, self._world, job): job for job in jobs}
            for done in as_completed(waiting):
                yield waiting[done], done.result()
        finally:
            pool.shutdown(cancel_futures=True)
