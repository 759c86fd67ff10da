"""Every fault of the websocket, as it is on the wire, and that all is well once it is off."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from itertools import pairwise

import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from core.simulator.exchange import Exchange, ExchangeSettings
from core.simulator.message_faults import WRONG
from tests.simulator.venue import Frame, frames_until, has, of, send, tickers

pytestmark = pytest.mark.asyncio(loop_scope="module")

PERP, OTHER = "BTC-PERP-INTX", "ETH-USD"
FAST = ExchangeSettings(speed=600)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[Exchange]:
    """One for all of these: every test leaves it without faults."""
    async with Exchange(FAST) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def ex(shared: Exchange) -> AsyncIterator[Exchange]:
    """The exchange, without any fault, and without a connection that would use one up."""
    async with asyncio.timeout(20):
        while shared.state()["connections"]:
            await asyncio.sleep(0.01)
    yield shared
    await shared.fault("clear")


@asynccontextmanager
async def subscribed(ex: Exchange, *products: str) -> AsyncIterator[ClientConnection]:
    """A client that is subscribed to tickers of these and to heartbeats."""
    async with connect(ex.ws_url, max_size=None, max_queue=100_000) as ws:
        await send(ws, "subscribe", "heartbeats")
        await send(ws, "subscribe", "ticker", *(products or (PERP,)))
        await frames_until(ws, has("subscriptions", 2))
        yield ws


def numbers(frames: list[Frame]) -> list[int]:
    return [frame["sequence_num"] for frame in frames]


def is_whole(frames: list[Frame]) -> bool:
    """Is no number missing between the first and the last?"""
    return len(frames) < 2 or frames[-1]["sequence_num"] - frames[0]["sequence_num"] == len(frames) - 1


async def silence(ws: ClientConnection, seconds: float = 0.6) -> None:
    """Nothing comes for a while."""
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ws.recv(), seconds)


async def fence(ws: ClientConnection) -> None:
    """Read what was queued before this moment: the answer to nonsense comes behind it."""
    await ws.send("{")
    await frames_until(ws, lambda got: any(frame.get("type") == "error" for frame in got))


async def silence_of(ws: ClientConnection, channel: str, seconds: float) -> None:
    """For so long nothing of this channel, while others speak."""
    loop = asyncio.get_running_loop()
    await fence(ws)
    began = loop.time()
    while loop.time() - began < seconds:
        assert json.loads(await ws.recv())["channel"] != channel


async def test_delay_keeps_the_order_and_moves_the_time(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("delay", seconds=0.5)
        began = time.monotonic()
        frames = [frame for frame in await frames_until(ws, has("ticker", 5)) if "channel" in frame]
        assert numbers(frames) == sorted(numbers(frames))
        assert time.monotonic() - began > 0.5


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


async def test_duplicates_come_with_their_number(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("duplicate", count=2)
        got = numbers(await frames_until(ws, lambda frames: len(frames) - len(set(numbers(frames))) == 2))
        one, two = sorted(number for number in set(got) if got.count(number) == 2)
        assert two == one + 1


async def test_skipped_messages_leave_a_gap_of_as_many_numbers(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        last = numbers(await frames_until(ws, has("ticker")))[-1]
        await ex.fault("skip", count=4)
        got = numbers(await frames_until(ws, lambda frames: not is_whole(frames)))
        assert len(set(range(last + 1, got[-1] + 1)) - set(got)) == 4


async def test_messages_change_places(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("out_of_order", count=1)
        got = numbers(await frames_until(ws, lambda frames: numbers(frames) != sorted(numbers(frames))))
        falls = [(one, two) for one, two in pairwise(got) if two < one]
        assert len(falls) == 1
        assert falls[0][0] == falls[0][1] + 1


async def test_the_sequence_begins_again(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        await frames_until(ws, has("ticker", 3))
        await ex.fault("seq_reset")
        got = numbers(await frames_until(ws, lambda frames: 1 in numbers(frames)))
        assert got[-2:] == [0, 1]


@pytest.mark.parametrize("variant", ["utf8", "deep"])
async def test_the_harsh_garbage_is_sent_where_it_is_asked_for(ex: Exchange, variant: str) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("garbage", variant=variant)
        async with asyncio.timeout(5):
            while b"sequence_num" in (got := bytes(await ws.recv(decode=False))):  # type: ignore[arg-type]
                continue
        with pytest.raises((UnicodeDecodeError, RecursionError)):
            json.loads(got.decode())


@pytest.mark.parametrize("variant", sorted(WRONG))
async def test_prices_of_wrong_types(ex: Exchange, variant: str) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("wrong_types", variant=variant, count=1)
        frames = await frames_until(ws, lambda got: WRONG[variant] in [each["price"] for each in tickers(got)])
        assert WRONG[variant] in [each["price"] for each in tickers(frames)]


async def test_wrong_types_take_turns_and_can_be_meant_for_one_product(ex: Exchange) -> None:
    async with subscribed(ex, PERP, OTHER) as ws:
        await ex.fault("wrong_types", product_id=PERP, count=3)
        told = tickers(await frames_until(ws, lambda got: [each["price"] for each in tickers(got)].count("NaN") == 1))
        wrong = [each for each in told if each["price"] in (None, "", "NaN")]
        assert [each["price"] for each in wrong] == [None, "", "NaN"]
        assert {each["product_id"] for each in wrong} == {PERP}


async def test_unknown_channels_and_keys_are_well_formed(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("unknown_channel")
        await ex.fault("unknown_keys")
        frames = await frames_until(ws, lambda got: any("mark_price" in each for each in tickers(got)))
        assert of("futures_balance_summary", frames)[0]["events"][0]["tickers"] == {"price": None}
        assert numbers(frames) == list(range(frames[0]["sequence_num"], frames[0]["sequence_num"] + len(frames)))


async def test_an_error_frame_leaves_the_connection_open(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("error_frame", message="go away")
        frames = await frames_until(ws, lambda got: any(each.get("type") == "error" for each in got))
        assert frames[-1] == {"type": "error", "message": "go away"}
        await frames_until(ws, has("ticker"))


async def test_heartbeats_stop_while_prices_flow(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("heartbeats_stop")
        await silence_of(ws, "heartbeats", 1.3)
        await ex.fault("heartbeats_stop", on=False)
        await frames_until(ws, has("heartbeats"))


async def test_prices_stop_while_heartbeats_flow_snapshots_included(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("ticker_stop", product_id=PERP)
        await send(ws, "subscribe", "ticker", PERP, OTHER)
        frames = await frames_until(ws, lambda got: has("heartbeats", 2)(got) and has("subscriptions")(got))
        after = frames[frames.index(of("subscriptions", frames)[0]) :]
        assert {each["product_id"] for each in tickers(after)} == {OTHER}
        await ex.fault("ticker_stop", on=False)
        await frames_until(ws, lambda got: any(each["product_id"] == PERP for each in tickers(got)))


async def test_stale_stamps_are_early_by_what_was_asked(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        fresh = (await frames_until(ws, has("ticker")))[-1]["timestamp"]
        await ex.fault("stale_timestamps", seconds=86_400)
        frames = await frames_until(ws, lambda got: any(each["timestamp"][:10] < fresh[:10] for each in got))
        assert frames[-1]["channel"] == "ticker"


async def test_a_spike_moves_one_price_and_not_the_book(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        before = Decimal(tickers(await frames_until(ws, has("ticker")))[-1]["price"])
        await ex.fault("price_spike", percent=150)
        told = tickers(
            await frames_until(
                ws, lambda got: Decimal(tickers(got)[-1]["price"]) > before * 2 if tickers(got) else False
            )
        )
        told += tickers(await frames_until(ws, has("ticker", 5)))
        spikes = [each for each in told if Decimal(each["price"]) > before * Decimal("1.4")]
        assert len(spikes) == 1
        assert Decimal(spikes[0]["best_bid"]) < before * Decimal("1.1")


async def test_a_crossed_book_has_its_bid_above_its_ask(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("crossed_book", product_id=PERP)
        await frames_until(
            ws, lambda got: any(Decimal(each["best_bid"]) > Decimal(each["best_ask"]) for each in tickers(got))
        )


async def test_a_big_frame_is_as_big_as_was_asked(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("big_frame", bytes=300_000)
        frames = await frames_until(ws, has("status"))
        assert len(frames[-1]["events"][0]["padding"]) == 300_000


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
