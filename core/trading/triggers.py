"""Live ticks against pending setups: the first strict break resolves a setup, and its leg asks to open (S4.3, S9)."""

from dataclasses import replace

from core.domain.continuity import stood, tfc_score
from core.domain.events import PriceTick
from core.domain.facts import SetupResolved
from core.domain.patterns import Side
from core.domain.signals import SetupStatus
from core.trading.entering import conclude, decide, entry_request
from core.trading.gates import EntryRequest
from core.trading.guards import watch
from core.trading.market import SymbolMarket
from core.trading.setups import TrackedSetup
from core.trading.state import DeskState


def triggers_on_tick(state: DeskState, market: SymbolMarket, tick: PriceTick, closed_now: bool) -> None:
    """Resolve every setup the tick breaks, longest timeframe and oldest setup bar first; the first that may, opens.

    Args:
        state: the desk.
        market: the symbol's market, forming bars already updated with the tick.
        tick: the price.
        closed_now: the symbol's position was closed on this tick, so it takes no entry on it.
    """
    for tracked in state.book.pending(market.symbol):
        side = tracked.setup.broken_by(tick.price)
        if side is not None and tick.at >= tracked.setup.bar_end:
            _resolve(state, market, tick, tracked, side, closed_now)


def _resolve(
    state: DeskState, market: SymbolMarket, tick: PriceTick, tracked: TrackedSetup, side: Side, closed_now: bool
) -> None:
    setup = tracked.setup
    status = setup.outcome(side, tick.price)
    standings = market.standings()
    score, cause = tfc_score(standings, side), _cause(status, side, tick)
    state.emit(SetupResolved(setup.id, status, side, tick.price, score, cause, tick.at, stood(standings)))
    if status is not SetupStatus.TRIGGERED:
        return
    watch(state, tick.at)
    request = entry_request(state, market, setup, side, tick.price, tick.at)
    if isinstance(request, EntryRequest):
        request = replace(request, age_s=tick.age_s, symbol_taken=closed_now or request.symbol_taken)
    conclude(state, setup, side, decide(state, request), tick.price, tick.at)


def _cause(status: SetupStatus, side: Side, tick: PriceTick) -> str:
    match status:
        case SetupStatus.MISSED:
            return f"first seen at {tick.price}, already at or past the {side} target"
        case SetupStatus.INVALIDATED:
            return f"broke {side} at {tick.price}, a side without a leg"
        case _:
            return f"broke {side} at {tick.price}"
