"""Recorded candles: served as recorded, walked through by small steps, holes kept."""

import gzip
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from core.domain.errors import CandleFileError, ConfigError
from core.domain.timeframes import Timeframe
from core.simulator.answers import books
from core.simulator.listings import recorded_listing
from core.simulator.market import CandleSource, recorded_market
from core.simulator.product import SeriesProduct
from core.simulator.recorded import RecordedSeries, Row, walk_prices
from core.simulator.tape import Candle, rolled

START = 1_713_456_000
M15 = 900


def row(start: int, *numbers: str) -> Row:
    opened, high, low, close, volume = (Decimal(number) for number in numbers)
    return Row(start, opened, high, low, close, volume)


def recording() -> RecordedSeries:
    """Two hours of quarter hours with a hole of two, then one hour more."""
    rows = [
        row(START + n * M15, f"{100 + n}", f"{103 + n}.5", f"{99 + n}.25", f"{101 + n}", f"{10 + n}.5")
        for n in range(12)
        if n not in (5, 6)
    ]
    return RecordedSeries({M15: rows})


NUMBERS = st.integers(1, 10**7)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.sampled_from([60, 900, 3600]))
def test_a_walk_goes_through_its_four_points_in_steps_of_at_most_two_hundredths_of_a_percent(
    a: int, b: int, c: int, d: int, seconds: int
) -> None:
    low, one, other, high = sorted(10**8 + n for n in (a, b, c, d))
    candle = Candle(0, one, high, low, other, 7)
    prices = walk_prices(candle, seconds).tolist()
    assert (prices[0], prices[-1], max(prices), min(prices)) == (one, other, high, low)
    assert max((abs(y - x) for x, y in pairwise(prices)), default=0) <= low * 0.0002
    assert len(prices) > seconds / 20 - 1


def test_a_walk_turns_first_at_the_extreme_nearer_to_the_open() -> None:
    up = walk_prices(Candle(0, 1_000_000, 1_002_000, 990_000, 995_000, 1), 900).tolist()
    down = walk_prices(Candle(0, 1_000_000, 1_020_000, 999_000, 995_000 + 5_000, 1), 900).tolist()
    assert up.index(1_002_000) < up.index(990_000)
    assert down.index(999_000) < down.index(1_020_000)


def test_a_flat_candle_is_walked_in_place() -> None:
    assert set(walk_prices(Candle(0, 500, 500, 500, 500, 3), 900).tolist()) == {500}


def test_closed_candles_are_served_as_recorded_and_holes_stay_holes() -> None:
    asked = recording()
    got = asked.candles(M15, START, START + 20_000, START + 12 * M15)
    assert [(c.start - START) // M15 for c in got] == [0, 1, 2, 3, 4, 7, 8, 9, 10, 11]
    assert [c.high * asked.price_unit for c in got][:2] == [Decimal("103.5"), Decimal("104.5")]
    assert [c.volume * asked.lot_unit for c in got][-1] == Decimal("21.5")


def test_the_candle_in_progress_grows_with_its_ticks_into_the_recorded_one() -> None:
    asked, start = recording(), START + 3 * M15
    widest = [asked.candles(M15, start, start, start + seconds)[0] for seconds in (0, 300, 600, 899)]
    assert [c.high - c.low for c in widest] == sorted(c.high - c.low for c in widest)
    assert widest[0].open == widest[0].close
    assert asked.candles(M15, start, start, start + 900)[0] == asked.candles(M15, start, start, start + 5_000)[0]


@pytest.mark.parametrize("granularity", [60, 300, 1800, 3600])
def test_other_lengths_agree_with_the_recorded_ones(granularity: int) -> None:
    asked, now = recording(), START + 12 * M15
    got = asked.candles(granularity, START, now - 1, now)
    wide = max(granularity, M15)
    assert rolled(got, wide) == rolled(asked.candles(M15, START, now - 1, now), wide)


@given(st.floats(0, 12 * M15), st.floats(0, 3_000))
def test_a_tick_is_never_outside_its_candle(after: float, length: float) -> None:
    asked = recording()
    tape = asked.tape(START + after, START + after + length)
    for time, price in zip(tape.times.tolist(), tape.prices.tolist(), strict=True):
        bucket = int(time) // M15 * M15
        (candle,) = asked.candles(M15, bucket, bucket, START + 12 * M15)
        assert candle.low <= price <= candle.high


def test_nothing_trades_in_a_hole_and_the_last_price_stays() -> None:
    asked = recording()
    assert len(asked.tape(START + 5 * M15, START + 7 * M15 - 1)) == 0
    assert asked.last_trade(START + 6 * M15).prices.tolist() == asked.tape(START, START + 5 * M15).prices[-1:].tolist()


def test_the_ticker_is_quiet_in_a_hole_while_rest_still_knows_the_last_price() -> None:
    asked = recording()
    product = SeriesProduct(recorded_listing("BTC", asked.price_unit, asked.lot_unit), asked, 0)
    in_hole = START + 6 * M15
    assert product.ticks(START + 5 * M15, in_hole) == product.between_ticks(in_hole) == []
    assert len(product.between_ticks(START + 4 * M15 + 100)) == 1
    told = books(product, QueryParams("limit=1"), in_hole)
    assert isinstance(told, dict)
    assert told["last"] == product.record(in_hole)["price"] == "105"


def test_a_bucket_the_recording_enters_half_way_is_not_told() -> None:
    late = RecordedSeries({M15: [row(START + 900 + n * M15, "10", "12", "9", "11", "1") for n in range(8)]})
    starts = [c.start for c in late.candles(3600, START - 7_200, START + 9_000, START + 9 * M15)]
    assert starts == [START + 3600, START + 7200]


def test_a_venue_s_own_longer_candles_are_preferred_where_recorded() -> None:
    short = [row(START + n * M15, "10", "12", "9", "11", "1") for n in range(8)]
    both = RecordedSeries({M15: short, 3600: [row(START, "10", "12.5", "9", "11", "4")]})
    got = both.candles(3600, START, START + 7_000, START + 5_400)
    assert [c.high * both.price_unit for c in got] == [Decimal("12.5"), Decimal("12")]


def test_day_figures_come_from_the_recorded_candles() -> None:
    asked = recording()
    stats = asked.stats(START + 4 * M15)
    assert stats.high_24h * asked.price_unit == Decimal("106.5")
    assert stats.low_24h * asked.price_unit == Decimal("99.25")
    assert stats.open_24h * asked.price_unit == 100


def csv_of(folder: Path, name: str, count: int) -> Path:
    path = folder / name
    lines = [f"{START + n * M15},100,101,99,100.5,{n}" for n in range(count)]
    with gzip.open(path, "wt") as out:
        out.write("\n".join(["ts,open,high,low,close,volume", *lines]))
    return path


def test_the_clock_starts_35_days_into_a_long_recording_and_half_way_into_a_short_one(tmp_path: Path) -> None:
    long = CandleSource("BTC", Timeframe(15), csv_of(tmp_path, "long.csv.gz", 96 * 40))
    short = CandleSource("BTC", Timeframe(15), csv_of(tmp_path, "short.csv.gz", 100))
    assert recorded_market([long], 0, None).start == START + 35 * 86_400
    assert recorded_market([short], 0, None).start == START + 50 * M15
    assert recorded_market([short], 0, None).end == START + 100 * M15


def test_a_start_outside_the_recording_is_refused_with_its_ends(tmp_path: Path) -> None:
    source = CandleSource("BTC", Timeframe(15), csv_of(tmp_path, "short.csv.gz", 100))
    with pytest.raises(ConfigError, match="runs from 2024-04-18"):
        recorded_market([source], 0, datetime(2026, 1, 1, tzinfo=UTC))


def test_the_universe_is_exactly_what_was_recorded(tmp_path: Path) -> None:
    path = csv_of(tmp_path, "any.csv.gz", 100)
    sources = [CandleSource(symbol, Timeframe(15), path) for symbol in ("BTC", "ETH-USD", "BSV")]
    assert list(recorded_market(sources, 0, None).products) == ["BTC-USD", "ETH-USD", "BSV-USD"]


@pytest.mark.parametrize("text", ["BTC", "BTC:15m", "=x.csv", "BTC:15x=f", "BTC:7h=f", "BTC:1w=f", ":15m=f"])
def test_a_source_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="candles"):
        CandleSource.parse(text)


def test_a_source_is_read_as_symbol_timeframe_and_file() -> None:
    source = CandleSource.parse("btc-usd:15m=some/file=1.csv.gz")
    assert (source.symbol, source.timeframe.minutes, source.path) == ("BTC-USD", 15, Path("some/file=1.csv.gz"))


def test_a_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CandleFileError, match="none\\.csv"):
        recorded_market([CandleSource("BTC", Timeframe(15), tmp_path / "none.csv")], 0, None)


def test_real_candles_are_served_as_recorded_and_walked(data_dir: Path) -> None:
    path = data_dir / "candles" / "BINANCEPERP_ETHUSDT_15m.csv.gz"
    market = recorded_market([CandleSource("ETH", Timeframe(15), path)], 0, None)
    product = market.products["ETH-USD"]
    assert isinstance(product, SeriesProduct)
    now = market.start + 3_600
    for candle in product.candles(900, int(now) - 200 * 900, int(now) - 900, now):
        start = int(str(candle["start"]))
        prices = [Decimal(str(trade["price"])) for trade in product.trades(start - 1e-6, start + 899.9, 10_000)]
        assert (prices[-1], prices[0]) == (Decimal(str(candle["open"])), Decimal(str(candle["close"])))
        assert (max(prices), min(prices)) == (Decimal(str(candle["high"])), Decimal(str(candle["low"])))
        assert max(abs(a - b) / b for a, b in pairwise(prices)) <= Decimal("0.0002")


def test_an_outage_in_real_candles_stays_an_outage(data_dir: Path) -> None:
    path = data_dir / "candles" / "COINBASE_BTC-USD_1h.csv.gz"
    at = datetime(2025, 10, 26, tzinfo=UTC)
    market = recorded_market([CandleSource("BTC-USD", Timeframe(60), path)], 0, at)
    product = market.products["BTC-USD"]
    first = int(datetime(2025, 10, 25, 12, tzinfo=UTC).timestamp())
    hours = [
        (int(str(c["start"])) - first) // 3600 for c in product.candles(3600, first, first + 12 * 3600, market.start)
    ]
    assert hours[::-1] == [0, 1, 2, 3, 9, 10, 11, 12]
