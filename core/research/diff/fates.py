"""Why only one of the two made a trade: what became of its setup in the other.

Each check shows one cause by the numbers, or says nothing; the first that shows one counts.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from core.domain.positions import Origin
from core.domain.signals import SetupStatus
from core.domain.timeframes import M15
from core.research.diff.alone import Alone, fate
from core.research.diff.course import Held, bar_of
from core.research.diff.entries import late, level_of
from core.research.diff.evidence import Cause, Evidence, Reason, extreme, opposite, reaches
from core.research.diff.refusals import on_refusal


def on_one(seen: Evidence, live: Held | None, bars: Held | None) -> list[Reason]:
    """Why the other did not make it; one of the two is None."""
    made = live or bars
    assert made is not None, "there is a position in one of them"
    courses = (seen.live, seen.bars) if live is not None else (seen.bars, seen.live)
    case = Alone(seen, made, *courses, is_live=live is not None)
    shown = next((told for check in _CHECKS if (told := check(case)) is not None), None)
    return [shown or Reason(Cause.UNEXPLAINED, fate(case))]


def _by_hand(case: Alone) -> Reason | None:
    if case.is_live and case.made.position.origin is Origin.HAND:
        return Reason(Cause.PERSON, f"entered by hand at {case.made.raw_entry}")
    return None


def _unstored(case: Alone) -> Reason | None:
    if not case.is_live and case.made.position.id in case.seen.known.undone:
        return Reason(Cause.LEDGER, "the ledger could not store the live entry, so it was taken back")
    return None


def _both_sides(case: Alone) -> Reason | None:
    """The bar broke both sides of it, and bar mode enters neither."""
    resolved, candle = case.resolved, case.seen.candle(case.made.position.symbol, case.bar)
    if not case.is_live or resolved is None or resolved.status is not SetupStatus.INVALIDATED_OUTSIDE or candle is None:
        return None
    setup = case.other.found[case.made.position.setup_id].setup
    if not (candle.high > setup.long_trigger and candle.low < setup.short_trigger):
        return None
    levels = f"{setup.short_trigger} and {setup.long_trigger}"
    return Reason(Cause.BOTH_SIDES, f"bar {case.bar:%m-%d %H:%M} broke {levels}; live saw {case.made.raw_entry} first")


def _open_beyond(case: Alone) -> Reason | None:
    """The bar opened beyond a level: judged at the open, or by the first tick, which is another price."""
    candle, position = case.seen.candle(case.made.position.symbol, case.bar), case.made.position
    resolved = case.resolved
    if candle is None or resolved is None or bar_of(resolved.at) != case.bar:
        return None
    setup = case.by.found[position.setup_id].setup
    beyond = setup.broken_by(candle.open)
    missed = resolved.status is SetupStatus.MISSED
    if beyond is None and not missed:
        return None
    cause = Cause.OPEN_BEYOND if beyond is not None else Cause.FILL_AT_LEVEL
    prices = f"the bar opened at {candle.open}, the entry here is {case.made.raw_entry}"
    return Reason(cause, f"{fate(case)}; {prices}")


def _late_armed(case: Alone) -> Reason | None:
    """The live scan found it broken already, in the bar that bar mode entered in."""
    found, resolved = case.found, case.resolved
    if case.is_live or found is None:
        return None
    if found.status not in (SetupStatus.PENDING, SetupStatus.EXPIRED) and case.bar <= bar_of(found.at):
        return late(found.at, case.bar)
    historical = resolved is not None and resolved.status.name.startswith("HISTORICAL")
    if historical and case.bar <= found.at and not _broken_by_ticks(case, found.at):
        return late(found.at, case.bar)
    return None


def _broken_by_ticks(case: Alone, after: datetime) -> bool:
    level, side = level_of(case.by, case.made), case.made.position.side
    heard = case.seen.heard(case.made.position.symbol, case.bar, after)
    return any(reaches(side, price, level, strictly=True) for price in heard)


def _outage(case: Alone) -> Reason | None:
    """The live desk did not hear the market when it was broken."""
    if case.is_live:
        return None
    away = case.seen.live.away(case.made.position.symbol, case.bar, case.bar + M15.span)
    if away is None:
        return None
    return Reason(Cause.OUTAGE, f"the feed was away {away.since:%m-%d %H:%M:%S} to {away.until:%H:%M:%S}; {fate(case)}")


def _candle(case: Alone) -> Reason | None:
    """Ticks broke it and the venue's candle does not show it, or the other way round."""
    position = case.made.position
    candle, level = case.seen.candle(position.symbol, case.bar), level_of(case.by, case.made)
    if candle is None:
        return None
    in_candle = reaches(position.side, extreme(position.side, candle), level, strictly=True)
    if case.is_live and not in_candle:
        told = f"a tick of {case.made.raw_entry} broke {level}, the candle of {case.bar:%m-%d %H:%M} did not"
        return Reason(Cause.CANDLE, f"{told}; {fate(case)}")
    other = case.seen.heard(position.symbol, case.bar)
    if not case.is_live and not any(reaches(position.side, price, level, strictly=True) for price in other):
        return Reason(Cause.CANDLE, f"the candle of {case.bar:%m-%d %H:%M} broke {level}, no tick heard in it did")
    return None


def _own_bars(case: Alone) -> Reason | None:
    """The setup rests on bars that venue and candles do not make alike, so only one of the two found it so."""
    position = case.made.position
    bars = case.by.found[position.setup_id].setup.bars
    told = (case.seen.known.disagrees(position.symbol, position.timeframe, bar.start) for bar in bars)
    shown = next((each for each in told if each), "")
    return Reason(Cause.CANDLE, f"{shown}; {fate(case)}") if shown else None


def _other_side(case: Alone) -> Reason | None:
    """The other broke it on its other side, or in an earlier bar, which ticks and candle tell apart."""
    resolved, position = case.resolved, case.made.position
    if resolved is None or resolved.side is not opposite(position.side) or bar_of(resolved.at) != case.bar:
        return None
    candle = case.seen.candle(position.symbol, case.bar)
    if candle is None:
        return None
    return Reason(Cause.CANDLE, f"{fate(case)}; the bar went from {candle.low} to {candle.high}")


_CHECKS: Final[tuple[Callable[[Alone], Reason | None], ...]] = (
    _by_hand,
    _unstored,
    on_refusal,
    _both_sides,
    _open_beyond,
    _late_armed,
    _outage,
    _candle,
    _own_bars,
    _other_side,
)
