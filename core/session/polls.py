"""Beside the socket: prices by REST while it is down, and a look at the venue every five minutes.

A polled price is what a position could be closed at, so it decides exits, which are marked late (P1). The outage goes
on: entries wait for the candles of the gap, and those judge what happened between two polls.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from core.domain.errors import FeedError
from core.domain.events import Level, PriceTick
from core.domain.patterns import Side
from core.ports import BookTop
from core.session.link import in_real
from core.session.shell import Shell
from core.session.threads import in_thread

POLL_S: Final = 60.0
"""Real seconds without a socket before the first poll, and between two."""
HEALTH_S: Final = 300.0
"""Real seconds between two looks at the venue."""
LOOK_S: Final = 1.0


class Polls:
    """Asks the venue by REST for what the socket does not tell."""

    def __init__(self, shell: Shell, measure_skew: Callable[[], Awaitable[None]]) -> None:
        """
        Args:
            shell: the session's shell.
            measure_skew: asks the venue for its time; raises FeedError.
        """
        self._shell = shell
        self._measure_skew = measure_skew
        self._down_s: float | None = None
        """Since when the socket is down, or when it was polled for last; None while it is there."""
        self._looked_s = shell.ports.clock.real()
        self._well = True

    async def run(self) -> None:
        """Look once a second whether something is due, for ever."""
        self._shell.link.health.next_at = in_real(self._shell.ports.clock, HEALTH_S)
        while True:
            real_s = self._shell.ports.clock.real()
            if self._poll_due(real_s):
                await self._poll()
            if real_s - self._looked_s >= HEALTH_S:
                self._looked_s = real_s
                await self._look()
            await asyncio.sleep(LOOK_S)

    def _poll_due(self, real_s: float) -> bool:
        """Is the socket down for so long, or was it polled so long ago?"""
        rounds = self._shell.link.polls
        if self._shell.ports.feed.health().connected:
            self._down_s, rounds.next_at = None, None
            return False
        due = self._down_s is not None and real_s - self._down_s >= POLL_S
        if due or self._down_s is None:
            self._down_s, rounds.next_at = real_s, in_real(self._shell.ports.clock, POLL_S)
        return due

    async def _poll(self) -> None:
        """Prices of all symbols, one after the other; a venue that does not answer is asked for no more of them."""
        shell = self._shell
        try:
            for product_id, symbol in tuple(shell.symbols.items()):
                asked_s = shell.ports.clock.real()
                top = await in_thread(shell.ports.venue.book, product_id)
                self._take(symbol, top, asked_s)
            well = True
        except FeedError:
            well = False
        if not shell.link.polls.done and well:
            text = f"prices come by REST every {POLL_S:.0f} s while the socket is down; exits on them are marked late"
            shell.note(Level.WARN, "feed", text)
        shell.link.polls.ended(well, shell.ports.clock.now())

    def _take(self, symbol: str, top: BookTop, asked_s: float) -> None:
        """To the desk, unless the socket or the candles of the gap tell more by now."""
        shell, clock = self._shell, self._shell.ports.clock
        market = shell.desk.state.markets.get(symbol)
        position = shell.desk.state.account.positions.get(symbol)
        price = top.ask if position is not None and position.side is Side.SHORT else top.bid
        if market is None or market.lost_since is None or price is None or symbol not in shell.markets:
            return
        now, age_s = clock.now(), clock.real() - asked_s
        shell.apply(PriceTick(symbol, price, top.bid, top.ask, now, age_s, asked_s, market.day, late=True))

    async def _look(self) -> None:
        """Does the venue answer, and what does its clock say? Told when that changes."""
        shell = self._shell
        try:
            await self._measure_skew()
            well, said = True, "the venue answers by REST again"
        except FeedError as error:
            well, said = False, f"the venue does not answer by REST: {error}"
        if well != self._well:
            shell.note(Level.GOOD if well else Level.WARN, "feed", said)
        self._well = well
        shell.link.health.ended(well, shell.ports.clock.now())
        shell.link.health.next_at = in_real(self._shell.ports.clock, HEALTH_S)
