"""Which listing stands for each symbol: resolved at the start, read again every quarter of an hour."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from core.domain.errors import FeedError
from core.domain.events import InstrumentListed, Level, SymbolUnlisted
from core.domain.symbols import Instrument
from core.ports import Resolution
from core.session.candles import Candles
from core.session.shell import Market, Shell
from core.session.threads import in_thread

AGAIN_S = 900.0
"""Real seconds between readings of the product records (funding, margin rates, delisting)."""

FIRST_RETRY_S = 1.0
LAST_RETRY_S = 30.0
SKEW_WARNING_S = 2.0


class Listings:
    """Keeps every symbol's product record fresh; a listing chosen at the start stays chosen for the run."""

    def __init__(self, shell: Shell, opened: Callable[[str], None]) -> None:
        """
        Args:
            shell: the session's shell.
            opened: told of every symbol that gets a listing for the first time in this run.
        """
        self._shell = shell
        self._opened = opened
        self._asked = asyncio.Event()

    def ask(self) -> None:
        """Read the records at once: there are new symbols."""
        self._asked.set()

    async def resolve(self) -> None:
        """Ask until the venue answers; the screen says what is wrong and when the next try is."""
        wait_s = FIRST_RETRY_S
        while True:
            try:
                await self.read()
                self._shell.link.problem = ""
                return
            except FeedError as error:
                problem = f"venue unreachable: {error}; trying again in {wait_s:.0f} s"
                if not self._shell.link.problem:
                    self._shell.note(Level.ERROR, "feed", problem)
                self._shell.link.problem = problem
                self._shell.publisher.changed()
                await asyncio.sleep(wait_s)
                wait_s = min(LAST_RETRY_S, wait_s * 2)

    async def until_any(self) -> None:
        """Return once at least one symbol is listed; until then the screen says that none is."""
        while not self._shell.markets:
            self._shell.link.problem = "the venue lists none of your symbols; check `symbols` in the configuration"
            self._shell.publisher.changed()
            await asyncio.sleep(LAST_RETRY_S)
            await self.resolve()

    async def run(self) -> None:
        """Read the records again, for ever; a failure is noted and the old records stay."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LAST_RETRY_S if self._unknown() else AGAIN_S):
                    await self._asked.wait()
            self._asked.clear()
            try:
                await self.read()
            except FeedError as error:
                self._shell.note(Level.WARN, "listing", f"product records not read: {error}")

    def _unknown(self) -> bool:
        """Is there a symbol the venue has not been asked about, because it could not be?"""
        return any(
            not market.unlisted and market.instrument is None for market in self._shell.desk.state.markets.values()
        )

    async def read(self) -> None:
        """Resolve the symbols and take the answer; raises FeedError."""
        shell = self._shell
        if not shell.ports.venue.is_loopback:
            await self.measure_skew()
        asked = {symbol: self._bound_to(symbol) or symbol for symbol in shell.desk.state.markets}
        resolution = await in_thread(shell.ports.venue.resolve, tuple(asked.values()), shell.options.listings)
        self._take(asked, resolution)

    def _bound_to(self, symbol: str) -> str:
        """The listing a symbol cannot leave: that of its open position, else the one chosen in this run."""
        state = self._shell.desk.state
        position, known = state.account.positions.get(symbol), state.markets[symbol].instrument
        if position is not None:
            return position.product_id
        return known.product_id if known is not None else ""

    def _take(self, asked: Mapping[str, str], resolution: Resolution) -> None:
        shell, now = self._shell, self._shell.ports.clock.now()
        chosen = {instrument.symbol: instrument for instrument in resolution.instruments}
        for symbol, name in asked.items():
            if symbol not in shell.desk.state.markets:
                continue  # it was taken out of the symbols while the venue was asked
            found = chosen.get(name)
            if found is not None:
                known = shell.desk.state.markets[symbol].instrument
                why = known.why if known is not None else found.why if name == symbol else "its position is open there"
                instrument = replace(found, symbol=symbol, why=why)
                shell.apply(InstrumentListed(instrument, now))
                self._open(instrument)
                continue
            reason = resolution.unlisted.get(name, "not listed by the venue")
            if symbol in shell.desk.state.account.positions:
                reason += "; its open position is kept and cannot be judged"
            shell.apply(SymbolUnlisted(symbol, reason, now))

    def _open(self, instrument: Instrument) -> None:
        shell = self._shell
        if instrument.symbol not in shell.markets:
            market = Market(Candles(instrument.product_id, shell.policy.maintenance))
            shell.markets[instrument.symbol] = market
            shell.link.pulses[instrument.symbol] = market.pulse
            shell.symbols[instrument.product_id] = instrument.symbol
            self._opened(instrument.symbol)

    async def measure_skew(self) -> None:
        """Venue minus local clock; raises FeedError. A loopback venue sets the desk's clock, so it has none."""
        shell = self._shell
        before = shell.ports.clock.now()
        server = await in_thread(shell.ports.venue.server_time)
        if shell.ports.venue.is_loopback:
            return
        middle = before + (shell.ports.clock.now() - before) / 2
        shell.link.clock_skew_s = (server - middle).total_seconds()
        if abs(shell.link.clock_skew_s) > SKEW_WARNING_S:
            shell.note(
                Level.WARN, "clock", f"the venue's clock is {shell.link.clock_skew_s:+.1f} s from this machine's"
            )
