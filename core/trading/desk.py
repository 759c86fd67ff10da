"""The desk: one event in, the facts it caused out; the order inside is market, exits, triggers, entries (S9)."""

from collections.abc import Iterable
from datetime import datetime

from core.domain.ends import StopCause
from core.domain.events import (
    BarClosed,
    EntryUndone,
    Event,
    InstrumentListed,
    Level,
    Noted,
    OutageBegan,
    OutageJudged,
    Outcome,
    PolicyChanged,
    PriceTick,
    ScanDone,
    ScanFailed,
    SeriesLoaded,
    SymbolUnlisted,
    TimePassed,
)
from core.domain.facts import DeskStarted, DeskStopped, Fact, MarketSeen, SetupResolved
from core.domain.policy import Policy
from core.domain.signals import SetupStatus
from core.domain.snapshot import Snapshot
from core.domain.timeframes import M15, Timeframe
from core.trading.bar_mode import take_bar
from core.trading.changing import change_policy, end_unwatched
from core.trading.exits import exits_on_tick, fund_until
from core.trading.folded import Folding
from core.trading.following import follow_candle
from core.trading.guards import watch
from core.trading.market import SymbolMarket
from core.trading.outage import begin_outage, judge_outage
from core.trading.persons import on_command
from core.trading.picture import Painter
from core.trading.scans import age_setups, merge_scan
from core.trading.state import DeskState
from core.trading.triggers import triggers_on_tick


class Desk:
    """A paper trading desk. Pure: no clock, no I/O, no await; every input is an event with its time."""

    def __init__(self, policy: Policy) -> None:
        self.state = DeskState(policy)
        self._painter = Painter(self.state)

    def restore(self, facts: Iterable[Fact]) -> int:
        """Fold a ledger's facts, before the first event; how many there were."""
        folding = Folding().take(facts)
        self.resume(folding)
        return folding.count

    def resume(self, folding: Folding) -> None:
        """Go on from a folded ledger, before the first event; it is this desk's from now on."""
        self.state.resume(folding)

    def handle(self, event: Event) -> tuple[Outcome, ...]:
        """Take one event and return what it caused, in order; a tick that changes nothing returns nothing."""
        self.state.pass_to(event.at)
        match event:
            case PriceTick():
                self._on_tick(event)
            case TimePassed():
                self._on_time(event)
            case SeriesLoaded():
                self._on_series(event)
            case ScanDone():
                merge_scan(self.state, event)
            case OutageBegan():
                begin_outage(self.state, self.state.markets[event.symbol], event)
            case OutageJudged():
                judge_outage(self.state, event)
            case BarClosed():
                take_bar(self.state, event)
            case PolicyChanged():
                change_policy(self.state, event)
            case ScanFailed() | InstrumentListed() | SymbolUnlisted() | Noted() | EntryUndone():
                self._on_shell(event)
            case _:
                on_command(self.state, event)
        return self.state.drain()

    def snapshot(self) -> Snapshot:
        """The picture of everything, without the session's link part; needs one event before it."""
        return self._painter.paint()

    def start(self, at: datetime) -> tuple[Outcome, ...]:
        """Begin to work, once after `restore`; opens the paper account if there is none yet."""
        self.state.pass_to(at)
        self.state.open_account(at)
        self.state.emit(DeskStarted(at))
        end_unwatched(self.state, at)
        return self.state.drain()

    def stop(self, at: datetime, cause: StopCause = StopCause.ASKED) -> tuple[Outcome, ...]:
        """End cleanly: note for the ledger up to where each live market was judged, and why the desk ends."""
        for market in self.state.markets.values():
            if market.at is not None and market.lost_since is None:
                self.state.emit(MarketSeen(market.symbol, market.at))
        self.state.pass_to(at)
        self.state.emit(DeskStopped(at, cause))
        return self.state.drain()

    def _on_tick(self, tick: PriceTick) -> None:
        state = self.state
        if not (tick.price.is_finite() and tick.price > 0):
            return
        market = state.markets[tick.symbol]
        fund_until(state, tick.symbol, market.price, tick.at)
        self._roll(market, tick.at)
        market.take(tick)
        closed_now = exits_on_tick(state, market, tick)
        if market.lost_since is None:
            triggers_on_tick(state, market, tick, closed_now)

    def _on_time(self, passed: TimePassed) -> None:
        self.state.clock_skew_s = passed.clock_skew_s
        for market in self.state.markets.values():
            if market.lost_since is None:
                self._roll(market, passed.at)
        watch(self.state, passed.at)

    def _roll(self, market: SymbolMarket, at: datetime) -> None:
        """Close the bars whose time is over: setups age, and refused entries are followed a candle further."""
        closed: list[Timeframe] = market.roll(at)
        if not closed:
            return
        age_setups(self.state, market.symbol)
        if M15 in closed and market.lost_since is None:
            bar = market.series[M15].closed[-1]
            follow_candle(self.state, market.symbol, bar, bar.start + M15.span)

    def _on_series(self, loaded: SeriesLoaded) -> None:
        market = self.state.markets[loaded.symbol]
        market.series[loaded.timeframe].load(loaded.bars, loaded.at)
        age_setups(self.state, loaded.symbol)

    def _on_shell(self, event: ScanFailed | InstrumentListed | SymbolUnlisted | Noted | EntryUndone) -> None:
        match event:
            case ScanFailed(reason=reason):
                self.state.note(Level.ERROR, "scan", f"scan failed: {reason}", event.at)
            case InstrumentListed():
                self._on_listing(event)
            case SymbolUnlisted():
                self._on_unlisted(event)
            case Noted():
                self.state.log.append(event)
            case EntryUndone():
                self._on_undone(event)

    def _on_listing(self, listed: InstrumentListed) -> None:
        market = self.state.markets[listed.instrument.symbol]
        if market.instrument is None or market.instrument.product_id != listed.instrument.product_id:
            text = f"{listed.instrument.symbol} is {listed.instrument.product_id}: {listed.instrument.why}"
            self.state.note(Level.INFO, "listing", text, listed.at)
        market.instrument, market.unlisted = listed.instrument, ""
        for tracked in self.state.book.pending(market.symbol):
            if tracked.setup.product_id != listed.instrument.product_id:
                cause = f"its levels are those of {tracked.setup.product_id}, which is no longer traded here"
                self.state.emit(
                    SetupResolved(tracked.setup.id, SetupStatus.INVALIDATED, None, None, 0, cause, listed.at)
                )

    def _on_unlisted(self, unlisted: SymbolUnlisted) -> None:
        market = self.state.markets[unlisted.symbol]
        if market.unlisted != unlisted.reason:
            self.state.note(Level.ERROR, "listing", f"{unlisted.symbol}: {unlisted.reason}", unlisted.at)
        market.unlisted = unlisted.reason

    def _on_undone(self, undone: EntryUndone) -> None:
        position = self.state.undo(undone.position_id, undone.at)
        if position is not None:
            text = f"entry {position.symbol} {position.side} taken back: the ledger could not store it"
            self.state.note(Level.ERROR, "store", text, undone.at)
