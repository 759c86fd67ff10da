"""One desk, running: restored from the ledger, fed by the venue, scanned on schedule, watched by consoles."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace

from core.domain.commands import Command, EnterByHand, HaltEntries, ResumeEntries, spoken_clean
from core.domain.ends import StopCause
from core.domain.events import Level, OutageBegan, TimePassed
from core.domain.guards import HaltSource
from core.domain.policy import Policy
from core.domain.review_views import ExpectedEntry
from core.domain.snapshot import Snapshot
from core.ports import Brake, Clock, PriceFeed, Store, Tape, Venue
from core.session.alerting import Alerting, AlertPorts
from core.session.intake import Intake
from core.session.listings import Listings
from core.session.polls import Polls
from core.session.reloading import Reloads
from core.session.scanning import Scans
from core.session.shell import Ports, SessionOptions, Shell, Unrecorded
from core.session.threads import in_thread
from core.session.upkeep import Upkeep
from core.session.vitals import Vitals
from core.trading.desk import Desk
from core.trading.hand import expected

BEAT_S = 1.0
RESTART_S = 1.0
LONGEST_RESTART_S = 30.0
HEALTHY_S = 60.0
"""A part that ran so long begins again after the shortest pause."""
FLUSH_S = 1.5
"""How long a stop waits for commits under way."""
LAST_ALERTS_S = 0.4
"""How long it waits for alerts that are being sent."""

__all__ = ["Session", "SessionOptions"]


class Session:
    """The async shell around a desk; fits `core.ports.DeskLink`. Runs on one event loop, with or without a console."""

    def __init__(
        self,
        policy: Policy,
        venue: Venue,
        feed: PriceFeed,
        store: Store,
        clock: Clock,
        options: SessionOptions,
        brake: Brake | None = None,
        tape: Tape | None = None,
    ) -> None:
        self._brake = brake
        self._shell = Shell(policy, Ports(venue, feed, store, clock, tape or Unrecorded()), options)
        self._alerting: Alerting | None = None
        self._intake = Intake(self._shell)
        self._scans = Scans(self._shell)
        self._listings = Listings(self._shell, self._listed)
        self._polls = Polls(self._shell, self._listings.measure_skew)
        self._vitals = Vitals()
        self._listening = False
        self._grown = asyncio.Event()
        """The products to listen to are others than when the feed last subscribed."""
        parts = self._intake, self._listings, self._scans
        self._reloads = Reloads(self._shell, parts, self._grown.set, options.rules)
        self._stopping = asyncio.Event()
        self._cause = StopCause.ASKED
        self._restored = asyncio.Event()

    @property
    def snapshot(self) -> Snapshot:
        """The newest published picture."""
        return self._shell.publisher.snapshot

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        """Call `listener` on the event loop with every published picture; returns the way to stop it."""
        return self._shell.publisher.subscribe(listener)

    def send(self, command: Command) -> None:
        """Hand a person's request to the desk, stamped with the desk's clock; what they wrote is cleaned at this door.

        The desk cleans it too, but a recording is made before that, and is replayed where no secret is known.
        """
        self._shell.apply(spoken_clean(replace(command, at=self._shell.ports.clock.now())))

    def expected(self, command: EnterByHand) -> ExpectedEntry:
        """What the desk would do with an entry by hand right now."""
        shell = self._shell
        return expected(shell.desk.state, replace(command, at=shell.ports.clock.now()))

    def note(self, level: Level, topic: str, text: str) -> None:
        """Put a line into the log; `topic` is one word."""
        self._shell.note(level, topic, text)

    def alert_by(self, ports: AlertPorts) -> None:
        """Send alerts from the beginning of `run` on; they see feed and clock, and can only write into the log."""
        self._alerting = Alerting(ports, self._shell.ports.clock, lambda: self.snapshot.link, self._shell.note)
        self._shell.failed_alerts = self._alerting.failed_within

    def scan_now(self) -> None:
        """Scan at once; ignored while a scan is running."""
        self._scans.ask()

    def reload(self) -> None:
        """Read the settings again; what came of it stands in the log."""
        self._reloads.ask()

    async def reloaded(self) -> None:
        """Wait until the settings that were asked for are taken or refused."""
        await self._reloads.done()

    def stop(self, cause: StopCause = StopCause.ASKED) -> None:
        """Ask `run` to end, for the reason that the ledger is to keep; returns at once."""
        self._cause = cause
        self._stopping.set()

    def ailment(self) -> str:
        """What of this desk stands still, though it should not; empty while it lives, whatever the venue does."""
        return self._vitals.ailment(self._shell.ports.clock.real())

    async def wait_restored(self) -> None:
        """Wait until the ledger has been read, or reading it has failed and `run` is about to raise."""
        await self._restored.wait()

    async def wait_armed(self) -> None:
        """Wait until the first scan is in the book and every listed symbol has a price."""
        await self._scans.done_once.wait()
        priced = asyncio.Event()

        def look(snapshot: Snapshot) -> None:
            if all(quote.price is not None for quote in snapshot.quotes if quote.instrument is not None):
                priced.set()

        look(self.snapshot)
        unsubscribe = self.subscribe(look)
        try:
            await priced.wait()
        finally:
            unsubscribe()

    async def run(self) -> None:
        """Run until `stop`. Raises StoreError when the ledger cannot be read; nothing else ends it."""
        tasks: list[asyncio.Task[None]] = []
        alerts: asyncio.Task[None] | None = None
        try:
            await self._restore()
            tasks = [
                asyncio.create_task(self._supervised("market", self._trade)),
                asyncio.create_task(self._supervised("clock", self._beat)),
                asyncio.create_task(self._supervised("settings", self._reloads.run)),
                asyncio.create_task(self._supervised("upkeep", Upkeep(self._shell).run)),
            ]
            if self._alerting is not None:
                alerts = asyncio.create_task(self._supervised("alerts", self._alerting.run))
            await self._stopping.wait()
        finally:
            self._restored.set()
            await self._end(tasks)
            await self._last_alerts(alerts)

    async def _restore(self) -> None:
        """Fold the ledger into the desk; symbols it has seen begin with an outage up to now."""
        shell = self._shell
        # A desk of its own, for nobody may look at one that a thread is folding into.
        desk = Desk(shell.policy)
        found = await in_thread(shell.ports.store.restored)
        count = found.folding.count
        desk.resume(found.folding)
        shell.begin(desk, count)
        now = shell.ports.clock.now()
        for symbol, seen in shell.desk.state.seen.items():
            if symbol in shell.desk.state.markets:
                shell.apply(OutageBegan(symbol, seen, now))
        self._look_at_brake()
        if count:
            account = shell.desk.state.account
            counts = f"{len(account.positions)} open positions, {len(account.trades)} trades"
            shell.note(Level.INFO, "desk", f"resumed from {count} ledger events: {counts}")
        if found.told:
            shell.note(Level.INFO, "desk", found.told)
        self._restored.set()

    async def _trade(self) -> None:
        """Resolve, catch up, listen and scan; each part with a restart loop of its own."""
        await self._listings.resolve()
        await self._listings.until_any()
        await self._intake.settle()
        async with asyncio.TaskGroup() as parts:
            parts.create_task(self._supervised("feed", self._listen))
            parts.create_task(self._supervised("scanner", self._scans.run))
            parts.create_task(self._supervised("listings", self._listings.run))
            parts.create_task(self._supervised("polls", self._polls.run))

    def _listed(self, symbol: str) -> None:
        """A symbol got its listing: its candles are fetched, the feed subscribes to it, and it is scanned."""
        self._intake.recover(symbol)
        self._grown.set()
        if self._listening:
            self._scans.ask_anew()

    async def _listen(self) -> None:
        """Listen for ever, subscribing anew when a symbol is listed later than the others."""
        self._listening = True
        while True:
            self._grown.clear()
            if not self._shell.symbols:
                await self._grown.wait()
                continue
            feed = asyncio.create_task(self._shell.ports.feed.run(tuple(self._shell.symbols), self._intake))
            grown = asyncio.create_task(self._grown.wait())
            try:
                await asyncio.wait({feed, grown}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                grown.cancel()
                feed.cancel()
                ended = (await asyncio.gather(feed, return_exceptions=True))[0]
            if isinstance(ended, Exception):
                raise ended

    async def _beat(self) -> None:
        """Once a real second: bars closed by the clock, stale symbols, rates, ages."""
        shell = self._shell
        while True:
            real = shell.ports.clock.real()
            self._look_at_vitals(real)
            for market in shell.markets.values():
                market.pulse.measure(real)
            self._intake.watch()
            self._look_at_brake()
            for level, text in shell.ports.tape.news():
                shell.note(level, "store", text)
            shell.apply(TimePassed(shell.ports.clock.now(), shell.link.clock_skew_s))
            await asyncio.sleep(BEAT_S)

    def _look_at_vitals(self, real_s: float) -> None:
        """Note what must change from time to time: this very look, the commit waited for, what the feed is at."""
        self._vitals.look("clock", real_s, real_s)
        self._vitals.look("ledger", self._shell.journal.under_way, real_s)
        if self._listening:
            at = self._shell.ports.feed.health()
            sign = (at.connected, at.last_message_s, at.attempt, at.retry_at_s)
            self._vitals.look("feed", sign, real_s)

    def _look_at_brake(self) -> None:
        """Bring the desk in line with the brake: also after a restart, with the ledger of another day."""
        shell = self._shell
        pulled = self._brake is not None and self._brake.pulled()
        if pulled != shell.desk.state.halts.is_halted("", HaltSource.FILE):
            command = HaltEntries if pulled else ResumeEntries
            shell.apply(command("", HaltSource.FILE, shell.ports.clock.now()))

    async def _supervised(self, name: str, part: Callable[[], Coroutine[None, None, None]]) -> None:
        """Run a part for ever: whatever it raises is noted, and it begins again after a growing pause."""
        pause_s = RESTART_S
        while True:
            began_s = self._shell.ports.clock.real()
            try:
                await part()
            except Exception as error:  # noqa: BLE001 - the one supervisor: no part may stop the desk (R7)
                text = f"{name} failed ({type(error).__name__}: {error}); begun again in {pause_s:.0f} s"
                self._shell.note(Level.ERROR, "desk", text)
            if self._shell.ports.clock.real() - began_s > HEALTHY_S:
                pause_s = RESTART_S
            await asyncio.sleep(pause_s)
            pause_s = min(LONGEST_RESTART_S, pause_s * 2)

    async def _last_alerts(self, alerts: asyncio.Task[None] | None) -> None:
        """Give what can be sent at once a moment, the end of the desk too; the rest waits for the next start."""
        if self._alerting is not None and alerts is not None:
            await self._alerting.finish(LAST_ALERTS_S)
            alerts.cancel()
            await asyncio.gather(alerts, return_exceptions=True)

    async def _end(self, tasks: list[asyncio.Task[None]]) -> None:
        shell = self._shell
        shell.ports.venue.close()
        self._intake.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if tasks:
            shell.end(self._cause)
        await shell.journal.drained(FLUSH_S)
        shell.journal.close()
        shell.publisher.close()
