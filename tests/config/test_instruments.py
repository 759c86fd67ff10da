"""`[instruments.SYMBOL]` beside the settings of a backtest."""

from decimal import Decimal
from pathlib import Path

import pytest

from core.config import Request, load_settings
from core.config.instruments import TABLE, Increments, read_instruments
from core.domain.errors import ConfigError


def a_file(folder: Path, text: str) -> Path:
    """A settings file of this text."""
    path = folder / "backtest.toml"
    path.write_text(text)
    return path


def test_increments_stand_beside_the_settings_of_one_file(tmp_path: Path) -> None:
    path = a_file(tmp_path, 'symbols = ["BTC"]\n[instruments.BTC]\nprice_increment = 0.5\nbase_increment = "0.0001"\n')
    assert read_instruments(path) == {"BTC": Increments(Decimal("0.5"), Decimal("0.0001"))}
    settings = load_settings(Request(path, apart=frozenset((TABLE,))), {})
    assert settings.policy.symbols == ("BTC",)


def test_a_file_without_them_gives_none(tmp_path: Path) -> None:
    assert read_instruments(a_file(tmp_path, 'symbols = ["BTC"]\n')) == {}


def test_only_a_backtest_takes_the_table(tmp_path: Path) -> None:
    path = a_file(tmp_path, "[instruments.BTC]\nprice_increment = 1\n")
    with pytest.raises(ConfigError, match=r"instruments\.BTC\.price_increment: unknown key"):
        load_settings(Request(path), {})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[instruments.BTC]\ntick = 1", r"line 2: instruments\.BTC\.tick: unknown key; there are price_increment"),
        ("[instruments.BTC]\nprice_increment = 0", r"line 2: .*price_increment: 0 is not allowed"),
        ("[instruments.BTC]\nprice_increment = -1", "is not allowed"),
        ("[instruments.BTC]\nprice_increment = true", "true is not allowed"),
        ("[instruments.BTC]\nprice_increment = nan", "is not allowed"),
        ('[instruments.BTC]\nbase_increment = "much"', '"much" is not allowed'),
        ("[instruments.BTC]\nbase_increment = 1e-19", "at most 18 decimals"),
        ("[instruments.btc]\nprice_increment = 1", "a symbol in capitals"),
        ("instruments = 3", "is a table"),
    ],
)
def test_what_is_not_allowed_is_refused_with_its_line(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        read_instruments(a_file(tmp_path, text))
