"""What a sweep runs: settings by number, accounts, and jobs, each of which becomes one file of results."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from core.domain.policy import Policy
from core.domain.symbols import Instrument
from core.research.backtest.bars import Bars
from core.research.backtest.kernel_compile import STAMP, digest_of
from core.research.backtest.settings import BacktestSettings, FundingRecord
from core.research.sweep.grid import Grid, Period
from core.research.sweep.windows import Span, windows_of

BLOCK: Final = 250
"""Settings of one job: a second or so of work over two years of 15m bars, which is what a kill costs at most."""
ENGINE: Final = digest_of(tuple(sorted(Path(__file__).parent.glob("*.py")))) + STAMP
"""Which code makes the results: that of sweeps and the kernels."""


class Role(StrEnum):
    """What a run is for: a whole period, choosing in a window, or trying the choice behind it."""

    WHOLE = "whole"
    TRAIN = "train"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Account:
    """Symbols that trade together.

    Attributes:
        bars: of all its symbols.
        instruments: by symbol.
        funding: recorded rates, where there are some.
    """

    bars: Bars
    instruments: Mapping[str, Instrument]
    funding: Mapping[str, FundingRecord]

    @property
    def name(self) -> str:
        """`BTC,ETH`."""
        return ",".join(each.symbol for each in self.bars.series)

    def rules(self, policy: Policy) -> BacktestSettings:
        """What it trades under."""
        return BacktestSettings(policy, self.instruments, self.funding)


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """All that jobs are run on; it goes to every worker once.

    Attributes:
        accounts: in the order of the grid.
        policies: one a setting, by its number.
    """

    accounts: tuple[Account, ...]
    policies: tuple[Policy, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """Settings over one span of one account.

    Attributes:
        number: within its role, from 0; its file is named by it.
        account: its number.
        period: its number.
        window: its number within the period; None for a whole period.
        settings: their numbers.
    """

    role: Role
    number: int
    account: int
    period: int
    window: int | None
    span: Span
    settings: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One account in one period: the whole of it, and its windows."""

    account: int
    period: int
    whole: Span
    train: tuple[Span, ...]
    test: tuple[Span, ...]


def places_of(grid: Grid, accounts: Sequence[Account]) -> tuple[Place, ...]:
    """Every account in every period; a period is cut to the bars that all of the account's symbols have.

    Raises:
        ValueError: an account has no bars in a period, or not enough for one window; one sentence.
    """
    found = []
    for number, account in enumerate(accounts):
        for place, period in enumerate(grid.periods):
            since, until = _reach(account, period)
            windows = windows_of(grid.walk, since, until) if grid.walk is not None else ()
            if grid.walk is not None and not windows:
                days = (until - since) / 86_400
                raise ValueError(f"the {days:.0f} days of {account.name} in period {period.name} hold no whole window")
            train, test = (tuple(getattr(each, end) for each in windows) for end in ("train", "test"))
            found.append(Place(number, place, Span(since, since, until), train, test))
    return tuple(found)


def _reach(account: Account, period: Period) -> tuple[int, int]:
    spans = [Bars((each,)).span_s for each in account.bars.series]
    there = [span for span in spans if span is not None]
    if len(there) < len(spans):
        raise ValueError(f"{account.name} has a symbol without bars")
    since, until = max(first for first, _ in there), min(last for _, last in there)
    if period.since is not None:
        since = max(since, int(period.since.timestamp()))
    if period.until is not None:
        until = min(until, int(period.until.timestamp()))
    if since >= until:
        raise ValueError(f"{account.name} has no bars in period {period.name} that all its symbols have")
    return since, until


def jobs_of(places: Sequence[Place], settings: int) -> tuple[Job, ...]:
    """Every job but the tests, whose settings are chosen by what these give."""
    blocks = [tuple(range(first, min(first + BLOCK, settings))) for first in range(0, settings, BLOCK)]
    found: list[Job] = []
    for place in places:
        spans: list[tuple[Role, int | None, Span]] = [(Role.WHOLE, None, place.whole)]
        spans += [(Role.TRAIN, window, span) for window, span in enumerate(place.train)]
        for role, window, span in spans:
            for block in blocks:
                found.append(Job(role, len(found), place.account, place.period, window, span, block))
    return tuple(found)


def identity_of(grid: Grid, points: Sequence[object], world: World, places: Sequence[Place]) -> dict[str, str]:
    """Digests of all that results depend on, by what a person would call it: the grid, candles, rules, and ATLAS."""
    candles = hashlib.sha256()
    for account in world.accounts:
        for series in account.bars.series:
            candles.update(f"{series.symbol} {series.timeframe} {series.unit}".encode())
            for column in (series.start, series.open, series.high, series.low, series.close):
                candles.update(column.tobytes())
    rules = [(account.name, sorted(account.instruments.items()), _rates(account)) for account in world.accounts]
    return {
        "grid": _digest(grid, points, places),
        "candles": candles.hexdigest(),
        "settings and listings": _digest(world.policies, rules),
        "version of ATLAS": hashlib.sha256(ENGINE.encode()).hexdigest(),
    }


def _rates(account: Account) -> list[object]:
    return [(name, each.interval_hours, sorted(each.rates.items())) for name, each in sorted(account.funding.items())]


def _digest(*values: object) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()
