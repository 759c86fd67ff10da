import asyncio
import weakref
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from core.adapters.listening import connected
from tests.adapters.frames import Heard, ack, ticker
from tests.adapters.socket_venue import PRODUCTS, SocketVenue, hear_subscriptions, listening, socket_venue, until

PIECED = [
    pytest.param([b"a", b"b", b"c"], b"abc", id="three pieces"),
    pytest.param([b"", b"ab"], b"ab", id="nothing first"),
    pytest.param([b"ab", b""], b"ab", id="nothing last"),
    pytest.param([b"a", b"", b"", b"b"], b"ab", id="nothing between"),
    pytest.param([b"", b""], b"", id="nothing at all"),
]


async def _in_pieces(pieces: list[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


@pytest.mark.parametrize(("pieces", "message"), PIECED)
async def test_a_message_in_pieces_is_heard_once_and_in_its_place(pieces: list[bytes], message: bytes) -> None:
    async def conduct(venue: SocketVenue, socket: ServerConnection, number: int) -> None:
        await socket.send("before")
        await socket.send(_in_pieces(pieces))
        await socket.send(b"after")

    heard: list[bytes] = []
    async with socket_venue(conduct) as venue:
        socket = await connected(venue.url, heard.append)
        with suppress(ConnectionClosed):
            await socket.recv()
    assert heard == [b"before", message, b"after"]


async def test_a_ping_between_two_pieces_is_answered_and_no_part_of_the_message() -> None:
    async def conduct(venue: SocketVenue, socket: ServerConnection, number: int) -> None:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"a"
            await (await socket.ping())
            yield b"b"

        await socket.send(pieces())

    heard: list[bytes] = []
    async with socket_venue(conduct) as venue:
        socket = await connected(venue.url, heard.append)
        with suppress(ConnectionClosed):
            await socket.recv()
    assert heard == [b"ab"]


async def test_a_connection_that_nobody_listens_to_any_more_hands_nothing_on() -> None:
    sent = asyncio.Event()

    async def conduct(venue: SocketVenue, socket: ServerConnection, number: int) -> None:
        await socket.recv()
        await socket.send("too late")
        sent.set()

    heard: list[bytes] = []
    async with socket_venue(conduct) as venue:
        socket = await connected(venue.url, heard.append)
        socket.hear = None
        await socket.send("go")
        await sent.wait()
        with suppress(ConnectionClosed):
            await socket.recv()
    assert heard == []


async def test_a_price_that_comes_in_pieces_reaches_the_feed_in_order() -> None:
    async def conduct(venue: SocketVenue, socket: ServerConnection, number: int) -> None:
        await hear_subscriptions(venue, socket)
        await socket.send(ack(*PRODUCTS, sequence=0).decode())
        whole = ticker(PRODUCTS[0], "101", 1)
        await socket.send(_in_pieces([whole[:20], whole[20:]]))
        await socket.send(ticker(PRODUCTS[0], "102", 2).decode())
        await socket.wait_closed()

    heard = Heard()
    async with socket_venue(conduct) as venue, listening(venue.url, heard) as feed:
        await until(lambda: len(heard.ticks) == 2)
        counters = feed.health().counters
    assert [str(tick.price) for tick in heard.ticks] == ["101", "102"]
    assert (counters["sequence gaps"], counters["late or doubled messages"], counters["bad frames"]) == (0, 0, 0)


@pytest.mark.usefixtures("no_collector")
async def test_an_ended_connection_lets_go_of_its_compressors_without_the_collector() -> None:
    async def conduct(venue: SocketVenue, socket: ServerConnection, number: int) -> None:
        await socket.send("before")

    async with socket_venue(conduct) as venue:
        socket = await connected(venue.url, lambda frame: None)
        compressors = [weakref.ref(each) for each in socket.protocol.extensions]
        with suppress(ConnectionClosed):
            await socket.recv()
        await socket.wait_closed()
    assert [each() for each in compressors] == [None]
