"""The scan schedule: at each 15m close plus a few seconds, at the start, and on demand (S7.5)."""

import asyncio
import contextlib
from datetime import datetime, timedelta

from core.domain.bars import Bar, SeriesKey
from core.domain.errors import AtlasError, FeedError, NotListed
from core.domain.events import Level, ScanDone, ScanFailed, SeriesLoaded, SymbolUnlisted
from core.domain.policy import Policy
from core.domain.series import SeriesBars
from core.domain.timeframes import M15, Timeframe
from core.session.shell import Shell
from core.session.threads import in_thread
from core.strat.findings import Findings
from core.strat.scanner import scan

DELIVERY_TRIES = 6
RETRY_S = 15.0
"""Real seconds until a failed scan is tried again; doubles to four minutes."""
LATE_S = 10.0
"""Real seconds after its time at which a scan begins late."""
DELIVERY_WAIT_S = 2.0
"""Real seconds between tries for a candle that has closed but is not delivered; then it counts as absent."""


class Scans:
    """Loads what has closed, hands frozen bars to the scanner's thread, and its findings to the desk."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._asked = asyncio.Event()
        self._running = False
        self.done_once = asyncio.Event()

    def ask(self) -> None:
        """Scan as soon as possible; nothing happens while a scan is running."""
        if not self._running:
            self._asked.set()

    def ask_anew(self) -> None:
        """Scan as soon as possible, once more where a scan is running."""
        self._asked.set()

    async def run(self) -> None:
        """Scan for ever: now, on schedule, on demand, and soon after one that failed; never in maintenance."""
        failed = 0
        while True:
            asked = self._asked.is_set()
            self._asked.clear()
            if not self._shell.policy.maintenance.contains(self._shell.ports.clock.now()):
                failed = 0 if await self.once() else failed + 1
            elif asked:
                self._shell.note(Level.INFO, "scan", "no scan in the weekly maintenance")
            await self._wait(RETRY_S * 2 ** min(failed, 4) if failed else None)
            self._look_at_clock()

    def _look_at_clock(self) -> None:
        """Does this scan begin late? A machine that slept, or a loop that was busy, is no reason to hide it."""
        clock, rounds = self._shell.ports.clock, self._shell.link.scans
        if rounds.next_at is not None and (clock.now() - rounds.next_at).total_seconds() > LATE_S * clock.speed:
            rounds.late += 1

    async def once(self) -> bool:
        """One scan, from the candles to the desk; False, and shown, when it failed."""
        self._running = True
        try:
            failures = await self._scan()
            self.done_once.set()
            self._report("; ".join(failures))
            well = True
        except AtlasError as error:
            self._report(str(error))
            well = False
        finally:
            self._shell.link.loading = ""
            self._running = False
        self._shell.link.scans.ended(well, self._shell.ports.clock.now())
        return well

    def next_at(self, now: datetime) -> datetime:
        """When the next scheduled scan is due: a 15m close plus the delay, after maintenance if that is on."""
        due = M15.end_of(now - timedelta(seconds=self._shell.options.scan_delay_s))
        while self._shell.policy.maintenance.contains(due):
            due += M15.span
        return due + timedelta(seconds=self._shell.options.scan_delay_s)

    async def _wait(self, retry_s: float | None) -> None:
        """Sleep to the next scan, at most `retry_s` real seconds; a request ends it at once."""
        clock = self._shell.ports.clock
        due = self.next_at(clock.now())
        if retry_s is not None:
            due = min(due, clock.now() + timedelta(seconds=retry_s * clock.speed))
        self._shell.link.scans.next_at = due
        self._shell.publisher.changed()
        while not self._asked.is_set() and (left_s := (due - clock.now()).total_seconds() / clock.speed) > 0:
            # At most a minute at a time, for a clock may be set while we sleep.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(left_s, 60.0)):
                    await self._asked.wait()

    def _report(self, failure: str) -> None:
        """Show what went wrong with this scan, or that nothing did."""
        now = self._shell.ports.clock.now()
        self._shell.link.scan_error = f"scan failed {now:%H:%M} UTC: {failure}" if failure else ""
        if failure:
            self._shell.apply(ScanFailed(failure, now))

    async def _scan(self) -> list[str]:
        """Load and scan every listed symbol; returns a sentence for each that could not be loaded, if not all.

        Rules that change meanwhile make another scan of it, by them alone.
        """
        while (failures := await self._scan_by(self._shell.policy)) is None:
            pass
        return failures

    async def _scan_by(self, policy: Policy) -> list[str] | None:
        """One scan by these rules; None, and nothing found, where they no longer hold."""
        shell = self._shell
        began_s = shell.ports.clock.real()
        stale: list[SeriesKey] = []
        loaded: list[str] = []
        failures: list[str] = []
        wanted = [symbol for symbol in policy.symbols if symbol in shell.markets]
        for number, symbol in enumerate(wanted, start=1):
            shell.link.loading = f"scanning {number}/{len(wanted)} {symbol}"
            shell.publisher.changed()
            try:
                stale += await self._load(symbol)
                loaded.append(symbol)
            except NotListed as error:
                if symbol in shell.markets:
                    shell.apply(SymbolUnlisted(symbol, str(error), shell.ports.clock.now()))
            except FeedError as error:
                failures.append(f"{symbol}: {error}")
            if shell.policy is not policy:
                return None
        if failures and not loaded:
            raise FeedError("; ".join(failures))
        at = shell.ports.clock.now()
        frozen = self._frozen(loaded)
        findings: Findings = await in_thread(scan, frozen, policy.filters, policy.maintenance, at)
        if shell.policy is not policy:
            return None
        took_s = shell.ports.clock.real() - began_s
        scanned = tuple(SeriesKey(each.symbol, each.timeframe) for each in frozen)
        shell.apply(ScanDone(findings.signals, findings.setups, scanned, tuple(stale), took_s, at))
        return failures

    async def _load(self, symbol: str) -> list[SeriesKey]:
        """Fetch what has closed, waiting for the venue to deliver it; returns the series it never delivered."""
        shell = self._shell
        market, venue, clock = shell.markets[symbol], shell.ports.venue, shell.ports.clock
        candles = market.candles
        for attempt in range(DELIVERY_TRIES):
            now = clock.now()

            def fetch(now: datetime = now) -> dict[Timeframe, tuple[Bar, ...]]:
                candles.refresh(venue, now)
                return candles.series(now)

            series = await in_thread(fetch)
            if shell.markets.get(symbol) is not market:
                return []  # it was taken out of the symbols meanwhile
            overdue = candles.overdue(now)
            if not overdue or attempt == DELIVERY_TRIES - 1:
                for timeframe, bars in series.items():
                    shell.apply(SeriesLoaded(symbol, timeframe, bars, now))
                return [SeriesKey(symbol, timeframe) for timeframe in overdue]
            await asyncio.sleep(DELIVERY_WAIT_S / clock.speed if clock.speed > 1 else DELIVERY_WAIT_S)
        return []

    def _frozen(self, symbols: list[str]) -> list[SeriesBars]:
        found = []
        for symbol in symbols:
            market = self._shell.desk.state.markets[symbol]
            product_id = market.instrument.product_id if market.instrument is not None else ""
            for timeframe, series in market.series.items():
                forming = series.forming_bar()
                bars = series.closed if forming is None else (*series.closed, forming)
                found.append(SeriesBars(symbol, product_id, timeframe, bars, forming is not None))
        return found
