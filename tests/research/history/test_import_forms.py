"""In which forms files come: units of time, zones, columns in any order, Parquet, names."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.domain.timeframes import D1, H1, M15, Timeframe
from core.research.history.fates import Fate
from core.research.history.filenames import told_by
from core.research.history.importing import Asked, take_in
from core.research.history.rows import agreeing
from core.research.history.series import Kind, SeriesName
from core.research.history.store import History
from tests.research.history.files import EVER, HEAD, NOW, lines_of, taken
from tests.research.history.stored import BTC, JANUARY_S, candles


@pytest.mark.parametrize("unit", [1, 10**3, 10**6, 10**9])
def test_seconds_and_their_parts_are_told_by_their_size(tmp_path: Path, unit: int) -> None:
    lines = [line.split(",", 1) for line in lines_of(50)]
    taken(tmp_path, [HEAD, *(f"{int(at) * unit},{rest}" for at, rest in lines)])
    assert (History(tmp_path).rows(BTC, *EVER).start == candles(50).start).all()


@pytest.mark.parametrize("form", ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S+00:00", "%Y-%m-%d %H:%M:%S UTC", "local"])
def test_iso_times_with_a_zone_are_brought_to_utc(tmp_path: Path, form: str) -> None:
    def spelled(epoch_s: str) -> str:
        at = datetime.fromtimestamp(int(epoch_s), UTC)
        return at.astimezone(timezone(timedelta(hours=5.5))).isoformat() if form == "local" else at.strftime(form)

    lines = [line.split(",", 1) for line in lines_of(50)]
    taken(tmp_path, [HEAD, *(f"{spelled(at)},{rest}" for at, rest in lines)])
    assert (History(tmp_path).rows(BTC, *EVER).start == candles(50).start).all()


def test_times_without_a_zone_are_taken_where_a_person_or_the_column_says_utc(tmp_path: Path) -> None:
    lines = [line.split(",", 1) for line in lines_of(50)]
    naive = [f"{datetime.fromtimestamp(int(at), UTC):%Y-%m-%d %H:%M},{rest}" for at, rest in lines]
    assert taken(tmp_path, [HEAD, *naive], asked=Asked(utc=True)).counts == {Fate.STORED: 50}
    assert taken(tmp_path, [HEAD.replace("ts", "Date(UTC)"), *naive]).counts == {Fate.HELD: 50}


@pytest.mark.parametrize(
    ("head", "order"),
    [
        ("Volume;Close;LOW;High;Open;Open time", (5, 4, 3, 2, 1, 0)),
        ("<time>\t<o>\t<h>\t<l>\t<c>\t<vol>", (0, 1, 2, 3, 4, 5)),
        (None, (0, 1, 2, 3, 4, 5)),
        (None, (0, 3, 2, 1, 4, 5)),
        (None, (0, 1, 4, 2, 3, 5)),
    ],
    ids=["names in any order", "tabs", "no head", "no head, low first", "no head, close second"],
)
def test_columns_are_told_by_name_or_by_what_stands_in_them(
    tmp_path: Path, head: str | None, order: tuple[int, ...]
) -> None:
    mark = ";" if head and ";" in head else "\t" if head else ","
    lines = [mark.join(line.split(",")[i] for i in order) for line in lines_of(300)]
    told = taken(tmp_path, [*([head] if head else []), *lines])
    assert told.counts == {Fate.STORED: 300}
    assert agreeing(History(tmp_path).rows(BTC, *EVER), candles(300)).all()


@pytest.mark.parametrize("times", ["aware", "whole numbers"])
def test_parquet_of_pandas_is_taken_in(tmp_path: Path, times: str) -> None:
    rows = candles(300)
    frame = pd.DataFrame(dict(zip(("open", "high", "low", "close"), rows.values / 100, strict=True)))
    frame["Date"] = pd.to_datetime(rows.start, unit="s", utc=True) if times == "aware" else rows.start * 1000
    frame.loc[7, "low"] = np.nan
    path = tmp_path / "BTC-USD-15m.parquet"
    frame.to_parquet(path)
    history = History(tmp_path)
    with history.writing():
        told = take_in(history, path, Asked(), NOW)
    assert (told.name, told.counts) == (BTC, {Fate.STORED: 299, Fate.NAN: 1})
    kept = history.rows(BTC, *EVER)
    assert agreeing(kept, rows.taken(np.arange(300) != 7)).all()
    assert kept.digits == 2


def test_parquet_without_a_zone_is_refused_and_a_cut_one_too(tmp_path: Path) -> None:
    frame = pd.DataFrame({"open": [1.0], "high": [2.0], "low": [1.0], "close": [2.0]})
    frame.index = pd.Index(pd.to_datetime([JANUARY_S], unit="s"), name="date")
    path = tmp_path / "BTC-USD-15m.parquet"
    frame.to_parquet(path)
    history = History(tmp_path)
    with history.writing():
        assert "names no zone" in take_in(history, path, Asked(), NOW).refused
        path.write_bytes(path.read_bytes()[:-20])
        assert "is no whole Parquet file" in take_in(history, path, Asked(), NOW).refused


def test_funding_rates_stand_at_their_minute_with_their_sign(tmp_path: Path) -> None:
    lines = [f"{(JANUARY_S + 28_800 * i) * 1000 + 7},{rate}" for i, rate in enumerate(["6.8e-05", "-6.12e-06", "0"])]
    told = taken(
        tmp_path, ["ts_ms,funding_rate", *lines, f"{(JANUARY_S + 86_400) * 1000 + 5000},0.0001"], "X_BTCUSDT_8h.csv"
    )
    name = SeriesName("BTCUSDT", Timeframe(480), Kind.FUNDING)
    assert (told.name, told.counts) == (name, {Fate.STORED: 3, Fate.OFF_GRID: 1})
    rows = History(tmp_path).rows(name, *EVER)
    assert rows.start.tolist() == [JANUARY_S, JANUARY_S + 28_800, JANUARY_S + 57_600]
    assert (rows.values.tolist(), rows.digits) == ([[6800, -612, 0]], 8)


@pytest.mark.parametrize(
    ("name", "symbol", "timeframe", "kind"),
    [
        ("COINBASE_BTC-USD_15m.csv.gz", "BTC-USD", M15, None),
        ("BINANCEPERP_BTCUSDT_8h_mark.csv.gz", "BTCUSDT", Timeframe(480), Kind.MARK),
        ("BTCUSDT-1d-2024-01.csv", "BTCUSDT", D1, None),
        ("BTC_USDT-1h.parquet", "BTC-USDT", H1, None),
        ("prices.csv", None, None, None),
    ],
)
def test_a_file_name_tells_symbol_and_timeframe(
    name: str, symbol: str | None, timeframe: Timeframe | None, kind: Kind | None
) -> None:
    told = told_by(Path(name))
    assert (told.symbol, told.timeframe, told.kind) == (symbol, timeframe, kind)


def test_columns_of_symbol_and_interval_name_the_series(tmp_path: Path) -> None:
    lines = [f"ETH-USD,15m,{line}" for line in lines_of(30)]
    told = taken(tmp_path, ["symbol,interval," + HEAD, *lines], "download.csv")
    assert told.name == SeriesName("ETH-USD", M15)
