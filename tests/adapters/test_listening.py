import asyncio
import weakref
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.server import ServerConnection
from websockets.client import ClientProtocol
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import Protocol, State
from websockets.uri import parse_uri

from core.adapters.listening import ListeningSocket, connected
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


def _frame(opcode: Opcode, data: bytes = b"", fin: bool = True) -> bytes:
    return Frame(opcode, data, fin).serialize(mask=False)


FRAMES = st.one_of(
    st.sampled_from([1, 125, 126, 150, 151]).map(lambda length: _frame(Opcode.TEXT, (b"\x81\x01t" * 60)[:length])),
    st.sampled_from([_frame(Opcode.TEXT, b"a", False), _frame(Opcode.CONT, b"b", False), _frame(Opcode.CONT, b"c")]),
    st.sampled_from([_frame(Opcode.BINARY, b"d"), _frame(Opcode.PING, b"e"), _frame(Opcode.CLOSE, b"\x03\xe8")]),
    st.sampled_from(
        [b"\xc1\x01a", b"\x81\x81\0\0\0\0a", b"\x81\x7f" + (5).to_bytes(8, "big") + b"abcde", b"\x81\x7e\0\1a"]
    ),
)
"""The texts hold what looks like frames. The last ones: of an extension nobody agreed on, masked, lengths too long."""
CUT = st.sampled_from([None, 0, 0, 1, 2, 3, 4, 5])
"""So many bytes into a frame a reading ends; None ends none."""


class _Way(asyncio.Transport):
    """The way to a venue that takes everything, and keeps what it was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent += bytes(data)

    def write_eof(self) -> None:
        self.sent += b"<end>"

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def is_closing(self) -> bool:
        return False


async def _heard(reads: Iterable[bytes], read: Callable[[ListeningSocket, bytes], None]) -> tuple[object, ...]:
    """What a connection makes of these readings: messages, answers, and how it stands then."""
    protocol = ClientProtocol(parse_uri("ws://127.0.0.1/"), max_size=150)
    protocol.state = State.OPEN
    protocol.parser = Protocol.parse(protocol)
    next(protocol.parser)
    socket, heard, way = ListeningSocket(protocol), list[bytes](), _Way()
    socket.hear, socket.response = heard.append, Response(101, "", Headers())
    socket.connection_made(way)
    for data in reads:
        read(socket, data)
    close = protocol.close_rcvd, protocol.close_sent, str(protocol.parser_exc)
    return heard, len(way.sent), protocol.state, protocol.cur_size, close  # what is sent has a random mask


@given(st.lists(st.tuples(FRAMES, CUT), max_size=8))
@example([(_frame(Opcode.TEXT, b"a", False), None), (_frame(Opcode.TEXT, b"t"), 0)])
@example([(_frame(Opcode.TEXT, b"\x81\x01t" * 30), 2)])
@example([(b"\x81\x81\0\0\0\0a", None), (_frame(Opcode.TEXT, b"t" * 150), None)])
async def test_however_bytes_are_read_the_messages_are_those_that_the_protocol_alone_would_give(
    frames: list[tuple[bytes, int | None]],
) -> None:
    reads = [b""]
    for frame, cut in frames:
        ended = cut or 0
        reads[-1] += frame[:ended]
        if cut is not None and reads[-1]:
            reads.append(b"")
        reads[-1] += frame[ended:]
    reads = [read for read in reads if read]
    whole = await _heard(reads, lambda socket, read: ClientConnection.data_received(socket, read))
    assert await _heard(reads, lambda socket, read: socket.data_received(read)) == whole


async def test_whole_text_messages_never_come_to_the_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [Frame(Opcode.TEXT, b"a" * length).serialize(mask=False) for length in (0, 1, 125, 126, 150)]
    asked: list[bytes] = []
    monkeypatch.setattr(ClientConnection, "data_received", lambda self, data: asked.append(data))
    heard, *_ = await _heard([b"".join(frames)], lambda socket, read: socket.data_received(read))
    assert (heard, asked) == ([b"a" * length for length in (0, 1, 125, 126, 150)], [])
