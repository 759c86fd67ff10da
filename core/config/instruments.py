"""`[instruments.SYMBOL]` of a backtest's settings file: the increments of a listing whose record is not at hand."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from core.config.allowed import SYMBOL
from core.config.toml_text import line_of, read_toml, toml_value
from core.domain.errors import ConfigError

TABLE: Final = "instruments"
_KEYS: Final = ("price_increment", "base_increment")
_RANGE: Final = "a number above 0, up to 1000000, with at most 18 decimals"


@dataclass(frozen=True, slots=True)
class Increments:
    """Steps of a listing; None where the file gives none.

    Attributes:
        price_increment: quote currency.
        base_increment: of a size, base units.
    """

    price_increment: Decimal | None = None
    base_increment: Decimal | None = None


def read_instruments(path: Path) -> dict[str, Increments]:
    """The increments a settings file gives, by symbol.

    Raises:
        ConfigError: the file cannot be read, an unknown key, or a value that is not allowed; with file, line and key.
    """
    text, tree = read_toml(path)
    table = tree.get(TABLE, {})

    def refused(key: str, why: str) -> ConfigError:
        line = line_of(text, key)
        return ConfigError(f"{path}{f', line {line}' if line else ''}: {key}: {why}")

    if not isinstance(table, dict):
        raise refused(TABLE, "is a table: write [instruments.BTC]")
    found = {}
    for symbol, entries in table.items():
        key = f"{TABLE}.{symbol}"
        if not isinstance(entries, dict) or not SYMBOL.fullmatch(symbol):
            raise refused(key, "is the table of a symbol in capitals: write [instruments.BTC]")
        steps: dict[str, Decimal] = {}
        for name, value in entries.items():
            if name not in _KEYS:
                raise refused(f"{key}.{name}", f"unknown key; there are {' and '.join(_KEYS)}")
            step = _step(value)
            if step is None:
                raise refused(f"{key}.{name}", f"{toml_value(value)[:80]} is not allowed; allowed: {_RANGE}")
            steps[name] = step
        found[symbol] = Increments(**steps)
    return found


def _step(value: object) -> Decimal | None:
    """A number, or one written as text, as venues do; None where it is not allowed."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        step = Decimal(value)
    except ArithmeticError:
        return None
    places = step.normalize().as_tuple().exponent
    fits = step.is_finite() and 0 < step <= 1_000_000 and isinstance(places, int) and places >= -18
    return step if fits else None
