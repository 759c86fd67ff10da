"""Which candle file stands for which symbol."""

from pathlib import Path

import pytest

from core.domain.errors import ConfigError
from core.domain.timeframes import H1, M1, M15
from core.research.backtest.files import CandlePath, candle_paths, file_of, read_file, told_by

HEAD = "ts,open,high,low,close,volume\n"


def written(folder: Path, name: str, rows: int = 2, step_s: int = 900) -> Path:
    """A file of so many flat candles."""
    path = folder / name
    lines = (f"{row * step_s},10.5,11,10,10.25,1\n" for row in range(rows))
    path.write_text(HEAD + "".join(lines))
    return path


@pytest.mark.parametrize(
    ("name", "base", "timeframe"),
    [
        ("COINBASE_BTC-USD_15m.csv.gz", "BTC", M15),
        ("BINANCEPERP_ETHUSDT_1h.csv", "ETH", H1),
        ("sol_1m.csv", "SOL", M1),
        ("candles.csv", "", None),
        ("BTC_0m.csv", "", None),
    ],
)
def test_a_name_tells_symbol_and_timeframe(name: str, base: str, timeframe: object) -> None:
    told = told_by(Path(name))
    assert (told.base, told.timeframe) == (base, timeframe)


def test_fifteen_minutes_come_first_and_of_equal_ones_the_largest_file(tmp_path: Path) -> None:
    written(tmp_path, "A_BTC-USD_15m.csv", 3)
    longest = written(tmp_path, "B_BTCUSDT_15m.csv", 9)
    written(tmp_path, "B_BTCUSDT_1m.csv", 90, 60)
    paths = candle_paths([tmp_path])
    assert file_of("BTC", paths, None).path == longest
    assert file_of("BTC", paths, M1).timeframe == M1
    assert file_of("BTC-USD", paths, None).path.name == "A_BTC-USD_15m.csv"


def test_without_fifteen_minutes_the_shortest_is_taken(tmp_path: Path) -> None:
    written(tmp_path, "BTC_1h.csv", 3, 3600)
    written(tmp_path, "BTC_1d.csv", 3, 86_400)
    assert file_of("BTC", candle_paths([tmp_path]), None).timeframe == H1


def test_one_file_without_a_telling_name_stands_for_the_symbol_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path, "mine.csv")
    read = read_file("XRP", file_of("XRP", candle_paths([path]), None))
    assert (read.bars.symbol, read.bars.timeframe, len(read.bars)) == ("XRP", M15, 2)
    assert str(read.bars.unit) == "0.01"


def test_what_is_not_there_is_told_with_what_is(tmp_path: Path) -> None:
    written(tmp_path, "BTC_15m.csv")
    paths = candle_paths([tmp_path])
    with pytest.raises(ConfigError, match="no candles of DOGE in --data; there are some of: BTC"):
        file_of("DOGE", paths, None)
    with pytest.raises(ConfigError, match="no 1h candles of BTC, there are 15m: choose with --timeframe"):
        file_of("BTC", paths, H1)
    with pytest.raises(ConfigError, match="no such file or folder"):
        candle_paths([tmp_path / "gone"])
    with pytest.raises(ConfigError, match=r"no file of --data has BTC in its name: call it BTC_15m\.csv"):
        file_of("BTC", [CandlePath(tmp_path, "", None), CandlePath(tmp_path, "", None)], None)


def test_a_word_of_the_name_tells_the_symbol_where_its_form_does_not(tmp_path: Path) -> None:
    for name in ("BTC.csv", "eth-usd.csv", "BTC_mark.csv", "SOL_walk1_15m.csv", "DOGE_funding.csv"):
        written(tmp_path, name)
    paths = candle_paths([tmp_path])
    names = {symbol: file_of(symbol, paths, None).path.name for symbol in ("BTC", "ETH", "ETH-USD", "SOL")}
    assert names == {"BTC": "BTC.csv", "ETH": "eth-usd.csv", "ETH-USD": "eth-usd.csv", "SOL": "SOL_walk1_15m.csv"}
    assert file_of("BTC", paths, M15).path.name == "BTC.csv"
    with pytest.raises(ConfigError, match="no candles of DOGE"):
        file_of("DOGE", paths, None)
