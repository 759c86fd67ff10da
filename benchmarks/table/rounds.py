"""Interleaved rounds: every work once a round, A B A B, so that a slow minute of the machine meets all of them."""

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter

Work = Callable[[], float]
"""Does its work once and gives what that took, seconds."""


def timed(work: Callable[[], object], repeats: int = 1, warmed: bool = False) -> Work:
    """The work as seconds of one call; one that takes microseconds is repeated between two looks at the clock.

    What is bound by memory is `warmed` by a call before, for else each would pay for the caches that the last one left.
    """

    def took() -> float:
        if warmed:
            work()
        began = perf_counter()
        for _ in range(repeats):
            work()
        return (perf_counter() - began) / repeats

    return took


def interleaved(works: Mapping[str, Work], rounds: int) -> dict[str, float]:
    """The median of each, over so many rounds behind one that is not counted: what is loaded late is loaded then."""
    for work in works.values():
        work()
    took: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            took[name].append(work())
    return {name: median(each) for name, each in took.items()}
