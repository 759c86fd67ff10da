"""The REST endpoints over real sockets: answers, refusals, records that agree with the prices."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

import pytest
import pytest_asyncio

from core.simulator.exchange import Exchange, ExchangeSettings
from tests.simulator.venue import PREFIX, Answer, get

START = int(datetime(2026, 1, 20, 14, tzinfo=UTC).timestamp())


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ex() -> AsyncIterator[Exchange]:
    async with Exchange(ExchangeSettings(speed=0.01)) as running:
        yield running


async def ask(ex: Exchange, path: str) -> Answer:
    return await get(f"{ex.rest_url}{PREFIX}{path}")


async def candles(ex: Exchange, start: int, end: int, granularity: str = "ONE_HOUR", more: str = "") -> Answer:
    query = f"start={start}&end={end}&granularity={granularity}{more}"
    return await ask(ex, f"/market/products/BTC-USD/candles?{query}")


async def test_the_time_is_the_simulated_one(ex: Exchange) -> None:
    told = (await ask(ex, "/time")).json
    assert told["iso"].startswith("2026-01-20T14:00:0")
    assert START <= int(told["epochSeconds"]) < START + 10
    assert int(told["epochMillis"]) // 1000 == int(told["epochSeconds"])


async def test_the_universe_is_perps_futures_and_spot(ex: Exchange) -> None:
    every = (await ask(ex, "/market/products?get_all_products=True")).json
    assert every["num_products"] == 18
    futures = (await ask(ex, "/market/products?product_type=FUTURE&get_all_products=False")).json["products"]
    assert [each["product_id"] for each in futures] == [
        "BTC-PERP-INTX",
        "ETH-PERP-INTX",
        "SOL-PERP-INTX",
        "BIP-20DEC30-CDE",
        "ETP-20DEC30-CDE",
        "SLP-20DEC30-CDE",
        *(f"{base}-PERP-INTX" for base in ("XRP", "DOGE", "ADA", "AVAX", "LINK", "LTC", "BCH", "DOT", "XLM")),
    ]
    expiring = (await ask(ex, "/market/products?product_type=FUTURE&contract_expiry_type=EXPIRING")).json["products"]
    assert {each["future_product_details"]["contract_expiry_type"] for each in expiring} == {"EXPIRING"}


async def test_products_are_paged_and_chosen_by_repeated_ids(ex: Exchange) -> None:
    page = (await ask(ex, "/market/products?limit=2&offset=1")).json
    assert [each["product_id"] for each in page["products"]] == ["ETH-PERP-INTX", "SOL-PERP-INTX"]
    assert page["num_products"] == 18
    two = (await ask(ex, "/market/products?product_ids=SOL-USD&product_ids=BTC-USD&product_ids=NO")).json["products"]
    assert {each["product_id"] for each in two} == {"SOL-USD", "BTC-USD"}


async def test_an_intx_record_carries_perpetual_details(ex: Exchange) -> None:
    record = (await ask(ex, "/market/products/ETH-PERP-INTX")).json
    details = record["future_product_details"]
    assert details["contract_expiry_type"] == "PERPETUAL"
    assert details["perpetual_details"]["max_leverage"] == "10"
    assert abs(Decimal(details["perpetual_details"]["funding_rate"])) < Decimal("0.0001")
    assert details["perpetual_details"]["funding_time"] == "2026-01-20T15:00:00Z"
    assert (record["price_increment"], record["base_increment"]) == ("0.01", "0.0001")


async def test_a_cde_record_carries_contract_margins_session_and_funding(ex: Exchange) -> None:
    record = (await ask(ex, "/market/products/BIP-20DEC30-CDE")).json
    details = record["future_product_details"]
    assert details["contract_expiry_type"] == "EXPIRING"
    assert (details["contract_size"], record["base_increment"], record["price_increment"]) == ("0.01", "1", "5")
    assert Decimal(details["overnight_margin_rate"]["short_margin_rate"]) == Decimal("0.3064")
    assert Decimal(details["intraday_margin_rate"]["long_margin_rate"]) < Decimal("0.101")
    assert details["funding_interval"] == "3600s"
    assert record["fcm_trading_session_details"]["is_session_open"] is True
    assert record["fcm_trading_session_details"]["close_time"] == "2026-01-23T22:00:00Z"


async def test_a_futures_session_is_closed_in_the_weekly_maintenance() -> None:
    friday = datetime(2026, 1, 9, 22, 30, tzinfo=UTC)
    async with Exchange(ExchangeSettings(start=friday)) as ex:
        session = (await ask(ex, "/market/products/BIP-20DEC30-CDE")).json["fcm_trading_session_details"]
    assert session["is_session_open"] is False
    assert session["maintenance"] == {"start_time": "2026-01-09T22:00:00Z", "end_time": "2026-01-09T23:00:00Z"}


async def test_the_records_day_figures_agree_with_the_candles() -> None:
    start = datetime(2026, 1, 20, tzinfo=UTC)
    async with Exchange(ExchangeSettings(start=start, speed=0.001)) as ex:
        record = (await ask(ex, "/market/products/BTC-USD")).json
        rows = (await candles(ex, int(start.timestamp()) - 86_400, int(start.timestamp()) - 1)).json["candles"]
    volume = sum(Decimal(row["volume"]) for row in rows)
    assert len(rows) == 24
    assert abs(Decimal(record["volume_24h"]) - volume) / volume < Decimal("0.001")
    moved = (Decimal(record["price"]) / Decimal(rows[-1]["open"]) - 1) * 100
    assert Decimal(record["price_percentage_change_24h"]) == pytest.approx(moved, abs=Decimal("0.1"))


async def test_candles_come_newest_first_as_text_with_inclusive_ends(ex: Exchange) -> None:
    rows = (await candles(ex, START - 7_200, START)).json["candles"]
    assert [row["start"] for row in rows] == [str(START), str(START - 3600), str(START - 7200)]
    assert all(isinstance(value, str) for row in rows for value in row.values())
    assert set(rows[0]) == {"start", "open", "high", "low", "close", "volume"}


async def test_350_buckets_are_served_and_351_are_refused(ex: Exchange) -> None:
    assert len((await candles(ex, START - 349 * 3600, START)).json["candles"]) == 350
    refused = await candles(ex, START - 350 * 3600, START)
    assert refused.status == 400
    text = "start and end argument is invalid - number of candles requested should be less than 350"
    assert refused.json == {"error": "INVALID_ARGUMENT", "error_details": text, "message": text}


async def test_the_newest_of_the_asked_candles_are_kept_by_a_limit(ex: Exchange) -> None:
    rows = (await candles(ex, START - 36_000, START, more="&limit=2")).json["candles"]
    assert [int(row["start"]) for row in rows] == [START, START - 3600]


@pytest.mark.parametrize(
    "query",
    [
        "start=1&end=2&granularity=ONE_WEEK",
        "start=x&end=2&granularity=ONE_DAY",
        "end=2&granularity=ONE_DAY",
        "start=5&end=2&granularity=ONE_DAY",
        "start=1&end=2&granularity=ONE_DAY&limit=0",
        "start=1&end=2",
    ],
)
async def test_a_bad_candle_query_is_an_invalid_argument(ex: Exchange, query: str) -> None:
    refused = await ask(ex, f"/market/products/BTC-USD/candles?{query}")
    assert (refused.status, refused.json["error"]) == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize("granularity", ["ONE_MINUTE", "FIVE_MINUTE", "TWO_HOUR", "FOUR_HOUR", "SIX_HOUR", "ONE_DAY"])
async def test_every_granularity_is_served_without_holes(ex: Exchange, granularity: str) -> None:
    seconds = {"ONE_MINUTE": 60, "FIVE_MINUTE": 300, "TWO_HOUR": 7200, "FOUR_HOUR": 14_400}.get(granularity)
    seconds = seconds or {"SIX_HOUR": 21_600, "ONE_DAY": 86_400}[granularity]
    rows = (await candles(ex, START - 20 * seconds, START, granularity)).json["candles"]
    assert len(rows) in (20, 21)
    assert {int(a["start"]) - int(b["start"]) for a, b in pairwise(rows)} == {seconds}


@pytest.mark.parametrize(
    "path", ["/market/products/NO", "/market/products/NO/candles", "/market/product_book?product_id=NO"]
)
async def test_an_unknown_product_is_not_found(ex: Exchange, path: str) -> None:
    refused = await ask(ex, path)
    assert (refused.status, refused.json["error"]) == (404, "NOT_FOUND")


async def test_private_paths_need_a_token(ex: Exchange) -> None:
    refused = await ask(ex, "/accounts")
    assert (refused.status, refused.body.strip()) == (401, "Unauthorized")
    assert refused.headers["content-type"].startswith("text/plain")
    assert (await get(f"{ex.rest_url}{PREFIX}/accounts", Authorization="Bearer x")).status == 404


async def test_book_and_trades_agree(ex: Exchange) -> None:
    book = (await ask(ex, "/market/product_book?product_id=SOL-PERP-INTX&limit=3")).json
    assert (len(book["pricebook"]["bids"]), len(book["pricebook"]["asks"])) == (3, 3)
    assert Decimal(book["spread_absolute"]) == Decimal("0.01")
    trades = (await ask(ex, "/market/products/SOL-PERP-INTX/ticker?limit=5")).json
    assert len(trades["trades"]) == 5
    assert abs(Decimal(trades["trades"][0]["price"]) / Decimal(book["mid_market"]) - 1) < Decimal("0.002")
    assert Decimal(trades["best_bid"]) < Decimal(trades["best_ask"])


async def test_two_exchanges_of_one_seed_tell_the_same_and_another_seed_something_else() -> None:
    told = []
    for seed in (0, 0, 1):
        async with Exchange(ExchangeSettings(seed=seed)) as ex:
            told.append((await candles(ex, START - 40_000, START - 3601)).body)
    assert told[0] == told[1] != told[2]


async def test_the_state_tells_clock_speed_and_universe(ex: Exchange) -> None:
    state = (await get(f"{ex.rest_url}/_state")).json
    assert (state["start"], state["speed"], state["end"]) == ("2026-01-20T14:00:00.000000Z", 0.01, None)
    assert state["connections"] == state["faults"] == []
    assert len(state["products"]) == 18
