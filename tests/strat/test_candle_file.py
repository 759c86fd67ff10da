"""Candle files: every row is taken, or named with what is wrong and what became of it."""

import gzip
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import AtlasError, CandleFileError
from core.domain.timeframes import D1, H1, M15, Timeframe
from core.strat.candle_file import read_candles
from core.strat.candle_row import HOLE, number, shown, start_of

EPOCH = 1_735_689_600
"""2025-01-01T00:00Z."""
HEADER = "ts,open,high,low,close,volume\n"


def line(row: int, prices: str = "100,101,99,100.5", step: int = 900) -> str:
    return f"{EPOCH + row * step},{prices},7.5\n"


def written(folder: Path, text: str, name: str = "candles.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_decimals_come_from_the_text(tmp_path: Path) -> None:
    file = read_candles(written(tmp_path, HEADER + line(0, "100.10,101.000,99,1e2") + line(1)))
    assert (str(file.bars[0].open), str(file.bars[0].high), file.bars[0].close) == ("100.10", "101.000", Decimal(100))
    assert file.bars[0].start == datetime(2025, 1, 1, tzinfo=UTC)
    assert (file.timeframe, file.rows, file.problems) == (M15, 2, ())


def test_gzip_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "plain.csv"
    path.write_bytes(gzip.compress((HEADER + line(0) + line(1)).encode()))
    assert len(read_candles(path).bars) == 2


@pytest.mark.parametrize(
    "spelling",
    ["{s}", "{s}000", "{s}.0", "{iso}", "{iso}Z", "{iso}+00:00"],
    ids=["seconds", "milliseconds", "decimal", "naive", "zulu", "offset"],
)
def test_times_may_be_epochs_or_iso(spelling: str, tmp_path: Path) -> None:
    starts = [datetime.fromtimestamp(EPOCH, UTC) + i * H1.span for i in range(3)]
    rows = [
        spelling.format(s=int(at.timestamp()), iso=at.replace(tzinfo=None).isoformat()) + ",1,2,1,2\n" for at in starts
    ]
    file = read_candles(written(tmp_path, "Timestamp,Open,High,Low,Close\n" + "".join(rows)))
    assert [bar.start for bar in file.bars] == starts
    assert file.timeframe == H1


@pytest.mark.parametrize(
    ("prices", "what"),
    [
        ("nan,101,99,100", "not a number"),
        ("100,,99,100", "not a number"),
        ("100,1_01,99,100", "not a number"),
        ("100,inf,99,100", "not a number"),
        ("0,0,0,0", "price not above zero"),
        ("-100,101,99,100", "price not above zero"),
        ("100,99,101,100", "high below low"),
        ("102,101,99,100", "open or close outside high and low"),
        ("100,101,99,98", "open or close outside high and low"),
    ],
)
def test_a_row_with_bad_prices_is_kept_out_as_a_hole(prices: str, what: str, tmp_path: Path) -> None:
    file = read_candles(written(tmp_path, HEADER + line(0) + line(1) + line(2, prices) + line(3)))
    assert [bar.good for bar in file.bars] == [True, True, False, True]
    assert not file.bars[3].gap_before
    problem = file.problems[0]
    assert (len(file.problems), problem.line, problem.what, problem.fate) == (1, 4, what, HOLE)
    assert prices in problem.text


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("yesterday,1,1,1,1,1\n", "start is not a time"),
        ("1e99,1,1,1,1,1\n", "start is not a time"),
        ("1735690500.5,1,1,1,1,1\n", "start is not a time"),
        ("soon,1,1,1\n", "4 columns instead of 6"),
        ("1735690501,1,1,1,1,1\n", "start is not on the 15m grid"),
    ],
)
def test_a_row_without_a_place_is_absent_and_the_next_one_flagged(row: str, what: str, tmp_path: Path) -> None:
    file = read_candles(written(tmp_path, HEADER + line(0) + row + line(2) + line(3)))
    assert [bar.gap_before for bar in file.bars] == [False, True, False]
    assert [(p.line, p.what, p.fate) for p in file.problems] == [(3, what, HOLE)]


def test_of_two_rows_with_one_start_the_later_wins(tmp_path: Path) -> None:
    file = read_candles(written(tmp_path, HEADER + line(0) + line(1) + line(1, "100,105,99,100") + line(2)))
    assert file.bars[1].high == 105
    assert [(p.line, p.fate) for p in file.problems] == [(3, "line 4 was taken instead")]


def test_rows_out_of_order_are_sorted_and_named(tmp_path: Path) -> None:
    file = read_candles(written(tmp_path, HEADER + line(0) + line(2) + line(1) + line(3)))
    assert [bar.start for bar in file.bars] == sorted(bar.start for bar in file.bars)
    assert [(p.line, p.what) for p in file.problems] == [(4, "out of order")]


def test_what_is_shown_of_a_row_is_safe_and_short(tmp_path: Path) -> None:
    file = read_candles(written(tmp_path, HEADER + line(0) + line(1) + f"\x1b[2J{'z' * 200},1,1,1,1,1\n"))
    assert file.problems[0].text.startswith("[2Jz")
    assert len(file.problems[0].text) == 80


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        ("time,open,high,low\n1,1,1,1\n", "lacks the column close"),
        ("a,b\n1,2\n", "lacks the column ts, open, high, low, close"),
        (HEADER, "too few candles on whole minutes"),
        (HEADER + line(0), "too few candles on whole minutes"),
        (HEADER + line(0, step=1) + line(1, step=1), "too few candles on whole minutes"),
        (HEADER + line(0, "0,0,0,0") + line(1, "0,0,0,0"), "holds no usable candle of 15m"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(text: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(CandleFileError, match=reason) as caught:
        read_candles(written(tmp_path, text))
    assert "\n" not in str(caught.value)
    assert "candles.csv" in str(caught.value)


def test_a_single_row_is_enough_when_its_timeframe_is_said(tmp_path: Path) -> None:
    assert len(read_candles(written(tmp_path, HEADER + line(0)), D1).bars) == 1


def test_a_file_that_is_not_there_or_damaged_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CandleFileError, match="does not exist"):
        read_candles(tmp_path / "none.csv")
    with pytest.raises(CandleFileError, match="cannot be read"):
        read_candles(tmp_path)
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(gzip.compress((HEADER + line(0) * 400).encode())[:-40])
    with pytest.raises(CandleFileError, match="damaged"):
        read_candles(cut)
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00\x01" * 50)
    with pytest.raises(CandleFileError, match="not text"):
        read_candles(binary)


@given(st.text(max_size=400))
def test_no_text_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("any") / "any.csv"
    path.write_text(HEADER + line(0) + line(1) + text, encoding="utf-8", errors="replace", newline="")
    try:
        assert len(read_candles(path).bars) >= 2
    except AtlasError as error:
        assert "any.csv" in str(error)


@given(st.text(max_size=60))
def test_numbers_times_and_cleaning_take_any_text(text: str) -> None:
    value, at = number(text), start_of(text)
    assert value is None or value.is_finite()
    assert at is None or at.utcoffset() == timedelta(0)
    assert len(shown([text, text])) <= 80
    assert not any(ord(each) < 32 for each in shown([text]))


def test_the_commonest_distance_is_the_timeframe(tmp_path: Path) -> None:
    rows = "".join(line(row, step=180) for row in (0, 1, 2, 9, 10, 30))
    file = read_candles(written(tmp_path, HEADER + rows))
    assert file.timeframe == Timeframe(3)
    assert [bar.gap_before for bar in file.bars] == [False, False, False, True, False, True]


def test_every_recorded_candle_file_reads_without_a_problem(data_dir: Path) -> None:
    for name, timeframe in (
        ("BINANCEPERP_BSVUSDT_3m", "3m"),
        ("BINANCEPERP_BTCUSDT_1d", "1d"),
        ("COINBASE_ETH-USD_6h", "6h"),
    ):
        file = read_candles(data_dir / "candles" / f"{name}.csv.gz")
        assert (str(file.timeframe), file.problems, len(file.bars)) == (timeframe, (), file.rows)


def test_a_file_of_shorter_candles_than_asked_for_is_refused_by_name(tmp_path: Path) -> None:
    rows = "".join(f"{900 * n},1,2,1,1,1\n" for n in range(1, 12))
    path = tmp_path / "a.csv"
    path.write_text(f"ts,open,high,low,close,volume\n{rows}", encoding="utf-8")
    with pytest.raises(CandleFileError, match="holds 15m candles, not 1h"):
        read_candles(path, H1)


def test_a_row_of_the_wrong_width_is_a_hole_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "ts,open,high,low,close,volume\n900,1,2,1,1,1\n1800,1\n2700,1,2,1,1,1\n \n3600,1,2,1,1,1\n", encoding="utf-8"
    )
    found = read_candles(path, M15)
    assert [bar.good for bar in found.bars] == [True, False, True, True]
    assert [problem.line for problem in found.problems] == [3]
