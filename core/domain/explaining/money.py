"""The arithmetic of an entry, done again from what the gates were given: size, margin, fill (STRAT.md S9, S10)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext

from core.domain.calendar import new_york
from core.domain.explaining.case import Case
from core.domain.explaining.parts import (
    Number,
    Part,
    Row,
    Section,
    Terms,
    bp,
    price,
    rate,
    say,
    size,
    tested,
    times,
    usd,
)
from core.domain.leverage import Tier
from core.domain.margin import PRECISION, LiquidationBasis, booked
from core.domain.patterns import Side
from core.domain.positions import slipped
from core.domain.settling import Offer, Settled, settle
from core.domain.sizing import RiskPolicy, Sizing, Skipped, floored, size_entry


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """An entry's numbers, each computed by the rule that made it; `size` and `settled` as far as it came."""

    side: Side
    stop: Decimal
    price: Decimal
    slippage_bp: Decimal
    fee_rate: Decimal
    fill: Decimal
    balance: Decimal
    reserved: Decimal
    risk: RiskPolicy
    fraction: Decimal
    maximum: Decimal
    sizing: Sizing | None
    increment: Decimal
    least: Decimal
    offers: tuple[Offer, ...]
    basis: LiquidationBasis
    size: Decimal | None
    settled: Settled | None

    @property
    def free(self) -> Decimal:
        """Balance that no margin had reserved, USD."""
        return self.balance - self.reserved

    @property
    def fee(self) -> Decimal:
        """The entry fee as booked, USD."""
        with localcontext() as context:
            context.prec = PRECISION
            return booked((self.size or Decimal(0)) * self.fill * self.fee_rate)


def terms_of(case: Case) -> Terms:
    """What the gates were given, where it was kept."""
    if case.opened is not None:
        return Terms(case.opened.numbers)
    refusal = case.setup.refusal if case.setup is not None and case.position is None else None
    return Terms(refusal.terms if refusal is not None else ())


_NEEDED = ("price", "slippage_bp", "fee_rate", "balance", "reserved", "risk_pct", "fraction", "min_notional",
           "max_notional", "increment", "least", "own_maximum", "L", "maintenance")  # fmt: skip


def arithmetic_of(case: Case) -> Arithmetic | None:
    """The arithmetic of the entry; None where sizing was not reached, or an earlier ledger kept too little of it."""
    terms, side = terms_of(case), case.side
    found = terms.numbers(*_NEEDED)
    if found is None or side is None:
        return None
    stop = _stop_then(case, side)
    if stop is None:
        return None
    given = dict(zip(_NEEDED, found, strict=True))
    risk = RiskPolicy(given["risk_pct"], given["own_maximum"], given["min_notional"], given["max_notional"])
    basis, offers = LiquidationBasis(terms.text("basis") or LiquidationBasis.ENTRY), _offers(terms)
    with localcontext() as context:
        context.prec = PRECISION
        fill = slipped(given["price"], side.sign, given["slippage_bp"])
        maximum = min(offers[0].leverage, risk.max_leverage)
        sized = size_entry(given["balance"], fill, stop, maximum, risk, given["fraction"])
        amount: Decimal | None = None
        if isinstance(sized, Sizing):
            amount = floored(sized.size, given["increment"])
            amount = amount if amount >= given["least"] else Decimal(0)
        settled = settle(side, fill, stop, amount, offers, basis) if amount else None
    return Arithmetic(
        side, stop, given["price"], given["slippage_bp"], given["fee_rate"], fill, given["balance"], given["reserved"],
        risk, given["fraction"], maximum, sized.sizing if isinstance(sized, Skipped) else sized, given["increment"],
        given["least"], offers, basis, amount, settled,
    )  # fmt: skip


def _stop_then(case: Case, side: Side) -> Decimal | None:
    """The stop at the entry; it may have been moved since."""
    if case.opened is not None:
        return case.opened.position.plan.stop
    judged = case.setup.setup.leg_on(side) if case.setup is not None else None
    return judged.leg.stop if judged is not None else None


def _offers(terms: Terms) -> tuple[Offer, ...]:
    found = []
    for tier, prefix in ((Tier(terms.text("tier") or Tier.SWING), ""), (Tier.SWING, "swing_")):
        numbers = terms.numbers(f"{prefix}L", f"{prefix}maintenance")
        if numbers is not None:
            found.append(Offer(tier, *numbers))
    return tuple(found)


def money_sections(case: Case) -> list[Section]:
    """Sizing, margin, tier and fill of a setup that came to be sized."""
    sum_of = arithmetic_of(case)
    if sum_of is None:
        kept = _kept_rows(case)
        return [Section("Entry", kept)] if kept else []
    sections = [Section("Sizing", _sizing_rows(sum_of)), Section("Tier", _tier_rows(case, sum_of))]
    if sum_of.settled is not None:
        sections.append(Section("Margin", _margin_rows(sum_of, sum_of.settled)))
        if case.position is not None:
            sections.append(Section("Fill", _fill_rows(case, sum_of)))
    return sections


def _kept_rows(case: Case) -> tuple[Row, ...]:
    """The booked entry, where the ledger of its time kept less than the whole arithmetic."""
    item = case.opened.position if case.opened is not None else case.position
    if item is None:
        return ()
    rows = [
        Row("opened", item.entry.at, (f"{item.entry.tag}",)),
        Row("fill", price(item.entry.price)),
        Row("size", size(item.size)),
        Row("fee", usd(item.entry.fee)),
        Row("risk", usd(item.risk_usd), ("of a balance of ", usd(item.entry_balance))),
        Row("leverage", times(item.leverage), ("= size x fill / balance",)),
        Row("margin", usd(item.margin), (f"at L = {item.margin_leverage}, {item.tier}",)),
        Row("liquidation", price(item.liquidation)),
        say("The ledger of its time did not keep the rest of the arithmetic."),
    ]
    return tuple(rows)


def _sizing_rows(sum_of: Arithmetic) -> tuple[Row, ...]:
    risk, sizing = sum_of.risk, sum_of.sizing
    rows = [Row("balance", usd(sum_of.balance), ("realised",))]
    if sizing is None:
        return (*rows, say("The size cannot be computed: a distance of 0, or a price or balance not above 0."))
    part: tuple[Part, ...] = (" x ", rate(sum_of.fraction), " by hand") if sum_of.fraction != 1 else ()
    shares = sizing.risk_usd * sum_of.fraction
    with localcontext() as context:
        context.prec = PRECISION
        rows += [
            Row("risk", usd(sizing.risk_usd), ("= ", usd(sum_of.balance), " x ", rate(risk.risk_pct))),
            Row("distance", price(sizing.distance),
                ("= |fill - stop| = |", price(sum_of.fill), " - ", price(sum_of.stop), "|")),
            Row("notional", usd(sizing.notional), ("= ", usd(sizing.risk_usd), *part, " / (", price(sizing.distance),
                                                   " / ", price(sum_of.fill), ")")),
            tested("leverage", sizing.leverage <= sum_of.maximum + Decimal("1e-9"), times(sizing.leverage),
                   "= ", usd(sizing.notional), " / ", usd(sum_of.balance), ", at most ", times(sum_of.maximum)),
            Row("exact size", size(sizing.size), ("= ", usd(shares), " / ", price(sizing.distance))),
        ]  # fmt: skip
        if sum_of.size is not None:
            steps = sum_of.size / sum_of.increment
            rows += [
                tested("size", sum_of.size > 0, size(sum_of.size), "= ", Number(steps), " steps of ",
                       size(sum_of.increment), ", rounded down; at least ", size(sum_of.least)),
                Row("value", usd(sum_of.size * sum_of.fill), ("= ", size(sum_of.size), " x ", price(sum_of.fill))),
            ]  # fmt: skip
    return tuple(rows)


def _tier_rows(case: Case, sum_of: Arithmetic) -> tuple[Row, ...]:
    terms, first, at = terms_of(case), sum_of.offers[0], _asked_at(case)
    rows = []
    if at is not None:
        rows.append(Row("asked", at, (f"{new_york(at):%a %H:%M:%S} in New York",)))
    window, deadline = terms.text("window"), terms.text("deadline")
    told = f"intraday {window}, for entries until {deadline}, New York" if window and deadline else ""
    rows.append(Row("tier", first.tier.value, (told,)))
    for name, what in (("tier_maximum", "tier cap"), ("venue_maximum", "product cap")):
        found = terms.number(name)
        if found is not None:
            rows.append(Row(what, times(found)))
    rows.append(Row("L", times(first.leverage), ("the lower of the two",)))
    rows.append(Row("your cap", times(sum_of.risk.max_leverage)))
    rows.append(Row("at most", times(sum_of.maximum), ("the lowest of all: the LEVERAGE gate's",)))
    settled = sum_of.settled
    if settled is not None and settled.offer is not first:
        rows.append(Row("L taken", times(settled.offer.leverage), (
            "the swing L: at ", times(first.leverage), " the stop would not come before the liquidation",
        )))  # fmt: skip
    elif settled is not None:
        rows.append(say("The swing L was not needed: the stop comes before the liquidation."))
    return tuple(rows)


def _asked_at(case: Case) -> datetime | None:
    """When the gates were asked."""
    if case.opened is not None:
        return case.opened.position.entry.at
    return case.setup.refusal.at if case.setup is not None and case.setup.refusal is not None else None


def _margin_rows(sum_of: Arithmetic, settled: Settled) -> tuple[Row, ...]:
    offer, size_of = settled.offer, sum_of.size or Decimal(0)
    rows = [
        tested("margin", settled.amount <= sum_of.free, usd(settled.amount),
               "= ", size(size_of), " x ", price(sum_of.fill), " / ", times(offer.leverage)),
        Row("free", usd(sum_of.free), ("= ", usd(sum_of.balance), " - ", usd(sum_of.reserved), " reserved")),
    ]  # fmt: skip
    if settled.liquidation is None:
        return (*rows, tested("liquidation", False, None, "1 / ", times(offer.leverage), " is not above the "
                              "maintenance rate ", rate(offer.maintenance), ": it cannot open"))  # fmt: skip
    sign = "-" if sum_of.side is Side.LONG else "+"
    how: tuple[Part, ...] = (
        "= ", price(sum_of.fill), f" x (1 {sign} (1 / ", times(offer.leverage), " - ", rate(offer.maintenance), "))",
    )  # fmt: skip
    if sum_of.basis is LiquidationBasis.MARK:
        how = ("= ", price(sum_of.fill), f" x (1 {sign} 1 / ", times(offer.leverage), f") / (1 {sign} ",
               rate(offer.maintenance), ")")  # fmt: skip
    first = "before" if settled.stop_first else "not before"
    return (
        *rows,
        tested("liquidation", settled.stop_first, price(settled.liquidation), *how,
               "; the stop ", price(sum_of.stop), f" comes {first} it"),
    )  # fmt: skip


def _fill_rows(case: Case, sum_of: Arithmetic) -> tuple[Row, ...]:
    item = case.opened.position if case.opened is not None else case.position
    sign = "+" if sum_of.side is Side.LONG else "-"
    slip = abs(sum_of.fill - sum_of.price)
    rows = [
        Row("price", price(sum_of.price), ("that broke the level, before slippage",)),
        Row("slippage", price(slip), ("= ", price(sum_of.price), " x ", bp(sum_of.slippage_bp))),
        Row("fill", price(sum_of.fill), ("= ", price(sum_of.price), f" {sign} ", price(slip))),
        Row("fee", usd(sum_of.fee), (
            "= ", size(sum_of.size or Decimal(0)), " x ", price(sum_of.fill), " x ", rate(sum_of.fee_rate),
            ", rounded to 0.000001",
        )),
    ]  # fmt: skip
    if item is not None:
        rows.append(Row("filled", item.entry.at, (f"{item.entry.tag}",)))
    return tuple(rows)
