"""Two desks on one embedded exchange, one of them behind proxies in bad weather."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from core.adapters.coinbase_feed import CoinbaseFeed
from core.adapters.coinbase_rest import CoinbaseVenue
from core.adapters.ledger_check import check
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.adapters.system_clock import measured_clock
from core.config import Request, load_settings
from core.domain.facts import OutageEnded
from core.domain.retries import Retries
from core.domain.sizing import RiskPolicy
from core.ports import Clock
from core.session import Session, SessionOptions
from core.simulator.exchange import Exchange, ExchangeSettings
from tests.chaos.comparing import Compared, compare
from tests.chaos.proxy import Proxy, Weather, proxy_of

WS = (Weather.REFUSE, Weather.MUTE, Weather.SLOW, Weather.CUT)
_EVER = datetime.min.replace(tzinfo=UTC)
REST = (Weather.REFUSE, Weather.MUTE, Weather.SLOW, Weather.ERROR)


@dataclass(frozen=True, slots=True)
class Storm:
    """How long, how fast and how rough a run is; seconds are real."""

    seconds: float
    speed: float
    seed: int
    longest_s: float = 2.0
    """Of one kind of weather."""
    fair_s: float = 2.0
    """Longest fair weather between two kinds."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to."""

    compared: Compared
    failed_checks: tuple[str, ...]
    outages: int
    struck: int


class Twin:
    """A headless desk with a ledger of its own."""

    def __init__(self, root: Path, rest: str, ws: str, clock: Clock) -> None:
        self.state = StateDir.create(root)
        config = root / "config.toml"
        config.write_text("")
        demo = load_settings(Request(config=config, preset="demo"), environ={}).policy
        filters = replace(
            demo.filters, min_risk_reward=Decimal("0.05"), min_magnitude_pct=Decimal("0.01"), directional_setups=True
        )
        # So little at risk that no gate for size stands in the way: the more trades, the more can go wrong.
        policy = replace(demo, filters=filters, risk=RiskPolicy(risk_pct=Decimal("0.001")))
        venue = CoinbaseVenue(rest, Retries(first_s=0.05, longest_s=0.3))
        feed = CoinbaseFeed(ws, clock, venue.increments)
        self.store = SqliteStore(self.state)
        self.session = Session(policy, venue, feed, self.store, clock, SessionOptions())

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Twin"]:
        """Run until the block ends."""
        task = asyncio.create_task(self.session.run())
        try:
            yield self
        finally:
            self.session.stop()
            await asyncio.wait_for(task, 20)
            self.store.close()

    async def settled(self, since: datetime) -> None:
        """Every symbol has had a price after this instant, and nothing waits to be judged."""
        done = asyncio.Event()

        def look(*_: object) -> None:
            quotes = self.session.snapshot.quotes
            if quotes and all(quote.at is not None and quote.at > since and not quote.suspended for quote in quotes):
                done.set()

        stop = self.session.subscribe(look)
        try:
            look()
            await done.wait()
        finally:
            stop()


async def ride_out(folder: Path, storm: Storm) -> Outcome:
    """Let both desks trade, one of them through the storm, and compare what they did."""
    async with AsyncExitStack() as stack:
        exchange = await stack.enter_async_context(Exchange(ExchangeSettings(speed=storm.speed, seed=storm.seed)))
        rest, rest_url = await stack.enter_async_context(proxy_of(exchange.rest_url))
        ws, ws_url = await stack.enter_async_context(proxy_of(exchange.ws_url))
        reading = CoinbaseVenue(exchange.rest_url)
        clock = await asyncio.to_thread(measured_clock, reading, threading.Event().wait)
        reading.close()
        calm = await stack.enter_async_context(
            Twin(folder / "calm", exchange.rest_url, exchange.ws_url, clock).running()
        )
        rough = await stack.enter_async_context(Twin(folder / "rough", rest_url, ws_url, clock).running())
        await asyncio.gather(calm.session.wait_armed(), rough.session.wait_armed())
        async with asyncio.timeout(60):
            await asyncio.gather(calm.settled(_EVER), rough.settled(_EVER))
        both_from = clock.now()
        await _blow(rest, ws, storm)
        async with asyncio.timeout(60):
            await rough.settled(clock.now())
        struck = rest.struck + ws.struck
    facts = [tuple(twin.store.facts()) for twin in (calm, rough)]
    failed = tuple(
        f"{twin.state.root.name}: {result.id}: {result.detail}"
        for twin in (calm, rough)
        for result in check(twin.state.root)
        if not result.ok
    )
    outages = sum(isinstance(fact, OutageEnded) for fact in facts[1])
    return Outcome(compare(facts[0], facts[1], timedelta(seconds=storm.speed), both_from), failed, outages, struck)


async def _blow(rest: Proxy, ws: Proxy, storm: Storm) -> None:
    """One kind of weather after the other, drawn by the seed, fair weather between them."""
    draw, loop = Random(storm.seed), asyncio.get_running_loop()
    until = loop.time() + storm.seconds
    while loop.time() < until:
        await asyncio.sleep(draw.uniform(0.3, 1) * storm.fair_s)
        both = draw.random() < 0.2
        for proxy, kinds in ((ws, WS), (rest, REST)) if both else (draw.choice(((ws, WS), (rest, REST))),):
            proxy.turn(draw.choice(kinds))
        await asyncio.sleep(draw.uniform(0.1, 1) * storm.longest_s)
        rest.turn(Weather.FAIR)
        ws.turn(Weather.FAIR)
