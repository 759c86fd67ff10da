"""Many settings over the same bars: what they share is made once, and each runs over the few setups it may enter."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

import numpy as np

from core.domain.levels import FilterPolicy
from core.research.backtest import kernel_setups as setups
from core.research.backtest.bars import Ints
from core.research.backtest.kernel_loop import Laid, Loop, Ran
from core.research.backtest.kernel_pick import pick
from core.research.backtest.settings import BacktestSettings

THREADS: Final = 2
_ANY: Final = FilterPolicy()


class Sweep:
    """Runs of the loop under many settings; the setups are found once for all that differ in less than their finding.

    Args:
        laid: the bars.
        settings: all that will be run, so that the setups found serve the loosest filters among them.
        since_s: setups that break before are not entered, epoch seconds; the bars before only tell classes, and the
            account begins here. None enters all.
    """

    def __init__(self, laid: Laid, settings: Sequence[BacktestSettings], since_s: int | None = None) -> None:
        self._laid = laid
        self._settings = settings
        self._since_s = since_s
        self._tables: dict[object, Ints] = {}
        self._loops: dict[object, Loop] = {}

    def run(self, threads: int = THREADS, second: bool = False) -> list[Ran]:
        """One result of S13.3 a setting, in their order, with trades and without bookings.

        Raises:
            TooWideError: a setting asks for the desk.
        """
        for each in self._settings:
            self._shared(each)
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(lambda each: self._ran(each, second), self._settings))

    def entering(self, settings: BacktestSettings) -> tuple[Loop, Ints]:
        """The loop under one of the settings, and the setups it may enter, in their order. Raises TooWideError."""
        loop = self._loop(settings)
        table = self._shared(settings)
        picked = np.empty_like(table)
        return loop, picked[: pick(table, loop.limits, picked)]

    def _ran(self, settings: BacktestSettings, second: bool) -> Ran:
        loop, table = self.entering(settings)
        return loop.run(table, second, booked=False)

    def _loop(self, settings: BacktestSettings) -> Loop:
        """The settings in whole numbers; those that differ in filters alone share all but their limits."""
        policy = replace(settings.policy, filters=_ANY)
        # The mappings live as long as the settings this holds; most sweeps hand one and the same to all of them.
        key = repr(policy), id(settings.instruments), id(settings.funding)
        if key not in self._loops:
            self._loops[key] = Loop(self._laid, settings)
        return self._loops[key].under(settings)

    def _shared(self, settings: BacktestSettings) -> Ints:
        """The setups that may be entered under any of the settings that find them alike."""
        key = _finding(settings)
        if key not in self._tables:
            alike = [each.policy.filters for each in self._settings if _finding(each) == key]
            loosest = replace(settings, policy=replace(settings.policy, filters=_loosest(alike)))
            found = Loop(self._laid, loosest).table(armed_only=True)
            late = slice(None) if self._since_s is None else found[:, setups.AT] >= self._since_s
            self._tables[key] = found[late]
        return self._tables[key]


def _finding(settings: BacktestSettings) -> object:
    """What the setups that are found depend on, the limits of the filters apart."""
    policy = settings.policy
    steps = tuple(sorted((symbol, each.price_increment) for symbol, each in settings.instruments.items()))
    return policy.filters.stop_mode, policy.filters.max_inside_bars, policy.maintenance, steps


def _loosest(filters: Sequence[FilterPolicy]) -> FilterPolicy:
    return replace(
        filters[0],
        min_magnitude_pct=min(each.min_magnitude_pct for each in filters),
        min_risk_reward=min(each.min_risk_reward for each in filters),
        measured_targets=any(each.measured_targets for each in filters),
    )
