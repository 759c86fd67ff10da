"""Breaks of pending setups: the first strict break resolves a setup, and its leg asks to open (S4.3, S9)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from core.domain.continuity import Standing, stood, tfc_score
from core.domain.events import PriceTick
from core.domain.facts import SetupResolved
from core.domain.leverage import Tier
from core.domain.patterns import Side
from core.domain.signals import Setup, SetupStatus
from core.domain.timeframes import Timeframe
from core.trading.entering import conclude, decide, entry_request
from core.trading.gates import EntryRequest, Opened, Refused
from core.trading.guards import watch
from core.trading.market import SymbolMarket
from core.trading.state import DeskState


@dataclass(frozen=True, slots=True)
class Break:
    """One side of a setup, broken: what its entry is judged on.

    Attributes:
        price: raw, before slippage.
        standings: of every timeframe, the break itself included.
        tier: that an entry takes at this moment.
        closed_now: the symbol's position was closed on this very tick or base bar, so it takes no entry on it.
        age_s: real seconds the price is old.
    """

    side: Side
    price: Decimal
    at: datetime
    standings: Mapping[Timeframe, Standing]
    tier: Tier
    closed_now: bool
    age_s: float = 0.0


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
            tier = state.policy.tiers.entry_tier_at(tick.at)
            seen = Break(side, tick.price, tick.at, market.standings(), tier, closed_now, tick.age_s)
            resolve(state, market, tracked.setup, seen)


def resolve(state: DeskState, market: SymbolMarket, setup: Setup, seen: Break) -> bool:
    """End the setup by this break; True if it opened a position."""
    status = setup.outcome(seen.side, seen.price)
    score, cause = tfc_score(seen.standings, seen.side), _cause(status, seen)
    state.emit(
        SetupResolved(setup.id, status, seen.side, seen.price, score, cause, seen.at, stood(seen.standings))
    )  # fmt: skip
    if status is not SetupStatus.TRIGGERED:
        return False
    decision = decided(state, market, setup, seen)
    conclude(state, setup, seen.side, decision, seen.price, seen.at)
    return isinstance(decision, Opened)


def decided(state: DeskState, market: SymbolMarket, setup: Setup, seen: Break) -> Opened | Refused:
    """What the gates say of this break, as the account stands."""
    watch(state, seen.at)
    request = entry_request(state, market, setup, seen.side, seen.price, seen.at)
    if isinstance(request, EntryRequest):
        taken = seen.closed_now or request.symbol_taken
        request = replace(
            request, age_s=seen.age_s, symbol_taken=taken, standings=seen.standings, tier=seen.tier
        )  # fmt: skip
    return decide(state, request)


def _cause(status: SetupStatus, seen: Break) -> str:
    match status:
        case SetupStatus.MISSED:
            return f"first seen at {seen.price}, already at or past the {seen.side} target"
        case SetupStatus.INVALIDATED:
            return f"broke {seen.side} at {seen.price}, a side without a leg"
        case _:
            return f"broke {seen.side} at {seen.price}"
