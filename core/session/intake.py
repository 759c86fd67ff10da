"""From the socket to the desk: fits FeedListener; after an outage the candles come before the ticks."""

import asyncio
from datetime import datetime, timedelta

from core.domain.bars import Bar
from core.domain.errors import FeedError
from core.domain.events import Level, OutageBegan, OutageJudged, PriceTick, SeriesLoaded, SymbolUnlisted
from core.domain.snapshot import FeedState
from core.domain.timeframes import Timeframe
from core.ports import FeedTick
from core.session.shell import Shell
from core.session.threads import in_thread

FIRST_RETRY_S = 1.0
LAST_RETRY_S = 30.0


class Intake:
    """Ticks in; holds those of a symbol whose outage is being judged, only the newest of each."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._recovering: dict[str, asyncio.Task[None]] = {}
        self._tried: dict[str, asyncio.Event] = {}
        self._held: dict[str, FeedTick] = {}
        self._late: set[str] = set()
        """Symbols whose candles could not be had: their ticks decide exits, marked late."""

    def tick(self, tick: FeedTick) -> None:
        """A clean price: to the desk, or held while the outage before it is judged."""
        shell = self._shell
        symbol = shell.symbols.get(tick.product_id)
        if symbol is None:
            return
        shell.markets[symbol].pulse.beat(tick.real_s)
        lost = shell.desk.state.markets[symbol].lost_since is not None
        if lost and symbol not in self._recovering:
            self.recover(symbol)
        if symbol in self._recovering and symbol not in self._late:
            self._held[symbol] = tick
            return
        self._pass(symbol, tick, late=symbol in self._late)

    def subscribed(self, product_ids: frozenset[str]) -> None:
        """The venue acknowledged this set; a symbol missing from it is shown as not served."""
        for product_id, symbol in self._shell.symbols.items():
            if product_id not in product_ids:
                reason = f"the venue does not serve {product_id} on the ticker any more"
                self._shell.apply(SymbolUnlisted(symbol, reason, self._shell.ports.clock.now()))

    def disconnected(self, reason: str) -> None:
        """The socket is gone: every symbol's outage begins at its last tick."""
        self._shell.note(Level.WARN, "feed", f"disconnected: {reason}")
        for symbol in self._shell.markets:
            self.lose(symbol)

    def suspect(self, reason: str) -> None:
        """Messages were lost on an open socket: read the market again before the next tick."""
        self._shell.note(Level.WARN, "feed", reason)
        for symbol in self._shell.markets:
            self.lose(symbol)
            if self._shell.desk.state.markets[symbol].lost_since is not None:
                self.recover(symbol)

    def noted(self, level: Level, text: str) -> None:
        """A line for the log."""
        self._shell.note(level, "feed", text)

    def lose(self, symbol: str) -> None:
        """Begin an outage of the symbol at its last tick; nothing to lose before the first one."""
        market = self._shell.desk.state.markets[symbol]
        if market.lost_since is None and market.at is not None:
            self._shell.apply(OutageBegan(symbol, market.at, self._shell.ports.clock.now()))

    def watch(self) -> None:
        """Once a second: a symbol that has gone stale loses its price."""
        for symbol in self._shell.markets:
            if self._shell.state_of(symbol) is FeedState.STALE:
                self.lose(symbol)

    def recover(self, symbol: str) -> None:
        """Begin to fetch and judge what was missed; does nothing while that is under way."""
        if symbol not in self._recovering:
            task = asyncio.get_running_loop().create_task(self._recover(symbol), name=f"recover {symbol}")
            self._recovering[symbol] = task
            self._tried[symbol] = asyncio.Event()

    async def settle(self) -> None:
        """Wait until nothing is being recovered, or its first try has failed."""
        while waiting := [self._tried[symbol] for symbol in self._recovering if symbol not in self._late]:
            await waiting[0].wait()

    def stop(self) -> None:
        """Give up what is being recovered."""
        for task in self._recovering.values():
            task.cancel()

    async def _recover(self, symbol: str) -> None:
        wait_s = FIRST_RETRY_S
        while True:
            try:
                await self._catch_up(symbol)
                break
            except FeedError as error:
                self._shell.note(Level.WARN, "feed", f"{symbol}: {error}; trying again in {wait_s:.0f} s")
                self._late.add(symbol)
                self._tried[symbol].set()
                self._release(symbol, late=True)
                await asyncio.sleep(wait_s)
                wait_s = min(LAST_RETRY_S, wait_s * 2)
        self._late.discard(symbol)
        del self._recovering[symbol]
        self._tried[symbol].set()
        self._release(symbol, late=False)

    async def _catch_up(self, symbol: str) -> None:
        shell = self._shell
        candles, venue = shell.markets[symbol].candles, shell.ports.venue
        since = shell.desk.state.markets[symbol].lost_since
        until = shell.ports.clock.now()

        def fetch() -> tuple[dict[Timeframe, tuple[Bar, ...]], Timeframe, tuple[Bar, ...]]:
            candles.load(venue, until)
            timeframe, bars = candles.outage(venue, since, until) if since is not None else (Timeframe(1), ())
            return candles.series(until), timeframe, bars

        series, timeframe, bars = await in_thread(fetch)
        for each, loaded in series.items():
            shell.apply(SeriesLoaded(symbol, each, loaded, until))
        if since is not None:
            shell.apply(OutageJudged(symbol, timeframe, bars, since, until, shell.ports.clock.now()))

    def _release(self, symbol: str, late: bool) -> None:
        held = self._held.pop(symbol, None)
        if held is not None:
            self._pass(symbol, held, late)

    def _pass(self, symbol: str, tick: FeedTick, late: bool) -> None:
        clock = self._shell.ports.clock
        now = clock.now()
        self._shell.apply(
            PriceTick(
                symbol=symbol,
                price=tick.price,
                bid=tick.bid,
                ask=tick.ask,
                at=now,
                age_s=self._age_s(tick, now),
                real_s=tick.real_s,
                day=tick.day,
                late=late,
            )
        )

    def _age_s(self, tick: FeedTick, now: datetime) -> float:
        """Real seconds old: since the receipt, or since the venue's stamp on the venue's clock, whichever is more."""
        clock = self._shell.ports.clock
        stamped = (now + timedelta(seconds=self._shell.link.clock_skew_s) - tick.venue_at).total_seconds()
        return max(0.0, clock.real() - tick.real_s, stamped / clock.speed)
