"""Feed, REST and clock end to end over the embedded exchange."""

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from core.adapters.coinbase_rest import CoinbaseVenue
from core.adapters.system_clock import SystemClock, measured_clock
from core.adapters.venue import PREFERENCE
from core.domain.errors import FeedError, NotListed
from core.domain.retries import Retries
from core.domain.symbols import ListingKind
from core.domain.timeframes import D1, H1, M1, M15
from core.simulator.exchange import Exchange, ExchangeSettings
from tests.adapters.frames import Heard
from tests.adapters.socket_venue import listening, until

SPEED = 60.0


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    async with Exchange(ExchangeSettings(speed=SPEED, seed=3)) as running:
        yield running


@pytest.fixture
async def venue(exchange: Exchange) -> AsyncIterator[CoinbaseVenue]:
    rest = CoinbaseVenue(exchange.rest_url, Retries(first_s=0.02, longest_s=0.1))
    yield rest
    rest.close()


@pytest.mark.parametrize(
    ("kind", "product_ids"),
    [
        (ListingKind.INTX, ["BTC-PERP-INTX", "ETH-PERP-INTX", "SOL-PERP-INTX"]),
        (ListingKind.CDE, ["BIP-20DEC30-CDE", "ETP-20DEC30-CDE", "SLP-20DEC30-CDE"]),
        (ListingKind.SPOT, ["BTC-USD", "ETH-USD", "SOL-USD"]),
    ],
)
async def test_btc_eth_and_sol_resolve_to_all_three_kinds(
    venue: CoinbaseVenue, kind: ListingKind, product_ids: list[str]
) -> None:
    resolution = await asyncio.to_thread(venue.resolve, ["BTC", "ETH", "SOL"], [kind])
    assert [instrument.product_id for instrument in resolution.instruments] == product_ids
    assert all(instrument.tradable for instrument in resolution.instruments)
    assert all(
        (instrument.funding is not None) == (kind is not ListingKind.SPOT) for instrument in resolution.instruments
    )
    assert set(venue.increments) == set(product_ids)


async def test_a_delisted_product_gives_way_and_its_candles_are_not_listed(
    exchange: Exchange, venue: CoinbaseVenue
) -> None:
    await exchange.fault("delisting", product_id="ETH-PERP-INTX")
    (instrument,) = (await asyncio.to_thread(venue.resolve, ["ETH"], PREFERENCE)).instruments
    assert instrument.product_id == "ETP-20DEC30-CDE"
    now = await asyncio.to_thread(venue.server_time)
    with pytest.raises(NotListed):
        await asyncio.to_thread(venue.candles, "ETH-PERP-INTX", M1, now - M15.span, now)


async def test_candles_come_in_pages_without_seams_and_agree_across_timeframes(venue: CoinbaseVenue) -> None:
    now = await asyncio.to_thread(venue.server_time)
    end = H1.start_of(now) - timedelta(minutes=15)
    quarters = await asyncio.to_thread(venue.candles, "BTC-PERP-INTX", M15, end - 699 * M15.span, end)
    hours = await asyncio.to_thread(venue.candles, "BTC-PERP-INTX", H1, end - 174 * H1.span, end)
    assert len(quarters) == 700
    assert not any(bar.gap_before for bar in quarters)
    assert max(bar.high for bar in quarters[-4:]) == hours[-1].high
    assert quarters[-1].close == hours[-1].close
    days = await asyncio.to_thread(venue.candles, "BTC-PERP-INTX", D1, now - 9 * D1.span, now)
    assert days[-1].start == D1.start_of(now)
    assert venue.faults == {}


async def test_the_exchange_sets_the_clock_with_its_offset_and_speed(exchange: Exchange, venue: CoinbaseVenue) -> None:
    clock = await asyncio.to_thread(measured_clock, venue, threading.Event().wait)
    assert clock.speed == SPEED
    assert abs((await asyncio.to_thread(venue.server_time) - clock.now()).total_seconds()) < 0.2 * SPEED


@pytest.mark.parametrize("kind", ["429", "500"])
async def test_rest_faults_pass_or_end_in_a_sentence(exchange: Exchange, venue: CoinbaseVenue, kind: str) -> None:
    await exchange.fault(kind, count=2)
    assert (await asyncio.to_thread(venue.server_time)).year >= 2025
    await exchange.fault(kind)
    with pytest.raises(FeedError, match=f"HTTP {kind}"):
        await asyncio.to_thread(venue.server_time)


async def test_ticks_flow_through_drops_closes_and_garbage(exchange: Exchange, venue: CoinbaseVenue) -> None:
    heard = Heard()
    resolution = await asyncio.to_thread(venue.resolve, ["BTC", "ETH"], PREFERENCE)
    products = [instrument.product_id for instrument in resolution.instruments]
    async with listening(exchange.ws_url, heard, products=(*products, "NOT-LISTED")) as feed:
        await until(lambda: {tick.product_id for tick in heard.ticks} == set(products))
        assert heard.sets == [set(products)]
        for kind, arguments in (("drop", {}), ("close", {"code": 1000}), ("close", {"code": 1011})):
            lost, told = len(heard.lost), len(heard.sets)
            await exchange.fault(kind, **arguments)
            await until(lambda lost=lost: len(heard.lost) == lost + 1)  # type: ignore[misc]
            seen = len(heard.ticks)
            # A price may come before the acknowledgement, which the next fault would then take away.
            await until(lambda told=told: len(heard.sets) > told)  # type: ignore[misc]
            await until(lambda seen=seen: feed.health().connected and len(heard.ticks) > seen)  # type: ignore[misc]
        await exchange.fault("garbage")
        await until(lambda: feed.health().counters["bad frames"] >= 6)
        seen = len(heard.ticks)
        await until(lambda: len(heard.ticks) > seen)
    assert len(heard.sets) == 4
    assert feed.health().counters["reconnects"] == 3
    assert feed.health().counters["dropped prices"] == feed.health().counters["spikes held"] == 0
    assert heard.suspects == []


async def test_a_stalled_exchange_is_given_up_and_found_again(exchange: Exchange) -> None:
    heard = Heard()
    async with listening(exchange.ws_url, heard, silent_s=1.2, products=("BTC-PERP-INTX",)):
        await until(lambda: heard.ticks)
        await exchange.fault("stall")
        await until(lambda: heard.lost)
        await exchange.fault("stall", on=False)
        seen = len(heard.ticks)
        await until(lambda: len(heard.ticks) > seen)
    assert heard.lost[0].startswith("no message for")


async def test_real_seconds_measure_receipts_whatever_the_speed(exchange: Exchange) -> None:
    heard = Heard()
    clock = SystemClock()
    async with listening(exchange.ws_url, heard, products=("BTC-PERP-INTX",)):
        await until(lambda: len(heard.ticks) >= 2)
    assert 0 <= clock.real() - heard.ticks[-1].real_s < 10
