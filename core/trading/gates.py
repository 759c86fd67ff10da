"""The gates an entry passes, in STRAT.md S9's order, and the position that comes out of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from core.domain.continuity import Standing, tfc_score, veto
from core.domain.facts import Numbers
from core.domain.levels import Verdict
from core.domain.leverage import Tier
from core.domain.margin import booked
from core.domain.patterns import Side
from core.domain.policy import Policy
from core.domain.positions import Fill, OpenPosition, Origin, Plan, slipped
from core.domain.settling import Offer, Settled, settle
from core.domain.signals import JudgedLeg, Setup
from core.domain.sizing import Refusal, Sizing, Skipped, size_entry
from core.domain.symbols import Instrument
from core.domain.timeframes import W1, Timeframe


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
        tier: that an entry takes at this moment.
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
    tier: Tier
    fraction: Decimal = Decimal(1)
    origin: Origin = Origin.SETUP


@dataclass(frozen=True, slots=True)
class Opened:
    """The position that passed every gate, with what the gates were given, as text."""

    position: OpenPosition
    terms: Numbers


@dataclass(frozen=True, slots=True)
class Refused:
    """The first gate that said no, with the numbers it compared, and what those before it were given, as text."""

    code: Refusal
    numbers: Numbers = ()
    terms: Numbers = ()


def decide_entry(request: EntryRequest, policy: Policy) -> Opened | Refused:
    """Pass the request through every gate; the first refusal wins, otherwise the position to open."""
    filtered = _filtered(request)
    if filtered is not None:
        return filtered
    seen = rule_terms(request, policy)
    refused = _ruled(request, policy)
    if refused is not None:
        return replace(refused, terms=seen)
    terms = (*seen, *money_terms(request, policy))
    found = _sized(request, policy)
    return replace(found, terms=terms) if isinstance(found, Refused) else Opened(found, terms)


def _sized(request: EntryRequest, policy: Policy) -> OpenPosition | Refused:
    """Size, margin and liquidation at the fill."""
    leg, side = request.judged.leg, request.judged.leg.side
    fill = slipped(request.price, side.sign, policy.fees.slippage_bp)
    offers = offers_of(request, policy)
    cap = leverage_cap(policy, request.instrument, offers[0].tier)
    sized = size_entry(request.balance, fill, leg.stop, cap, policy.risk, request.fraction)
    if isinstance(sized, Skipped):
        return Refused(sized.code, _sizing_numbers(sized.sizing, fill, cap))
    size = request.instrument.round_size(sized.size)
    if size == 0:
        return Refused(Refusal.MIN_SIZE, (("size", _text(sized.size)), ("least", str(_least(request.instrument)))))
    margin = settle(side, fill, leg.stop, size, offers, policy.margin.basis)
    free = request.balance - request.reserved
    if margin.amount > free:
        return Refused(Refusal.MARGIN, (("margin", _text(margin.amount)), ("free", _text(free))))
    if margin.liquidation is None:
        return Refused(Refusal.LIQUIDATION_FIRST, (("L", str(margin.offer.leverage)),))
    if not margin.stop_first:
        numbers = (("stop", str(leg.stop)), ("liquidation", _text(margin.liquidation)))
        return Refused(Refusal.LIQUIDATION_FIRST, numbers)
    return position_of(request, policy, fill, size, sized.risk_usd, margin)


def offers_of(request: EntryRequest, policy: Policy) -> tuple[Offer, ...]:
    """What L may be at this moment: the tier's, and after the intraday tier's the swing's (S9)."""
    symbol = request.setup.symbol
    found = []
    for each in (Tier.SWING,) if request.tier is Tier.SWING else (request.tier, Tier.SWING):
        leverage = margin_leverage(policy, request.instrument, each, symbol)
        found.append(Offer(each, leverage, policy.margin.rate(symbol, leverage)))
    return tuple(found)


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


def _filtered(request: EntryRequest) -> Refused | None:
    """The filters' verdict, and the bars between the setup bar and the break."""
    if request.judged.verdict is not Verdict.OK:
        return Refused(Refusal(request.judged.verdict.value), _leg_numbers(request.judged))
    return Refused(Refusal.MAINTENANCE_GAP) if request.missing_bar else None


def _ruled(request: EntryRequest, policy: Policy) -> Refused | None:
    """The other gates that need no size: maintenance, veto, continuity, one position, freshness."""
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


def position_of(
    request: EntryRequest, policy: Policy, fill: Decimal, size: Decimal, risk_usd: Decimal, margin: Settled
) -> OpenPosition:
    """The position of an entry that passed every gate, at its fill, size and margin; one R is `risk_usd`."""
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
        tier=margin.offer.tier,
        margin_leverage=margin.offer.leverage,
        margin=margin.amount,
        liquidation=margin.liquidation if margin.liquidation is not None else Decimal(0),
        entry_balance=request.balance,
        risk_usd=risk_usd,
        origin=request.origin,
    )


def rule_terms(request: EntryRequest, policy: Policy) -> Numbers:
    """What the gates that need no size are given, as exact text: `explain` shows it."""
    opens = ((f"open_{tf}", str(seen.open)) for tf, seen in request.standings.items() if seen.open.is_finite())
    return (
        ("price", str(request.price)),
        *opens,
        ("veto", "on" if policy.filters.veto else "off"),
        ("least_continuity", str(policy.filters.min_continuity)),
        ("age_s", str(request.age_s)),
        ("stale_after_s", str(policy.prices.stale_after_s)),
    )


def money_terms(request: EntryRequest, policy: Policy) -> Numbers:
    """What size, margin and liquidation are made of, as exact text; `explain` does the arithmetic again."""
    instrument, risk = request.instrument, policy.risk
    first, *fallback = offers_of(request, policy)
    window = policy.tiers.window
    return (
        ("slippage_bp", str(policy.fees.slippage_bp)),
        ("fee_rate", str(policy.fees.taker(instrument.kind))),
        ("balance", str(request.balance)),
        ("reserved", str(request.reserved)),
        ("risk_pct", str(risk.risk_pct)),
        ("fraction", str(request.fraction)),
        ("min_notional", str(risk.min_notional)),
        ("max_notional", str(risk.max_notional)),
        ("increment", str(instrument.size_increment)),
        ("least", str(_least(instrument))),
        ("tier", first.tier.value),
        ("window", f"{window.opens:%H:%M}-{window.closes:%H:%M}"),
        ("deadline", f"{window.deadline:%H:%M}"),
        ("tier_maximum", str(policy.tiers.maximum(request.setup.symbol, first.tier))),
        ("venue_maximum", str(venue_cap(instrument, first.tier) or "")),
        ("own_maximum", str(risk.max_leverage)),
        ("L", str(first.leverage)),
        ("maintenance", str(first.maintenance)),
        *((f"swing_{name}", str(value)) for each in fallback
          for name, value in (("L", each.leverage), ("maintenance", each.maintenance))),
        ("basis", policy.margin.basis.value),
    )  # fmt: skip


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
