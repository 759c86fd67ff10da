"""A session over scripted ports, and the ledger of a desk that holds a position."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from core.domain.events import Level, Noted
from core.domain.facts import Fact
from core.domain.policy import Policy
from core.domain.snapshot import Snapshot
from core.ports import Brake, Rules, Store, Tape
from core.session import Session, SessionOptions
from tests.builders import TUESDAY, a_desk, a_policy, a_scan, a_setup, a_tick, after
from tests.fakes import ListStore, ManualClock, ScriptedFeed, ScriptedVenue


class Rig:
    """A session over scripted ports."""

    def __init__(
        self,
        facts: tuple[Fact, ...] = (),
        policy: Policy | None = None,
        listed: tuple[str, ...] = ("BTC",),
        brake: Brake | None = None,
        tape: Tape | None = None,
        clock: ManualClock | None = None,
        store: Store | None = None,
        rules: Rules | None = None,
        upkeep: Callable[[], Sequence[tuple[Level, str]]] | None = None,
    ) -> None:
        self.clock = clock or ManualClock()
        self.venue = ScriptedVenue(self.clock, listed)
        self.feed = ScriptedFeed(self.clock)
        self.store = ListStore(facts)
        self.session = Session(
            policy or a_policy(),
            self.venue,
            self.feed,
            store or self.store,
            self.clock,
            SessionOptions(scan_delay_s=5, rules=rules, upkeep=upkeep),
            brake,
            tape,
        )
        self.seen: list[Snapshot] = []
        self.session.subscribe(self.seen.append)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Rig"]:
        """Run until the block ends."""
        task = asyncio.create_task(self.session.run())
        try:
            yield self
        finally:
            self.session.stop()
            await asyncio.wait_for(task, 5)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something to become true; the test's own time-out is the limit."""
        async with asyncio.timeout(10):
            while not holds():
                await asyncio.sleep(0.005)

    async def silence(self, seconds: int) -> None:
        """Time passes without a word, while the desk looks around every few seconds; make `BEAT_S` short for it."""
        for _ in range(0, seconds, 5):
            self.clock.move(5)
            await self.until(lambda: self.session._shell.desk.state.at == self.clock.now())

    def kept(self, kind: type[Fact]) -> list[Fact]:
        """Facts of one kind in the ledger."""
        return [fact for fact in self.store.kept if isinstance(fact, kind)]

    async def armed(self) -> None:
        """Listening, priced at 100, with a setup that breaks above 102 and below 99."""
        await self.feed.ready.wait()
        self.feed.say(100)
        await self.until(lambda: self.session.snapshot.last_scan is not None)
        self.session._shell.apply(a_scan(a_setup(), at=TUESDAY))
        await self.until(lambda: not self.session._shell.journal.pending)

    async def entered(self) -> None:
        """Armed, and the setup broken at 102.1."""
        await self.armed()
        self.feed.say("102.1")
        await self.until(lambda: bool(self.session.snapshot.positions))


def bought(price: object = "102.1") -> tuple[Fact, ...]:
    """The ledger of a desk that holds a long position from this price."""
    desk = a_desk()
    facts = list(desk.start(TUESDAY))
    facts += desk.handle(a_scan(a_setup()))
    facts += desk.handle(a_tick(price, after(1)))
    facts += desk.stop(after(2))
    return tuple(fact for fact in facts if not isinstance(fact, Noted))
