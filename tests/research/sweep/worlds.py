"""A small sweep over random walks: a grid, its world, and where its results go."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from core.research.backtest.bars import Bars
from core.research.sweep.grid import Axis, Grid, Period
from core.research.sweep.parts import Names, Parts
from core.research.sweep.plan import Account, Job, World, identity_of, places_of
from core.research.sweep.windows import DAY_S, WalkForward
from tests.research.random_bars import loose, walk

Answer = TypeVar("Answer")

WALK = WalkForward(train_s=4 * DAY_S, test_s=DAY_S, step_s=DAY_S, warm_s=2 * DAY_S)
GRID = Grid(
    base={},
    axes=(Axis("filters.min_risk_reward", (Decimal(0), Decimal(1), Decimal(2))), Axis("filters.veto", (True, False))),
    accounts=(("BTC",), ("BTC", "ETH")),
    periods=(Period("all"),),
    walk=WALK,
    min_trades=3,
)
TEXTS = tuple({key: str(value) for key, value in GRID.changes(point)} for point in GRID.points())


def world(seed: int = 5, rows: int = 1_200) -> World:
    """Two accounts over the same walks, and the grid's six settings."""
    base = loose(("BTC", "ETH"))
    policies = []
    for point in GRID.points():
        ratio, veto = (value for _, value in GRID.changes(point))
        filters = replace(base.policy.filters, min_risk_reward=ratio, veto=veto)
        policies.append(replace(base.policy, filters=filters))
    walks = {symbol: walk(symbol, seed, rows) for symbol in ("BTC", "ETH")}
    accounts = tuple(
        Account(Bars(tuple(walks[name] for name in names)), {name: base.instruments[name] for name in names}, {})
        for names in GRID.accounts
    )
    return World(accounts, tuple(policies))


def parts(folder: Path, made: World, grid: Grid = GRID) -> Parts:
    """The folder of this sweep."""
    names = Names([account.name for account in made.accounts], [period.name for period in grid.periods], TEXTS)
    identity = identity_of(grid, grid.points(), made, places_of(grid, made.accounts))
    return Parts(folder, identity, names)


def rows_in(folder: Path) -> dict[str, bytes]:
    """Every file of results, by its name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.parquet"))}


class Stopped(Exception):
    """The crew was stopped in the middle."""


class OneByOne:
    """Runs jobs here, one after the other, and stops for good after some of them."""

    def __init__(self, made: World, most: int | None = None) -> None:
        self._world, self._left = made, most
        self.ran: list[Job] = []

    def each(self, work: Callable[[World, Job], Answer], jobs: Iterable[Job]) -> Iterator[tuple[Job, Answer]]:
        """Every job in turn."""
        for job in jobs:
            if self._left == len(self.ran):
                raise Stopped
            self.ran.append(job)
            yield job, work(self._world, job)
