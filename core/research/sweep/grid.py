"""The grid of a sweep: axes of settings, accounts, periods and windows, as its TOML says them."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from random import Random
from typing import Any

from core.research.sweep.windows import WalkForward

Point = tuple[int, ...]
"""One setting of the grid: of every axis the place of its value."""


class Measure(StrEnum):
    """What settings are compared by: mean R of a trade, net USD, or mean R over its standard deviation."""

    AVERAGE_R = "average_r"
    NET = "net"
    SHARPE = "sharpe"


@dataclass(frozen=True, slots=True)
class Axis:
    """A setting and what it is to be, two values or more to make a difference, each of them once."""

    key: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time with a name; None is as far as the bars reach."""

    name: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """What is to be tried.

    Attributes:
        base: settings that hold everywhere, by dotted key.
        axes: in the order of the file; the last one turns fastest.
        accounts: symbols that trade together on one account, each account apart; empty for the configured symbols,
            an account each.
        periods: each account trades each of them.
        walk: windows in every period; None for none.
        choose_by: what settings are compared by.
        min_trades: settings with fewer in either result are never chosen.
    """

    base: Mapping[str, Any]
    axes: tuple[Axis, ...]
    accounts: tuple[tuple[str, ...], ...]
    periods: tuple[Period, ...]
    walk: WalkForward | None
    choose_by: Measure = Measure.AVERAGE_R
    min_trades: int = 30

    @property
    def size(self) -> int:
        """How many settings the axes make."""
        return math.prod(len(axis.values) for axis in self.axes)

    def points(self, limit: int | None = None) -> tuple[Point, ...]:
        """The settings in order; with a limit below their number that many of them, drawn evenly, always the same."""
        if limit is None or limit >= self.size:
            return tuple(self._point(number) for number in range(self.size))
        return tuple(self._point(number) for number in sorted(Random(0).sample(range(self.size), limit)))

    def changes(self, point: Point) -> Iterator[tuple[str, Any]]:
        """Key and value on every axis."""
        return ((axis.key, axis.values[place]) for axis, place in zip(self.axes, point, strict=True))

    def _point(self, number: int) -> Point:
        places = []
        for axis in reversed(self.axes):
            number, place = divmod(number, len(axis.values))
            places.append(place)
        return tuple(reversed(places))
