"""The gates an entry passes, in STRAT.md S9's order, and the position that comes out of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext

from core.domain.continuity import Standing, tfc_score, veto
from core.domain.levels import Verdict
from core.domain.leverage import Tier
from core.domain.margin import PRECISION, booked, can_open, liquidation_price
from core.domain.patterns import Side
from core.domain.policy import Policy
from core.domain.positions import Fill, OpenPosition, Origin, Plan
from core.domain.signals import JudgedLeg, Setup
from core.domain.sizing import Refusal, Sizing, Skipped, size_entry
from core.domain.symbols import Instrument
from core.domain.timeframes import W1, Timeframe

BASIS_POINT = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class EntryRequest:
    """A triggered leg that asks to open.

    Attributes:
        price: the raw price that broke the level.
        age_s: real seconds old.
        missing_bar: a row is absent between the setup bar and the break, on 15m or 1h (S5).
        symbol_taken: a position is open, or was closed on this very tick.
        balance: realised balance, USD.
        reserved: margin already reserved, USD.
        fraction: of the size the risk gives; below 1 only by hand.
        origin: who asks.
    """

    setup: Setup
    judged: JudgedLeg
    price: Decimal
    at: datetime
    age_s: float
    missing_bar: bool
    standings: Mapping[Timeframe, Standing]
    instrument: Instrument
    symbol_taken: bool
    balance: Decimal
    reserved: Decimal
    fraction: Decimal = Decimal(1)
    origin: Origin = Origin.SETUP


@dataclass(frozen=True, slots=True)
class Opened:
    """The position that passed every gate, with the arithmetic of its size, as text."""

    position: OpenPosition
    numbers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The first gate that said no, with the numbers it compared, as text."""

    code: Refusal
    numbers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Margin:
    """Isolated margin at leverage L, and where the position would be liquidated; None where it cannot open."""

    tier: Tier
    leverage: Decimal
    amount: Decimal
    liquidation: Decimal | None


def decide_entry(request: EntryRequest, policy: Policy) -> Opened | Refused:
    """Pass the request through every gate; the first refusal wins, otherwise the position to open."""
    refused = _rules(request, policy)
    if refused is not None:
        return refused
    tier = policy.tiers.entry_tier_at(request.at)
    fill = worse(request.price, request.judged.leg.side.sign, policy.fees.slippage_bp)
    cap = leverage_cap(policy, request.instrument, tier)
    sized = size_entry(request.balance, fill, request.judged.leg.stop, cap, policy.risk, request.fraction)
    if isinstance(sized, Skipped):
        return Refused(sized.code, _sizing_numbers(sized.sizing, fill, cap))
    size = request.instrument.round_size(sized.size)
    if size == 0:
        return Refused(Refusal.MIN_SIZE, (("size", _text(sized.size)), ("least", str(_least(request.instrument)))))
    margin = _settle(request, policy, tier, fill, size)
    free = request.balance - request.reserved
    if margin.amount > free:
        return Refused(Refusal.MARGIN, (("margin", _text(margin.amount)), ("free", _text(free))))
    if margin.liquidation is None:
        return Refused(Refusal.LIQUIDATION_FIRST, (("L", str(margin.leverage)),))
    if not _stop_first(request, margin.liquidation):
        numbers = (("stop", str(request.judged.leg.stop)), ("liquidation", _text(margin.liquidation)))
        return Refused(Refusal.LIQUIDATION_FIRST, numbers)
    position = _position(request, policy, fill, size, sized, margin)
    return Opened(position, _arithmetic(request, policy, cap, sized, position))


def leverage_cap(policy: Policy, instrument: Instrument | None, tier: Tier, symbol: str = "") -> Decimal:
    """The LEVERAGE gate's maximum: min(tier, the trader's own, the product's)."""
    name = instrument.symbol if instrument is not None else symbol
    return min(margin_leverage(policy, instrument, tier, name), policy.risk.max_leverage)


def margin_leverage(policy: Policy, instrument: Instrument | None, tier: Tier, symbol: str) -> Decimal:
    """L = min(tier, the product's maximum): what sets margin and liquidation price (S9)."""
    venue = venue_cap(instrument, tier)
    maximum = policy.tiers.maximum(symbol, tier)
    return maximum if venue is None else min(maximum, venue)


def venue_cap(instrument: Instrument | None, tier: Tier) -> Decimal | None:
    """The strictest cap the product's record gives for a tier, or None."""
    if instrument is None:
        return None
    rates = instrument.intraday_cap if tier is Tier.INTRADAY else instrument.overnight_cap
    caps = [cap for cap in (instrument.max_leverage, rates) if cap is not None]
    return min(caps) if caps else None


def worse(price: Decimal, sign: int, basis_points: Decimal) -> Decimal:
    """The price moved by basis points in the direction of `sign` (+1 up: what a buyer pays more)."""
    return price * (1 + sign * basis_points * BASIS_POINT) if basis_points else price


def _rules(request: EntryRequest, policy: Policy) -> Refused | None:
    """The gates that need no size: filters, maintenance, veto, continuity, one position, freshness."""
    if request.judged.verdict is not Verdict.OK:
        return Refused(Refusal(request.judged.verdict.value), _leg_numbers(request.judged))
    if request.missing_bar:
        return Refused(Refusal.MAINTENANCE_GAP)
    if policy.maintenance.contains(request.at) or not request.instrument.tradable:
        return Refused(Refusal.MAINTENANCE)
    vetoing = veto(request.standings, request.setup.timeframe) if policy.filters.veto else None
    if vetoing is not None:
        return Refused(Refusal.VETO_1W if vetoing == W1 else Refusal.VETO_1D)
    score = tfc_score(request.standings, request.judged.leg.side)
    if score < policy.filters.min_continuity:
        least = str(policy.filters.min_continuity)
        return Refused(Refusal.LOW_CONTINUITY, (("continuity", str(score)), ("least", least)))
    if request.symbol_taken:
        return Refused(Refusal.POSITION_OPEN)
    if request.age_s > policy.prices.stale_after_s:
        return Refused(Refusal.STALE_PRICE, (("age_s", f"{request.age_s:.1f}"),))
    return None


def _settle(request: EntryRequest, policy: Policy, tier: Tier, fill: Decimal, size: Decimal) -> _Margin:
    """Margin at L of the tier; at the swing L where the stop would come after the liquidation (S9)."""
    margin = _margin_at(request, policy, tier, fill, size)
    if tier is Tier.INTRADAY and (margin.liquidation is None or not _stop_first(request, margin.liquidation)):
        return _margin_at(request, policy, Tier.SWING, fill, size)
    return margin


def _margin_at(request: EntryRequest, policy: Policy, tier: Tier, fill: Decimal, size: Decimal) -> _Margin:
    symbol, side = request.setup.symbol, request.judged.leg.side
    leverage = margin_leverage(policy, request.instrument, tier, symbol)
    with localcontext() as context:
        context.prec = PRECISION
        amount = size * fill / leverage
        rate = policy.margin.rate(symbol, leverage)
        if not can_open(leverage, rate):
            return _Margin(tier, leverage, amount, None)
        return _Margin(tier, leverage, amount, liquidation_price(side, fill, leverage, rate, policy.margin.basis))


def _stop_first(request: EntryRequest, liquidation: Decimal) -> bool:
    return request.judged.leg.side.sign * (request.judged.leg.stop - liquidation) > 0


def _position(
    request: EntryRequest, policy: Policy, fill: Decimal, size: Decimal, sized: Sizing, margin: _Margin
) -> OpenPosition:
    setup, leg, instrument = request.setup, request.judged.leg, request.instrument
    invalidation = setup.short_trigger if leg.side is Side.LONG else setup.long_trigger
    plan = Plan(leg.side, leg.stop, leg.target, leg.target_kind, invalidation, setup.timeframe.end_of(request.at))
    fee = booked(size * fill * policy.fees.taker(instrument.kind))
    return OpenPosition(
        id=f"{setup.id}|{leg.side}",
        setup_id=setup.id,
        symbol=setup.symbol,
        product_id=instrument.product_id,
        timeframe=setup.timeframe,
        pattern=setup.sequence_on(leg.side),
        plan=plan,
        size=size,
        entry=Fill(fill, fee, request.at),
        leverage=size * fill / request.balance,
        tier=margin.tier,
        margin_leverage=margin.leverage,
        margin=margin.amount,
        liquidation=margin.liquidation if margin.liquidation is not None else Decimal(0),
        entry_balance=request.balance,
        risk_usd=sized.risk_usd,
        origin=request.origin,
    )


def _arithmetic(
    request: EntryRequest, policy: Policy, cap: Decimal, sized: Sizing, position: OpenPosition
) -> tuple[tuple[str, str], ...]:
    """How the position came by its size and margin: every number that `explain` shows."""
    kind, symbol = request.instrument.kind, request.setup.symbol
    return (
        ("price", str(request.price)),
        ("slippage_bp", str(policy.fees.slippage_bp)),
        ("fill", str(position.entry.price)),
        ("fee_rate", str(policy.fees.taker(kind))),
        ("risk_pct", str(policy.risk.risk_pct)),
        ("fraction", str(request.fraction)),
        ("distance", str(sized.distance)),
        ("notional", _text(sized.notional)),
        ("leverage", _text(sized.leverage)),
        ("maximum", str(cap)),
        ("unfloored", _text(sized.size)),
        ("increment", str(request.instrument.size_increment)),
        ("tier", policy.tiers.entry_tier_at(request.at).value),
        ("maintenance_rate", _text(policy.margin.rate(symbol, position.margin_leverage))),
        ("free", _text(request.balance - request.reserved)),
    )


def _least(instrument: Instrument) -> Decimal:
    return max(instrument.min_size, instrument.size_increment)


def _leg_numbers(judged: JudgedLeg) -> tuple[tuple[str, str], ...]:
    return (
        ("magnitude_pct", _text(judged.leg.magnitude_pct)),
        ("risk_reward", _text(judged.leg.risk_reward)),
    )


def _sizing_numbers(sizing: Sizing | None, fill: Decimal, cap: Decimal) -> tuple[tuple[str, str], ...]:
    if sizing is None:
        return (("fill", str(fill)),)
    return (
        ("risk_usd", _text(sizing.risk_usd)),
        ("notional", _text(sizing.notional)),
        ("leverage", _text(sizing.leverage)),
        ("maximum", str(cap)),
    )


def _text(value: Decimal) -> str:
    """A number short enough to read: at most 8 significant digits, never in exponents."""
    return f"{value:.8g}" if abs(value) < 1 else f"{value:.4f}"
