"""`atlas history`: what a person is told."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.said import Said
from tests.research.history.files import HEAD, lines_of

Run = Callable[..., Said]


def a_file(folder: Path, lines: list[str], name: str = "X_BTC-USD_15m.csv") -> Path:
    """A CSV file of these lines."""
    path = folder / name
    path.write_text("\n".join(lines))
    return path


def test_an_import_counts_the_rows_and_lists_those_that_were_left_out(atlas: Run, tmp_path: Path) -> None:
    lines = lines_of(60)
    said = atlas("history", "import", a_file(tmp_path, [HEAD, *lines[:40], *lines[41:], "1,2"]), "--zone", "UTC")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        f"{tmp_path}/X_BTC-USD_15m.csv: BTC-USD 15m, 60 rows: 59 stored, 1 truncated",
        "  line 61: truncated: 1,2",
        "  1 hole, 1 bar absent: 2026-01-01 10:00:00 (1) UTC",
    ]


def test_a_refused_file_is_named_and_the_others_go_on(atlas: Run, tmp_path: Path) -> None:
    bad = a_file(tmp_path, ["a,b", "1,2"], "bad.csv")
    said = atlas("history", "import", bad, a_file(tmp_path, [HEAD, *lines_of(60)]))
    assert said.code == 1
    assert said.sentence.startswith(f"atlas: {bad} is refused, nothing of it is stored: its columns cannot be told")
    assert "60 stored" in said.out


def test_an_import_as_json_has_every_count(atlas: Run, tmp_path: Path) -> None:
    told = atlas("history", "import", a_file(tmp_path, [HEAD, *lines_of(60), "1,2"]), "--format", "json").json[0]
    assert (told["symbol"], told["timeframe"], told["kind"], told["rows"]) == ("BTC-USD", "15m", "candles", 61)
    assert {fate: count for fate, count in told["counts"].items() if count} == {"stored": 60, "truncated": 1}
    assert told["listed"] == [{"line": 62, "fate": "truncated", "text": "1,2"}]
    assert (told["holes"], told["refused"]) == ([], None)


def test_without_pyarrow_a_sentence_says_what_to_install(atlas: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [
        name for name in sys.modules if name.startswith(("pyarrow", "core.research.history", "atlas_tui.cli.hi"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    said = atlas("history", "import", "x.csv")
    assert said.code == 2
    assert "pyarrow is not installed: install atlas-tui[history], or run make setup" in said.sentence
