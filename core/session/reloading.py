"""The settings read again while the desk runs: all of what is new is taken, or nothing."""

import asyncio
from collections.abc import Callable

from core.domain.errors import ConfigError
from core.domain.events import Level, OutageBegan, PolicyChanged
from core.ports import Reading, Rules
from core.session.intake import Intake
from core.session.listings import Listings
from core.session.scanning import Scans
from core.session.shell import Shell
from core.session.threads import in_thread
from core.trading.changing import refusal_to_leave


class Reloads:
    """Reads the settings on request, and brings desk, feed, listings and scans in line with them."""

    def __init__(
        self,
        shell: Shell,
        parts: tuple[Intake, Listings, Scans],
        resubscribe: Callable[[], None],
        rules: Rules | None = None,
    ) -> None:
        """
        Args:
            shell: the session's shell.
            parts: what must follow.
            resubscribe: called when the products that are listened to change.
            rules: where the settings are read; None refuses every request.
        """
        self._shell = shell
        self._intake, self._listings, self._scans = parts
        self._resubscribe = resubscribe
        self._rules = rules
        self._asked = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def ask(self) -> None:
        """Read them as soon as possible; returns at once."""
        self._idle.clear()
        self._asked.set()

    async def done(self) -> None:
        """Wait until everything asked for has been taken or refused."""
        await self._idle.wait()

    async def run(self) -> None:
        """Do what is asked, for ever."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            try:
                await self._read()
            finally:
                if not self._asked.is_set():
                    self._idle.set()

    async def _read(self) -> None:
        shell = self._shell
        if self._rules is None:
            shell.note(Level.WARN, "settings", "this desk has no settings to read again")
            return
        try:
            reading = await in_thread(self._rules.read)
        except ConfigError as error:
            self._refuse(str(error))
            return
        if refusal := refusal_to_leave(shell.desk.state, reading.policy):
            self._refuse(refusal)
        else:
            self._take(self._rules, reading)

    def _refuse(self, why: str) -> None:
        self._shell.note(Level.WARN, "settings", f"{why}; all settings stay as they were")

    def _take(self, rules: Rules, reading: Reading) -> None:
        """The desk first, then what serves it: in one turn of the loop, so that nothing comes between."""
        shell, now = self._shell, self._shell.ports.clock.now()
        if reading.policy == shell.policy:
            shell.note(Level.INFO, "settings", reading.what)
        else:
            before = set(shell.desk.state.markets)
            shell.apply(PolicyChanged(reading.policy, reading.what, now))
            self._follow(before)
        if reading.changed:
            rules.take(reading)

    def _follow(self, before: set[str]) -> None:
        """Forget what is watched no more, find what is watched anew, and scan by the rules that hold now."""
        shell, state, now = self._shell, self._shell.desk.state, self._shell.ports.clock.now()
        for market in shell.markets.values():
            market.candles.take_window(shell.policy.maintenance)
        for symbol in before - state.markets.keys():
            self._intake.forget(symbol)
            shell.forget(symbol)
        for symbol in state.markets:
            if symbol not in before and symbol in state.seen:
                shell.apply(OutageBegan(symbol, state.seen[symbol], now))
        if before != state.markets.keys():
            self._listings.ask()
            self._resubscribe()
        self._scans.ask_anew()
