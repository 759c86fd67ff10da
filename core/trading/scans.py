"""What a scan found, merged into the book: each id once, nothing resolved comes back (S4.4, S4.5)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from core.domain.bars import SeriesKey
from core.domain.continuity import Standing, stood, tfc_score
from core.domain.events import FoundSetup, ScanDone
from core.domain.facts import MarketSeen, SetupFound, SetupResolved, SignalFound
from core.domain.signals import Setup, SetupStatus, Signal
from core.domain.snapshot import ScanView
from core.domain.timeframes import Timeframe
from core.trading.market import SymbolMarket
from core.trading.state import DeskState


def merge_scan(state: DeskState, scan: ScanDone) -> None:
    """Take a finished scan: new signals and setups become facts, pending ones are reconciled with the candles."""
    fresh = 0
    for signal in scan.signals:
        fresh += _merge_signal(state, signal, scan)
    for found in scan.setups:
        fresh += _merge_setup(state, found, scan)
    state.in_progress = tuple(s for s in scan.signals if s.in_progress)
    for market in state.markets.values():
        if market.at is not None and market.lost_since is None:
            state.emit(MarketSeen(market.symbol, market.at))
    state.scanned.update(scan.scanned)
    state.last_scan = ScanView(scan.at, scan.took_s, len(scan.scanned), len(scan.signals), len(scan.setups), fresh)


def age_setups(state: DeskState, symbol: str) -> None:
    """Resolve the symbol's pending setups that closed bars have ended; called when bars close or are delivered (S4.2).

    Rows are counted, not hours, and a break comes before an expiry. While an outage is not judged nothing ages.
    """
    market = state.markets[symbol]
    if market.lost_since is not None:
        return
    for tracked in state.book.pending(symbol):
        _age(state, market, tracked.setup, market.at if market.at is not None else tracked.setup.detected_at)


def age_setups_of(state: DeskState, market: SymbolMarket, timeframe: Timeframe, at: datetime) -> None:
    """The same for one timeframe, whose newest bar closed `at`."""
    for tracked in state.book.pending(market.symbol):
        if tracked.setup.timeframe == timeframe:
            _age(state, market, tracked.setup, at)


def _age(state: DeskState, market: SymbolMarket, setup: Setup, at: datetime) -> None:
    status = market.series[setup.timeframe].life(setup, forming=False)
    if status is not SetupStatus.PENDING:
        state.emit(SetupResolved(setup.id, status, None, None, 0, cause_of_end(setup, status), at))


def cause_of_end(setup: Setup, status: SetupStatus) -> str:
    """Why closed bars ended a setup, in words."""
    if status is SetupStatus.EXPIRED:
        return f"{setup.max_unbroken + 1} bars closed without a break"
    if status is SetupStatus.INVALID_DATA:
        return "a candle after it cannot be used"
    return "the venue's candles show it broken"


def _merge_signal(state: DeskState, signal: Signal, scan: ScanDone) -> int:
    if signal.in_progress or state.book.knows(signal):
        return 0
    known = SeriesKey(signal.symbol, signal.timeframe) in state.scanned
    seen = _standings(state, signal.symbol)
    found = replace(signal, fresh=known, tfc_score=tfc_score(seen, signal.side), standings=stood(seen))
    state.emit(SignalFound(found, scan.at))
    return int(known)


def _standings(state: DeskState, symbol: str) -> Mapping[Timeframe, Standing]:
    market = state.markets.get(symbol)
    return market.standings() if market is not None else {}


def _merge_setup(state: DeskState, found: FoundSetup, scan: ScanDone) -> int:
    setup, status = found.setup, found.status
    market = state.markets.get(setup.symbol)
    if state.book.knows(setup):
        tracked = state.book.get(setup.id)
        if tracked is not None and tracked.pending and status is not SetupStatus.PENDING:
            _reconcile(state, found, scan)
        return 0
    if status is SetupStatus.PENDING and market is not None:
        # Ticks went on while the scanner looked at its frozen bars.
        status = market.series[setup.timeframe].life(setup)
    known = SeriesKey(setup.symbol, setup.timeframe) in state.scanned
    note_found(state, setup, status, known, scan.at)
    return int(known)


def note_found(state: DeskState, setup: Setup, status: SetupStatus, known: bool, at: datetime) -> None:
    """A setup is new: keep it, each leg with its continuity at this moment.

    Args:
        state: the desk.
        setup: never found before.
        status: what bars have made of it already.
        known: was its series looked at before? Only then is it news.
        at: the desk's time.
    """
    seen = _standings(state, setup.symbol)
    legs = tuple(replace(judged, tfc_score=tfc_score(seen, judged.leg.side)) for judged in setup.legs)
    state.emit(SetupFound(replace(setup, legs=legs, fresh=known), status, at))


def _reconcile(state: DeskState, found: FoundSetup, scan: ScanDone) -> None:
    """An armed setup that closed candles have ended; a break in the forming bar is left to the ticks."""
    setup, market = found.setup, state.markets.get(found.setup.symbol)
    if market is not None and market.series[setup.timeframe].life(setup, forming=False) is SetupStatus.PENDING:
        return
    cause = "resolved by the venue's candles"
    state.emit(SetupResolved(setup.id, found.status, None, None, 0, cause, scan.at))
