"""The last step of an entry, by a break or by hand: S9's gates, then halts and guards, then the position."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from core.domain.facts import EntryRefused, PositionOpened
from core.domain.patterns import Side
from core.domain.positions import Origin
from core.domain.signals import Setup
from core.domain.sizing import Refusal
from core.domain.timeframes import H1
from core.trading.gates import EntryRequest, Opened, Refused, decide_entry
from core.trading.guards import over_exposed, stopped
from core.trading.market import SymbolMarket
from core.trading.state import DeskState


def entry_request(
    state: DeskState, market: SymbolMarket, setup: Setup, side: Side, price: Decimal, at: datetime
) -> EntryRequest | Refused:
    """What the gates are asked for this leg at this price; refused where nothing is listed to trade."""
    judged = setup.leg_on(side)
    if market.instrument is None or market.unlisted or judged is None:
        return Refused(Refusal.MAINTENANCE, (("listing", market.unlisted or "none"),))
    series = market.series[setup.timeframe]
    return EntryRequest(
        setup=setup,
        judged=judged,
        price=price,
        at=at,
        age_s=0.0,
        missing_bar=setup.timeframe <= H1 and series.missing_between(setup.bar_start, at),
        standings=market.standings(),
        instrument=market.instrument,
        symbol_taken=market.symbol in state.account.positions,
        balance=state.account.balance,
        reserved=state.account.reserved,
        tier=state.policy.tiers.entry_tier_at(at),
    )


def decide(state: DeskState, request: EntryRequest | Refused) -> Opened | Refused:
    """S9's gates in their order, then a person's word, halts and guards; an entry by hand needs no word."""
    if isinstance(request, Refused):
        return request
    decision = decide_entry(request, state.policy)
    if isinstance(decision, Refused):
        return decision
    setup, side = request.setup, request.judged.leg.side
    if request.origin is Origin.SETUP:
        word = state.reviews.held(setup, side, request.at, state.policy.review)
        if word is not None:
            return Refused(word, _words(state, setup.id), decision.terms)
    own = stopped(state, setup.symbol, request.at) or over_exposed(state, decision.position)
    return Refused(own.code, own.numbers, decision.terms) if own is not None else decision


def conclude(state: DeskState, setup: Setup, side: Side, decision: Opened | Refused, price: Decimal,
             at: datetime) -> None:  # fmt: skip
    """Make the decision a fact."""
    match decision:
        case Refused(code=code, numbers=numbers, terms=terms):
            state.emit(EntryRefused(setup.id, side, code, price, numbers, at, terms))
        case Opened(position=position, terms=terms):
            state.emit(PositionOpened(position, at, terms))


def by_hand(request: EntryRequest | Refused, fraction: Decimal) -> EntryRequest | Refused:
    """The same request, asked by a person for a part of the size."""
    if isinstance(request, Refused):
        return request
    return replace(request, fraction=fraction, origin=Origin.HAND)


def _words(state: DeskState, setup_id: str) -> tuple[tuple[str, str], ...]:
    review = state.reviews.review(setup_id)
    return (("reason", review.reason),) if review is not None and review.reason else ()
