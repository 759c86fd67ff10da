"""What a sweep is run on: every setting as rules of the desk, every account with its bars, checked before any runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from atlas_tui.cli.backtest.document import RULES
from atlas_tui.cli.backtest.inputs import Inputs, Question, inputs_of, settings_for
from core.config import Settings
from core.config.settings import varied
from core.config.toml_text import toml_value
from core.domain.errors import ConfigError
from core.domain.policy import Policy
from core.domain.text import one_line
from core.research.backtest.bars import Bars
from core.research.backtest.fast import beyond
from core.research.history.series import base_of
from core.research.sweep.grid import Grid, Point
from core.research.sweep.parts import Names
from core.research.sweep.plan import Account, Place, World, places_of

_GIVEN_ELSE: Final = {
    "symbols": "the grid's own symbols name the accounts",
    "venue.listings": "it decides which fee is paid, for all settings: give it in --settings",
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """All of it.

    Attributes:
        inputs: the bars and the settings below the grid.
        points: the settings of the grid that are tried, by number.
        texts: of each, key and value as TOML writes them.
    """

    grid: Grid
    inputs: Inputs
    points: tuple[Point, ...]
    texts: tuple[Mapping[str, str], ...]
    world: World
    places: tuple[Place, ...]

    @property
    def names(self) -> Names:
        """What the files of results call them."""
        periods = [period.name for period in self.grid.periods]
        return Names([account.name for account in self.world.accounts], periods, self.texts)

    @property
    def runs(self) -> int:
        """How many backtests it comes to, each in both results; the tests of a walk forward are one a window."""
        return sum(len(self.points) * (1 + len(place.train)) + len(place.test) for place in self.places)


def prepared(grid: Grid, name: str, question: Question, asked: Mapping[str, Any], limit: int | None) -> Prepared:
    """Read the bars, lay every setting over the configured ones, and refuse what no sweep can run.

    Args:
        grid: what is to be tried.
        name: of its file, for errors.
        question: the options that are those of a backtest; its symbols are the grid's.
        asked: the options every verb takes.
        limit: at most so many settings.

    Raises:
        ConfigError: a setting that does not exist, is not allowed, changes no result or needs the desk; or bars that do
            not hold a period or window.
    """
    points = grid.points(limit)
    policies = _policies(grid, points, settings_for(question, asked), name)
    inputs = inputs_of(question, asked)
    accounts = tuple(_account(inputs, account) for account in _accounts(grid, inputs))
    try:
        places = places_of(grid, accounts)
    except ValueError as error:
        raise ConfigError(f"{name}: {error}") from error
    texts = tuple({key: one_line(toml_value(value)) for key, value in grid.changes(point)} for point in points)
    return Prepared(grid, inputs, points, texts, World(accounts, policies), places)


def _accounts(grid: Grid, inputs: Inputs) -> Sequence[tuple[str, ...]]:
    if not grid.accounts:
        return [(each.symbol,) for each in inputs.bars.series]
    return [tuple(base_of(symbol) for symbol in account) for account in grid.accounts]


def _account(inputs: Inputs, symbols: tuple[str, ...]) -> Account:
    by_symbol = {each.symbol: each for each in inputs.bars.series}
    rules = inputs.rules
    return Account(
        Bars(tuple(by_symbol[symbol] for symbol in symbols)),
        {symbol: rules.instruments[symbol] for symbol in symbols},
        {symbol: rules.funding[symbol] for symbol in symbols if symbol in rules.funding},
    )


def _policies(grid: Grid, points: Sequence[Point], settings: Settings, name: str) -> tuple[Policy, ...]:
    for key in (*grid.base, *(axis.key for axis in grid.axes)):
        _check_key(key, settings, name)
    found = []
    for point in points:
        changes = dict(grid.changes(point))
        policy = varied(settings, {**grid.base, **changes}.items(), name)
        if unknown := beyond(policy):
            told = "".join(f", with {key} = {toml_value(value)}" for key, value in changes.items())
            raise ConfigError(
                f"{name}: {' and '.join(unknown)} needs the desk itself, a thousand times slower than a sweep{told}: "
                "leave it out, or run that one setting by atlas backtest"
            )
        found.append(policy)
    return tuple(found)


def _check_key(key: str, settings: Settings, name: str) -> None:
    if key in _GIVEN_ELSE:
        raise ConfigError(f"{name}: {key} is no setting of a sweep: {_GIVEN_ELSE[key]}")
    if key in settings.values and not key.startswith(RULES):
        raise ConfigError(f"{name}: {key} changes no result of a backtest")
    source = settings.sources.get(key, "")
    if source.startswith("--"):
        raise ConfigError(f"{name}: {key} is given by {source}, too: give it once")


def default_folder(settings: Settings, grid_file: Path) -> Path:
    """Where results are kept if nobody says otherwise: by the grid's name, in the cache of the state directory."""
    return settings.state_dir / "cache" / "sweeps" / one_line(grid_file.stem)
