"""Months of candles on disk: whole, checked, and readable by whoever reads Parquet."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import HistoryError
from core.domain.timeframes import H1, M15, Timeframe
from core.research.history.bars import stored_bars
from core.research.history.part import DamagedPart, Part, decoded, encoded, joined_spans, outside
from core.research.history.rows import Rows, agreeing, compared, merged
from core.research.history.series import Kind, SeriesName, base_of, symbol_of, the_symbol
from core.research.history.store import History
from tests.research.history.stored import BTC, JANUARY_S, STEP_S, a_history, candles

ALL = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
TWO_MONTHS = 31 * 96 + 28 * 96


def test_what_is_kept_is_read_as_the_bars_of_a_backtest(tmp_path: Path) -> None:
    rows = candles(TWO_MONTHS)
    bars = stored_bars(a_history(tmp_path, rows), "BTC", M15, *ALL)
    assert (bars.symbol, bars.timeframe, bars.unit) == ("BTC", M15, Decimal("0.01"))
    assert (bars.start == rows.start).all()
    assert (np.stack([bars.open, bars.high, bars.low, bars.close]) == rows.values).all()


def test_a_month_is_a_file_and_a_period_is_cut_to_its_bars(tmp_path: Path) -> None:
    history = a_history(tmp_path, candles(TWO_MONTHS + 1))
    assert [file.month for file in history.parts(BTC)] == ["2026-01", "2026-02", "2026-03"]
    since, until = datetime(2026, 1, 31, 23, 30, tzinfo=UTC), datetime(2026, 2, 1, 0, 15, tzinfo=UTC)
    bars = stored_bars(history, "BTC-USD", M15, since, until)
    assert [datetime.fromtimestamp(int(at), UTC).hour for at in bars.start] == [23, 23, 0]


def test_pandas_reads_exact_decimals_and_utc_times(tmp_path: Path) -> None:
    history = a_history(tmp_path, candles(3))
    frame = pd.read_parquet(history.parts(BTC)[0].path)
    assert list(frame.columns) == ["time", "open", "high", "low", "close", "volume"]
    assert str(frame["time"].dtype) == "datetime64[us, UTC]"
    assert frame["open"][0] == Decimal("1000.00")
    assert frame["volume"].dtype == np.float64


def test_prices_are_64_bit_integers_in_the_file_and_have_one_schema(tmp_path: Path) -> None:
    history = a_history(tmp_path, candles(3, digits=7))
    file = pq.ParquetFile(history.parts(BTC)[0].path)
    assert str(file.schema_arrow.field("close").type) == "decimal128(18, 8)"
    assert file.metadata.row_group(0).column(4).physical_type == "INT64"


@given(
    st.lists(st.tuples(*[st.integers(1, 2**53 - 1)] * 4), min_size=0, max_size=20), st.integers(0, 16),
    st.lists(st.integers(0, 2_000), min_size=20, max_size=20, unique=True),
)  # fmt: skip
def test_whatever_fits_comes_back_to_the_last_digit(
    prices: list[tuple[int, int, int, int]], digits: int, steps: list[int]
) -> None:
    start = JANUARY_S + np.sort(np.array(steps[: len(prices)], np.int64)) * STEP_S
    values = np.array(prices, np.int64).reshape(len(prices), 4).T.copy()
    volume = np.where(start // STEP_S % 3 == 0, np.nan, start / 7)
    rows = Rows(start, values, digits, volume)
    back = decoded(BTC, encoded(BTC, Part(rows, ((1, 2), (5, 9)))))
    assert (back.rows.start == start).all()
    assert (back.rows.values == values).all()
    assert (back.rows.digits, back.asked) == (digits, ((1, 2), (5, 9)))
    assert np.array_equal(back.rows.volume, volume, equal_nan=True)


def test_numbers_of_more_than_18_digits_are_refused() -> None:
    rows = Rows(np.array([JANUARY_S]), np.full((4, 1), 10**18), 0, np.ones(1))
    with pytest.raises(HistoryError, match="more than 18 digits"):
        encoded(BTC, Part(rows))


def test_units_that_64_bits_do_not_hold_are_refused() -> None:
    rows = Rows(np.array([JANUARY_S]), np.full((4, 1), 10**15), 0, np.ones(1))
    with pytest.raises(HistoryError, match="too long"):
        rows.at_digits(5)


def test_funding_rates_keep_their_sign(tmp_path: Path) -> None:
    name = SeriesName("BTCUSDT", Timeframe(480), Kind.FUNDING)
    rows = Rows(np.array([JANUARY_S]), np.array([[-612]]), 8, np.array([np.nan]))
    history = a_history(tmp_path, rows, name)
    assert history.rows(name, 0, 2**40).values.tolist() == [[-612]]
    assert pd.read_parquet(history.parts(name)[0].path)["rate"][0] == Decimal("-0.00000612")


def test_every_flipped_byte_is_noticed() -> None:
    raw = encoded(BTC, Part(candles(5)))
    for place in range(len(raw)):
        flipped = bytearray(raw)
        flipped[place] ^= 0x10
        with pytest.raises(DamagedPart):
            decoded(BTC, bytes(flipped))


@pytest.mark.parametrize("cut", [0, 3, 100, -1])
def test_a_cut_file_is_damaged(cut: int) -> None:
    with pytest.raises(DamagedPart):
        decoded(BTC, encoded(BTC, Part(candles(5)))[:cut])


def test_a_file_of_another_series_is_damaged() -> None:
    with pytest.raises(DamagedPart, match="it holds BTC-USD 15m"):
        decoded(SeriesName("BTC-USD", H1), encoded(BTC, Part(candles(5))))


def test_a_damaged_month_is_moved_aside_and_can_be_taken_in_again(tmp_path: Path) -> None:
    rows = candles(TWO_MONTHS)
    history = a_history(tmp_path, rows)
    february = history.parts(BTC)[1].path
    february.write_bytes(february.read_bytes()[:-9])
    with pytest.raises(DamagedPart) as told:
        stored_bars(history, "BTC", M15, *ALL)
    assert "2026-02 of BTC-USD 15m is damaged" in str(told.value)
    assert "atlas history fetch BTC-USD --timeframe 15m --since 2026-02-01" in str(told.value)
    assert [path.name for path in (history.root / "quarantine").iterdir()] == ["candles-BTC-USD-15m-2026-02.parquet"]
    assert len(stored_bars(history, "BTC", M15, *ALL)) == 31 * 96
    with history.writing():
        history.keep(BTC, rows)
    assert (stored_bars(history, "BTC", M15, *ALL).start == rows.start).all()


def test_folders_of_others_are_passed_over(tmp_path: Path) -> None:
    history = a_history(tmp_path, candles(3))
    (history.root / "candles" / "notes" / "mine").mkdir(parents=True)
    (history.root / "candles" / "notes" / "mine" / "x.parquet").touch()
    (history.root / "candles" / "ETH-USD" / "15m").mkdir(parents=True)
    assert history.names() == (BTC,)


def test_only_one_process_writes(tmp_path: Path) -> None:
    history = History(tmp_path)
    with history.writing(), pytest.raises(HistoryError, match="another atlas history is writing"), history.writing():
        pass


def test_a_history_that_was_never_written_is_empty(tmp_path: Path) -> None:
    assert History(tmp_path).names() == ()
    with pytest.raises(HistoryError, match="no history of BTC is stored, there is none at all"):
        History(tmp_path).named("btc", M15)
    assert list(tmp_path.iterdir()) == []


@given(st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30)))
def test_merging_keeps_every_time_once_and_the_stored_row(stored: set[int], more: set[int]) -> None:
    every = candles(31)
    other = Rows(every.start, every.values + 1, every.digits, every.volume)
    old, new = every.taken(np.array(sorted(stored), np.int64)), other.taken(np.array(sorted(more), np.int64))
    both = merged(old, new)
    assert ((both.start - JANUARY_S) // STEP_S).tolist() == sorted(stored | more)
    assert agreeing(both.taken(np.isin(both.start, old.start)), old).all()
    told = compared(new, old)
    assert (told.new.sum(), told.same.sum(), told.other.sum()) == (len(more - stored), 0, len(more & stored))


def test_a_volume_nobody_knows_agrees_with_any() -> None:
    rows = candles(3)
    unknown = Rows(rows.start, rows.values * 10, rows.digits + 1, np.full(3, np.nan))
    assert agreeing(rows, unknown).all()
    assert not agreeing(rows, Rows(rows.start, rows.values, rows.digits, rows.volume + 1)).any()


def test_spans_are_joined_and_what_is_left_is_told() -> None:
    assert joined_spans(((5, 7), (1, 3), (3, 4), (6, 9))) == ((1, 4), (5, 9))
    assert outside(((1, 4), (5, 9)), 0, 12) == ((0, 1), (4, 5), (9, 12))
    assert outside(((1, 4), (5, 9)), 2, 6) == ((4, 5),)
    assert outside((), 2, 6) == ((2, 6),)


@pytest.mark.parametrize(
    ("symbol", "base"), [("BTC-USD", "BTC"), ("BTCUSDT", "BTC"), ("ETH-PERP-INTX", "ETH"), ("USDC", "USDC")]
)
def test_the_base_asset_is_told_from_the_symbol(symbol: str, base: str) -> None:
    assert base_of(symbol) == base


def test_a_symbol_is_the_very_one_or_the_only_one_of_its_base() -> None:
    assert the_symbol("btc", ["BTC-USD", "ETH-USD"]) == "BTC-USD"
    assert the_symbol("BTC", ["BTC", "BTC-USD"]) == "BTC"
    with pytest.raises(HistoryError, match="BTC may mean BTC-USD or BTCUSDT"):
        the_symbol("BTC", ["BTCUSDT", "BTC-USD"])


@pytest.mark.parametrize("text", ["", "../../etc", "BTC/USD", "A" * 41, "B..C", "B\x1b[2J"])
def test_a_symbol_never_leaves_its_folder(text: str) -> None:
    with pytest.raises(HistoryError, match="is no symbol"):
        symbol_of(text)
