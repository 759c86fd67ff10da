"""Why one of the two refused what the other entered: the grounds that the other did not have."""

from decimal import Decimal
from typing import Final

from core.domain.facts import EntryRefused
from core.domain.sizing import Refusal
from core.research.diff.alone import Alone, fate
from core.research.diff.entries import of_account
from core.research.diff.evidence import Cause, Reason

_GATES: Final = (Refusal.VETO_1W, Refusal.VETO_1D, Refusal.LOW_CONTINUITY)
_SIZES: Final = (
    Refusal.INVALID, Refusal.LEVERAGE, Refusal.MIN_NOTIONAL, Refusal.MAX_NOTIONAL, Refusal.MIN_SIZE, Refusal.MARGIN,
    Refusal.LIQUIDATION_FIRST,
)  # fmt: skip
_WORDS: Final = (
    Refusal.REJECTED, Refusal.SNOOZED, Refusal.WATCHED, Refusal.IGNORED, Refusal.NOT_APPROVED, Refusal.HALTED,
    Refusal.PAUSED,
)  # fmt: skip
_GUARDS: Final = (
    Refusal.DAILY_LOSS, Refusal.DRAWDOWN, Refusal.LOSING_STREAK, Refusal.EXPOSURE, Refusal.COOL_DOWN,
    Refusal.CLOCK_SKEW,
)  # fmt: skip


def on_refusal(case: Alone) -> Reason | None:
    """A refusal of the other, whose grounds the one that entered did not have."""
    refused = case.refused
    if refused is None or refused.side is not case.made.position.side:
        return None
    told = fate(case)
    if refused.code in _WORDS and not case.is_live:
        return Reason(Cause.PERSON, told)
    if refused.code in _GUARDS:
        return Reason(Cause.GUARD, told)
    if refused.code is Refusal.STALE_PRICE:
        return Reason(Cause.OUTAGE, f"{told}: the price was {dict(refused.numbers).get('age_s', '?')} s old")
    if refused.code in _GATES:
        return _gates(case, told)
    if refused.code is Refusal.POSITION_OPEN:
        return _taken(case, refused, told)
    return _sized(case, refused, told) if refused.code in _SIZES else _filtered(case, told)


def _filtered(case: Alone, told: str) -> Reason | None:
    """The filters judged other bars: the venue's own longer ones, or with others missing."""
    bars = [
        [(bar.start, bar.high, bar.low, bar.complete, bar.gap_before) for bar in course.found[name].setup.bars]
        for name in (case.made.position.setup_id,)
        for course in (case.by, case.other)
        if name in course.found
    ]
    return Reason(Cause.CANDLE, f"{told}: its bars are not the same there") if bars[0] != bars[-1] else None


def _gates(case: Alone, told: str) -> Reason | None:
    """Veto and continuity, at the open and the fill, or on all that ticks had shown."""
    entered, refused = case.by.resolved.get(case.made.position.setup_id), case.resolved
    if entered is None or refused is None:
        return None
    before = {name: f"{kind} {way:+d}" for name, kind, way in refused.standings}
    unlike = [
        f"{name} {before.get(name, '?')} there, {kind} {way:+d} here"
        for name, kind, way in entered.standings
        if before.get(name) != f"{kind} {way:+d}"
    ]
    return Reason(Cause.GATES_AT_OPEN, f"{told}: {', '.join(unlike)}") if unlike else None


def _taken(case: Alone, refused: EntryRefused, told: str) -> Reason | None:
    """The symbol was held, or closed in this very bar, in the other, by a position that the two do not share then."""
    symbol, at = case.made.position.symbol, refused.at
    for held in case.other.held.values():
        if held.position.symbol != symbol or held.position.entry.at > at or held is case.made:
            continue
        if held.closed is None or held.closed.at >= at:
            return Reason(Cause.ACCOUNT, f"{told}: it held {held.position.id}")
    return None


def _sized(case: Alone, refused: EntryRefused, told: str) -> Reason | None:
    """A limit of S9: by the fill where that alone makes it, else by the account."""
    terms, numbers = dict(refused.terms), dict(refused.numbers)
    position, balance = case.made.position, Decimal(terms.get("balance", "0"))
    text = (
        f"{told}; fill {refused.price} there, {case.made.raw_entry} here; balance {balance:.2f}, {_balance(case):.2f}"
    )
    if refused.code is Refusal.MARGIN:
        free = _balance(case) - Decimal(dict(case.made.opened.numbers).get("reserved", "0"))
        text = f"{text}; margin {numbers.get('margin')} of {numbers.get('free')} free there, "
        text += f"{position.margin:.2f} of {free:.2f} here"
        by_fill = _margin_at(case, refused.price) > free
    else:
        by_fill = refused.price != case.made.raw_entry
    tiers = terms.get("tier"), dict(case.made.opened.numbers).get("tier")
    if tiers[0] != tiers[1]:
        return Reason(Cause.CLOCK, f"{told}: the {tiers[0]} tier there, {tiers[1]} here")
    if by_fill:
        return Reason(Cause.SIZING, text)
    there, gap = position.setup_id, _balance(case) - balance
    marks, gap = ((position.id, there), gap) if case.is_live else ((there, position.id), -gap)
    return of_account(case.seen, marks, gap, text)


def _balance(case: Alone) -> Decimal:
    return case.made.position.entry_balance


def _margin_at(case: Alone, price: Decimal) -> Decimal:
    """The margin of the position that was made, had it been filled at this price; the step of its size left aside."""
    position = case.made.position
    distance = abs(price - position.plan.stop)
    return position.risk_usd / distance * price / position.margin_leverage if distance else Decimal("Infinity")
