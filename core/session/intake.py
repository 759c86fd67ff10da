"""From the socket to the desk: fits FeedListener; after an outage the candles come before the ticks."""

import asyncio
from collections import deque
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.errors import FeedError
from core.domain.events import InstrumentListed, Level, OutageBegan, PriceTick, SymbolUnlisted
from core.domain.snapshot import FeedState
from core.domain.text import lasting
from core.ports import FeedTick
from core.session.gaps import Gaps
from core.session.link import STALE_S
from core.session.shell import Shell

FIRST_RETRY_S = 1.0
LAST_RETRY_S = 30.0
STALE_PRICES = "stale prices"
HELD_TICKS = 20_000
"""Changes of price kept of one symbol while its outage is judged: over an hour of a busy market."""


class Intake:
    """Ticks in; those of a symbol whose outage is being judged wait, every change of price in order."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._gaps = Gaps(shell)
        self._recovering: dict[str, asyncio.Task[None]] = {}
        self._tried: dict[str, asyncio.Event] = {}
        self._held: dict[str, deque[PriceTick]] = {}
        self._late: set[str] = set()
        """Symbols whose candles could not be had: their ticks decide exits, marked late."""
        self._lost_again: set[str] = set()
        """Symbols that lost their feed while an earlier loss was being judged."""
        self._unserved: set[str] = set()
        self._quiet: set[str] = set()
        """Symbols that are stale on a healthy socket: most likely nothing was traded."""
        self._old: set[str] = set()
        """Symbols whose prices come too late to be used."""
        self._watched_s = shell.ports.clock.real()
        """When the desk last looked around, real seconds: it does so every second, unless the machine sleeps."""

    def tick(self, tick: FeedTick) -> None:
        """A clean price: to the desk, or held while the outage before it is judged; one stamped long ago is none."""
        shell = self._shell
        symbol = shell.symbols.get(tick.product_id)
        if symbol is None:
            return
        priced = self._priced(symbol, tick)
        self._awake(tick.real_s)
        if priced.age_s > shell.policy.prices.stale_after_s:
            self._pass_over(symbol, priced.age_s)
            return
        self._old.discard(symbol)
        shell.markets[symbol].pulse.beat(tick.real_s)
        market = shell.desk.state.markets[symbol]
        if symbol not in self._recovering and self._long_ago(market.at, priced.at):
            self.lose(symbol)
        if market.lost_since is not None:
            self.recover(symbol)
        if symbol in self._recovering:
            self._hold(priced)
        else:
            shell.apply(priced)

    def _long_ago(self, last: datetime | None, now: datetime) -> bool:
        return last is not None and (now - last).total_seconds() > STALE_S * self._shell.ports.clock.speed

    def _pass_over(self, symbol: str, age_s: float) -> None:
        """A price that the venue stamped too long ago: counted, said once, and the symbol's outage begins (P1)."""
        shell = self._shell
        shell.link.counters[STALE_PRICES] = shell.link.counters.get(STALE_PRICES, 0) + 1
        if symbol not in self._old:
            self._old.add(symbol)
            shell.note(Level.WARN, "feed", f"{symbol} prices come {age_s:.0f} s late and are not used")
        self._quiet.discard(symbol)
        self.lose(symbol)

    def subscribed(self, product_ids: frozenset[str]) -> None:
        """The venue acknowledged this set; a symbol missing from it is shown as not served until it is back."""
        now = self._shell.ports.clock.now()
        for product_id, symbol in self._shell.symbols.items():
            instrument = self._shell.desk.state.markets[symbol].instrument
            if product_id not in product_ids:
                self._unserved.add(symbol)
                reason = f"the venue does not serve {product_id} on the ticker"
                self._shell.apply(SymbolUnlisted(symbol, reason, now))
            elif symbol in self._unserved and instrument is not None:
                self._unserved.discard(symbol)
                self._shell.apply(InstrumentListed(instrument, now))

    def disconnected(self, reason: str) -> None:
        """The socket is gone: every symbol's outage begins at its last tick."""
        self._shell.note(Level.WARN, "feed", f"disconnected: {reason}")
        self._quiet.clear()
        for symbol in self._shell.markets:
            self.lose(symbol)

    def suspect(self, reason: str) -> None:
        """Messages were lost on an open socket: read the market again before the next tick."""
        self._shell.note(Level.WARN, "feed", reason)
        self._quiet.clear()
        for symbol in self._shell.markets:
            self.lose(symbol)
            if self._shell.desk.state.markets[symbol].lost_since is not None:
                self.recover(symbol)

    def noted(self, level: Level, text: str) -> None:
        """A line for the log."""
        self._shell.note(level, "feed", text)

    def lose(self, symbol: str) -> None:
        """Begin an outage of the symbol at its last tick; nothing to lose before the first one."""
        if symbol in self._recovering:
            self._lost_again.add(symbol)
        else:
            self._begin_outage(symbol)

    def _begin_outage(self, symbol: str) -> None:
        market = self._shell.desk.state.markets[symbol]
        if market.lost_since is None and market.at is not None:
            self._shell.apply(OutageBegan(symbol, market.at, self._shell.ports.clock.now()))

    def watch(self) -> None:
        """Once a second: a symbol that has gone stale loses its price."""
        health, real_s = self._shell.ports.feed.health(), self._shell.ports.clock.real()
        self._awake(real_s)
        self._watched_s = real_s
        heard = health.connected and health.last_message_s is not None and real_s - health.last_message_s < STALE_S
        for symbol in self._shell.markets:
            if self._shell.state_of(symbol) is not FeedState.STALE or symbol in self._recovering:
                continue
            if heard and self._shell.desk.state.markets[symbol].lost_since is None:
                self._quiet.add(symbol)
            self.lose(symbol)

    def _awake(self, real_s: float) -> None:
        """If the desk did not run for a while, nobody was listening: an outage of ours, whatever the socket says."""
        asleep_s = real_s - self._watched_s
        if asleep_s <= STALE_S:
            return
        self._watched_s = real_s
        self._shell.note(Level.WARN, "desk", f"stood still for {lasting(asleep_s)}: the machine slept, or was too busy")
        self._quiet.clear()
        for symbol in self._shell.markets:
            self.lose(symbol)

    def recover(self, symbol: str) -> None:
        """Begin to fetch and judge what was missed, also of the others that are lost; not while that is under way."""
        lost = (each for each in self._shell.markets if self._shell.desk.state.markets[each].lost_since is not None)
        for each in (symbol, *lost):
            if each not in self._recovering:
                self._tried[each] = asyncio.Event()
                task = asyncio.get_running_loop().create_task(self._recover(each), name=f"recover {each}")
                self._recovering[each] = task

    def forget(self, symbol: str) -> None:
        """The symbol is not watched any more: what is fetched and held of it is dropped."""
        recovering = self._recovering.get(symbol)
        if recovering is not None:
            recovering.cancel()
        self._gaps.forget(symbol)
        self._held.pop(symbol, None)
        for among in (self._lost_again, self._unserved, self._quiet, self._old):
            among.discard(symbol)

    async def settle(self) -> None:
        """Wait until nothing is being recovered, or its first try has failed."""
        while waiting := [self._tried[symbol] for symbol in self._recovering if symbol not in self._late]:
            await waiting[0].wait()

    def stop(self) -> None:
        """Give up what is being recovered."""
        for task in self._recovering.values():
            task.cancel()

    async def _recover(self, symbol: str) -> None:
        """Catch up until it succeeds, and again if the feed was lost meanwhile; then the held ticks follow."""
        wait_s, said = FIRST_RETRY_S, ""
        try:
            while True:
                failure = await self._tried_catching_up(symbol)
                if failure is None and symbol not in self._lost_again:
                    break
                self._lost_again.discard(symbol)
                if failure is None:
                    self._begin_outage(symbol)  # where the next try fails, late ticks must not enter
                    await asyncio.sleep(FIRST_RETRY_S)  # a venue that loses messages all the time is not run down
                    continue
                if failure != said:
                    self._shell.note(Level.WARN, "feed", f"{symbol}: {failure}; trying again")
                said = failure
                self._late.add(symbol)
                self._tried[symbol].set()
                self._release(symbol)
                await self._gaps.rest(symbol, wait_s)
                wait_s = min(LAST_RETRY_S, wait_s * 2)
        finally:
            self._late.discard(symbol)
            self._recovering.pop(symbol, None)
            self._tried[symbol].set()
        self._release(symbol)

    async def _tried_catching_up(self, symbol: str) -> str | None:
        """Catch up once; the reason in words if that failed."""
        try:
            await self._catch_up(symbol)
        except FeedError as error:
            return str(error)
        except Exception as error:  # noqa: BLE001 - a symbol whose ticks are held must never be given up (R7)
            return f"candles could not be judged ({type(error).__name__}: {error})"
        return None

    async def _catch_up(self, symbol: str) -> None:
        found = await self._gaps.fetch(symbol)
        if symbol in self._quiet:
            held = self._held.get(symbol)
            found = found.before(held[0].at if held else found.gap.until)
            self._quiet.discard(symbol)
        await self._gaps.judge(found)

    def _hold(self, tick: PriceTick) -> None:
        """Keep the tick in order, of a run at one price the first and the last. Late symbols do not wait."""
        if tick.symbol in self._late:
            self._shell.apply(_late(tick))
            return
        held = self._held.setdefault(tick.symbol, deque(maxlen=HELD_TICKS))
        if len(held) > 1 and held[-1].price == held[-2].price == tick.price:
            held.pop()
        held.append(tick)

    def _release(self, symbol: str) -> None:
        """Hand the held ticks to the desk; what the candles have judged already is passed over but for the newest."""
        held = self._held.pop(symbol, deque())
        judged = self._shell.desk.state.markets[symbol].at
        for tick in held:
            if judged is None or tick.at > judged or tick is held[-1]:
                self._shell.apply(_late(tick) if symbol in self._late else tick)

    def _priced(self, symbol: str, tick: FeedTick) -> PriceTick:
        """The tick as the desk takes it, stamped at its receipt.

        Its age is real seconds since the receipt, or since the venue's stamp on the venue's clock, whichever is more.
        """
        clock = self._shell.ports.clock
        now = clock.now()
        stamped = (now + timedelta(seconds=self._shell.link.clock_skew_s) - tick.venue_at).total_seconds()
        return PriceTick(
            symbol=symbol,
            price=tick.price,
            bid=tick.bid,
            ask=tick.ask,
            at=now,
            age_s=max(0.0, clock.real() - tick.real_s, stamped / clock.speed),
            real_s=tick.real_s,
            day=tick.day,
        )


def _late(tick: PriceTick) -> PriceTick:
    return replace(tick, late=True)
