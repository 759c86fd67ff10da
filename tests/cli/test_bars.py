"""`atlas bars`: candles of a file with their classes."""

import collections
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from atlas_tui.cli.bars import COLUMNS
from tests.cli.said import Said

Run = Callable[..., Said]

GOOD = [
    "ts,open,high,low,close,volume",
    "1767700800,10,12,9,11,1",  # 2026-01-06 12:00 UTC
    "1767701700,11,13,10,12,1",
    "1767702600,12,12.5,10.5,11,1",
    "1767703500,11,14,9,13,1",
    "1767706200,13,13.5,8,9,1",  # two bars are absent before it
]


def _file(folder: Path, lines: list[str], name: str = "candles.csv") -> Path:
    path = folder / name
    text = "\n".join(lines) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["candles.csv", "candles.csv.gz"])
def test_every_row_is_compared_with_the_row_before_it(atlas: Run, tmp_path: Path, name: str) -> None:
    said = atlas("bars", _file(tmp_path, GOOD, name), "--timeframe", "15m", "--format", "json")
    rows = said.json
    assert [row["class"] for row in rows] == ["?", "2U", "1", "3", "2D"]
    assert [row["gap_before"] for row in rows] == [False, False, False, False, True]
    assert list(rows[0]) == list(COLUMNS)
    assert (rows[0]["start"], rows[2]["high"], said.err) == ("2026-01-06T12:00:00Z", 12.5, "")


def test_csv_has_the_same_rows(atlas: Run, tmp_path: Path) -> None:
    lines = atlas("bars", _file(tmp_path, GOOD), "--format", "csv").out.splitlines()
    assert lines[0] == "start,open,high,low,close,volume,class,complete,gap_before"
    assert lines[1] == "2026-01-06T12:00:00Z,10,12,9,11,1,?,true,false"


def test_a_table_names_the_zone_of_its_times(atlas: Run, tmp_path: Path) -> None:
    lines = atlas("bars", _file(tmp_path, GOOD), "--zone", "New York").out.splitlines()
    assert lines[0].startswith("start (New York)")
    assert lines[1].startswith("2026-01-06 07:00:00")


def test_bars_are_rolled_on_whole_utc_buckets(atlas: Run, tmp_path: Path) -> None:
    rows = atlas("bars", _file(tmp_path, GOOD), "--to", "1h", "--format", "json").json
    assert [(row["start"], row["high"], row["low"], row["complete"]) for row in rows] == [
        ("2026-01-06T12:00:00Z", 14, 9, True),
        ("2026-01-06T13:00:00Z", 13.5, 8, False),
    ]


def test_bad_rows_are_told_with_their_fate_and_stay_holes(atlas: Run, tmp_path: Path) -> None:
    bad = [*GOOD[:3], "1767702600,nan,12.5,10.5,11,1", GOOD[4], "soon,1,1,1,1,1", "1767703777,1,1,1,1,1"]
    said = atlas("bars", _file(tmp_path, bad), "--timeframe", "15m", "--format", "json")
    assert said.code == 0
    assert [row["class"] for row in said.json] == ["?", "2U", "?", "?"]
    assert said.json[2]["high"] is None
    assert "line 4: not a number" in said.err
    assert "kept out as a hole" in said.err
    assert said.err.splitlines()[-1] == "3 of 6 rows were not taken as they stand."


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([], "is empty"),
        (["a,b", "1,2"], "lacks the column"),
        (GOOD[:1], "holds too few candles"),
    ],
)
def test_a_file_that_is_no_candle_file_is_one_sentence(atlas: Run, tmp_path: Path, lines: list[str], says: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    said = atlas("bars", path)
    assert said.code == 1
    assert says in said.sentence


def test_a_missing_file_is_one_sentence(atlas: Run) -> None:
    said = atlas("bars", "nowhere.csv.gz")
    assert (said.code, said.sentence) == (1, "atlas: candle file nowhere.csv.gz does not exist")


def test_a_timeframe_that_does_not_divide_is_a_wrong_option(atlas: Run, tmp_path: Path) -> None:
    said = atlas("bars", _file(tmp_path, GOOD), "--to", "20m")
    assert said.code == 2
    assert "cannot be rolled into 20m" in said.sentence


def test_a_timeframe_that_is_none_is_a_usage_error(atlas: Run, tmp_path: Path) -> None:
    said = atlas("bars", _file(tmp_path, GOOD), "--timeframe", "7x")
    assert said.code == 2
    assert "write it as 15m, 1h, 4h, 1d or 1w" in said.err


def test_real_candles_have_the_classes_the_method_counts(atlas: Run, data_dir: Path) -> None:
    path = data_dir / "candles" / "COINBASE_BTC-USD_15m.csv.gz"
    rows = atlas("bars", path, "--timeframe", "15m", "--format", "json").json
    counts = collections.Counter(row["class"] for row in rows)
    assert counts == {"1": 8016, "2U": 20280, "2D": 20207, "3": 5351, "?": 1}
    assert rows[0]["class"] == "?"
