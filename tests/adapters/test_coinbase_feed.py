import asyncio
import socket as sockets
from contextlib import suppress
from time import perf_counter

import pytest
from websockets.asyncio.server import ServerConnection

from core.adapters.coinbase_feed import MAX_SIZE, CoinbaseFeed
from core.adapters.system_clock import SystemClock
from core.domain.errors import ConfigError
from tests.adapters.frames import Heard, heartbeat, ticker
from tests.adapters.socket_venue import (
    PRODUCTS,
    SocketVenue,
    hear_subscriptions,
    listening,
    send_prices,
    socket_venue,
    until,
)


async def _steady(venue: SocketVenue, socket: ServerConnection, number: int) -> None:
    await hear_subscriptions(venue, socket)
    await send_prices(socket)


async def test_it_subscribes_one_channel_a_message_and_prices_flow() -> None:
    heard = Heard()
    async with socket_venue(_steady) as venue, listening(venue.url, heard) as feed:
        await until(lambda: len(heard.ticks) > 5)
        health = feed.health()
    assert venue.asked == [
        {"type": "subscribe", "channel": "ticker", "product_ids": sorted(PRODUCTS)},
        {"type": "subscribe", "channel": "heartbeats"},
    ]
    assert heard.sets == [set(PRODUCTS)]
    assert health.connected
    assert health.attempt == 0
    assert health.counters["ticks"] >= 5
    assert heard.lost == []


@pytest.mark.parametrize("code", [1000, 1001, 1008, 1011, 4000])
async def test_any_close_code_means_reconnect_with_a_full_resubscribe(code: int) -> None:
    async def closes_first(venue: SocketVenue, socket: ServerConnection, number: int) -> None:
        await hear_subscriptions(venue, socket)
        await send_prices(socket, count=3 if number == 1 else 10_000)
        await socket.close(code, "go\x1b[2J")

    heard = Heard()
    async with socket_venue(closes_first) as venue, listening(venue.url, heard) as feed:
        await until(lambda: venue.connections == 2 and feed.health().connected)
        await until(lambda: len(heard.ticks) > 6)
    assert len(venue.asked) == 4
    assert venue.asked[:2] == venue.asked[2:]
    assert heard.lost == [f"the venue closed the connection ({code} go[2J)"]
    assert feed.health().counters["reconnects"] == 1


async def test_a_reset_connection_is_replaced() -> None:
    async def resets(venue: SocketVenue, socket: ServerConnection, number: int) -> None:
        await hear_subscriptions(venue, socket)
        await send_prices(socket, count=3 if number == 1 else 10_000)
        socket.transport.abort()

    heard = Heard()
    async with socket_venue(resets) as venue, listening(venue.url, heard):
        await until(lambda: venue.connections == 2 and len(heard.ticks) > 6)
    assert len(heard.lost) == 1


async def test_a_link_that_falls_silent_is_given_up_and_replaced() -> None:
    async def stalls(venue: SocketVenue, socket: ServerConnection, number: int) -> None:
        await hear_subscriptions(venue, socket)
        await send_prices(socket, count=3 if number == 1 else 10_000)
        await socket.wait_closed()

    heard = Heard()
    async with socket_venue(stalls) as venue, listening(venue.url, heard, silent_s=0.4):
        await until(lambda: venue.connections == 2 and len(heard.ticks) > 6)
    assert heard.lost == ["no message for 0 s"]


async def test_accepted_and_then_mute_is_given_up_too() -> None:
    async def mute(venue: SocketVenue, socket: ServerConnection, number: int) -> None:
        if number < 3:
            await socket.wait_closed()
        await _steady(venue, socket, number)

    heard = Heard()
    async with socket_venue(mute) as venue, listening(venue.url, heard, silent_s=0.3) as feed:
        await until(lambda: len(heard.ticks) > 3)
        assert feed.health().attempt == 0
    assert heard.lost == []
    assert [text for _, text in heard.notes] == ["no connection to the venue yet: no message for 0 s"]


async def test_prices_that_freeze_while_heartbeats_flow_are_asked_for_again_and_then_the_link_is_replaced() -> None:
    async def freezes(venue: SocketVenue, socket: ServerConnection, number: int) -> None:
        await hear_subscriptions(venue, socket)
        await send_prices(socket, count=4 if number == 1 else 10_000)
        for beat in range(10, 10_000):
            await socket.send(heartbeat(beat).decode())
            with suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await hear_subscriptions(venue, socket, 1)

    heard = Heard()
    async with socket_venue(freezes) as venue, listening(venue.url, heard, silent_s=0.5):
        await until(lambda: venue.connections == 2)
    assert venue.asked[2] == venue.asked[0]
    assert heard.lost == ["heartbeats but no prices, even after a second subscribe"]


async def test_one_silent_product_is_asked_for_again_without_losing_the_others() -> None:
    async def forgets(venue: SocketVenue, socket: ServerConnection, number: int) -> None:
        await hear_subscriptions(venue, socket)
        for beat in range(10_000):
            await socket.send(ticker("BTC-USD", "100", beat).decode())
            with suppress(TimeoutError):
                async with asyncio.timeout(0.02):
                    await hear_subscriptions(venue, socket, 1)

    heard = Heard()
    async with socket_venue(forgets) as venue, listening(venue.url, heard, silent_s=0.4):
        await until(lambda: len(venue.asked) > 3)
    assert venue.asked[2] == {"type": "subscribe", "channel": "ticker", "product_ids": ["ETH-USD"]}
    assert venue.connections == 1
    assert heard.lost == []


async def test_garbage_of_every_kind_leaves_the_link_and_the_prices_alone() -> None:
    async def babbles(venue: SocketVenue, socket: ServerConnection, number: int) -> None:
        await hear_subscriptions(venue, socket)
        garbage: list[str | bytes] = [
            "",
            "{",
            "[]",
            "42",
            b"\x00\xff",
            '{"channel":"\\ud800"}',
            "[" * 90_000,
            "x" * 1_000_000,
        ]
        for frame in garbage:
            await socket.send(frame)
        async with socket.send_context():
            socket.protocol.send_text(b'{"channel":"\xff"}')
        await send_prices(socket)

    heard = Heard()
    async with socket_venue(babbles) as venue, listening(venue.url, heard) as feed:
        await until(lambda: len(heard.ticks) > 3)
        health = feed.health()
    assert health.counters["bad frames"] >= 8
    assert len(health.bad_frames) == 5
    assert venue.connections == 1


async def test_a_frame_beyond_all_bounds_costs_the_link_but_not_the_feed() -> None:
    async def floods(venue: SocketVenue, socket: ServerConnection, number: int) -> None:
        await hear_subscriptions(venue, socket)
        if number == 1:
            await socket.send("0" * (MAX_SIZE + 1))
        await send_prices(socket)

    heard = Heard()
    async with socket_venue(floods) as venue, listening(venue.url, heard):
        await until(lambda: len(heard.ticks) > 3)
    assert venue.connections == 2


async def test_a_venue_that_is_down_is_tried_until_it_is_there() -> None:
    with sockets.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        port = plug.getsockname()[1]
    heard = Heard()
    async with listening(f"ws://127.0.0.1:{port}", heard) as feed:
        await until(lambda: feed.health().attempt >= 3)
        health = feed.health()
    assert not health.connected
    assert len(heard.notes) == 1
    assert heard.notes[0][1].startswith("no connection to the venue yet: ")


async def test_a_venue_that_is_no_websocket_is_tried_again() -> None:
    talking: set[asyncio.StreamWriter] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talking.add(writer)
        with suppress(OSError, EOFError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy")
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        talking.remove(writer)

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    heard = Heard()
    async with server:
        async with listening(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}", heard) as feed:
            await until(lambda: feed.health().attempt >= 2)
        await asyncio.sleep(0.05)
        await until(lambda: not talking)
    assert "503" in heard.notes[0][1]


async def test_cancelling_closes_the_socket_well_within_two_seconds_even_when_the_venue_is_dead() -> None:
    released = asyncio.Event()

    async def dead(venue: SocketVenue, socket: ServerConnection, number: int) -> None:
        await hear_subscriptions(venue, socket)
        await send_prices(socket, count=3)
        socket.transport.pause_reading()
        await released.wait()
        socket.transport.resume_reading()

    heard = Heard()
    async with socket_venue(dead) as venue:
        feed = CoinbaseFeed(venue.url, SystemClock())
        task = asyncio.create_task(feed.run(PRODUCTS, heard))
        await until(lambda: len(heard.ticks) >= 1)
        began = perf_counter()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        took = perf_counter() - began
        released.set()
    assert took < 1.8
    assert not feed.health().connected


async def test_cancelling_while_the_handshake_hangs_is_quick() -> None:
    gone = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        gone.set()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    async with server:
        feed = CoinbaseFeed(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}", SystemClock())
        task = asyncio.create_task(feed.run(PRODUCTS, Heard()))
        await asyncio.sleep(0.2)
        began = perf_counter()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert perf_counter() - began < 1.8
        await until(gone.is_set)


@pytest.mark.parametrize(
    "url",
    [
        "ws://advanced-trade-ws.coinbase.com",
        "ws://192.168.1.5:80",
        "http://127.0.0.1",
        "wss://",
        "nonsense",
        "ws://127.0.0.1:99999",
        "ws://127.0.0.1.evil.example",
        "wss://user:secret@host",
        "ws://127.0.0.1\n.evil",
    ],
)
def test_an_address_that_is_unsafe_or_no_websocket_is_refused(url: str) -> None:
    with pytest.raises(ConfigError) as refused:
        CoinbaseFeed(url, SystemClock())
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["wss://advanced-trade-ws.coinbase.com", "ws://127.0.0.1:1", "ws://localhost:80", "ws://[::1]:9"]
)
def test_tls_anywhere_and_plain_sockets_of_this_machine_are_fine(url: str) -> None:
    assert not CoinbaseFeed(url, SystemClock()).health().connected
