"""`atlas history`: what a person is told."""

import io
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest

from core.research.history.store import History
from tests.cli.processes import Child
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
    assert (told["holes"], told["refused"], told["guess"]) == ([], None, None)


@pytest.mark.parametrize("head", [[], ["a,b,c,d,e,f"]])
def test_columns_that_no_name_tells_are_said_aloud(atlas: Run, tmp_path: Path, head: list[str]) -> None:
    said = atlas("history", "import", a_file(tmp_path, [*head, *lines_of(60)]))
    assert said.code == 0
    guess = "time 1, open 2, high 3, low 4, close 5, volume 6"
    assert f"no names tell its columns; by what stands in them: {guess}" in said.out


def test_without_pyarrow_a_sentence_says_what_to_install(atlas: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [
        name for name in sys.modules if name.startswith(("pyarrow", "core.research.history", "atlas_tui.cli.hi"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    said = atlas("history", "import", "x.csv")
    assert said.code == 2
    assert "pyarrow is not installed: install atlas-tui[history], or run make setup" in said.sentence


NOTHING = "Nothing is stored yet: take candles in with atlas history fetch or atlas history import.\n"


@pytest.fixture
def stored(atlas: Run, tmp_path: Path) -> Path:
    """A state directory with 3,000 candles of BTC-USD, and a hole of two in them."""
    folder = tmp_path / "state"
    lines = lines_of(3000)
    assert (
        atlas("history", "import", a_file(tmp_path, [HEAD, *lines[:40], *lines[42:]]), "--state-dir", folder).code == 0
    )
    return folder


@pytest.mark.parametrize("verb", ["list", "gaps", "verify"])
def test_without_history_the_next_step_is_told(atlas: Run, verb: str) -> None:
    assert atlas("history", verb) == Said(0, NOTHING, "")
    assert atlas("history", verb, "--format", "json").json == []


def test_the_list_tells_reach_holes_and_size(atlas: Run, stored: Path) -> None:
    row = atlas("history", "list", "--state-dir", stored, "--format", "json").json[0]
    assert row.pop("bytes") > 10_000
    assert row == {
        "symbol": "BTC-USD", "timeframe": "15m", "kind": "candles", "first": "2026-01-01T00:00:00Z",
        "last": "2026-02-01T05:45:00Z", "rows": 2998, "holes": 1, "absent": 2, "files": 2,
    }  # fmt: skip
    assert "2026-01-01 00:00:00" in atlas("history", "list", "--state-dir", stored, "--zone", "UTC").out


def test_gaps_are_listed_with_their_reason(atlas: Run, stored: Path) -> None:
    assert atlas("history", "gaps", "btc", "--state-dir", stored, "--format", "json").json == [
        {
            "symbol": "BTC-USD", "timeframe": "15m", "kind": "candles", "since": "2026-01-01T10:00:00Z",
            "until": "2026-01-01T10:30:00Z", "bars": 2, "why": "not stored",
        }
    ]  # fmt: skip


def test_verify_finds_a_flipped_byte_and_the_month_can_be_taken_in_again(
    atlas: Run, stored: Path, tmp_path: Path
) -> None:
    assert atlas("history", "verify", "--state-dir", stored).out == "2 of 2 files sound, 2,998 rows.\n"
    part = next(stored.rglob("2026-01.parquet"))
    raw = bytearray(part.read_bytes())
    raw[len(raw) // 2] ^= 1
    part.write_bytes(raw)
    said = atlas("history", "verify", "--state-dir", stored, "--format", "json")
    assert (said.code, [row["sound"] for row in said.json]) == (1, [False, True])
    assert "2026-01 of BTC-USD 15m is damaged (its checksum differs): moved to" in said.sentence
    assert atlas("history", "verify", "--state-dir", stored).out == "1 of 1 file sound, 24 rows.\n"
    again = atlas("history", "import", a_file(tmp_path, [HEAD, *lines_of(3000)]), "--state-dir", stored)
    assert "2,976 stored, 24 stored already" in again.out


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet"])
def test_what_is_exported_can_be_imported(atlas: Run, stored: Path, tmp_path: Path, ending: str) -> None:
    file, other = tmp_path / f"BTC-USD_15m.{ending}", tmp_path / "other"
    said = atlas("history", "export", "BTC", file, "--state-dir", stored)
    assert said.out == f"BTC-USD 15m: 2,998 rows written to {file}\n"
    assert "2,998 stored" in atlas("history", "import", file, "--state-dir", other).out
    lists = [atlas("history", "list", "--state-dir", each, "--format", "json").json for each in (stored, other)]
    assert lists[0] == lists[1]
    assert "exists already" in atlas("history", "export", "BTC", file, "--state-dir", stored).sentence


def test_a_period_goes_to_stdout_as_csv(atlas: Run, stored: Path) -> None:
    said = atlas("history", "export", "BTC", "--since", "2026-02-01T05:30Z", "--state-dir", stored)
    assert [line.split(",")[0] for line in said.out.splitlines()] == ["ts", "1769923800", "1769924700"]
    assert "has no row in that period" in atlas(
        "history", "export", "BTC", "--since", "2027-01-01", "--state-dir", stored
    ).sentence  # fmt: skip


def test_a_fetch_from_an_exchange_goes_on_where_it_ended(atlas: Run, tmp_path: Path, root: Path) -> None:
    with Child(root, "exchange", "--seed", 3, "--speed", 1, "--start", "2026-02-03T10:07:00Z") as exchange:
        rest = exchange.json()["rest"]
        # The first answer takes the exchange long, on a busy machine longer than a fetch has patience.
        with urlopen(f"{rest}/api/v3/brokerage/market/products?product_type=FUTURE", timeout=300) as answer:
            assert answer.status == 200
        venue = ("--rest", rest, "--state-dir", tmp_path / "state")
        first = atlas("history", "fetch", "BTC", "--timeframe", "15m", "--since", "2026-02-01", *venue)
        again = atlas("history", "fetch", "btc", "--timeframe", "15m", "--since", "2026-01-31", *venue)
        assert (first.code, again.code) == (0, 0), first.err + again.err
        assert first.err.splitlines() == ["BTC-PERP-INTX 15m 2026-02: 232 bars"]
        assert first.out == (
            "BTC-PERP-INTX 15m: 232 new bars, 232 in all, 2026-02-01T00:00:00Z to 2026-02-03T09:45:00Z, 0 absent\n"
        )
        assert again.out.startswith("BTC-PERP-INTX 15m: 96 new bars, 328 in all, 2026-01-31T00:00:00Z")
        rolled = [
            atlas("history", "fetch", "BTC", "--timeframe", length, "--since", since, "--until", "2026-02-03", *venue)
            for length, since in (("4h", "2026-02-01T03:00Z"), ("3m", "2026-02-02T22:00Z"))
        ]
        assert [said.out for said in rolled] == [
            "BTC-PERP-INTX 4h: 11 new bars, 11 in all, 2026-02-01T04:00:00Z to 2026-02-02T20:00:00Z, 0 absent\n",
            "BTC-PERP-INTX 3m: 40 new bars, 40 in all, 2026-02-02T22:00:00Z to 2026-02-02T23:57:00Z, 0 absent\n",
        ]
        unknown = atlas("history", "fetch", "NOPE", "--since", "2026-01-20", *venue)
        assert "NOPE is not listed by the venue; it lists" in unknown.sentence
        ahead = atlas("history", "fetch", "BTC", "--since", "2027-01-20", *venue)
        assert "--since 2027-01-20 is not before the venue's time" in ahead.sentence


def test_ctrl_c_keeps_what_has_come_and_says_how_to_go_on(tmp_path: Path, root: Path) -> None:
    with Child(root, "exchange", "--seed", 3, "--speed", 1, "--start", "2026-02-03T10:07:00Z") as exchange:
        venue = ("--rest", exchange.json()["rest"], "--state-dir", tmp_path / "state")
        with Child(root, "history", "fetch", "BTC", "--timeframe", "5m", "--since", "2025-06-01", *venue) as child:
            assert child.process.stderr is not None
            first = child.process.stderr.readline()
            code, _ = child.end(signal.SIGINT)
            assert (code, first.startswith("BTC-PERP-INTX 5m 202")) == (130, True)
            told = child.errors().rstrip().splitlines()
            assert told[-1] == "atlas: BTC-PERP-INTX 5m: what has come is stored; the same command goes on from there"
    assert History(tmp_path / "state").names() != ()


def test_an_end_before_the_begin_is_refused(atlas: Run) -> None:
    said = atlas("history", "fetch", "BTC", "--since", "2026-02-01", "--until", "2026-02-01")
    assert (said.code, said.sentence) == (2, "atlas: --until must be later than --since")


def test_a_series_is_removed_after_a_question_and_the_others_stay(
    atlas: Run, stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answering(word: str, *arguments: object) -> Said:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{word}\n"))
        return atlas("history", "remove", *arguments, "--state-dir", stored)

    def series() -> list[str]:
        rows = atlas("history", "list", "--state-dir", stored, "--format", "json").json
        return [f"{row['symbol']} {row['timeframe']}" for row in rows]

    for symbol in ("BTC-USD", "ETH-USD"):
        hourly = [f"{at},1,1,1,1,1" for at in range(1_767_225_600, 1_767_225_600 + 30 * 3600, 3600)]
        file = a_file(tmp_path, [HEAD, *hourly], f"X_{symbol}_1h.csv")
        assert atlas("history", "import", file, "--state-dir", stored).code == 0
    assert answering("n", "BTC").code == 130
    assert series() == ["BTC-USD 15m", "BTC-USD 1h", "ETH-USD 1h"]
    size = sum(path.stat().st_size for path in stored.rglob("BTC-USD/15m/*.parquet"))
    said = answering("y", "BTC", "--timeframe", "15m")
    assert "Remove BTC-USD 15m from " in said.out
    assert said.out.endswith(f"BTC-USD 15m: 2 files removed, {size / 1e6:,.1f} MB freed\n")
    assert series() == ["BTC-USD 1h", "ETH-USD 1h"]
    assert atlas("history", "remove", "btc-usd", "--yes", "--state-dir", stored).code == 0
    assert series() == ["ETH-USD 1h"]
    assert not list(stored.rglob("BTC-USD"))


def test_nothing_is_removed_while_another_writes_or_where_nothing_is_stored(atlas: Run, stored: Path) -> None:
    with History(stored).writing():
        said = atlas("history", "remove", "BTC", "--yes", "--state-dir", stored)
    assert (said.code, said.sentence) == (1, "atlas: another atlas history is writing: wait for it, then try again")
    assert atlas("history", "remove", "DOGE", "--yes", "--state-dir", stored).code == 1
    assert len(list(stored.rglob("*.parquet"))) == 2
    assert atlas("history", "remove", "BTC", "--yes") == Said(0, NOTHING, "")
