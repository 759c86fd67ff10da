"""A product of the model: ticker, trades, candles and day figures that agree."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.simulator.listings import UNDERLYINGS
from core.simulator.market import model_market
from core.simulator.modelled import ModelSeries, shared_path
from core.simulator.product import SeriesProduct
from core.simulator.tape import GRANULARITIES, Candle, rolled

NOW = 1_767_708_000 + 4_321.7  # two weeks before the default start
MARKET = model_market(0, None)


def series(seed: int = 0) -> ModelSeries:
    return ModelSeries(shared_path(seed, UNDERLYINGS["BTC"]), 1.0002, Decimal("0.1"), Decimal("0.07"))


def product(product_id: str = "BTC-PERP-INTX") -> SeriesProduct:
    found = MARKET.products[product_id]
    assert isinstance(found, SeriesProduct)
    return found


@pytest.mark.parametrize(("short", "long"), [(60, 300), (300, 900), (900, 3600), (3600, 14_400), (14_400, 86_400)])
def test_shorter_candles_make_the_longer_ones_to_the_last_unit(short: int, long: int) -> None:
    end = int(NOW) // 86_400 * 86_400
    first = end - 2 * 86_400
    assert rolled(series().candles(short, first, end - 1, NOW), long) == series().candles(long, first, end - 1, NOW)


@given(st.integers(0, 86_400), st.sampled_from([60, 300, 900, 3600]))
def test_a_candle_is_what_the_trades_of_its_time_say(offset: int, granularity: int) -> None:
    start = (int(NOW) - offset) // granularity * granularity
    (candle,) = series().candles(granularity, start, start, start + granularity)
    assert series().tape(start - 1e-6, start + granularity - 1e-6).candle(start) == candle


@given(st.floats(0, 86_400), st.sampled_from(sorted(GRANULARITIES.values())))
def test_the_candle_in_progress_is_what_has_traded_so_far(offset: float, granularity: int) -> None:
    now = NOW + offset
    start = int(now) // granularity * granularity
    (candle,) = series().candles(granularity, start, start, now)
    assert series().tape(start - 1e-6, now).candle(start) == candle


@given(st.floats(0, 86_400))
def test_a_closed_candle_never_changes(later: float) -> None:
    first = int(NOW) // 900 * 900 - 9_000
    before = series().candles(900, first, first + 8_100, NOW)
    assert len(before) == 10
    assert series().candles(900, first, first + 8_100, NOW + later) == before


@settings(max_examples=15)
@given(st.permutations(list(range(6))))
def test_answers_do_not_depend_on_the_order_of_the_questions(order: list[int]) -> None:
    asked = ModelSeries(shared_path(77, UNDERLYINGS["SOL"]), 1.0, Decimal("0.01"), Decimal(1))
    questions = [(60, 3_000), (900, 90_000), (3600, 400_000), (86_400, 9_000_000), (300, 30_000), (21_600, 80_000)]
    answers = {}
    for place in order:
        granularity, back = questions[place]
        answers[place] = asked.candles(granularity, int(NOW) - back, int(NOW), NOW)
    fresh = ModelSeries(shared_path(77, UNDERLYINGS["SOL"]), 1.0, Decimal("0.01"), Decimal(1))
    for place, (granularity, back) in enumerate(questions):
        assert answers[place] == fresh.candles(granularity, int(NOW) - back, int(NOW), NOW)


def test_the_history_before_the_start_is_there_and_whole() -> None:
    days = series().candles(86_400, int(NOW) - 400 * 86_400, int(NOW), NOW)
    assert [b.start - a.start for a, b in pairwise(days)] == [86_400] * 399
    assert all(c.low <= min(c.open, c.close) <= max(c.open, c.close) <= c.high and c.volume > 0 for c in days)


def test_candles_of_the_future_are_not_told() -> None:
    assert series().candles(900, int(NOW) + 900, int(NOW) + 9_000, NOW) == []


def test_day_figures_are_those_of_the_last_24_hours_of_trades() -> None:
    asked = series()
    stats = asked.stats(NOW)
    day = asked.tape(NOW // 5 * 5 - 86_400 + 5 - 1e-6, NOW)
    assert (stats.high_24h, stats.low_24h) == (day.prices.max(), day.prices.min())
    assert (stats.open_24h, stats.price) == (day.prices[0], day.prices[-1])
    assert stats.volume_24h == day.volumes.sum()


def test_the_year_s_extremes_are_those_of_its_daily_candles() -> None:
    asked = series()
    days = asked.candles(86_400, int(NOW) // 86_400 * 86_400 - 364 * 86_400, int(NOW), NOW)
    assert asked.year(NOW) == (max(c.high for c in days), min(c.low for c in days))


def test_ticks_carry_every_price_of_the_candle_and_no_other() -> None:
    start = int(NOW) // 900 * 900 - 900
    ticks = product().ticks(start - 1e-6, start + 900 - 1e-6)
    prices = [Decimal(str(body["price"])) for _, body in ticks]
    (candle,) = product().candles(900, start, start, NOW)
    assert Decimal(str(candle["high"])) == max(prices)
    assert Decimal(str(candle["low"])) == min(prices)
    assert Decimal(str(candle["close"])) == prices[-1]


@settings(max_examples=15)
@given(st.lists(st.floats(0, 600), min_size=1, max_size=8))
def test_ticks_are_the_same_however_the_time_is_cut(cuts: list[float]) -> None:
    edges = [NOW, *sorted(NOW + cut for cut in cuts), NOW + 600]
    pieces = [tick for after, until in pairwise(edges) for tick in product().ticks(after, until)]
    assert pieces == product().ticks(NOW, NOW + 600)


def test_every_price_lies_on_its_products_increment() -> None:
    for product_id in MARKET.products:
        listing = product(product_id).listing
        for _, body in product(product_id).ticks(NOW, NOW + 120):
            for key in ("price", "best_bid", "best_ask", "high_24_h", "low_24_h"):
                assert Decimal(str(body[key])) % listing.price_increment == 0, (product_id, key)


def test_the_listings_of_one_asset_move_together() -> None:
    perp, spot = (Decimal(str(product(each).record(NOW)["price"])) for each in ("BTC-PERP-INTX", "BTC-USD"))
    assert Decimal("1.0001") < perp / spot < Decimal("1.0003")


def test_book_ticker_trades_and_record_tell_one_price() -> None:
    asked = product("ETH-USD")
    ticker, book = asked.ticker(NOW), asked.book(NOW, 5)
    assert ticker is not None
    assert ticker["price"] == asked.record(NOW)["price"] == asked.trades(NOW - 60, NOW, 1)[0]["price"]
    assert ticker["best_bid"] == format(book.bids[0].price.normalize(), "f")
    assert book.bids[0].price < book.asks[0].price
    assert [b.price - a.price for a, b in pairwise(book.asks)] == [Decimal("0.01")] * 4


def test_the_price_now_and_then_lies_outside_the_book_as_on_the_venue() -> None:
    outside = 0
    for quarter in range(800):
        body = product().ticker(NOW + quarter / 4)
        assert body is not None
        price, bid, ask = (Decimal(str(body[key])) for key in ("price", "best_bid", "best_ask"))
        assert bid < ask
        outside += not bid <= price <= ask
    assert 15 < outside < 110


def test_trade_numbers_grow_and_times_do_not_fall() -> None:
    made = product().trades(NOW - 60, NOW, 500)[::-1]
    assert len(made) > 30
    assert all(int(str(a["trade_id"])) < int(str(b["trade_id"])) for a, b in pairwise(made))
    assert all(str(a["time"]) <= str(b["time"]) for a, b in pairwise(made))


def test_rolling_leaves_out_buckets_without_candles() -> None:
    apart = [Candle(0, 5, 7, 4, 6, 1), Candle(900, 6, 9, 6, 8, 2), Candle(7200, 1, 2, 1, 2, 3)]
    assert rolled(apart, 3600) == [Candle(0, 5, 9, 4, 8, 3), Candle(7200, 1, 2, 1, 2, 3)]
