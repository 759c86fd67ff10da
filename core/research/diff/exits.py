"""Why a trade that both made did not end alike.

Each check shows one cause by the numbers, or says nothing; the first that shows one counts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from core.domain.bars import Bar
from core.domain.patterns import Side
from core.domain.positions import ClosedTrade, ExitReason, FillTag
from core.domain.timeframes import M15
from core.research.diff.course import Held, bar_of
from core.research.diff.evidence import Cause, Evidence, Reason, extreme, opposite, reaches

_INSTANT: Final = timedelta(microseconds=1)
_LEVELS: Final = (ExitReason.STOP, ExitReason.TARGET, ExitReason.LIQUIDATION)


@dataclass(frozen=True, slots=True)
class Ends:
    """Both ends of one trade.

    Attributes:
        ours: the live exit within what is compared; None while it is open.
        theirs: that of bar mode.
        first: the bar in which the earlier of the two left.
        candle: the venue's candle of that bar.
    """

    seen: Evidence
    live: Held
    bars: Held
    ours: ClosedTrade | None
    theirs: ClosedTrade | None
    first: datetime
    candle: Bar | None

    @property
    def side(self) -> Side:
        """Of the position."""
        return self.live.position.side

    @property
    def in_entry_bar(self) -> bool:
        """Did the earlier leave in the bar in which bar mode entered?"""
        return self.first == bar_of(self.bars.position.entry.at)

    def candle_reaches(self, side: Side, level: Decimal) -> bool:
        """Did the candle touch the level, going in the direction of the side?"""
        return self.candle is not None and reaches(side, extreme(side, self.candle), level)

    def ticks_reach(self, side: Side, level: Decimal, after: datetime | None = None) -> bool:
        """Did a tick of that bar, after the live entry, or after this moment?"""
        begin = after if after is not None else self.live.position.entry.at
        symbol = self.live.position.symbol
        return any(reaches(side, price, level) for price in self.seen.heard(symbol, self.first, begin))


def on_exit(seen: Evidence, live: Held, bars: Held) -> list[Reason]:
    """Why they did not end alike; nothing where they did."""
    ours, theirs = (ended(each, seen.until) for each in (live, bars))
    if ours is None and theirs is None:
        return []
    if (
        ours
        and theirs
        and (live.raw_exit, ours.reason, exit_bar(ours)) == (bars.raw_exit, theirs.reason, exit_bar(theirs))
    ):
        return []
    first = min(exit_bar(each) for each in (ours, theirs) if each is not None)
    case = Ends(seen, live, bars, ours, theirs, first, seen.candle(live.position.symbol, first))
    shown = next((told for check in _CHECKS if (told := check(case)) is not None), None)
    return [shown or Reason(Cause.UNEXPLAINED, f"{_told(ours)} live, {_told(theirs)} in bar mode")]


def ended(held: Held, until: datetime) -> ClosedTrade | None:
    """The exit, if it came within what is compared."""
    trade = held.closed.trade if held.closed is not None else None
    return trade if trade is not None and exit_bar(trade) < until else None


def exit_bar(trade: ClosedTrade) -> datetime:
    """The bar the exit belongs to; the deadline's instant ends a bar (S13.7)."""
    at = trade.exit.at
    return bar_of(at - _INSTANT) if trade.reason is ExitReason.INTRADAY_DEADLINE else bar_of(at)


def _told(trade: ClosedTrade | None) -> str:
    return "open" if trade is None else f"{trade.reason} {trade.exit.price} at {trade.exit.at:%m-%d %H:%M:%S}"


def _person(case: Ends) -> Reason | None:
    moved = case.seen.live.stops.get(case.live.position.id)
    if case.ours is not None and case.ours.reason is ExitReason.MANUAL:
        return Reason(Cause.PERSON, f"closed by hand at {case.ours.exit.price}")
    if moved is not None:
        return Reason(Cause.PERSON, f"the stop was moved to {moved.stop} by hand at {moved.at:%m-%d %H:%M:%S}")
    return None


def _from_candles(case: Ends) -> Reason | None:
    """The live exit was no live tick's."""
    ours = case.ours
    if ours is None or ours.exit.tag is FillTag.LIVE:
        return None
    how = "on a late price" if ours.exit.tag is FillTag.LATE else "from candles"
    return Reason(Cause.OUTAGE, f"the feed was away: left {how}, {_told(ours)}")


def _away(case: Ends) -> Reason | None:
    """The feed was away within the bar in which one of them left."""
    away = case.seen.live.away(case.live.position.symbol, case.first, case.first + M15.span)
    if away is None:
        return None
    return Reason(Cause.OUTAGE, f"the feed was away {away.since:%m-%d %H:%M:%S} to {away.until:%H:%M:%S}")


def _at_level(case: Ends) -> Reason | None:
    """The same exit in the same bar, at the level or the open instead of at the tick."""
    ours, theirs = case.ours, case.theirs
    if ours is None or theirs is None or ours.reason is not theirs.reason or exit_bar(ours) != exit_bar(theirs):
        return None
    if ours.reason is ExitReason.INTRADAY_DEADLINE:
        prices = f"{case.live.raw_exit} live at {ours.exit.at:%H:%M:%S}, {case.bars.raw_exit} at the bar's close"
        return Reason(Cause.INSTANT_AT_CLOSE, f"the deadline: {prices}")
    if ours.reason not in _LEVELS or case.candle is None or case.live.raw_exit is None:
        return None
    level, toward = _level(case.bars, ours.reason)
    if case.bars.raw_exit not in (level, case.candle.open) or not reaches(toward, case.live.raw_exit, level):
        return None
    if ours.reason is ExitReason.TARGET and (touched := _touched(case, level, ours.exit.at)) is not None:
        prices = f"touched at {touched:%H:%M:%S}, within the minimum hold, {case.live.raw_exit} live at its end"
        return Reason(Cause.MIN_HOLD, f"TARGET {level}: {prices}, {case.bars.raw_exit} in bar mode")
    prices = f"{case.live.raw_exit} live at the tick that touched it, {case.bars.raw_exit} in bar mode"
    return Reason(Cause.EXIT_AT_LEVEL, f"{ours.reason} {level}: {prices}")


def _touched(case: Ends, target: Decimal, left: datetime) -> datetime | None:
    """When the target was touched within the minimum hold, where live then left at the first tick after that."""
    entered, symbol = case.live.position.entry.at, case.live.position.symbol
    bars = sorted({bar_of(entered), case.first})
    heard = [tick for bar in bars for tick in case.seen.ticks.get((symbol, bar), ()) if entered < tick[0] < left]
    held_until = entered + timedelta(seconds=case.seen.known.min_hold_s)
    if any(at >= held_until for at, _ in heard):
        return None
    return next((at for at, price in heard if reaches(case.side, price, target)), None)


def _level(held: Held, reason: ExitReason) -> tuple[Decimal, Side]:
    """The level of an exit, and the direction in which it is reached."""
    position = held.position
    if reason is ExitReason.TARGET:
        return position.plan.target, position.side
    level = position.liquidation if reason is ExitReason.LIQUIDATION else position.plan.stop
    return level, opposite(position.side)


def _no_target_in_entry_bar(case: Ends) -> Reason | None:
    ours, theirs = case.ours, case.theirs
    if ours is None or ours.reason is not ExitReason.TARGET or exit_bar(ours) != case.first or not case.in_entry_bar:
        return None
    if theirs is not None and exit_bar(theirs) == case.first:
        return None
    reached = f"live reached the target {case.live.position.plan.target} at {ours.exit.at:%H:%M:%S}"
    text = f"{reached}, in the bar of the entry; bar mode takes none there and ends with {_told(case.theirs)}"
    return Reason(Cause.NO_TARGET_IN_ENTRY_BAR, text)


def _stops_there(case: Ends) -> bool:
    """Is it bar mode that left first, at its stop, which the candle touched?"""
    theirs = case.theirs
    stopped = theirs is not None and theirs.reason is ExitReason.STOP and exit_bar(theirs) == case.first
    return stopped and case.candle_reaches(opposite(case.side), case.bars.position.plan.stop)


def _entry_bar_stop(case: Ends) -> Reason | None:
    stop = case.bars.position.plan.stop
    if not _stops_there(case) or not case.in_entry_bar or case.ticks_reach(opposite(case.side), stop):
        return None
    text = (
        f"the bar of the entry touched the stop {stop}, no tick after the entry did; live ends with {_told(case.ours)}"
    )
    return Reason(Cause.ENTRY_BAR_STOP, text)


def _stop_first(case: Ends) -> Reason | None:
    plan, ours = case.bars.position.plan, case.ours
    if not _stops_there(case) or ours is None or ours.reason is not ExitReason.TARGET or exit_bar(ours) != case.first:
        return None
    if not case.candle_reaches(case.side, plan.target):
        return None
    text = f"bar {case.first:%H:%M} touched stop {plan.stop} and target {plan.target}; live saw the target first"
    return Reason(Cause.STOP_FIRST, text)


def _min_hold(case: Ends) -> Reason | None:
    theirs, target = case.theirs, case.bars.position.plan.target
    if theirs is None or theirs.reason is not ExitReason.TARGET or exit_bar(theirs) != case.first:
        return None
    held_until = case.live.position.entry.at + timedelta(seconds=case.seen.known.min_hold_s)
    if not case.ticks_reach(case.side, target) or case.ticks_reach(case.side, target, held_until):
        return None
    text = (
        f"the target {target} was touched only before {held_until:%H:%M:%S}, within the minimum hold of the live entry"
    )
    return Reason(Cause.MIN_HOLD, text)


def _pattern(case: Ends) -> Reason | None:
    ours = case.ours
    if ours is None or ours.reason is not ExitReason.PATTERN or exit_bar(ours) != case.first:
        return None
    return Reason(Cause.PATTERN_EXIT, f"{_told(ours)} live, {_told(case.theirs)} in bar mode")


def _deadline(case: Ends) -> Reason | None:
    """The deadline judged one of them, the other was judged at another mark or had left in the same bar."""
    for one, other, who in ((case.ours, case.theirs, "live"), (case.theirs, case.ours, "bar mode")):
        if one is not None and one.reason is ExitReason.INTRADAY_DEADLINE and exit_bar(one) == case.first:
            marks = f"the deadline closed it in {who} at {one.exit.price}, the other was judged at another mark"
            return Reason(Cause.INSTANT_AT_CLOSE, f"{marks} and ends with {_told(other)}")
    return None


def _candle(case: Ends) -> Reason | None:
    """One of the two touched the level of the earlier exit, candle or ticks; the other did not."""
    early, held = (
        (case.theirs, case.bars)
        if case.theirs is not None and exit_bar(case.theirs) == case.first
        else (case.ours, case.live)
    )
    if early is None or early.reason not in _LEVELS or case.candle is None:
        return None
    level, toward = _level(held, early.reason)
    in_candle, in_ticks = case.candle_reaches(toward, level), case.ticks_reach(toward, level)
    if in_candle == in_ticks:
        return None
    which = "the candle" if in_candle else "a tick"
    other = "no tick after the entry did" if in_candle else "the venue's candle did not"
    return Reason(Cause.CANDLE, f"{which} of {case.first:%m-%d %H:%M} touched {early.reason} {level}, {other}")


_CHECKS: Final[tuple[Callable[[Ends], Reason | None], ...]] = (
    _person,
    _from_candles,
    _at_level,
    _no_target_in_entry_bar,
    _entry_bar_stop,
    _stop_first,
    _min_hold,
    _pattern,
    _deadline,
    _away,
    _candle,
)
