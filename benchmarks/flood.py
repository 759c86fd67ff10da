"""A flood of ticks on one desk: `python -m benchmarks.flood [--rate N] [--seconds N]`.

A child sends changed prices of three products over a real socket; this process runs a whole desk without a screen, with
a ledger and an open position. Told at the end: is the last price right, how late the event loop was, and how long the
exit took from the frame's sending to the desk's decision and to its commit. Targets: lag p99 < 50 ms, decided < 10 ms.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import Any

from benchmarks.lag import LoopLag, resident_mb
from benchmarks.screen_venue import SYMBOLS, Venue
from core.adapters.coinbase_feed import CoinbaseFeed
from core.adapters.coinbase_rest import CoinbaseVenue
from core.adapters.ledger_check import check
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.adapters.system_clock import measured_clock
from core.config import load_settings
from core.domain.facts import AccountOpened, Fact, PositionClosed, PositionOpened, SetupFound, SetupResolved
from core.domain.levels import Leg, Verdict
from core.domain.patterns import Side, TargetKind
from core.domain.signals import JudgedLeg, SetupStatus
from core.session import Session, SessionOptions
from tests.adapters.ledger_story import a_position, a_setup

BELOW = Decimal("0.997")
"""Where the stop is, and what the last tick goes to: a fall that no spike rule waits for."""


PARTS = (50, 99, 100)
"""Percentiles of the loop's lag that are told."""


class StampedStore(SqliteStore):
    """A ledger that notes when the exit was decided, and when it was committed; monotonic seconds."""

    decided_s = committed_s = 0.0

    def append(self, facts: Sequence[Fact]) -> "Future[None]":
        """As the ledger."""
        future = super().append(facts)
        if any(isinstance(fact, PositionClosed) for fact in facts):
            self.decided_s = monotonic()
            future.add_done_callback(self._committed)
        return future

    def _committed(self, _: "Future[None]") -> None:
        self.committed_s = monotonic()


def a_holding(price: Decimal, now: datetime) -> list[list[Fact]]:
    """The ledger of a desk that has bought BTC at this price a minute ago, with a stop close below."""
    at, stop, target = now - timedelta(minutes=1), price * BELOW, price * 2
    trigger = price * Decimal("0.9999")
    leg = JudgedLeg(Leg(Side.LONG, trigger, stop, target, TargetKind.STRUCTURAL), Verdict.OK)
    start = (now - timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    setup = replace(a_setup("BTC"), bar_start=start, long_trigger=trigger, legs=(leg,), detected_at=at, bars=())
    held = a_position(setup, at=at)
    plan = replace(held.plan, stop=stop, target=target, entry_bar_end=now + timedelta(hours=1))
    size = Decimal("0.001")
    held = replace(
        held, plan=plan, size=size, entry=replace(held.entry, price=price), margin=size * price / 10,
        liquidation=price / 2,
    )  # fmt: skip
    broke = SetupResolved(setup.id, SetupStatus.TRIGGERED, Side.LONG, price, 3, "broke", at)
    return [
        [AccountOpened(Decimal("1000.00"), at)],
        [SetupFound(setup, SetupStatus.PENDING, at)],
        [broke, PositionOpened(held, at)],
    ]


async def flooded(rate: float, seconds: float, folder: Path) -> dict[str, Any]:
    """Run the desk under the flood; what was measured."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.flood", "--venue", stdin=PIPE, stdout=PIPE, limit=2**20
    )
    where = await told(child)
    venue = CoinbaseVenue(where["rest"])
    clock = await asyncio.to_thread(measured_clock, venue, lambda _: None)
    price = Decimal(where["prices"]["BTC"].replace(",", ""))
    store = StampedStore(StateDir.create(folder))
    for batch in a_holding(price, clock.now()):
        store.append(batch).result(10)
    feed, policy = CoinbaseFeed(where["ws"], clock, venue.increments), load_settings(environ={}).policy
    session = Session(policy, venue, feed, store, clock, SessionOptions())
    lag, ticks = LoopLag(), 0
    running = [asyncio.create_task(session.run()), asyncio.create_task(lag.watch())]
    async with asyncio.timeout(60):
        await session.wait_armed()
    await ask(child, f"rate {rate}")
    lag.forget()
    began, before, held = monotonic(), counted(session), resident_mb()
    await asyncio.sleep(seconds)
    ticks, took_s = counted(session) - before, monotonic() - began
    late, grown = [lag.at_percent(part) for part in PARTS], resident_mb() - held
    hit = await ask(child, f"hit {price * BELOW * Decimal('0.9999'):.1f}")
    async with asyncio.timeout(20):
        while not store.committed_s:
            await asyncio.sleep(0.005)
    last = await ask(child, "rate 0")
    await asyncio.sleep(1)
    shown = prices_of(session)
    session.stop()
    await running[0]
    running[1].cancel()
    store.close()
    venue.close()
    await ended(child)
    return {
        "ticks_a_second": round(ticks / took_s), "lag_p50_ms": late[0], "lag_p99_ms": late[1], "lag_max_ms": late[2],
        "exit_decided_ms": (store.decided_s - hit["sent_s"]) * 1000,
        "exit_committed_ms": (store.committed_s - hit["sent_s"]) * 1000, "rss_mb": round(resident_mb()),
        "grown_mb": grown,
        "last_price_right": all(shown[symbol] == last["prices"][symbol] for symbol in SYMBOLS),
        "check": all(result.ok for result in check(folder)),
    }  # fmt: skip


def prices_of(session: Session) -> dict[str, str]:
    """What the desk shows, as the venue writes it."""
    quotes = session.snapshot.quotes
    return {quote.symbol: f"{quote.price:,.{1 if quote.symbol == 'BTC' else 2}f}" for quote in quotes}


def counted(session: Session) -> int:
    """Ticks taken so far, over all symbols."""
    return sum(market.pulse.count for market in session._shell.markets.values())


async def ended(child: Process) -> None:
    """Let the venue end; its exchange ends with it, which a signal would leave running."""
    assert child.stdin is not None
    child.stdin.close()
    await child.wait()


async def ask(child: Process, line: str) -> dict[str, Any]:
    """Tell the venue something; its answer."""
    assert child.stdin is not None
    child.stdin.write(f"{line}\n".encode())
    await child.stdin.drain()
    return await told(child)


async def told(child: Process) -> dict[str, Any]:
    """The next line of the venue."""
    assert child.stdout is not None
    answer: dict[str, Any] = json.loads(await child.stdout.readline())
    return answer


async def serve_flood() -> None:
    """The child: a venue whose rate and whose BTC price are told on stdin."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with Venue() as venue:
        for symbol in SYMBOLS:
            await venue.tick(symbol)
        say(venue, rest=venue.rest, ws=venue.ws)
        while line := (await reader.readline()).decode().split():
            if line[0] == "rate":
                venue.rate = float(line[1])
                say(venue)
            else:
                say(venue, sent_s=await venue.hit("BTC", line[1]))


def say(venue: Venue, **more: object) -> None:
    """One line of JSON, with the newest prices."""
    sys.stdout.write(
        json.dumps({**more, "prices": {name: quote.newest for name, quote in venue.quotes.items()}}) + "\n"
    )
    sys.stdout.flush()


def main() -> int:
    """Measure and tell; exit 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rate", type=float, default=5000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--venue", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.venue:
        asyncio.run(serve_flood())
        return 0
    with tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(flooded(asked.rate, asked.seconds, Path(folder) / "desk"))
    for name, value in result.items():
        sys.stdout.write(f"{name:18} {value:.1f}\n" if isinstance(value, float) else f"{name:18} {value}\n")
    met = result["lag_p99_ms"] < 50 and result["exit_decided_ms"] < 10 and result["last_price_right"]
    return 0 if met and result["check"] else 1


if __name__ == "__main__":
    sys.exit(main())
