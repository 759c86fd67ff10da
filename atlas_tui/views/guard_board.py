"""The guard board: what is halted, and each limit as a gauge with its distance, its effect and its re-arming."""

from decimal import Decimal

from atlas_tui import formats
from atlas_tui.lines import Line, clip, padded, rule, width_of, words
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
_NAME = 15


def block(snapshot: Snapshot, width: int, zone: DisplayZone) -> tuple[Line, ...]:
    """Halts first, then every guard; those that are off last, with the setting that switches each on."""
    found: list[Line] = [rule("guards", width, note=(Cell("K K halts all entries ", "readable"),))]
    for halt in snapshot.halts:
        found += words(halt_text(halt, zone), width, "short bold")
    views = (*snapshot.guards, *_quiet(snapshot), *_stale(snapshot))
    name = max([_NAME, *(len(_label(view)) for view in views)])
    for view in sorted(views, key=lambda view: view.is_off):
        found += _gauge(snapshot, view, name, width, zone)
    return tuple(clip(line, width) for line in found)


def halt_text(halt: HaltView, zone: DisplayZone) -> str:
    """`ENTRIES HALTED by hand since 14:02: exits go on; :resume`."""
    scope = f"{halt.scope} ENTRIES PAUSED" if halt.scope else "ENTRIES HALTED"
    since = f"since {zone.hour_minute(halt.since)} {zone.name(halt.since)}"
    if halt.source is HaltSource.FILE:
        return f"{scope} by the file HALT {since}: exits go on; remove the file to resume"
    return f"{scope} by hand {since}: exits go on; :resume{f' {halt.scope}' if halt.scope else ''}"


def halt_short(halt: HaltView, zone: DisplayZone) -> str:
    """`ENTRIES HALTED 14:02 by hand`, where there is no room for more."""
    scope = f"{halt.scope} ENTRIES PAUSED" if halt.scope else "ENTRIES HALTED"
    return f"{scope} {zone.hour_minute(halt.since)} by {'file HALT' if halt.source is HaltSource.FILE else 'hand'}"


def trip_text(view: GuardView) -> str:
    """`GUARD day's loss tripped at 10.2 % of 10: no entries; armed again at New York midnight`."""
    return f"{trip_short(view)}; armed again {view.rearms}"


def trip_short(view: GuardView) -> str:
    """`GUARD day's loss tripped at 10.2 % of 10: no entries`, where there is no room for more."""
    value = f"{_number(view.value)}{_unit(view)} of {_number(view.limit)}"
    return f"GUARD {_NAMES[view.guard][0]} tripped at {value}: no {view.blocks}"


def trips(snapshot: Snapshot) -> list[GuardView]:
    """Guards that stop the whole account; a symbol's cool-down and maintenance have their own places."""
    quiet = (Guard.COOL_DOWN, Guard.MAINTENANCE, Guard.EXPOSURE)
    return [view for view in snapshot.guards if view.tripped and view.guard not in quiet]


def warnings(snapshot: Snapshot) -> list[GuardView]:
    """Guards at 80 % of their limit or more that have not tripped."""
    return [view for view in snapshot.guards if view.warns]


def _label(view: GuardView) -> str:
    return f"{_NAMES[view.guard][0]} {view.scope}".rstrip()


def _gauge(snapshot: Snapshot, view: GuardView, name: int, width: int, zone: DisplayZone) -> list[Line]:
    """One gauge on a line where there is room; on a narrow screen its words stand below it."""
    label = padded((Cell(_label(view), "readable" if view.is_off else "text"),), name)
    if view.is_off:
        told = f"now {_number(view.value)}{_unit(view)}; [guards] {_NAMES[view.guard][1]} sets a limit"
        return _told_beside((*label, Cell(" off", "readable")), told, width)
    full = round(min(Decimal(1), view.fraction) * _BAR)
    role = "short bold" if view.tripped else "setup bold" if view.warns else "long"
    word = "TRIPPED" if view.tripped else "warning" if view.warns else "ok"
    head = (*label, Cell(" "), Cell("█" * full + "░" * (_BAR - full), role), Cell(f" {word}", role))
    measure, told = _measure(view), _told(snapshot, view, zone)
    if measure and width_of(head) + 1 + len(measure) <= width:
        return _told_beside((*head, Cell(f" {measure}")), told, width)
    return _told_beside(head, f"{measure}; {told}" if measure else told, width)


def _told_beside(head: Line, told: str, width: int) -> list[Line]:
    """The words after the gauge where they fit, otherwise wrapped below it."""
    if width_of(head) + 2 + len(told) <= width:
        return [(*head, Cell(f"  {told}", "readable"))]
    return [head, *((Cell("  "), *line) for line in words(told, width - 2, "readable"))]


def _measure(view: GuardView) -> str:
    if view.guard is Guard.MAINTENANCE:
        return ""
    return f"{_number(view.value)} of {_number(view.limit)}{_unit(view)}"


def _told(snapshot: Snapshot, view: GuardView, zone: DisplayZone) -> str:
    """What it blocks, how far it is from tripping, and when it is armed again."""
    if view.tripped:
        at = f" ({zone.hour_minute(view.rearms_at)} {zone.name(view.rearms_at)})" if view.rearms_at else ""
        return f"blocks {view.blocks}; armed again {view.rearms}{at}"
    if view.guard is Guard.MAINTENANCE:
        opens = f"{zone.weekday_minute(snapshot.maintenance_at)} {zone.name(snapshot.maintenance_at)}"
        left = formats.countdown((snapshot.maintenance_at - snapshot.at).total_seconds())
        return f"from {opens}, in {left}; will block {view.blocks}"
    if view.guard is Guard.COOL_DOWN:
        return "no symbol is cooling down; would block its entries after an exit"
    left = f"{_number(view.limit - view.value)}{_unit(view)}"
    return f"{left} to go; would block {view.blocks}"


def _quiet(snapshot: Snapshot) -> list[GuardView]:
    """The cool-down while no symbol is cooling down: it too is a guard that is off, or waits."""
    if any(view.guard is Guard.COOL_DOWN for view in snapshot.guards):
        return []
    minutes = Decimal(snapshot.policy.guards.cool_down_s) / 60
    return [GuardView(Guard.COOL_DOWN, "", Decimal(0), minutes, "min", False, "entries", None, "when it is over")]


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
    return {"%": " %", "s": " s", "losses": " losses", "min": " min", "x equity": "x"}.get(view.unit, f" {view.unit}")


def _number(value: Decimal) -> str:
    if not value.is_finite():
        return formats.UNKNOWN
    text = f"{value:.1f}"
    return text.removesuffix(".0")
