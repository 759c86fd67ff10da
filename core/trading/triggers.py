"""Live ticks against pending setups: the first strict break resolves a setup, and its leg asks to open (S4.3, S9)."""

from core.domain.continuity import tfc_score
from core.domain.events import PriceTick
from core.domain.facts import EntryRefused, PositionOpened, SetupResolved
from core.domain.patterns import Side
from core.domain.positions import OpenPosition
from core.domain.signals import SetupStatus
from core.domain.sizing import Refusal
from core.domain.timeframes import H1
from core.trading.gates import EntryRequest, Refused, decide_entry
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
    score = tfc_score(standings, side)
    state.emit(SetupResolved(setup.id, status, side, tick.price, score, _cause(status, side, tick), tick.at))
    judged = setup.leg_on(side)
    if status is not SetupStatus.TRIGGERED or judged is None:
        return
    if market.instrument is None or market.unlisted:
        why = (("listing", market.unlisted or "none"),)
        state.emit(EntryRefused(setup.id, side, Refusal.MAINTENANCE, tick.price, why, tick.at))
        return
    series = market.series[setup.timeframe]
    request = EntryRequest(
        setup=setup,
        judged=judged,
        price=tick.price,
        at=tick.at,
        age_s=tick.age_s,
        missing_bar=setup.timeframe <= H1 and series.missing_between(setup.bar_start, tick.at),
        standings=standings,
        instrument=market.instrument,
        symbol_taken=closed_now or market.symbol in state.account.positions,
        balance=state.account.balance,
        reserved=state.account.reserved,
    )
    decision = decide_entry(request, state.policy)
    match decision:
        case Refused(code=code, numbers=numbers):
            state.emit(EntryRefused(setup.id, side, code, tick.price, numbers, tick.at))
        case OpenPosition():
            state.emit(PositionOpened(decision, tick.at))


def _cause(status: SetupStatus, side: Side, tick: PriceTick) -> str:
    match status:
        case SetupStatus.MISSED:
            return f"first seen at {tick.price}, already at or past the {side} target"
        case SetupStatus.INVALIDATED:
            return f"broke {side} at {tick.price}, a side without a leg"
        case _:
            return f"broke {side} at {tick.price}"
