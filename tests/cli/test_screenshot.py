"""`atlas screenshot`: a picture of the console, without a terminal."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from atlas_tui.cli.written import write_whole
from core.domain.errors import ConfigError
from tests.cli.said import Said

Run = Callable[..., Said]


def words(file: Path) -> str:
    """The text of a picture."""
    return unescape(re.sub(r"<[^>]*>", " ", file.read_text(encoding="utf-8"))).replace("\xa0", " ")


@pytest.mark.long
def test_the_embedded_exchange_is_drawn_with_live_prices(spawn: Run, tmp_path: Path) -> None:
    file = tmp_path / "console.svg"
    said = spawn("screenshot", "--seed", 3, "--minutes", 1, "--size", "100x30", "--tab", 2, file)
    assert (said.code, said.out, said.err) == (0, f"{file}\n", "")
    seen = words(file)
    for text in ("DEMO x60", "LIVE", "BTC", "2 Setups", "$1,000.00"):
        assert text in seen
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".svg"] == ["console.svg"]


def test_a_ledger_is_drawn_as_it_stands_and_stays_as_it_is(spawn: Run, a_day_on_paper: Path, tmp_path: Path) -> None:
    before = (a_day_on_paper / "ledger.db").read_bytes()
    file = tmp_path / "trades.svg"
    said = spawn("screenshot", "--state-dir", a_day_on_paper, "--tab", 4, file)
    assert (said.code, said.err) == (0, "")
    assert "PAPER" in words(file)
    assert re.search(r"[+-]\$\d", words(file))
    assert (a_day_on_paper / "ledger.db").read_bytes() == before


def test_a_masked_picture_has_no_amount_of_money(spawn: Run, a_day_on_paper: Path, tmp_path: Path) -> None:
    for tab in ("3", "4", "6"):
        file = tmp_path / f"{tab}.svg"
        assert spawn("screenshot", "--mask", "--state-dir", a_day_on_paper, "--tab", tab, file).code == 0
        assert "$•••" in words(file)
        assert not re.search(r"\$[\d,]", words(file))


@pytest.mark.parametrize(
    ("name", "told"),
    [("", "is a folder"), ("picture.png", "ends in .svg"), ("no/where.svg", "there is no folder")],
)
def test_a_target_that_cannot_be_written_is_refused_in_one_sentence(
    name: str, told: str, atlas: Run, tmp_path: Path
) -> None:
    said = atlas("screenshot", tmp_path / name)
    assert said.code == 2
    assert told in said.sentence


@pytest.mark.parametrize("size", ["big", "120", "5x5", "120x400", "0x0"])
def test_a_size_out_of_range_is_refused(size: str, atlas: Run, tmp_path: Path) -> None:
    said = atlas("screenshot", "--size", size, tmp_path / "a.svg")
    assert said.code == 2
    assert "from 20x5 to 400x150" in said.err


def test_a_state_directory_without_a_ledger_is_said(atlas: Run, tmp_path: Path) -> None:
    said = atlas("screenshot", "--state-dir", tmp_path / "nowhere", tmp_path / "a.svg")
    assert (said.code, "No ledger in" in said.sentence) == (1, True)


def test_an_old_picture_stays_when_the_new_one_cannot_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "taken.svg"
    folder.mkdir()
    with pytest.raises(ConfigError, match="cannot be written"):
        write_whole(folder, "new")
    assert list(tmp_path.iterdir()) == [folder]
