"""The guards: what they measure, when they trip and re-arm, and which entry they stop."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.domain.calendar import new_york_midnight, next_new_york_midnight
from core.domain.guards import Guard, HaltSource
from core.domain.oversight import GuardRearmed, GuardTripped
from core.domain.positions import OpenPosition
from core.domain.review_views import GuardView
from core.domain.sizing import Refusal
from core.trading.state import DeskState

ZERO = Decimal(0)
_LATCHED = (Guard.DAILY_LOSS, Guard.DRAWDOWN, Guard.LOSING_STREAK)
"""Guards that stay tripped until the clock or a person re-arms them."""
BY_HAND = (Guard.DRAWDOWN, Guard.LOSING_STREAK)
"""Guards a person may re-arm."""
_ALL = "entries of every symbol"


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why an entry is not taken, with the numbers compared, as text."""

    code: Refusal
    numbers: tuple[tuple[str, str], ...] = ()


def stopped(state: DeskState, symbol: str, at: datetime) -> Stopped | None:
    """The halt or guard that keeps this symbol from entering now; None where nothing does. `watch` comes first."""
    halts, limits = state.halts, state.policy.guards
    if halts.is_halted(""):
        by_file = halts.is_halted("", HaltSource.FILE)
        return Stopped(Refusal.HALTED, (("by", "the file HALT" if by_file else "hand"),))
    if halts.is_halted(symbol):
        return Stopped(Refusal.PAUSED, (("symbol", symbol),))
    for guard in _LATCHED:
        trip = halts.trips.get(guard)
        if trip is not None:
            return Stopped(Refusal(guard.value), (("value", _text(trip.value)), ("limit", str(trip.limit))))
    ready = cooled_at(state, symbol)
    if ready is not None and at < ready:
        return Stopped(Refusal.COOL_DOWN, (("seconds_left", f"{(ready - at).total_seconds():.0f}"),))
    skew = abs(Decimal(str(state.clock_skew_s)))
    if limits.clock_skew_s and skew > limits.clock_skew_s:
        return Stopped(Refusal.CLOCK_SKEW, (("skew_s", _text(skew)), ("limit", str(limits.clock_skew_s))))
    return None


def watch(state: DeskState, at: datetime) -> None:
    """Trip the guards that have reached their limit, and re-arm those whose time has come."""
    halts = state.halts
    for guard, trip in tuple(halts.trips.items()):
        if guard is not Guard.DRAWDOWN and new_york_midnight(at) > trip.at:
            state.emit(GuardRearmed(guard, "a new day in New York", at))
    for guard in _LATCHED:
        value, limit = _measured(state, guard, at)
        if limit and guard not in halts.trips and value >= limit:
            state.emit(GuardTripped(guard, value, limit, at))


def exposure(state: DeskState, opening: OpenPosition | None = None) -> Decimal:
    """Notional of all positions at their marks, the one that asks to open included, over equity; times."""
    account = state.account
    equity, notional = account.balance, ZERO
    for position in account.positions.values():
        mark = state.mark_of(position)
        equity += position.unrealised(mark)
        notional += position.notional(mark)
    if opening is not None:
        notional += opening.notional(opening.entry.price)
    return notional / equity if equity > 0 else Decimal("Infinity") if notional else ZERO


def over_exposed(state: DeskState, opening: OpenPosition) -> Stopped | None:
    """Would this position bring the exposure over its limit?"""
    limit = state.policy.guards.exposure
    if not limit:
        return None
    value = exposure(state, opening)
    if value <= limit:
        return None
    return Stopped(Refusal.EXPOSURE, (("exposure", _text(value)), ("limit", str(limit))))


def cooled_at(state: DeskState, symbol: str) -> datetime | None:
    """When the symbol may enter again after its last exit; None without a cool-down or an exit."""
    left = state.halts.measures.last_exit.get(symbol)
    seconds = state.policy.guards.cool_down_s
    return left + timedelta(seconds=seconds) if left is not None and seconds else None


def gauges(state: DeskState, at: datetime) -> tuple[GuardView, ...]:
    """Every guard of the account, then cool-downs by symbol while there are any."""
    limits = state.policy.guards
    midnight = next_new_york_midnight(at)
    found = [_latched(state, guard, at, midnight) for guard in _LATCHED]
    value = exposure(state)
    found.append(GuardView(
        Guard.EXPOSURE, "", value, limits.exposure, "x equity", bool(limits.exposure) and value >= limits.exposure,
        "entries that would go over it", None, "when positions close",
    ))  # fmt: skip
    found += [view for symbol in state.markets if (view := _cooling(state, symbol, at)) is not None]
    skew = abs(Decimal(str(state.clock_skew_s))).quantize(Decimal("0.1"))
    over = bool(limits.clock_skew_s) and skew > limits.clock_skew_s
    found.append(
        GuardView(Guard.CLOCK_SKEW, "", skew, limits.clock_skew_s, "s", over, _ALL, None, "when the clocks agree")
    )
    window = state.policy.maintenance
    closed = window.contains(at)
    found.append(GuardView(
        Guard.MAINTENANCE, "", Decimal(int(closed)), Decimal(1), "", closed, "scans and entries",
        window.next_end(at) if closed else None, "when the venue opens",
    ))  # fmt: skip
    return tuple(found)


def _latched(state: DeskState, guard: Guard, at: datetime, midnight: datetime) -> GuardView:
    value, limit = _measured(state, guard, at)
    tripped = guard in state.halts.trips
    unit = "losses" if guard is Guard.LOSING_STREAK else "%"
    rearms = {
        Guard.DAILY_LOSS: "at New York midnight",
        Guard.DRAWDOWN: "by :rearm drawdown",
        Guard.LOSING_STREAK: "at New York midnight, or by :rearm losing_streak",
    }[guard]
    at_clock = midnight if tripped and guard is not Guard.DRAWDOWN else None
    return GuardView(guard, "", value, limit, unit, tripped, _ALL, at_clock, rearms)


def _cooling(state: DeskState, symbol: str, at: datetime) -> GuardView | None:
    ready = cooled_at(state, symbol)
    if ready is None or at >= ready:
        return None
    left = Decimal(int((ready - at).total_seconds()))
    limit = Decimal(state.policy.guards.cool_down_s)
    return GuardView(Guard.COOL_DOWN, symbol, left, limit, "s", True, f"entries of {symbol}", ready, "when it is over")


def _measured(state: DeskState, guard: Guard, at: datetime) -> tuple[Decimal, Decimal]:
    """What the guard measures now, and its limit."""
    limits, found, account = state.policy.guards, state.halts.measures, state.account
    if guard is Guard.LOSING_STREAK:
        return Decimal(found.streak), Decimal(limits.losing_streak)
    if guard is Guard.DRAWDOWN:
        fall = (found.peak - found.balance) / found.peak * 100 if found.peak > 0 else ZERO
        return fall, limits.drawdown_pct
    day_net = account.net_since(new_york_midnight(at))
    began = account.balance - day_net
    open_net = sum((p.unrealised(state.mark_of(p)) for p in account.positions.values()), ZERO)
    lost = -(day_net + open_net) / began * 100 if began > 0 else ZERO
    return max(ZERO, lost), limits.daily_loss_pct


def _text(value: Decimal) -> str:
    return f"{value:.2f}" if value.is_finite() else "no equity"
