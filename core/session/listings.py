"""Which listing stands for each symbol: resolved at the start, read again every quarter of an hour."""

import asyncio

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

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

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
            await asyncio.sleep(AGAIN_S)
            try:
                await self.read()
            except FeedError as error:
                self._shell.note(Level.WARN, "listing", f"product records not read: {error}")

    async def read(self) -> None:
        """Resolve the symbols and take the answer; raises FeedError."""
        shell = self._shell
        await self._measure_skew()
        symbols = shell.policy.symbols
        resolution = await in_thread(shell.ports.venue.resolve, symbols, shell.options.listings)
        self._take(resolution)

    def _take(self, resolution: Resolution) -> None:
        shell, now = self._shell, self._shell.ports.clock.now()
        chosen = {instrument.symbol: instrument for instrument in resolution.instruments}
        for symbol in shell.policy.symbols:
            instrument = chosen.get(symbol)
            known = shell.desk.state.markets[symbol].instrument
            if instrument is None:
                shell.apply(SymbolUnlisted(symbol, resolution.unlisted.get(symbol, "not listed by the venue"), now))
            elif known is not None and known.product_id != instrument.product_id:
                reason = f"{known.product_id} is no longer listed; restart to trade {instrument.product_id}"
                shell.apply(SymbolUnlisted(symbol, reason, now))
            else:
                shell.apply(InstrumentListed(instrument, now))
                self._open(instrument)

    def _open(self, instrument: Instrument) -> None:
        shell = self._shell
        if instrument.symbol not in shell.markets:
            market = Market(Candles(instrument.product_id, shell.policy.maintenance))
            shell.markets[instrument.symbol] = market
            shell.link.pulses[instrument.symbol] = market.pulse
            shell.symbols[instrument.product_id] = instrument.symbol

    async def _measure_skew(self) -> None:
        """Venue minus local clock. A loopback venue sets the desk's clock, so it has none by definition."""
        shell = self._shell
        if shell.ports.venue.is_loopback:
            return
        before = shell.ports.clock.now()
        server = await in_thread(shell.ports.venue.server_time)
        middle = before + (shell.ports.clock.now() - before) / 2
        shell.link.clock_skew_s = (server - middle).total_seconds()
        if abs(shell.link.clock_skew_s) > SKEW_WARNING_S:
            shell.note(
                Level.WARN, "clock", f"the venue's clock is {shell.link.clock_skew_s:+.1f} s from this machine's"
            )
