"""Other rules while the desk runs: what a desk that is started with them would do, without the start."""

from datetime import datetime

from core.domain.events import Level, PolicyChanged
from core.domain.facts import MarketSeen, SetupResolved
from core.domain.policy import Policy
from core.domain.signals import SetupStatus
from core.trading.market import SymbolMarket
from core.trading.state import DeskState


def refusal_to_leave(state: DeskState, policy: Policy) -> str:
    """Why a policy cannot be taken now: it no longer names the symbol of an open position. Empty where it can."""
    held = [symbol for symbol in state.account.positions if symbol not in policy.symbols]
    if not held:
        return ""
    noun = "a position is" if len(held) == 1 else "positions are"
    return f"symbols must keep {', '.join(held)}: {noun} open"


def change_policy(state: DeskState, changed: PolicyChanged) -> None:
    """Take the rules, begin to watch new symbols, and let go of those that are no longer named."""
    policy = changed.policy
    watched = (*policy.symbols, *(symbol for symbol in state.account.positions if symbol not in policy.symbols))
    for market in state.markets.values():
        if market.symbol not in watched and market.at is not None:
            state.emit(MarketSeen(market.symbol, market.lost_since or market.at))
    state.policy = policy
    state.markets = {symbol: state.markets.get(symbol) or SymbolMarket(symbol) for symbol in watched}
    state.in_progress = tuple(signal for signal in state.in_progress if signal.symbol in state.markets)
    state.scanned = {key for key in state.scanned if key.symbol in state.markets}
    state.note(Level.INFO, "settings", changed.what, changed.at)
    end_unwatched(state, changed.at)


def end_unwatched(state: DeskState, at: datetime) -> None:
    """Pending setups of symbols nobody watches any more end: nothing would tell their break or their age."""
    for tracked in tuple(state.book.all_pending()):
        if tracked.setup.symbol not in state.markets:
            cause = f"{tracked.setup.symbol} is no longer watched"
            state.emit(SetupResolved(tracked.setup.id, SetupStatus.INVALIDATED, None, None, 0, cause, at))
