"""Settings printed as TOML can be read again."""

from decimal import Decimal
from pathlib import Path

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from core.config import Request, load_settings
from core.config.options import OPTIONS
from core.config.printing import commented, shown
from core.config.toml_text import line_of, quoted, toml_value

NOWHERE = {"HOME": "/nonexistent"}


def test_what_is_shown_reads_back_as_the_same_settings(tmp_path: Path) -> None:
    first = load_settings(Request(preset="demo"), NOWHERE)
    path = tmp_path / "again.toml"
    path.write_text(shown(first), encoding="utf-8")
    again = load_settings(Request(config=path), NOWHERE)
    assert again.values == first.values
    assert set(again.sources.values()) == {"file"}


def test_every_value_is_shown_with_its_source() -> None:
    lines = [line for line in shown(load_settings(Request(preset="demo"), NOWHERE)).splitlines() if " = " in line]
    assert all(line.rpartition("  # ")[2] in ("default", "preset demo") for line in lines)
    assert "veto = false  # preset demo" in lines


def test_the_written_file_changes_nothing_until_a_line_is_uncommented(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(commented(), encoding="utf-8")
    settings = load_settings(Request(config=path), NOWHERE)
    assert settings.values == load_settings(Request(), NOWHERE).values
    assert set(settings.sources.values()) == {"default"}


def test_the_written_file_names_every_option_with_its_default(tmp_path: Path) -> None:
    lines = commented().splitlines()
    told = [line for line in lines if ": " in line]
    assert all(any(option.meaning in line for line in told) for option in OPTIONS.values() if option.default != {})
    path = tmp_path / "config.toml"
    path.write_text(commented().replace("# min_risk_reward = 1.5", "min_risk_reward = 1.25"), encoding="utf-8")
    assert str(load_settings(Request(config=path), NOWHERE).policy.filters.min_risk_reward) == "1.25"


@given(st.text())
def test_any_text_can_be_written_as_a_toml_string(text: str) -> None:
    clean = text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
    assert tomli.loads(f"a = {quoted(clean)}")["a"] == clean


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("[a]\nb = 1\n[c]\nb = 2\n", "c.b", 4),
        ("a.b = 1\n", "a.b", 1),
        ('[ a . b ]\n"c" = 1\n', "a.b.c", 2),
        ("[a]\nb = { c = 1 }\n", "a.b.c", 2),
        ("x = 1\n", "y", None),
        ('[keys]\n"a.b" = "x"\n', "keys.a.b", 2),
    ],
)
def test_the_line_of_a_key_is_found(text: str, key: str, line: int | None) -> None:
    assert line_of(text, key) == line


def test_a_monstrous_number_is_written_shortly() -> None:
    assert toml_value(Decimal("1e999999")) == "1E+999999"
