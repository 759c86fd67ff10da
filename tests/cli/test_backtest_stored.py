"""`atlas backtest` over the stored history: its candles and its recorded funding."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.domain.timeframes import Timeframe
from core.research.history.rows import Rows
from core.research.history.series import Kind, SeriesName
from core.research.history.store import History
from tests.cli.said import Said
from tests.research.history.kept import LOOSE, keep_walk
from tests.research.random_bars import START_S

Run = Callable[..., Said]
EIGHT_HOURS = Timeframe(480)


@pytest.fixture
def stored(tmp_path: Path) -> tuple[object, ...]:
    """The command line over a history of BTC-USD on 15m, with funding of BTCUSDT."""
    history = keep_walk(tmp_path / "state")
    start = START_S + np.arange(20, dtype=np.int64) * EIGHT_HOURS.seconds
    rates = np.full((1, 20), 50_000, np.int64)
    with history.writing():
        history.keep(SeriesName("BTCUSDT", EIGHT_HOURS, Kind.FUNDING), Rows(start, rates, 8, np.full(20, np.nan)))
    (tmp_path / "loose.toml").write_text(LOOSE)
    return ("backtest", "--state-dir", tmp_path / "state", "--settings", tmp_path / "loose.toml")


def test_stored_candles_and_rates_are_what_is_run_on(atlas: Run, stored: tuple[object, ...]) -> None:
    told = atlas(*stored, "--symbols", "BTC", "--format", "json").json
    assert told["settings"]["funding_recorded"] == {"BTC": {"interval_hours": 8, "rates": 20}}
    (bars,) = told["settings"]["bars"]
    assert (bars["symbol"], bars["timeframe"]) == ("BTC", "15m")
    assert told["settings"]["instruments"]["BTC"]["price_increment"] == "0.1"
    paid = [trade for trade in told["trades"] if float(trade["funding"])]
    assert paid and any(abs(float(trade["funding"])) > 0.01 for trade in paid)


def test_a_stored_length_that_nothing_is_rolled_from_is_not_what_is_run_on(
    atlas: Run, stored: tuple[object, ...], tmp_path: Path
) -> None:
    seven = Timeframe(7)
    start = seven.floor_s(START_S) + np.arange(20, dtype=np.int64) * seven.seconds
    history = History(tmp_path / "state")
    with history.writing():
        flat = np.full((4, 20), 100, np.int64)
        history.keep(SeriesName("BTC-USD", seven), Rows(start, flat, 0, np.full(20, np.nan)))
    (bars,) = atlas(*stored, "--symbols", "BTC", "--format", "json").json["settings"]["bars"]
    assert bars["timeframe"] == "15m"


def test_of_two_listings_none_is_meant_because_its_bars_are_shorter(
    atlas: Run, stored: tuple[object, ...], tmp_path: Path
) -> None:
    minute = Timeframe(1)
    start = START_S + np.arange(20, dtype=np.int64) * minute.seconds
    history = History(tmp_path / "state")
    with history.writing():
        flat = np.full((4, 20), 100, np.int64)
        history.keep(SeriesName("BTCUSDT", minute), Rows(start, flat, 0, np.full(20, np.nan)))
    assert "BTC may mean BTC-USD or BTCUSDT: say which" in atlas(*stored, "--symbols", "BTC").err
    (bars,) = atlas(*stored, "--symbols", "BTC-USD", "--format", "json").json["settings"]["bars"]
    assert bars["timeframe"] == "15m"


def test_a_length_that_is_not_stored_and_two_listings_at_once_are_said(atlas: Run, stored: tuple[object, ...]) -> None:
    line = (*stored, "--symbols")
    assert "BTC-USD is stored as 15m, not as 1h" in atlas(*line, "BTC-USD", "--timeframe", "1h").sentence
    assert "BTC-USD and BTCUSDT are both BTC: name one of them" in atlas(*line, "BTC-USD,BTCUSDT").sentence
    assert "BTC and BTC are both BTC" in atlas(*line, "BTC,BTC").sentence


def test_a_listing_may_be_named(atlas: Run, stored: tuple[object, ...]) -> None:
    out = atlas(*stored, "--symbols", "BTC-USD").out
    assert out.startswith("BTC: ")
    assert "funding as recorded for BTC where it is, else 10 % a year" in out


def test_of_rates_of_two_listings_those_of_the_one_that_is_named_are_paid(
    atlas: Run, stored: tuple[object, ...], tmp_path: Path
) -> None:
    history = keep_walk(tmp_path / "state", "BTC-PERP")
    start = START_S + np.arange(5, dtype=np.int64) * EIGHT_HOURS.seconds
    with history.writing():
        rows = Rows(start, np.full((1, 5), 9, np.int64), 8, np.full(5, np.nan))
        history.keep(SeriesName("BTC-PERP-USD", EIGHT_HOURS, Kind.FUNDING), rows)
    told = atlas(*stored, "--symbols", "BTC-PERP-USD", "--format", "json").json
    assert told["settings"]["funding_recorded"]["BTC"]["rates"] == 5
    said = atlas(*stored, "--symbols", "BTC-USD")
    assert said.code == 1
    assert "funding rates of BTC are stored of BTC-PERP-USD and BTCUSDT: ask for one of these by name" in said.err


def test_what_is_not_stored_is_told(atlas: Run, stored: tuple[object, ...]) -> None:
    said = atlas(*stored, "--symbols", "ETH")
    assert said.code == 1
    assert "no history of ETH is stored, there is BTC-USD" in said.err


def _rates(folder: Path, name: str, rate: str, count: int = 30) -> Path:
    """A file of rates paid every eight hours from the first bar on, stamped a moment late as recorded ones are."""
    lines = [f"{(START_S + number * EIGHT_HOURS.seconds) * 1000 + 3},{rate}" for number in range(count)]
    file = folder / name
    file.write_text("\n".join(["ts_ms,funding_rate", *lines]) + "\n")
    return file


def _kept(folder: Path) -> dict[Path, bytes]:
    """The history as it is on disk."""
    return {path: path.read_bytes() for path in (folder / "state").rglob("*.parquet")}


def test_rates_of_a_named_file_come_before_stored_ones(atlas: Run, stored: tuple[object, ...], tmp_path: Path) -> None:
    line = (*stored, "--symbols", "BTC", "--format", "json")
    file, kept = _rates(tmp_path, "ANY_BTCUSDT_8h.csv", "0.002"), _kept(tmp_path)
    told = atlas(*line, "--funding", file).json
    assert told["settings"]["funding_recorded"] == {"BTC": {"interval_hours": 8, "rates": 30}}
    paid, stored_paid = (
        {trade["id"]: float(trade["funding"]) / float(trade["size"]) for trade in each["trades"]}
        for each in (told, atlas(*line).json)
    )
    both = [name for name in paid if stored_paid.get(name)]
    assert both and all(paid[name] == pytest.approx(4 * stored_paid[name], rel=1e-3) for name in both)
    assert _kept(tmp_path) == kept != {}


@pytest.mark.parametrize(
    ("name", "rows", "sentence"),
    [
        ("ANY_ETHUSDT_8h.csv", 30, "--funding: ETH is not in this backtest, BTC is"),
        ("ANY_BTCUSDT_8h.csv", 0, "it has no rows"),
        ("ANY_BTCUSDT_90m.csv", 30, "its name says 90m, but its rows are 8h apart"),
    ],
)
def test_rates_that_cannot_be_used_are_one_sentence(
    atlas: Run, stored: tuple[object, ...], tmp_path: Path, name: str, rows: int, sentence: str
) -> None:
    said = atlas(*stored, "--symbols", "BTC", "--funding", _rates(tmp_path, name, "0.0001", rows))
    assert said.code == 2
    assert sentence in said.sentence


def test_candles_and_rates_of_odd_minutes_are_no_funding_rates(
    atlas: Run, stored: tuple[object, ...], tmp_path: Path
) -> None:
    odd = tmp_path / "ANY_BTCUSDT_90m.csv"
    odd.write_text("ts,funding_rate\n" + "".join(f"{START_S + n * 5400},0.0001\n" for n in range(9)))
    assert "rates of every 90m do not fall on whole hours" in atlas(*stored, "--funding", odd).sentence
    file = tmp_path / "ANY_BTC-USD_15m.csv"
    file.write_text("ts,open,high,low,close,volume\n" + "".join(f"{START_S + n * 900},1,2,1,2,1\n" for n in range(9)))
    assert "it holds no funding rates: name candles with --data" in atlas(*stored, "--funding", file).sentence


def test_a_start_imports_neither_pandas_nor_the_desk(stored: tuple[object, ...]) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "atlas_tui", *map(str, stored), "--symbols", "BTC"]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    imported = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines() if "|" in line}
    assert {"numba", "pyarrow.parquet"} <= imported
    unwanted = {"pandas", "pyarrow.compute", "textual", "coinbase", "core.session", "core.trading.desk"}
    assert imported & unwanted == set()
