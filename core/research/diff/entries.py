"""Why a trade that both made was not entered alike: price, levels, size."""

from datetime import datetime
from decimal import ROUND_FLOOR, Decimal, localcontext

from core.domain.margin import PRECISION
from core.domain.positions import Origin
from core.domain.text import one_line
from core.research.diff.course import Course, Held, bar_of
from core.research.diff.evidence import Cause, Evidence, Reason, extreme, reaches


def on_entry(seen: Evidence, live: Held, bars: Held) -> list[Reason]:
    """A reason for each thing of the entry that differs; what cannot be shown is UNEXPLAINED."""
    found = []
    ours, theirs = live.position, bars.position
    if ours.origin is not theirs.origin or ours.origin is Origin.HAND:
        return [Reason(Cause.PERSON, f"entered by hand at {live.raw_entry}")]
    if (ours.plan.stop, ours.plan.target) != (theirs.plan.stop, theirs.plan.target):
        found.append(_levels(seen, live, bars))
    if live.raw_entry != bars.raw_entry:
        found.append(_fill(seen, live, bars))
    elif ours.entry.price != theirs.entry.price:
        found.append(_slippage(live, bars))
    if ours.size != theirs.size and (told := _size(seen, live, bars)) is not None:
        found.append(told)
    return found


def _fill(seen: Evidence, live: Held, bars: Held) -> Reason:
    """Another price of the break."""
    position, here = bars.position, bar_of(bars.position.entry.at)
    if bar_of(live.position.entry.at) != here:
        return other_bar(seen, live, bars)
    candle, level = seen.candle(position.symbol, here), level_of(seen.bars, bars)
    step = seen.known.steps.get(position.symbol, Decimal(0))
    if candle is None or not reaches(position.side, live.raw_entry, level, strictly=True):
        return Reason(Cause.UNEXPLAINED, f"live {live.raw_entry}, bar mode {bars.raw_entry}")
    beyond = level + position.side.sign * step
    wanted = max(candle.open, beyond) if position.side.sign > 0 else min(candle.open, beyond)
    if min(max(wanted, candle.low), candle.high) != bars.raw_entry:
        return Reason(Cause.UNEXPLAINED, f"live {live.raw_entry}, bar mode {bars.raw_entry}, level {level}")
    where = "at the bar's open" if wanted == candle.open != beyond else "one increment beyond"
    text = f"level {level}: live filled at the first tick beyond, {live.raw_entry}; bar mode {where}, {bars.raw_entry}"
    return Reason(Cause.FILL_AT_LEVEL, text)


def level_of(course: Course, held: Held) -> Decimal:
    """The level whose break opened the position."""
    setup = course.found[held.position.setup_id].setup
    return setup.long_trigger if held.position.side.sign > 0 else setup.short_trigger


def other_bar(seen: Evidence, live: Held, bars: Held) -> Reason:
    """The break fell into another bar: found late by the scan, or candle and ticks differ."""
    side, symbol = bars.position.side, bars.position.symbol
    ours, theirs = bar_of(live.position.entry.at), bar_of(bars.position.entry.at)
    level, armed = level_of(seen.bars, bars), seen.live.found[live.position.setup_id].at
    first = min(ours, theirs)
    candle = seen.candle(symbol, first)
    if candle is not None and ours < theirs and not reaches(side, extreme(side, candle), level, strictly=True):
        ends = f"the candle of {first:%m-%d %H:%M} ends at {extreme(side, candle)}"
        return Reason(Cause.CANDLE, f"a tick of {live.raw_entry} broke {level}, {ends}")
    broken = [each for each in seen.heard(symbol, first, armed) if reaches(side, each, level, strictly=True)]
    if theirs < ours and not broken:
        if theirs <= armed:
            return late(armed, first)
        return Reason(Cause.CANDLE, f"the candle of {first:%m-%d %H:%M} breaks {level}, no tick heard in it did")
    return Reason(Cause.UNEXPLAINED, f"entered in {ours:%m-%d %H:%M} live, in {theirs:%m-%d %H:%M} in bar mode")


def late(armed: datetime, bar: datetime) -> Reason:
    """The scan came after the break."""
    return Reason(
        Cause.LATE_ARMED, f"the live scan found the setup at {armed:%m-%d %H:%M:%S}; bar {bar:%H:%M} broke it before"
    )


def _levels(seen: Evidence, live: Held, bars: Held) -> Reason:
    """Other levels: the setup's own bars are others, or one was moved by hand."""
    ours, theirs = (course.found[live.position.setup_id].setup for course in (seen.live, seen.bars))
    plans = live.position.plan, bars.position.plan
    told = "; ".join(f"stop {plan.stop} target {plan.target}" for plan in plans)
    if [(bar.high, bar.low) for bar in ours.bars] != [(bar.high, bar.low) for bar in theirs.bars]:
        return Reason(Cause.CANDLE, f"the venue's own {ours.timeframe} bars are others than its 15m candles: {told}")
    return Reason(Cause.UNEXPLAINED, f"other levels: {told}")


def _slippage(live: Held, bars: Held) -> Reason:
    return Reason(Cause.UNEXPLAINED, f"slippage: {live.position.entry.price} live, {bars.position.entry.price}")


def _size(seen: Evidence, live: Held, bars: Held) -> Reason | None:
    """Another size: it follows from fill and balance, and is checked to; a balance has its own reason."""
    ours, theirs = live.position, bars.position
    if expected_size(live) != ours.size or expected_size(bars) != theirs.size:
        return Reason(Cause.UNEXPLAINED, f"size {ours.size} live, {theirs.size} in bar mode")
    return account(seen, live, bars)


def account(seen: Evidence, live: Held, bars: Held) -> Reason | None:
    """Why the balance at the entry differs; None where it does not."""
    ours, theirs = live.position, bars.position
    if ours.entry_balance == theirs.entry_balance:
        return None
    text = f"balance {ours.entry_balance:.2f} live, {theirs.entry_balance:.2f} in bar mode"
    shown = of_account(seen, (ours.id, theirs.id), ours.entry_balance - theirs.entry_balance, text)
    return shown or Reason(Cause.UNEXPLAINED, text)


def of_account(seen: Evidence, marks: tuple[str, str], gap: Decimal, text: str) -> Reason | None:
    """The trades before that add up to the whole difference of two balances; None where they do not.

    Args:
        seen: the evidence.
        marks: what was entered or refused, live and in bar mode.
        gap: the live balance at that moment less the other one, USD.
        text: the two balances, in words.
    """
    live, bars = (course.booked_before(mark) for course, mark in zip((seen.live, seen.bars), marks, strict=True))
    gaps = {name: live.get(name, Decimal(0)) - bars.get(name, Decimal(0)) for name in dict.fromkeys((*live, *bars))}
    unlike = {name: each for name, each in gaps.items() if each}
    if not unlike or sum(unlike.values()) != gap:
        return None
    most = max(unlike, key=lambda name: abs(unlike[name]))
    count = f"{len(unlike)} trades before it differ" if len(unlike) > 1 else "one trade before it differs"
    return Reason(Cause.ACCOUNT, f"{text}: {count}, {one_line(most, 80)} by {unlike[most]:+.2f}")


def expected_size(held: Held) -> Decimal:
    """The size that risk, balance and distance give, floored to the increment (S9)."""
    terms = dict(held.opened.numbers)
    position = held.position
    with localcontext() as context:
        context.prec = PRECISION
        risked = position.entry_balance * Decimal(terms.get("risk_pct", "0")) * Decimal(terms.get("fraction", "1"))
        step = Decimal(terms.get("increment", "1"))
        whole = (risked / abs(position.entry.price - position.plan.stop) / step).to_integral_value(ROUND_FLOOR)
        return whole * step
