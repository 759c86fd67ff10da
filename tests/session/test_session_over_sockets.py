"""A whole desk without a screen on a real exchange: what faults do to its prices, and that it comes back."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from core.adapters.coinbase_feed import CoinbaseFeed
from core.adapters.coinbase_rest import CoinbaseVenue
from core.adapters.system_clock import measured_clock
from core.domain.retries import Retries
from core.domain.snapshot import QuoteView, Snapshot
from core.session import Session, SessionOptions
from core.simulator.exchange import Exchange, ExchangeSettings
from tests.builders import a_policy
from tests.fakes import ListStore


class Desk:
    """A session over real adapters, and every picture it showed."""

    def __init__(self, exchange: Exchange, session: Session) -> None:
        self.exchange, self.session = exchange, session
        self.seen: list[Snapshot] = []
        session.subscribe(self.seen.append)

    @property
    def quote(self) -> QuoteView:
        return self.session.snapshot.quotes[0]

    def notes(self, words: str) -> int:
        return sum(words in note.text for note in self.session.snapshot.log)

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(30):
            while not holds():
                await asyncio.sleep(0.02)

    async def prices_flow(self) -> None:
        """Triggers run, and the price moves."""
        await self.until(lambda: self.quote.price is not None and not self.quote.suspended)
        last = self.quote.price
        await self.until(lambda: self.quote.price != last)


@asynccontextmanager
async def desk(symbols: tuple[str, ...] = ("BTC",)) -> AsyncIterator[Desk]:
    """A desk at sixty times the clock; at the end the first symbol's prices must flow, and none was ever far off."""
    async with Exchange(ExchangeSettings(speed=60, seed=3)) as exchange:
        venue = CoinbaseVenue(exchange.rest_url, Retries(first_s=0.02, longest_s=0.1))
        clock = await asyncio.to_thread(measured_clock, venue, threading.Event().wait)
        feed = CoinbaseFeed(exchange.ws_url, clock, venue.increments)
        session = Session(a_policy(symbols=symbols), venue, feed, ListStore(), clock, SessionOptions())
        running = asyncio.create_task(session.run())
        try:
            now = Desk(exchange, session)
            await now.until(lambda: session.snapshot.quotes)
            await now.prices_flow()
            first = now.quote.price
            yield now
            await exchange.fault("clear")
            await now.prices_flow()
            prices = {quote.price for picture in now.seen for quote in picture.quotes[:1] if quote.price is not None}
            assert first is not None
            assert max(abs(price / first - 1) for price in prices) < Decimal("0.1")
        finally:
            session.stop()
            await asyncio.wait_for(running, 10)


async def test_twelve_symbols_are_all_priced_and_scanned_on_every_timeframe() -> None:
    symbols = ("BTC", "ETH", "SOL", "XRP", "DOGE", "ADA", "AVAX", "LINK", "LTC", "BCH", "DOT", "XLM")
    async with desk(symbols) as now:
        await now.until(lambda: all(quote.price is not None for quote in now.session.snapshot.quotes))
        await now.until(lambda: now.session.snapshot.last_scan is not None)
        scan = now.session.snapshot.last_scan
        assert [quote.symbol for quote in now.session.snapshot.quotes] == list(symbols)
        assert scan is not None and scan.series == 12 * 5


async def test_prices_stamped_long_ago_are_not_shown_and_the_gap_is_judged_on_candles() -> None:
    async with desk() as now:
        await now.exchange.fault("stale_timestamps", seconds=3600)
        await now.until(lambda: now.session.snapshot.link.counters.get("stale prices", 0) >= 3)
        assert now.quote.suspended
        assert now.notes("BTC prices come 6") == 1
        held = now.quote.price
        await now.until(lambda: now.session.snapshot.link.counters["stale prices"] >= 6)
        assert now.quote.price == held
        await now.exchange.fault("stale_timestamps", on=False)
        await now.until(lambda: now.notes("BTC outage of"))


@pytest.mark.parametrize(
    ("kind", "says"),
    [("skip", "3 messages lost"), ("drop", "disconnected"), ("big_frame", "1009: more than 4 MiB")],
)
async def test_what_was_lost_is_read_again_by_rest(kind: str, says: str) -> None:
    async with desk() as now:
        await now.exchange.fault(kind)
        await now.until(lambda: now.notes(says) and now.notes("BTC outage of"))


@pytest.mark.parametrize("arguments", [{"kind": "price_spike", "percent": 400}, {"kind": "wrong_types"}])
async def test_a_wrong_price_is_counted_and_never_shown(arguments: dict[str, Any]) -> None:
    async with desk() as now:
        await now.exchange.fault(**arguments)
        await now.until(lambda: now.session.snapshot.link.bad_frames)
        assert now.session.snapshot.link.troubles


async def test_a_gap_that_rest_cannot_fill_is_said_and_tried_until_it_can() -> None:
    async with desk() as now:
        await now.exchange.fault("503")
        await now.exchange.fault("skip")
        await now.until(lambda: now.notes("HTTP 503"))
        assert now.quote.suspended
        await now.exchange.fault("503", on=False)
        await now.until(lambda: now.notes("BTC outage of"))
