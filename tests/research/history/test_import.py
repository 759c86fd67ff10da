"""Files into the history: every row has a fate, and a file that cannot be trusted leaves nothing behind."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.research.history.fates import Fate
from core.research.history.importing import Asked, take_in
from core.research.history.rows import agreeing
from core.research.history.series import Kind
from core.research.history.store import History
from tests.research.history.files import EVER, HEAD, NOW, held, lines_of, taken
from tests.research.history.stored import BTC, JANUARY_S, STEP_S, candles


@pytest.mark.parametrize("name", ["X_BTC-USD_15m.csv", "X_BTC-USD_15m.csv.gz"])
def test_a_clean_file_is_stored_to_the_last_digit(tmp_path: Path, name: str) -> None:
    told = taken(tmp_path, [HEAD, *lines_of(200)], name)
    assert (told.name, told.rows, told.counts, told.refused) == (BTC, 200, {Fate.STORED: 200}, "")
    rows = History(tmp_path).rows(BTC, *EVER)
    assert (rows.start == candles(200).start).all()
    assert agreeing(rows, candles(200)).all()


def test_the_same_file_again_stores_nothing_and_is_no_fault(tmp_path: Path) -> None:
    taken(tmp_path, [HEAD, *lines_of(200)])
    again = taken(tmp_path, [HEAD, *lines_of(300)])
    assert (again.counts, again.refused) == ({Fate.STORED: 100, Fate.HELD: 200}, "")


def test_every_bad_row_has_its_fate_and_the_others_are_stored(tmp_path: Path) -> None:
    lines = lines_of(200)
    cells = [line.split(",") for line in lines]
    cells[10][1] = "nan"
    cells[20][2] = ""
    cells[30][3] = "0"
    cells[40][1] = "-1"
    cells[50][2] = "1"
    cells[60][0] = str(int(cells[60][0]) + 7)
    cells[70] = cells[70][:4]
    cells[80][0] = "soon"
    cells[90][4] = "12x"
    cells[100][5] = "-0.5"
    cells[120], cells[121] = cells[121], cells[120]
    told = taken(tmp_path, [HEAD, *map(",".join, cells), ",".join(cells[130])])
    assert told.refused == ""
    assert told.counts == {
        Fate.STORED: 190, Fate.DUPLICATE: 1, Fate.ZERO: 1, Fate.NAN: 2, Fate.NEGATIVE: 2, Fate.DISORDER: 1,
        Fate.OFF_GRID: 1, Fate.TRUNCATED: 1, Fate.UNREADABLE: 2,
    }  # fmt: skip
    assert told.rows == sum(told.counts.values()) == 201
    assert (told.unsorted, held(tmp_path)) == (2, 190)
    assert [row.line for row in told.listed] == [12, 22, 32, 42, 52, 62, 72, 82, 92, 102, 202]
    assert (told.listed[2].fate, told.listed[2].text[:11]) == (Fate.ZERO, lines[30][:11])
    assert sum(hole.bars for hole in told.holes) == 10


def test_a_bar_that_is_still_forming_is_never_stored(tmp_path: Path) -> None:
    told = taken(tmp_path, [HEAD, *lines_of(50, start_s=int(NOW.timestamp()) - 49 * STEP_S)])
    assert told.counts == {Fate.STORED: 49, Fate.FORMING: 1}


def test_a_line_that_breaks_off_is_left_out(tmp_path: Path) -> None:
    told = taken(tmp_path, [HEAD, *lines_of(50), lines_of(51)[-1][:20]])
    assert (told.counts, told.listed[0].line) == ({Fate.STORED: 50, Fate.TRUNCATED: 1}, 52)


def spoiled(lines: list[str], place: int, cells: int, text: str) -> list[str]:
    """The lines with one cell changed."""
    parts = lines[place].split(",")
    parts[cells] = text
    return [*lines[:place], ",".join(parts), *lines[place + 1 :]]


REFUSED = {
    "empty": ([""], "is empty"),
    "no columns": (["a,b", "1,2"], "columns cannot be told: name time, open, high, low, close"),
    "only a head": ([HEAD], "it has no rows"),
    "a zone that nobody told": (
        ["date,open,high,low,close", "2026-01-01 00:00,1,2,1,2"],
        "names no zone: if its times are UTC, say so with --utc",
    ),
    "conflicting rows": ([HEAD, *lines_of(99), lines_of(99, seed=2)[50]], "1 of its rows say other numbers for a time"),
    "mostly bad": ([HEAD, *lines_of(50), *["1,2,3"] * 6], "6 of its 56 rows are unusable, more than one in ten"),
    "mixed lengths": (
        [HEAD, *lines_of(200), *lines_of(400, start_s=JANUARY_S + 200 * STEP_S)[3::4]],
        "mixes timeframes: 15m bars, and 1h bars from 2026-01-03T01:45:00Z to",
    ),
    "another length than its name says": ([HEAD, *lines_of(200)[::4]], "its name says 15m, but its rows are 1h apart"),
    "the future": (
        [HEAD, *lines_of(50, start_s=int(NOW.timestamp()) - 48 * STEP_S)], "begin in the future, by up to 0.2 h",
    ),
    "off the grid all alike": (
        [HEAD, *(f"{1_767_243_600 + 86_400 * i},1,2,1,2,1" for i in range(30))],
        "begin 5 h after the 1d buckets of UTC",
    ),
    "endless digits": (
        [HEAD, *spoiled(lines_of(50), 9, 2, "2000.00000000000012")], "round them to the price increment",
    ),
    "several symbols": (
        ["symbol," + HEAD, *(f"{s},{line}" for s, line in zip("AB" * 25, lines_of(50), strict=True))],
        "holds several symbols (A, B)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_cannot_be_trusted_is_refused_whole(tmp_path: Path, what: str) -> None:
    lines, why = REFUSED[what]
    name = "X_BTC-USD_1d.csv" if "1d" in why else "X_BTC-USD_15m.csv"
    told = taken(tmp_path, lines, name)
    assert why in told.refused
    assert Fate.STORED not in told.counts
    assert History(tmp_path).names() == ()


def test_rows_of_a_refused_file_have_a_fate_too(tmp_path: Path) -> None:
    told = taken(tmp_path, [HEAD, *lines_of(99), lines_of(99, seed=2)[50], "1,2"])
    assert (told.rows, told.counts) == (101, {Fate.CONFLICT: 1, Fate.TRUNCATED: 1, Fate.REFUSED: 99})
    ahead = taken(tmp_path, [HEAD, *lines_of(50, start_s=int(NOW.timestamp()) - 48 * STEP_S)])
    assert ahead.counts == {Fate.REFUSED: 50}


def test_times_of_another_zone_are_seen_by_what_is_stored(tmp_path: Path) -> None:
    taken(tmp_path, [HEAD, *lines_of(200)])
    for hours, word in ((5, "later"), (-9, "earlier")):
        told = taken(tmp_path, [HEAD, *lines_of(200, start_s=JANUARY_S + hours * 3600)])
        assert f"its rows are those stored, but {abs(hours)} h {word}: its times are of another zone" in told.refused
    assert held(tmp_path) == 200


def test_another_market_under_the_same_name_is_refused(tmp_path: Path) -> None:
    taken(tmp_path, [HEAD, *lines_of(200)])
    told = taken(tmp_path, [HEAD, *lines_of(100, seed=7)])
    assert "100 of its rows are stored with other numbers, the first at 2026-01-01T00:00:00Z" in told.refused
    assert held(tmp_path) == 200


def test_a_packed_file_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "X_BTC-USD_15m.csv.gz"
    path.write_bytes(gzip.compress("\n".join([HEAD, *lines_of(500)]).encode())[:-200])
    history = History(tmp_path)
    with history.writing():
        told = take_in(history, path, Asked(), NOW)
    assert "gzip data cannot be unpacked" in told.refused
    assert history.names() == ()


@given(st.lists(st.text(max_size=60), max_size=30), st.sampled_from(["", HEAD, "a,b,c"]))
def test_whatever_a_file_holds_it_is_taken_or_refused_by_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], head: str
) -> None:
    told = taken(tmp_path_factory.mktemp("any"), [head, *[line.encode(errors="replace").decode() for line in lines]])
    assert told.refused
    assert not told.counts.get(Fate.STORED)


def test_the_recorded_files_import_as_they_are(tmp_path: Path, data_dir: Path) -> None:
    history = History(tmp_path)
    files = [*sorted((data_dir / "candles").glob("*_1[hd].csv.gz")), *sorted((data_dir / "funding").glob("*.csv.gz"))]
    with history.writing():
        told = [
            take_in(history, path, Asked(), NOW)
            for path in (*files, data_dir / "candles" / "COINBASE_SOL-USD_15m.csv.gz")
        ]
    assert [each.refused or set(each.counts) for each in told] == [{Fate.STORED}] * len(told)
    assert (told[-1].counts[Fate.STORED], sum(hole.bars for hole in told[-1].holes)) == (53_854, 32)
    assert {name.kind for name in history.names()} == set(Kind)
