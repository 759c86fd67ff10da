"""How positions end, are re-tiered and pay funding: on ticks, and booked for candles and by hand."""

from datetime import datetime
from decimal import Decimal, localcontext

from core.domain.events import PriceTick
from core.domain.facts import FundingPaid, PositionClosed, PositionRetiered
from core.domain.leverage import Tier
from core.domain.margin import (
    PRECISION,
    booked,
    can_open,
    funding_amount,
    funding_times,
    liquidation_price,
    rate_per_event,
)
from core.domain.positions import (
    ClosedTrade,
    Exit,
    ExitReason,
    Fill,
    FillTag,
    OpenPosition,
    exit_on_tick,
    gross_profit,
    slipped,
)
from core.domain.swing import SwingTest
from core.domain.symbols import Instrument
from core.trading.gates import margin_leverage
from core.trading.market import SymbolMarket
from core.trading.state import DeskState


def exits_on_tick(state: DeskState, market: SymbolMarket, tick: PriceTick) -> bool:
    """Exits, then the deadline, for the symbol's position; True if it closed on this tick."""
    position = state.account.positions.get(market.symbol)
    if position is None or tick.age_s > state.policy.prices.stale_after_s:
        return False
    tag = FillTag.LATE if tick.late else FillTag.LIVE
    held_s = (tick.at - position.entry.at).total_seconds()
    reached = exit_on_tick(position.plan, position.liquidation, tick.price, held_s, state.policy.prices.min_hold_s)
    if reached is None and state.policy.filters.pattern_exit and tick.at < position.plan.entry_bar_end:
        reached = _pattern_exit(position, tick.price)
    if reached is not None:
        close(state, position, reached, tick.at, tag)
        return True
    return at_deadline(state, position.symbol, tick.price, tick.at, tag)


def fund_until(state: DeskState, symbol: str, mark: Decimal | None, until: datetime) -> None:
    """Book every funding instant due up to `until` on the symbol's position, at `mark` (S10.1); each once (T3)."""
    position = state.account.positions.get(symbol)
    if position is None or mark is None:
        return
    rate, hours = funding_terms(state, state.markets[symbol].instrument)
    after = max(position.entry.at, state.account.funded_until.get(position.id, position.entry.at))
    recorded = state.markets[symbol].rates
    for instant in funding_times(after, until, hours):
        each = recorded.get(instant, rate)
        amount = booked(funding_amount(position.side, position.notional(mark), each))
        state.emit(FundingPaid(position.id, instant, mark, each, amount, until))


def funding_terms(state: DeskState, instrument: Instrument | None) -> tuple[Decimal, int]:
    """Rate per event and interval in hours: the policy's, or the venue's own pair where configured."""
    policy = state.policy.funding
    if policy.use_venue_rate and instrument is not None and instrument.funding is not None:
        return instrument.funding.rate, instrument.funding.interval_hours
    return rate_per_event(policy.apr, policy.interval_hours), policy.interval_hours


def at_deadline(state: DeskState, symbol: str, mark: Decimal, at: datetime, tag: FillTag = FillTag.LIVE) -> bool:
    """Judge the symbol's intraday position at the deadline, once it is past (S8.5); True if it was closed."""
    position = state.account.positions.get(symbol)
    if position is None or position.tier is not Tier.INTRADAY:
        return False
    if state.policy.tiers.window.next_deadline(position.entry.at) > at:
        return False
    if swing_test(state, position, mark).breaks:
        close(state, position, Exit(ExitReason.INTRADAY_DEADLINE, mark), at, tag)
        return True
    _retier(state, position, at)
    return False


def swing_test(state: DeskState, position: OpenPosition, mark: Decimal) -> SwingTest:
    """What the deadline asks of this position at this mark (S8.5)."""
    maximum = state.policy.tiers.maximum(position.symbol, Tier.SWING)
    return SwingTest(position.size, mark, _equity(state, position, mark), maximum)


def _equity(state: DeskState, position: OpenPosition, mark: Decimal) -> Decimal:
    """Balance and open profit, the position at `mark`, the others at their last marks."""
    open_profit = (p.unrealised(mark if p is position else state.mark_of(p)) for p in state.account.positions.values())
    return state.account.balance + sum(open_profit, Decimal(0))


def close(state: DeskState, position: OpenPosition, reached: Exit, at: datetime, tag: FillTag) -> None:
    """Book an exit: slippage on market fills, the fee, gross rounded once; a liquidation loses at most the margin."""
    fees = state.policy.fees
    # A target is a limit order: it does not slip.
    slippage = Decimal(0) if reached.reason is ExitReason.TARGET else fees.slippage_bp
    price = slipped(reached.price, -position.side.sign, slippage)
    instrument = state.markets[position.symbol].instrument if position.symbol in state.markets else None
    rate = fees.taker(instrument.kind) if instrument is not None else entry_fee_rate(position)
    fee = booked(position.size * price * rate)
    gross = booked(gross_profit(position.side, position.size, position.entry.price, price))
    net = gross - position.entry.fee - fee + position.funding
    if reached.reason is ExitReason.LIQUIDATION and net < -position.margin:
        gross = booked(position.entry.fee + fee - position.funding - position.margin)
        net = gross - position.entry.fee - fee + position.funding
    trade = ClosedTrade(position, Fill(price, fee, at, tag), reached.reason, gross, net)
    numbers = (("price", str(reached.price)), ("slippage_bp", str(slippage)), ("fee_rate", str(rate)))
    state.emit(PositionClosed(trade, at, numbers))


def entry_fee_rate(position: OpenPosition) -> Decimal:
    """The fee rate the entry paid, for a listing that is gone."""
    return position.entry.fee / position.notional(position.entry.price)


def _pattern_exit(position: OpenPosition, price: Decimal) -> Exit | None:
    beyond = position.side.sign * (price - position.plan.invalidation) < 0
    return Exit(ExitReason.PATTERN, price) if beyond else None


def _retier(state: DeskState, position: OpenPosition, at: datetime) -> None:
    """Bring a position to swing: margin and liquidation price at the swing L; it stays swing until it exits (S8.5)."""
    policy = state.policy
    leverage = margin_leverage(policy, state.markets[position.symbol].instrument, Tier.SWING, position.symbol)
    rate = policy.margin.rate(position.symbol, leverage)
    with localcontext() as context:
        context.prec = PRECISION
        margin = position.notional(position.entry.price) / leverage
    liquidation = position.liquidation
    if can_open(leverage, rate):
        liquidation = liquidation_price(position.side, position.entry.price, leverage, rate, policy.margin.basis)
    state.emit(PositionRetiered(position.id, Tier.SWING, leverage, margin, liquidation, at))
