"""The grid's TOML, read strictly: an unknown key is refused by name, with the nearest known one."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from core.config.toml_text import flattened, line_of, read_toml
from core.domain.errors import ConfigError
from core.domain.timeframes import Timeframe
from core.research.sweep.grid import Axis, Grid, Measure, Period
from core.research.sweep.windows import WalkForward

MOST_VALUES: Final = 10_000
"""Values on one axis."""
_TABLES: Final = ("settings", "axes", "periods", "walk_forward")
_KEYS: Final = ("symbols", "choose_by", "min_trades", *_TABLES)
_RANGE: Final = ("from", "to", "step")


def read_grid(path: Path) -> Grid:
    """The grid of a file; whether its settings exist and may have these values is for who knows the settings.

    Raises:
        ConfigError: one sentence with file, line and key.
    """
    text, tree = read_toml(path)
    return _Reader(str(path), text).grid(tree)


class _Reader:
    def __init__(self, name: str, text: str) -> None:
        self._name, self._text = name, text

    def grid(self, tree: Mapping[str, Any]) -> Grid:
        self._known("", tree, _KEYS)
        for table in _TABLES:
            if not isinstance(tree.get(table, {}), dict):
                raise self._refused(table, f"is a table: write [{table}]")
        axes = tuple(self._axes(tree.get("axes", {}), "axes."))
        base = dict(flattened(tree.get("settings", {})))
        for axis in axes:
            if axis.key in base:
                raise self._refused(f"settings.{axis.key}", "is an axis, too; give it once")
        return Grid(
            base, axes, self._accounts(tree.get("symbols", [])), self._periods(tree.get("periods", {})),
            self._walk(tree["walk_forward"]) if "walk_forward" in tree else None,
            self._measure(tree.get("choose_by", Measure.AVERAGE_R.value)), self._least(tree.get("min_trades", 30)),
        )  # fmt: skip

    def _axes(self, table: Mapping[str, Any], prefix: str) -> Iterator[Axis]:
        for name, value in table.items():
            key = prefix + name
            if isinstance(value, dict) and "from" not in value:
                yield from self._axes(value, key + ".")
                continue
            values = self._range(key, value) if isinstance(value, dict) else value
            if not isinstance(values, list) or not values:
                raise self._refused(key, "is a list of values, or { from = 1, to = 2, step = 0.5 }")
            if any(each in values[:place] for place, each in enumerate(values)):
                raise self._refused(key, "holds a value twice; it would count as two tries")
            yield Axis(key.removeprefix("axes."), tuple(values))

    def _range(self, key: str, table: Mapping[str, Any]) -> list[Any]:
        self._known(f"{key}.", table, _RANGE)
        numbers: list[Any] = [table.get(name) for name in _RANGE]
        first, last, step = numbers
        if not all(isinstance(each, int | Decimal) and not isinstance(each, bool) for each in numbers):
            raise self._refused(key, "a range has from, to and step, all numbers")
        if not all(Decimal(each).is_finite() for each in numbers) or step <= 0 or last < first:
            raise self._refused(key, "a range goes up: from is not above to, and step is above 0")
        count = int((last - first) // step) + 1
        if count > MOST_VALUES:
            raise self._refused(key, f"comes to {count:,} values; {MOST_VALUES:,} are the most")
        return [first + step * number for number in range(count)]

    def _accounts(self, symbols: object) -> tuple[tuple[str, ...], ...]:
        if not isinstance(symbols, list) or not all(isinstance(each, str) for each in symbols):
            raise self._refused("symbols", 'is a list such as ["BTC", "ETH", "BTC,ETH"], an account each')
        accounts = tuple(tuple(name.strip().upper() for name in each.split(",")) for each in symbols)
        for account in accounts:
            if "" in account or len(set(account)) < len(account):
                raise self._refused("symbols", f'"{",".join(account)}" is no account: write "BTC" or "BTC,ETH"')
        if len(set(accounts)) < len(accounts):
            raise self._refused("symbols", "holds an account twice")
        return accounts

    def _periods(self, table: Mapping[str, Any]) -> tuple[Period, ...]:
        found = []
        for name, value in table.items():
            key = f"periods.{name}"
            if not isinstance(value, dict):
                raise self._refused(key, "is a table such as { since = 2025-01-01, until = 2025-07-01 }")
            self._known(f"{key}.", value, ("since", "until"))
            since, until = (self._instant(f"{key}.{end}", value.get(end)) for end in ("since", "until"))
            if since is not None and until is not None and since >= until:
                raise self._refused(key, "since is not before until")
            found.append(Period(name, since, until))
        return tuple(found) or (Period("all"),)

    def _instant(self, key: str, value: object) -> datetime | None:
        """A date or time of TOML, or its text; without a zone it is UTC."""
        if value is None:
            return None
        try:
            at = datetime.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            at = None
        if isinstance(at, date) and not isinstance(at, datetime):
            at = datetime.combine(at, time())
        if not isinstance(at, datetime):
            raise self._refused(key, "is a date such as 2025-01-01")
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)

    def _walk(self, table: Mapping[str, Any]) -> WalkForward:
        prefix = "walk_forward."
        self._known(prefix, table, ("train", "test", "step", "warm_up"))
        for name in ("train", "test"):
            if name not in table:
                raise self._refused("walk_forward", f'needs {name}, a length such as "90d"')
        train, test = (self._seconds(prefix + name, table[name]) for name in ("train", "test"))
        step = self._seconds(prefix + "step", table.get("step", table["test"]))
        warm = self._seconds(prefix + "warm_up", table.get("warm_up", "35d"))
        try:
            return WalkForward(train, test, step, warm)
        except ValueError as error:
            raise self._refused("walk_forward", str(error)) from error

    def _seconds(self, key: str, value: object) -> int:
        try:
            return Timeframe.parse(value).seconds if isinstance(value, str) else _none(value)
        except ValueError as error:
            raise self._refused(key, 'is a length such as "90d", "12h" or "6w"') from error

    def _measure(self, value: object) -> Measure:
        if not isinstance(value, str) or value not in list(Measure):
            raise self._refused("choose_by", f"is one of {', '.join(Measure)}")
        return Measure(value)

    def _least(self, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < 2:
            raise self._refused("min_trades", "is a whole number, 2 or more: fewer trades have no standard error")
        return value

    def _known(self, prefix: str, table: Mapping[str, Any], keys: Collection[str]) -> None:
        for name in table:
            if name not in keys:
                near = difflib.get_close_matches(name, keys, n=1, cutoff=0.0)[0]
                raise self._refused(prefix + name, f"unknown key; the nearest known one is {prefix}{near}")

    def _refused(self, key: str, why: str) -> ConfigError:
        line = line_of(self._text, key)
        return ConfigError(f"{self._name}{f', line {line}' if line else ''}: {key}: {why}")


def _none(value: object) -> int:
    """0, the only length without a unit. Raises ValueError."""
    if isinstance(value, bool) or value != 0:
        raise ValueError
    return 0
