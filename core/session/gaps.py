"""What an outage missed: fetched symbol by symbol, judged of all the symbols that are being fetched at once (S13.1)."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from core.domain.bars import Bar
from core.domain.events import Gap, OutageJudged, SeriesLoaded
from core.domain.timeframes import M1, Timeframe
from core.session.shell import Shell
from core.session.threads import in_thread

TOGETHER_S = 5.0
"""Real seconds that fetched candles wait for those of other symbols: their stops must not wait for ever."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Candles of one symbol: those of its gap, and its series up to when they were asked for."""

    gap: Gap
    series: Mapping[Timeframe, tuple[Bar, ...]]
    at: datetime

    def before(self, first_tick: datetime) -> "Fetched":
        """Only the minutes before the first tick's own; after mere silence the gap ends there.

        The tick's own minute holds that very tick: the first price of a thin market, which may be traded.
        """
        minute = M1.start_of(first_tick)
        bars = tuple(bar for bar in self.gap.bars if bar.start < minute)
        return replace(self, gap=replace(self.gap, until=max(self.gap.since, minute), bars=bars))


class Gaps:
    """Brings the candles of gaps to the desk, those of symbols that were lost together in one event."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._fetching: set[str] = set()
        self._ready: dict[str, tuple[Fetched, asyncio.Future[None]]] = {}
        self._resting: dict[str, asyncio.Event] = {}
        """Symbols whose candles could not be had, until they are tried again."""
        self._alone: set[str] = set()
        """Symbols whose judging failed: the next time none of them can spoil another's."""

    async def fetch(self, symbol: str) -> Fetched:
        """Candles from the symbol's loss up to now. Raises FeedError."""
        shell = self._shell
        candles, venue = shell.markets[symbol].candles, shell.ports.venue
        market = shell.desk.state.markets[symbol]
        until = shell.ports.clock.now()
        since = market.lost_since or market.at or until

        def fetched() -> Fetched:
            candles.load(venue, until)
            timeframe, bars = candles.outage(venue, since, until) if since < until else (M1, ())
            return Fetched(Gap(symbol, timeframe, bars, since, until), candles.series(until), until)

        self._fetching.add(symbol)
        try:
            return await in_thread(fetched)
        except Exception:
            self._fetching.discard(symbol)
            self._judge_if_all_there()
            raise

    def forget(self, symbol: str) -> None:
        """Its candles are wanted no more; the others' do not wait for them."""
        self._fetching.discard(symbol)
        self._alone.discard(symbol)
        self._ready.pop(symbol, None)
        self._judge_if_all_there()

    async def judge(self, found: Fetched) -> None:
        """Hand fetched candles to the desk with those of the others that are being fetched. Raises what it raises."""
        symbol = found.gap.symbol
        judged = asyncio.get_running_loop().create_future()
        self._ready[symbol] = found, judged
        self._fetching.discard(symbol)
        if symbol in self._alone:
            self._judge([symbol])
        else:
            self._wake()
            self._judge_if_all_there()
            await asyncio.wait({judged}, timeout=TOGETHER_S)
            if not judged.done():
                self._judge(list(self._ready))
        await judged

    async def rest(self, symbol: str, seconds: float) -> None:
        """Wait before the next try, at most so long: the first candles of another symbol say that the venue is back."""
        self._resting[symbol] = asyncio.Event()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._resting[symbol].wait()
        finally:
            del self._resting[symbol]

    def _wake(self) -> None:
        for symbol, again in self._resting.items():
            if not again.is_set():
                again.set()
                self._fetching.add(symbol)

    def _judge_if_all_there(self) -> None:
        if not self._fetching:
            self._judge(list(self._ready))

    def _judge(self, symbols: list[str]) -> None:
        """Series first, for the bars that have closed tell when a setup ends; then the gaps, all in one event."""
        ready = [self._ready.pop(symbol) for symbol in symbols]
        if not ready:
            return
        shell = self._shell
        try:
            for found, _ in ready:
                for timeframe, bars in found.series.items():
                    shell.apply(SeriesLoaded(found.gap.symbol, timeframe, bars, found.at))
            shell.apply(OutageJudged(tuple(found.gap for found, _ in ready), shell.ports.clock.now()))
        except Exception as error:  # noqa: BLE001 - each symbol's own task takes it and tries again (R7)
            self._alone.update(symbols)
            for _, judged in ready:
                judged.set_exception(error)
        else:
            self._alone.difference_update(symbols)
            for _, judged in ready:
                judged.set_result(None)
