"""Faults of connecting, as they are on the wire, and that all is well once they are off."""

import asyncio
import time

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from core.simulator.exchange import Exchange
from tests.simulator.conftest import FAST
from tests.simulator.venue import frames_until, has, send, subscribed, tickers

pytestmark = pytest.mark.asyncio(loop_scope="module")

PERP, OTHER = "BTC-PERP-INTX", "ETH-USD"


async def silence(ws: ClientConnection, seconds: float = 0.6) -> None:
    """Nothing comes for a while."""
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ws.recv(), seconds)


async def test_half_open_neither_answers_nor_ends_until_it_is_over(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("half_open")
        while not all(each["frozen"] for each in ex.state()["connections"]):  # type: ignore[attr-defined]
            await asyncio.sleep(0.01)
        while True:
            try:
                await asyncio.wait_for(ws.recv(), 0.3)
            except TimeoutError:
                break
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(await ws.ping(), 0.3)
        hanging = asyncio.create_task(connect(ex.ws_url).__aenter__())
        await asyncio.sleep(0.2)
        assert not hanging.done()
        await ex.fault("half_open", on=False)
        with pytest.raises(ConnectionClosed) as ended:
            await asyncio.wait_for(ws.recv(), 5)
        assert ended.value.rcvd is None
        await (await asyncio.wait_for(hanging, 5)).close()


async def test_refused_connections_are_reset_or_answered_and_open_ones_stay(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        before = ex.state()["handshakes"]
        assert isinstance(before, int)
        await ex.fault("refuse_connections")
        with pytest.raises((ConnectionError, EOFError, ConnectionClosed)):
            await connect(ex.ws_url)
        await ex.fault("refuse_connections", status=503, count=1)
        with pytest.raises(InvalidStatus) as refused:
            await connect(ex.ws_url)
        assert refused.value.response.status_code == 503
        await frames_until(ws, has("ticker"))
        assert ex.state()["handshakes"] == before + 2
        async with connect(ex.ws_url):
            assert ex.state()["faults"] == []


async def test_accepted_and_then_mute_answers_pings_alone(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("accept_then_mute", count=1)
        async with connect(ex.ws_url) as mute:
            await send(mute, "subscribe", "heartbeats")
            await asyncio.wait_for(await mute.ping(), 5)
            await silence(mute, 1.2)
        await frames_until(ws, has("ticker"))


async def test_a_slow_handshake_takes_its_time(ex: Exchange) -> None:
    async with subscribed(ex):
        await ex.fault("slow_handshake", seconds=0.4, count=1)
        began = time.monotonic()
        async with connect(ex.ws_url):
            assert time.monotonic() - began >= 0.4


async def test_the_exchange_ends_quickly_while_handshakes_hang() -> None:
    async with Exchange(FAST) as ex:
        await ex.fault("slow_handshake", seconds=60)
        hanging = asyncio.create_task(connect(ex.ws_url).__aenter__())
        while not ex.state()["handshakes"]:
            await asyncio.sleep(0.01)
        began = time.monotonic()
    assert time.monotonic() - began < 2
    with pytest.raises((InvalidStatus, OSError, EOFError)):
        await hanging


async def test_a_drop_during_subscribe_happens_once(ex: Exchange) -> None:
    await ex.fault("drop_during_subscribe")
    async with connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "ticker", PERP)
        with pytest.raises(ConnectionClosed) as ended:
            await frames_until(ws, has("subscriptions"))
        assert ended.value.rcvd is None
    async with connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "ticker", PERP)
        await frames_until(ws, has("subscriptions"))


async def test_an_ack_lacks_one_product_and_so_do_the_prices(ex: Exchange) -> None:
    async with connect(ex.ws_url) as ws:
        await ex.fault("ack_without_product")
        await send(ws, "subscribe", "ticker", OTHER, PERP)
        frames = await frames_until(ws, has("subscriptions"))
        assert frames[-1]["events"] == [{"subscriptions": {"ticker": [OTHER]}}]
        assert {each["product_id"] for each in tickers(await frames_until(ws, has("ticker", 5)))} == {OTHER}
