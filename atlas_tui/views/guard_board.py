"""The guard board: what is halted, and each limit as a gauge with its distance, its effect and its re-arming."""

from decimal import Decimal

from atlas_tui import formats
from atlas_tui.lines import Line, clip, padded, rule, words
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.zones import DisplayZone
from core.domain.guards import Guard, HaltSource
from core.domain.review_views import GuardView, HaltView
from core.domain.snapshot import Snapshot

_NAMES = {
    Guard.DAILY_LOSS: ("day's loss", "daily_loss_pct"),
    Guard.DRAWDOWN: ("drawdown", "drawdown_pct"),
    Guard.LOSING_STREAK: ("losing streak", "losing_streak"),
    Guard.EXPOSURE: ("exposure", "exposure"),
    Guard.COOL_DOWN: ("cool-down", "cool_down_min"),
    Guard.CLOCK_SKEW: ("clock skew", "clock_skew_s"),
    Guard.STALE_FEED: ("stale feed", ""),
    Guard.MAINTENANCE: ("maintenance", ""),
}
_BAR = 10
_NAME, _STATE = 15, 24


def block(snapshot: Snapshot, width: int, zone: DisplayZone) -> tuple[Line, ...]:
    """Halts first, then every guard."""
    found: list[Line] = [rule("guards", width, note=(Cell("K K halts all entries ", "readable"),))]
    for halt in snapshot.halts:
        found += words(halt_text(halt, zone), width, "short bold")
    for view in (*snapshot.guards, *_stale(snapshot)):
        found += _gauge(view, width, zone)
    return tuple(clip(line, width) for line in found)


def halt_text(halt: HaltView, zone: DisplayZone) -> str:
    """`ENTRIES HALTED by hand since 14:02: exits go on; :resume`."""
    scope = f"{halt.scope} ENTRIES PAUSED" if halt.scope else "ENTRIES HALTED"
    since = f"since {zone.hour_minute(halt.since)} {zone.name(halt.since)}"
    if halt.source is HaltSource.FILE:
        return f"{scope} by the file HALT {since}: exits go on; remove the file to resume"
    return f"{scope} by hand {since}: exits go on; :resume{f' {halt.scope}' if halt.scope else ''}"


def trip_text(view: GuardView) -> str:
    """`GUARD DAILY_LOSS tripped at 10.2 % of 10: no entries, armed again at New York midnight`."""
    value = f"{_number(view.value)}{_unit(view)} of {_number(view.limit)}"
    return f"GUARD {_NAMES[view.guard][0]} tripped at {value}: no {view.blocks}; armed again {view.rearms}"


def trips(snapshot: Snapshot) -> list[GuardView]:
    """Guards that stop the whole account; a symbol's cool-down and maintenance have their own places."""
    quiet = (Guard.COOL_DOWN, Guard.MAINTENANCE, Guard.EXPOSURE)
    return [view for view in snapshot.guards if view.tripped and view.guard not in quiet]


def warnings(snapshot: Snapshot) -> list[GuardView]:
    """Guards at 80 % of their limit or more that have not tripped."""
    return [view for view in snapshot.guards if view.warns]


def _gauge(view: GuardView, width: int, zone: DisplayZone) -> list[Line]:
    name, setting = _NAMES[view.guard]
    label = f"{name} {view.scope}".rstrip()
    if view.is_off:
        line = (Cell(label.ljust(_NAME), "readable"), Cell("off  ", "readable"))
        return [(*line, Cell(f"now {_number(view.value)}{_unit(view)}; [guards] {setting} sets a limit", "readable"))]
    share = min(Decimal(1), view.fraction)
    full = round(share * _BAR)
    role = "short bold" if view.tripped else "setup bold" if view.warns else "long"
    word = "TRIPPED" if view.tripped else "warning" if view.warns else "ok"
    bar = Cell("█" * full + "░" * (_BAR - full), role)
    state = (Cell(f" {word} ", role), Cell(_measure(view)))
    told = _told(view, zone)
    head = (*padded((Cell(label),), _NAME), bar, *padded(state, _STATE))
    if width >= _NAME + _BAR + _STATE + 30:
        return [(*head, Cell(f" {told}", "readable"))]
    return [head, (Cell(" " * 2), Cell(told, "readable"))]


def _measure(view: GuardView) -> str:
    if view.guard is Guard.MAINTENANCE:
        return ""
    return f"{_number(view.value)} of {_number(view.limit)}{_unit(view)}"


def _told(view: GuardView, zone: DisplayZone) -> str:
    """What it blocks, how far it is from tripping, and when it is armed again."""
    if view.tripped:
        at = f" ({zone.hour_minute(view.rearms_at)} {zone.name(view.rearms_at)})" if view.rearms_at else ""
        return f"blocks {view.blocks}; armed again {view.rearms}{at}"
    if view.guard is Guard.MAINTENANCE:
        return f"blocks {view.blocks}"
    left = f"{_number(view.limit - view.value)}{_unit(view)}"
    return f"{left} to go; would block {view.blocks}"


def _stale(snapshot: Snapshot) -> list[GuardView]:
    """The oldest price against the age from which nothing is filled."""
    ages = snapshot.link.ages
    if not ages:
        return []
    symbol, age = max(ages.items(), key=lambda item: item[1])
    limit = Decimal(str(snapshot.policy.prices.stale_after_s))
    value = Decimal(str(round(age, 1)))
    return [GuardView(Guard.STALE_FEED, symbol, value, limit, "s", value > limit, f"every fill of {symbol}", None,
                      "with the next price")]  # fmt: skip


def _unit(view: GuardView) -> str:
    return {"%": " %", "s": " s", "losses": " losses", "x equity": "x"}.get(view.unit, view.unit)


def _number(value: Decimal) -> str:
    if not value.is_finite():
        return formats.UNKNOWN
    text = f"{value:.1f}"
    return text.removesuffix(".0")
