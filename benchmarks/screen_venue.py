"""A venue for measuring the console: REST is the embedded exchange, the ticker is sent at a rate of our choosing."""

import asyncio
import json
import sys
import urllib.request
from asyncio.subprocess import PIPE, Process
from collections import deque
from contextlib import suppress
from random import Random
from time import monotonic, time
from types import TracebackType
from typing import Final, Self

import msgspec
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from core.simulator.wire import stamp

SYMBOLS: Final = ("BTC", "ETH", "SOL")
_STEPS: Final = {"BTC": 0.1, "ETH": 0.01, "SOL": 0.01}
_SINGLY: Final = 10_000
"""Up to this rate every price is a write of its own."""
_BURST: Final = 200
_UNSENT: Final = 2**18
_KEPT: Final = 60
"""Prices of a symbol that are remembered with the moment they were sent; none comes twice among them."""


class Quote:
    """The price of one symbol, walking by a few increments; every price is another one than those before it."""

    def __init__(self, symbol: str, price: float, seed: int) -> None:
        self.symbol = symbol
        self.sent: dict[str, float] = {}
        """When each of the latest prices was sent, monotonic seconds, by its text on the screen."""
        self._step = _STEPS[symbol]
        self._places = 1 if symbol == "BTC" else 2
        self._home = self._at = round(price / self._step)
        self._random = Random(seed)
        self._order: deque[str] = deque()
        self._shown = ""

    def next(self) -> str:
        """A new price as the venue writes it."""
        drift = 1 if self._random.random() < 0.5 + (self._home - self._at) / 200 else -1
        at = self._at + drift * self._random.randint(1, 10)
        while (shown := f"{at * self._step:,.{self._places}f}") in self.sent:
            at += drift
        self._at = at
        self.sent[shown] = 0.0
        self._order.append(shown)
        if len(self._order) > _KEPT:
            self.sent.pop(self._order.popleft())
        return shown.replace(",", "")

    def stands(self, shown: str) -> None:
        """This price is on the glass already: it is no arrival."""
        self._shown = shown

    def reached(self, shown: str, at: float, arrivals: list[float], waits: list[float]) -> None:
        """A price stands on the glass since `at`: its age, and how long each price it replaces had to wait."""
        sent = self.sent.get(shown)
        if shown == self._shown or sent is None:
            return
        arrivals.append(at - sent)
        order = list(self._order)
        first = order.index(self._shown) + 1 if self._shown in self.sent else len(order) - 1
        waits.extend(at - self.sent[each] for each in order[first : order.index(shown) + 1])
        self._shown = shown

    @property
    def newest(self) -> str:
        """The last price, as the screen shows it."""
        return self._order[-1] if self._order else ""

    def spread(self) -> tuple[str, str]:
        """Bid and ask around the last price."""
        return tuple(f"{(self._at + side) * self._step:.{self._places}f}" for side in (-1, 1))  # type: ignore[return-value]


class Venue:
    """Both sides, while its context is open. `rate` is in changed prices a second over all symbols.

    At 0 the market is quiet: heartbeats and unchanged prices once a second. (Silence would be a fault, and shown.)
    """

    def __init__(self) -> None:
        self.rest = self.ws = ""
        self.rate = 0.0
        self.sent = 0
        self.quotes: dict[str, Quote] = {}
        self._last: dict[str, dict[str, str]] = {}
        self._clients: dict[ServerConnection, int] = {}
        self._server: Server | None = None
        self._exchange: Process | None = None
        self._offset = 0.0
        self._sender: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._exchange = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "atlas_tui", "exchange", "--seed", "7", "--start", stamp(time()), stdout=PIPE
        )
        assert self._exchange.stdout is not None
        self.rest = json.loads(await self._exchange.stdout.readline())["rest"]
        for seed, symbol in enumerate(SYMBOLS):
            self.quotes[symbol] = Quote(symbol, await asyncio.to_thread(_last_price, self.rest, symbol), seed)
        self._server = await serve(self._converse, "127.0.0.1", 0, compression=None)
        port = next(iter(self._server.sockets)).getsockname()[1]
        self.ws = f"ws://127.0.0.1:{port}"
        self._sender = asyncio.create_task(self._send())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._sender is not None:
            self._sender.cancel()
        if self._server is not None:
            self._server.close()
        if self._exchange is not None:
            with suppress(ProcessLookupError):
                self._exchange.terminate()
            await self._exchange.wait()

    async def tick(self, symbol: str) -> None:
        """Send one new price of the symbol to everybody."""
        quote = self.quotes[symbol]
        price = quote.next()
        body = self._last[symbol] = _body(symbol, price, *quote.spread())
        quote.sent[quote.newest] = monotonic()
        await self._tell("ticker", {"type": "update", "tickers": [body]})

    async def hit(self, symbol: str, price: str) -> float:
        """Send one price of our choosing; when, monotonic seconds. The walk goes on from where it was."""
        body = self._last[symbol] | {"price": price}
        sent_s = monotonic()
        await self._tell("ticker", {"type": "update", "tickers": [body]})
        return sent_s

    async def _send(self) -> None:
        """Messages at the rate, symbol after symbol; a heartbeat a second."""
        due = beat = monotonic()
        number = 0
        while True:
            now = monotonic()
            if now >= beat:
                beat = now + 1.0
                await self._tell("heartbeats", {"heartbeat_counter": str(number)})
                await self._repeat()
            if self.rate <= 0:
                due = now
            if self.rate > _SINGLY and due <= now:
                count = min(_BURST, int((now - due) * self.rate) + 1)
                due = max(due + count / self.rate, now - 0.1)
                self._burst(count)
            while 0 < self.rate <= _SINGLY and due <= now:
                due = max(due + 1 / self.rate, now - 0.1)
                number += 1
                self.sent += 1
                await self.tick(SYMBOLS[number % len(SYMBOLS)])
            wait = min(beat, due if self.rate > 0 else beat) - monotonic()
            await asyncio.sleep(min(0.01, max(0.0002, wait)))

    def _burst(self, count: int) -> None:
        """So many new prices in one write; none where what was written before has not left yet."""
        for connection, number in tuple(self._clients.items()):
            if connection.transport.get_write_buffer_size() > _UNSENT:
                continue
            at, sent_s, written = stamp(time()), monotonic(), bytearray()
            for following in range(number, number + count):
                symbol = SYMBOLS[following % len(SYMBOLS)]
                quote = self.quotes[symbol]
                body = self._last[symbol] | {"price": quote.next()}
                self._last[symbol], quote.sent[quote.newest] = body, sent_s
                event = {"type": "update", "tickers": [body]}
                written += Frame(Opcode.TEXT, _frame("ticker", following, event, at)).serialize(mask=False)
            connection.transport.write(bytes(written))
            self._clients[connection] = number + count
            self.sent += count

    async def _repeat(self) -> None:
        """A quiet market: the last prices once more, when nothing else is sent."""
        for body in self._last.values() if self.rate <= 0 else ():
            await self._tell("ticker", {"type": "update", "tickers": [body]})

    async def _tell(self, channel: str, event: object) -> None:
        for connection, number in tuple(self._clients.items()):
            self._clients[connection] = number + 1
            with suppress(ConnectionClosed):
                await connection.send(_frame(channel, number, event, stamp(time())).decode())

    async def _converse(self, connection: ServerConnection) -> None:
        self._clients[connection] = 0
        try:
            async for raw in connection:
                asked = json.loads(raw)
                if asked["channel"] == "ticker":
                    await self._tell("subscriptions", {"subscriptions": {"ticker": asked["product_ids"]}})
                    for symbol in SYMBOLS:
                        await self.tick(symbol)
        except ConnectionClosed:
            pass
        finally:
            self._clients.pop(connection, None)


def _last_price(rest: str, symbol: str) -> float:
    address = f"{rest}/api/v3/brokerage/market/products/{symbol}-PERP-INTX"
    with urllib.request.urlopen(address, timeout=30) as answer:
        return float(json.load(answer)["price"])


def _frame(channel: str, number: int, event: object, at: str) -> bytes:
    return msgspec.json.encode({"channel": channel, "timestamp": at, "sequence_num": number, "events": [event]})


def _body(symbol: str, price: str, bid: str, ask: str) -> dict[str, str]:
    near = float(price)
    return {
        "type": "ticker", "product_id": f"{symbol}-PERP-INTX", "price": price, "volume_24_h": "2401.16054813",
        "low_24_h": f"{near * 0.98:.2f}", "high_24_h": f"{near * 1.01:.2f}", "low_52_w": f"{near * 0.7:.2f}",
        "high_52_w": f"{near * 1.4:.2f}", "price_percent_chg_24_h": "0.5467", "best_bid": bid, "best_ask": ask,
        "best_bid_quantity": "0.51206", "best_ask_quantity": "1.20004",
    }  # fmt: skip
