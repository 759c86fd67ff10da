"""The feed against every fault of the exchange's websocket: counted, seen, and prices come again, never a wrong one."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from websockets.asyncio.client import connect

from core.adapters.coinbase_feed import CoinbaseFeed
from core.adapters.feed_intake import (
    BAD,
    CROSSED,
    DROPPED,
    ERRORS,
    FAILED,
    GAPS,
    LATE,
    OTHER,
    OVERSIZED,
    RECONNECTS,
    SPIKES,
    STRANGE,
)
from core.simulator.exchange import Exchange, ExchangeSettings
from core.simulator.message_faults import WRONG
from tests.adapters.frames import Heard
from tests.adapters.socket_venue import listening, until
from tests.simulator.venue import frames_until, has, send

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRODUCTS = ("BTC-PERP-INTX", "ETH-PERP-INTX")
SPEED = 300.0
SILENT_S = 0.5
FURTHEST = Decimal("0.05")
"""No price of the model moves further from the first one in the minutes that a test takes."""


class Run:
    """An exchange and a feed that listens to it."""

    def __init__(self, exchange: Exchange, feed: CoinbaseFeed, heard: Heard) -> None:
        self.exchange, self.feed, self.heard = exchange, feed, heard

    def count(self, counter: str) -> int:
        return self.feed.health().counters[counter]

    async def prices_flow(self) -> None:
        """Connected, and a new price of each product is taken."""
        seen = len(self.heard.ticks)
        await until(lambda: self.feed.health().connected)
        await until(lambda: {tick.product_id for tick in self.heard.ticks[seen:]} >= set(PRODUCTS))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def exchange() -> AsyncIterator[Exchange]:
    """One for all of these: every test leaves it without faults. The first look at a product takes it a second."""
    async with Exchange(ExchangeSettings(speed=SPEED, seed=3)) as running:
        async with connect(running.ws_url) as ws:
            await send(ws, "subscribe", "ticker", *PRODUCTS)
            await frames_until(ws, has("subscriptions"))
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def now(exchange: Exchange) -> AsyncIterator[Run]:
    """A feed with prices flowing; at the end prices must flow again, and none was ever wrong."""
    heard = Heard()
    async with listening(exchange.ws_url, heard, SILENT_S, PRODUCTS) as feed:
        running = Run(exchange, feed, heard)
        await running.prices_flow()
        yield running
        await exchange.fault("clear")
        await running.prices_flow()
    first = {tick.product_id: tick.price for tick in reversed(heard.ticks)}
    for tick in heard.ticks:
        assert abs(tick.price / first[tick.product_id] - 1) < FURTHEST


@pytest.mark.parametrize(
    ("kind", "arguments", "counter", "least"),
    [
        ("drop", {}, RECONNECTS, 1),
        ("close", {"code": 1000}, RECONNECTS, 1),
        ("delay", {"seconds": 1.5}, RECONNECTS, 1),
        ("stall", {}, RECONNECTS, 1),
        ("half_open", {}, RECONNECTS, 1),
        ("duplicate", {}, LATE, 3),
        ("skip", {"count": 3}, GAPS, 1),
        ("out_of_order", {}, LATE, 2),
        ("seq_reset", {}, LATE, 2),
        ("garbage", {}, BAD, 6),
        ("garbage", {"variant": "utf8"}, BAD, 1),
        ("garbage", {"variant": "deep"}, BAD, 1),
        ("wrong_types", {}, DROPPED, len(WRONG)),
        ("unknown_channel", {}, OTHER, 1),
        ("unknown_keys", {}, STRANGE, 2),
        ("error_frame", {}, ERRORS, 1),
        ("price_spike", {"percent": 400}, SPIKES, 1),
        ("crossed_book", {}, CROSSED, 2),
        ("big_frame", {}, OVERSIZED, 1),
        ("ticker_stop", {}, RECONNECTS, 1),
    ],
)
async def test_it_is_counted_and_prices_come_again(
    now: Run, kind: str, arguments: dict[str, Any], counter: str, least: int
) -> None:
    await now.exchange.fault(kind, **arguments)
    await until(lambda: now.count(counter) >= least)
    if counter == RECONNECTS:
        assert now.heard.lost
    elif counter not in (OVERSIZED, LATE):
        assert now.heard.lost == []


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [("refuse_connections", {}), ("refuse_connections", {"status": 503}), ("accept_then_mute", {}),
     ("drop_during_subscribe", {"count": 2})],
)  # fmt: skip
async def test_what_keeps_it_from_connecting_is_tried_until_it_ends(
    now: Run, kind: str, arguments: dict[str, Any]
) -> None:
    await now.exchange.fault(kind, **arguments)
    await now.exchange.fault("drop")
    await until(lambda: now.count(FAILED) >= 2)
    assert now.heard.lost


async def test_a_slow_handshake_is_waited_for(now: Run) -> None:
    await now.exchange.fault("slow_handshake", seconds=1.0, count=1)
    await now.exchange.fault("drop")
    await until(lambda: bool(now.heard.lost))
    assert not now.feed.health().connected
    await now.prices_flow()
    assert now.count(FAILED) == 0


async def test_lost_heartbeats_cost_nothing_while_prices_flow(now: Run) -> None:
    await now.exchange.fault("heartbeats_stop")
    began = asyncio.get_running_loop().time()
    while asyncio.get_running_loop().time() - began < 3 * SILENT_S:
        await now.prices_flow()
    assert now.heard.lost == []


async def test_one_product_that_stops_is_asked_for_again_while_the_other_flows(now: Run) -> None:
    await now.exchange.fault("ticker_stop", product_id=PRODUCTS[0])
    seen = now.heard.ticks[-1].real_s
    await until(lambda: now.heard.ticks[-1].real_s > seen + 2 * SILENT_S)
    assert {tick.product_id for tick in now.heard.ticks if tick.real_s > seen + SILENT_S} == {PRODUCTS[1]}
    assert now.heard.lost == []


async def test_a_product_missing_from_the_ack_is_named_and_asked_for_until_it_is_served(now: Run) -> None:
    await now.exchange.fault("ack_without_product", product_id=PRODUCTS[1])
    await now.exchange.fault("drop")
    await until(lambda: now.heard.sets[-1] == {PRODUCTS[0]})
    assert any(f"sends no prices for {PRODUCTS[1]}" in text for _, text in now.heard.notes)
    await now.exchange.fault("ack_without_product", on=False)
    await until(lambda: now.heard.sets[-1] == set(PRODUCTS))


async def test_a_sequence_fault_makes_the_prices_suspect(now: Run) -> None:
    for kind in ("skip", "seq_reset"):
        before = len(now.heard.suspects)
        await now.exchange.fault(kind)
        await until(lambda before=before: len(now.heard.suspects) > before)  # type: ignore[misc]


async def test_stale_stamps_are_handed_on_as_they_are(now: Run) -> None:
    fresh = now.heard.ticks[-1].venue_at
    await now.exchange.fault("stale_timestamps", seconds=86_400)
    await until(lambda: (fresh - now.heard.ticks[-1].venue_at).total_seconds() > 80_000)
