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


def test_a_listing_may_be_named(atlas: Run, stored: tuple[object, ...]) -> None:
    out = atlas(*stored, "--symbols", "BTC-USD").out
    assert out.startswith("BTC: ")
    assert "funding as recorded for BTC where it is, else 10 % a year" in out


def test_what_is_not_stored_is_told(atlas: Run, stored: tuple[object, ...]) -> None:
    said = atlas(*stored, "--symbols", "ETH")
    assert said.code == 1
    assert "no history of ETH is stored, there is BTC-USD" in said.err


def test_a_start_imports_neither_pandas_nor_the_desk(stored: tuple[object, ...]) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "atlas_tui", *map(str, stored), "--symbols", "BTC"]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    imported = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines() if "|" in line}
    assert {"numba", "pyarrow.parquet"} <= imported
    unwanted = {"pandas", "pyarrow.compute", "textual", "coinbase", "core.session", "core.trading.desk"}
    assert imported & unwanted == set()
