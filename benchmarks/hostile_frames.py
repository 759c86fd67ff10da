"""Hostile frames and forced ends of the connection, one by one, into the real feed over a real socket."""

import asyncio
import json
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from random import Random
from typing import Any, Final

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from core.adapters.coinbase_feed import MAX_SIZE, CoinbaseFeed
from core.adapters.reconnect import Backoff
from core.adapters.system_clock import SystemClock
from core.simulator.message_faults import WRONG
from core.simulator.plug import reset
from core.simulator.socket_faults import GARBAGE, RawText
from tests.adapters.frames import Heard, ack, heartbeat, ticker
from tests.adapters.socket_venue import SocketVenue, hear_subscriptions, socket_venue, until

PRODUCT: Final = "BTC-USD"
FAIR: Final = Decimal("67223.5")
NEAR: Final = Decimal("0.031")
"""The spike rule lets a price through that is no further off."""
MUTATIONS: Final = 430
PUTS: Final = (b"\x00", b"\xff", b'"', b"{", b"[", b"\\u", b"9", b"-", b"e", b"null", b"\x1b[2J", b",", b"\xe2\x80\xae")
Act = Callable[[ServerConnection], Awaitable[None]]


class AtOnce(Backoff):
    """Reconnects without waiting: what is measured is whether, not when."""

    def wait_s(self, real_s: float) -> float:
        """A moment."""
        return 0.005


def hostile_frames(seed: int = 7) -> list[str | bytes]:
    """Garbage, odd values in every field, and real frames with bytes cut, doubled, replaced or put in."""
    return [*GARBAGE.values(), *odd_values(), *mutations(Random(seed))]


def odd_values() -> Iterator[str]:
    """A ticker with one field, at any depth, holding something odd, or missing."""
    odd: tuple[Any, ...] = (*WRONG.values(), "Infinity", 10**400, "1e400", True, [], {"a": {}}, "\x1b[2J", -1)
    for depth in range(3):
        for name in sorted(_nodes(_real())[depth]):
            for value in odd[:6] if depth == 2 and name not in ("price", "product_id", "best_bid") else odd:
                frame = _real()
                _nodes(frame)[depth][name] = value
                yield json.dumps(frame)


def _real() -> dict[str, Any]:
    """Without a number, or it would be passed over as a late one."""
    frame: dict[str, Any] = json.loads(ticker(PRODUCT, str(FAIR), None, best_bid="67223.4", best_ask="67223.6"))
    return frame


def _nodes(frame: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    return frame, frame["events"][0], frame["events"][0]["tickers"][0]


def mutations(random: Random) -> Iterator[bytes]:
    """Real frames, spoilt in one to four places; as binary and as text frames."""
    real = [json.dumps(_real()).encode()] * 3 + [ack(PRODUCT, sequence=6), heartbeat(7)]
    for _ in range(MUTATIONS):
        frame = bytearray(random.choice(real))
        for _ in range(random.randint(1, 4)):
            at = random.randrange(len(frame) or 1)
            to = min(len(frame), at + random.randrange(30))
            kept = random.choice([b"", bytes(frame[at:to]) * 2, random.choice(PUTS)])
            frame[at:to] = kept
        yield bytes(frame) if random.random() < 0.3 else RawText(frame)


def forced_ends() -> dict[str, Act]:
    """Everything that ends a connection, by name."""

    def closing(code: int) -> Act:
        return lambda socket: socket.close(code, "\x1b[2Jbye")

    async def resets(socket: ServerConnection) -> None:
        reset(socket.transport)

    async def too_big(socket: ServerConnection) -> None:
        await socket.send("0" * (MAX_SIZE + 1))

    def raw(data: bytes) -> Act:
        async def write(socket: ServerConnection) -> None:
            socket.transport.write(data)

        return write

    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    squeezed = bomb.compress(b"0" * 64 * 2**20) + bomb.flush(zlib.Z_SYNC_FLUSH)[:-4]
    codes = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999)
    return {
        **{f"close {code}": closing(code) for code in codes},
        "reset": resets,
        "end of stream": lambda socket: _shut(socket),
        "too big": too_big,
        "bomb of 64 MiB": raw(b"\xc1\x7f" + len(squeezed).to_bytes(8, "big") + squeezed),
        "reserved opcode": raw(b"\x83\x00"),
        "reserved bits": raw(b"\xb1\x01x"),
        "masked": raw(b"\x81\x81\x00\x00\x00\x00x"),
        "long ping": raw(b"\x89\x7e\x00\xff" + b"x" * 255),
        "cut ping": raw(b"\x09\x01x"),
        "close of one byte": raw(b"\x88\x01x"),
        "close with a bad code": raw(b"\x88\x02\x00\x01"),
        "close with bad text": raw(b"\x88\x04\x03\xe8\xff\xfe"),
        "stray continuation": raw(b"\x80\x01x"),
        "HTTP in the middle": raw(b"HTTP/1.1 502 Bad Gateway\r\n\r\n"),
        "a length of 2^63": raw(b"\x81\x7f" + b"\xff" * 8),
    }


async def _shut(socket: ServerConnection) -> None:
    socket.transport.write_eof()


class Trial:
    """The server's side of one run: a hostile act, then a good price until it is taken, over and over."""

    def __init__(self, acts: list[Act], heard: Heard) -> None:
        self.acts, self.heard = acts, heard
        self.done = 0
        self.lost = Counter[str]()

    async def conduct(self, venue: SocketVenue, socket: ServerConnection, number: int) -> None:
        """Serve one connection; the next one goes on where this one ended."""
        await hear_subscriptions(venue, socket)
        await socket.send(ack(PRODUCT, sequence=0).decode())
        sequence = await self._good(socket, 1)
        while self.done < len(self.acts):
            act = self.acts[self.done]
            self.done += 1
            with suppress(ConnectionClosed):
                await act(socket)
            sequence = await self._good(socket, sequence)
        await socket.wait_closed()

    async def _good(self, socket: ServerConnection, sequence: int) -> int:
        """Send a price that has not been sent before until it is taken; the next number."""
        price = FAIR + Decimal(self.done) / 100
        while not self.heard.ticks or self.heard.ticks[-1].price != price:
            await socket.send(ticker(PRODUCT, str(price), sequence).decode())
            sequence += 1
            await asyncio.sleep(0.001)
        return sequence


def sending(frame: str | bytes) -> Act:
    """Send a frame as it is, in a text frame where it is text."""

    async def act(socket: ServerConnection) -> None:
        if isinstance(frame, RawText):
            async with socket.send_context():
                socket.protocol.send_text(frame)
        else:
            await socket.send(frame)

    return act


async def run_acts(acts: list[Act]) -> dict[str, int]:
    """Counts of one run: acts done, crashes, absurd prices, forced ends and how many of them were recovered from."""
    heard = Heard()
    trial = Trial(acts, heard)
    crashes: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: crashes.append(str(what.get("exception"))))
    async with socket_venue(trial.conduct) as venue:
        feed = CoinbaseFeed(venue.url, SystemClock(), silent_s=5.0, backoff=AtOnce())
        task = asyncio.create_task(feed.run((PRODUCT,), heard))
        last = FAIR + Decimal(len(acts)) / 100
        with suppress(TimeoutError):
            await until(lambda: task.done() or (heard.ticks and heard.ticks[-1].price == last), 300)
        recovered = heard.ticks[-1].price == last if heard.ticks else False
        crashes += [str(task.exception())] if task.done() and not task.cancelled() else []
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    counters = feed.health().counters
    return {
        "hostile": trial.done,
        "crashes": len(crashes) + counters["listener failures"],
        "absurd prices": sum(abs(tick.price / FAIR - 1) > NEAR for tick in heard.ticks),
        "disconnects": len(heard.lost),
        "recovered": len(heard.lost) - (not recovered),
        **{name: count for name, count in counters.items() if count and name not in ("messages", "ticks")},
    }
