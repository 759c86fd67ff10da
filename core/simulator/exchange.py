"""The embedded exchange as one value: REST and websocket on loopback, started and stopped as a context."""

import asyncio
import errno
import ipaddress
import itertools
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from core.domain.errors import ConfigError
from core.simulator.clock import SimulatedClock
from core.simulator.fault import Stroke, Switch
from core.simulator.fault_schedule import TimedFault, play
from core.simulator.faults import Faults, parse_fault, tag_of
from core.simulator.feed import Feed, Limits
from core.simulator.http_server import HttpServer
from core.simulator.market import CandleSource, Market, frames_market, model_market, recorded_market
from core.simulator.records import Json, iso
from core.simulator.rest import Answering, RestSide
from core.simulator.rest_faults import Delisting
from core.simulator.rest_gate import RestGate
from core.simulator.websocket import WebsocketSide

_FASTEST: Final = 100_000.0
_NUMBERS: Final = itertools.count(1)
_MONOTONIC: Final = partial(time.clock_gettime, getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
"""Real seconds that go on while the machine sleeps, as the desk's do: it would take later prices for old ones."""


@dataclass(frozen=True, slots=True)
class ExchangeSettings:
    """How an exchange is set up.

    Attributes:
        host: a loopback address or `localhost`.
        rest_port: port of REST; 0 picks a free one.
        ws_port: port of the websocket; 0 picks a free one.
        seed: of the price model.
        speed: simulated seconds a real second, above 0, at most 100,000.
        start: where the clock starts (aware); None for the market's own default.
        candles: recorded candles to serve instead of the model.
        frames: recorded websocket frames to replay instead of the model.
        client_id: what envelopes carry as client_id; None, as the live venue, for none.
        limits: when connections are closed.
        faults: what goes wrong by itself, and when.
    """

    host: str = "127.0.0.1"
    rest_port: int = 0
    ws_port: int = 0
    seed: int = 0
    speed: float = 1.0
    start: datetime | None = None
    candles: tuple[CandleSource, ...] = ()
    frames: Path | None = None
    client_id: str | None = None
    limits: Limits = Limits()
    faults: tuple[TimedFault, ...] = ()


class Exchange:
    """An exchange that runs while its context is open.

    Entering raises ConfigError (host not loopback, port taken, a setting out of range) or CandleFileError; leaving
    closes every connection and leaves neither task nor thread behind.
    """

    def __init__(self, settings: ExchangeSettings) -> None:
        self.settings = settings
        self.faults = Faults()
        self._name = f"exchange-{next(_NUMBERS)}"
        self._stack = AsyncExitStack()
        self._market: Market | None = None
        self._clock: SimulatedClock | None = None
        self._feed: Feed | None = None
        self._websocket: WebsocketSide | None = None
        self._urls = ("", "")

    @property
    def rest_url(self) -> str:
        """Where REST is, e.g. `http://127.0.0.1:40001`."""
        return self._urls[0]

    @property
    def ws_url(self) -> str:
        """Where the websocket is, e.g. `ws://127.0.0.1:40002`."""
        return self._urls[1]

    async def __aenter__(self) -> Self:
        settings = self.settings
        check_loopback(settings.host)
        if not 0 < settings.speed <= _FASTEST:
            raise ConfigError(f"exchange speed {settings.speed:g}: must be above 0 and at most {_FASTEST:g}")
        try:
            await self._open()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def _open(self) -> None:
        settings = self.settings
        prices, questions = (self._worker(part) for part in ("feed", "rest"))
        market = await asyncio.get_running_loop().run_in_executor(questions, market_of, settings)
        plugs = [self._plug(port) for port in (settings.rest_port, settings.ws_port)]
        clock = SimulatedClock(market.start, settings.speed, _MONOTONIC, _MONOTONIC(), market.end)
        feed = Feed(market, clock, self.faults, (prices, questions), _MONOTONIC, settings.limits)
        self._market, self._clock, self._feed = market, clock, feed
        self._websocket = websocket = WebsocketSide(feed, self.faults, _MONOTONIC, settings.client_id)
        for timed in settings.faults:
            self._check(timed.fault)
        await websocket.open(plugs[1])
        self._stack.push_async_callback(websocket.close)
        given = Answering(market, clock, self.faults, questions, self.state, self._inject)
        gate = RestGate(RestSide(given).app(), self.faults)
        http = HttpServer(gate)
        await http.open(plugs[0])
        self._stack.push_async_callback(http.close)
        self._stack.callback(gate.close)
        self._stack.push_async_callback(_end, asyncio.create_task(feed.run(), name=f"{self._name}-feed"))
        played = asyncio.create_task(play(settings.faults, self._apply), name=f"{self._name}-faults")
        self._stack.push_async_callback(_end, played)
        rest, ws = (plug.getsockname()[1] for plug in plugs)
        shown = f"[{settings.host}]" if ":" in settings.host else settings.host
        self._urls = (f"http://{shown}:{rest}", f"ws://{shown}:{ws}")

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def _worker(self, part: str) -> ThreadPoolExecutor:
        name = f"{self._name}-{part}"
        worker = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._stack.push_async_callback(_retire, worker, name)
        return worker

    def _plug(self, port: int) -> socket.socket:
        plug = bound(self.settings.host, port)
        self._stack.callback(plug.close)
        return plug

    async def fault(self, kind: str, **arguments: object) -> None:
        """Make something go wrong, or switch it off again (faults.py lists the kinds).

        Raises:
            ConfigError: unknown kind or argument, a product that is not sold.
        """
        self._inject({"kind": kind, **arguments})

    def _inject(self, payload: dict[str, object]) -> None:
        fault = parse_fault(payload)
        self._check(fault)
        self._apply(fault)

    def _check(self, fault: Stroke | Switch) -> None:
        """Raises ConfigError for a product that is not sold."""
        product_id = str(getattr(fault, "product_id", ""))
        if product_id and self._market is not None and product_id not in self._market.products:
            known = ", ".join(sorted(self._market.products))
            raise ConfigError(f"fault {tag_of(fault)!r}: {product_id[:40]} is not sold here, but {known}")

    def _apply(self, fault: Stroke | Switch) -> None:
        if isinstance(fault, Delisting) and fault.on and not fault.product_id and self._market is not None:
            fault = Delisting(product_id=min(self._wanted() or self._market.products))
        self.faults.apply(fault)

    def _wanted(self) -> set[str]:
        """Products anyone is told of."""
        feed = self._feed
        every = (
            {product for each in feed.subscribers for ids in each.subscriptions.values() for product in ids}
            if feed
            else set()
        )
        return every & set(self._market.products) if self._market is not None else set()

    def state(self) -> Json:
        """What `GET /_state` answers; empty before the context is entered."""
        if self._clock is None or self._market is None or self._feed is None:
            return {}
        return {
            "start": iso(self._clock.start),
            "now": iso(self._clock.now()),
            "end": None if self._clock.end is None else iso(self._clock.end),
            "speed": self._clock.speed,
            "seed": self.settings.seed,
            "products": sorted(self._market.products),
            "faults": self.faults.active(),
            "handshakes": self._websocket.handshakes if self._websocket is not None else 0,
            "connections": [each.state() for each in sorted(self._feed.subscribers, key=lambda each: each.number)],
        }


def market_of(settings: ExchangeSettings) -> Market:
    """What the settings ask to be sold.

    Raises:
        ConfigError: both recordings asked for, or a start that does not suit.
        CandleFileError: a recording cannot be used.
    """
    if settings.candles and settings.frames:
        raise ConfigError("exchange: give either candles or frames, not both")
    if settings.candles:
        return recorded_market(settings.candles, settings.seed, settings.start)
    if settings.frames is not None:
        return frames_market(settings.frames, settings.seed, settings.start)
    return model_market(settings.seed, settings.start)


def check_loopback(host: str) -> None:
    """Refuse any address another machine could reach.

    Raises:
        ConfigError: not a loopback address.
    """
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ConfigError(f"exchange host {host[:60]!r}: only a loopback address such as 127.0.0.1 is allowed")


def bound(host: str, port: int) -> socket.socket:
    """A listening place on the host.

    Raises:
        ConfigError: the port is taken or may not be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    plug = socket.socket(family, socket.SOCK_STREAM)
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        plug.bind((host, port))
        plug.listen(128)
    except OverflowError as error:
        plug.close()
        raise ConfigError(f"exchange port {port}: must lie between 0 and 65535") from error
    except OSError as error:
        plug.close()
        why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used: {error.strerror}"
        raise ConfigError(f"exchange port {port} on {host} {why}; choose another, or 0 for any free one") from error
    plug.setblocking(False)
    return plug


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _retire(worker: ThreadPoolExecutor, name: str) -> None:
    """Stop a worker without blocking the event loop, and wait until its thread is gone."""
    worker.shutdown(wait=False, cancel_futures=True)
    # A thread's end cannot be awaited; joining it would block the loop.
    while any(thread.name.startswith(name) for thread in threading.enumerate()):
        await asyncio.sleep(0.005)
