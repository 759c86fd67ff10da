"""The REST client against every fault of the exchange's REST: right again, or one sentence; never a wrong candle."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from core.adapters import rest_transport
from core.adapters.candle_rows import DUPLICATE
from core.adapters.coinbase_rest import CoinbaseVenue
from core.adapters.venue import PREFERENCE
from core.domain.bars import Bar
from core.domain.errors import FeedError
from core.domain.retries import Retries
from core.domain.timeframes import M1
from core.simulator.exchange import Exchange, ExchangeSettings

pytestmark = pytest.mark.asyncio(loop_scope="module")

PERP = "BTC-PERP-INTX"
QUICK = Retries(first_s=0.01, longest_s=0.02)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[Exchange]:
    """One for all of these: every test leaves it without faults."""
    async with Exchange(ExchangeSettings(seed=3)) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def exchange(shared: Exchange) -> AsyncIterator[Exchange]:
    """The exchange, without any fault."""
    yield shared
    await shared.fault("clear")


@pytest_asyncio.fixture(loop_scope="module")
async def venue(exchange: Exchange) -> AsyncIterator[CoinbaseVenue]:
    rest = CoinbaseVenue(exchange.rest_url, QUICK)
    yield rest
    rest.close()


async def minutes(venue: CoinbaseVenue) -> tuple[Bar, ...]:
    """An hour of closed candles."""
    end = M1.start_of(datetime.fromisoformat("2026-01-20T13:00:00+00:00"))
    return await asyncio.to_thread(venue.candles, PERP, M1, end - timedelta(minutes=59), end)


@pytest.mark.parametrize(
    ("kind", "arguments", "says"),
    [
        ("429", {"retry_after": 0}, "HTTP 429: too many requests"),
        ("500", {}, "HTTP 500: internal server error"),
        ("503", {}, "HTTP 503"),
        ("html", {}, "it answered what is no data of this call"),
        ("truncated", {}, "no connection"),
        ("reset", {}, "no connection"),
    ],
)
async def test_it_is_tried_again_and_then_said_in_one_sentence(
    exchange: Exchange, venue: CoinbaseVenue, kind: str, arguments: dict[str, Any], says: str
) -> None:
    right = await minutes(venue)
    if kind != "html":
        await exchange.fault(kind, **{**arguments, "count": 1})
        assert await minutes(venue) == right
    await exchange.fault(kind, **arguments)
    with pytest.raises(FeedError) as refused:
        await minutes(venue)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)
    await exchange.fault("clear")
    assert await minutes(venue) == right


@pytest.mark.parametrize("kind", ["hang", "slow"])
async def test_an_answer_that_does_not_come_is_not_waited_for(
    exchange: Exchange, venue: CoinbaseVenue, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest_transport, "READ_S", 0.8)
    arguments = {"seconds": 20} if kind == "slow" else {}
    await exchange.fault(kind, count=1, **arguments)
    assert (await asyncio.to_thread(venue.server_time)).year == 2026
    await exchange.fault(kind, **arguments)
    with pytest.raises(FeedError, match="no answer in time after 2 tries"):
        await asyncio.to_thread(venue.server_time)
    await exchange.fault("clear")
    assert (await asyncio.to_thread(venue.server_time)).year == 2026


async def test_no_candles_are_no_candles(exchange: Exchange, venue: CoinbaseVenue) -> None:
    await exchange.fault("empty_candles")
    assert await minutes(venue) == ()


async def test_holes_are_flagged_and_nothing_is_filled_in(exchange: Exchange, venue: CoinbaseVenue) -> None:
    right = {bar.start: bar for bar in await minutes(venue)}
    await exchange.fault("holes", every=4)
    holed = await minutes(venue)
    assert len(holed) == 45
    assert all(bar.close == right[bar.start].close for bar in holed)
    assert sum(bar.gap_before for bar in holed) >= 14


async def test_a_bucket_that_comes_twice_counts_once(exchange: Exchange, venue: CoinbaseVenue) -> None:
    right = await minutes(venue)
    await exchange.fault("duplicate_bucket")
    assert await minutes(venue) == right
    assert venue.faults[DUPLICATE] == 1


async def test_a_clock_that_is_off_is_read_as_it_is(exchange: Exchange, venue: CoinbaseVenue) -> None:
    before = await asyncio.to_thread(venue.server_time)
    await exchange.fault("clock_skew", seconds=30)
    assert 29 < (await asyncio.to_thread(venue.server_time) - before).total_seconds() < 35


@pytest.mark.parametrize("kind", ["trading_disabled", "maintenance"])
async def test_what_may_not_be_traded_stays_listed_and_untradable(
    exchange: Exchange, venue: CoinbaseVenue, kind: str
) -> None:
    await exchange.fault(kind, product_id=PERP)
    chosen = (await asyncio.to_thread(venue.resolve, ["BTC", "ETH"], PREFERENCE)).instruments
    assert [(each.symbol, each.tradable) for each in chosen] == [("BTC", False), ("ETH", True)]
    await exchange.fault(kind, on=False)
    assert (await asyncio.to_thread(venue.refresh, chosen[0])).tradable


async def test_a_client_that_is_closed_waits_for_no_answer(exchange: Exchange, venue: CoinbaseVenue) -> None:
    await exchange.fault("hang")
    asked = asyncio.create_task(minutes(venue))
    await asyncio.sleep(0.1)
    began = time.monotonic()
    venue.close()
    with pytest.raises(FeedError, match="ATLAS is closing"):
        await asked
    assert time.monotonic() - began < 0.5
