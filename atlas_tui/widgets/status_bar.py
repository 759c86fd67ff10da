"""The status bar: what the desk is doing and when it will do the next thing."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from atlas_tui import formats
from atlas_tui.lines import GAP, Line, Part, at_most, fitting, spread, width_of, words
from atlas_tui.views.guard_board import halt_short, halt_text, trip_short, trip_text, trips, warnings
from atlas_tui.views.prices import is_stale
from atlas_tui.views.queue import queue_parts
from atlas_tui.widgets.play_strip import play_line
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.zones import DisplayZone
from core.domain.snapshot import FeedState, Snapshot

_ROOMY = 60
"""Cells from which what waits is named."""
_SEPARATOR: Line = (Cell(" │ ", "grid"),)
_SKEW_S = 2.0
"""A clock further than this from the venue's is told of."""


def status_line(snapshot: Snapshot, width: int, zone: DisplayZone, written: str = "") -> Line:
    """The bar; in a play its strip.

    Args:
        snapshot: what is known.
        width: cells of the screen.
        zone: clock that times are shown on.
        written: bytes a second to the terminal, in words.
    """
    if (play := snapshot.link.play) is not None:
        return play_line(snapshot, play, width, zone)
    clock = (Cell(clock_text(snapshot, width, zone), "readable"), GAP)
    room = width - width_of(clock) - 2
    return spread((GAP, *fitting(_parts(snapshot, zone, written, width >= _ROOMY), room - 1, _SEPARATOR)), clock, width)


def echo_lines(echo: str, snapshot: Snapshot, width: int, zone: DisplayZone) -> tuple[Line, ...]:
    """What the last key did: beside the clock where it fits, otherwise on the bar's row and the footer's.

    In a play on the footer's alone: what says that nothing is live is never written over.
    """
    if (play := snapshot.link.play) is not None:
        return play_line(snapshot, play, width, zone), (
            GAP,
            *at_most(words(echo, width - 2, "setup bold"), 1, width - 2)[0],
        )
    clock = (Cell(clock_text(snapshot, width, zone), "readable"), GAP)
    line = (GAP, Cell(echo, "setup bold"))
    if width_of((*line, GAP, *clock)) <= width:
        return (spread(line, clock, width),)
    return tuple((GAP, *each) for each in at_most(words(echo, width - 2, "setup bold"), 2, width - 2))


def clock_text(snapshot: Snapshot, width: int, zone: DisplayZone) -> str:
    """The desk's time in the configured zone, which is named; to the minute, so that an idle console sends nothing."""
    name = zone.name(snapshot.at)
    if width < 100:
        return f"{zone.hour_minute(snapshot.at)} {name}"
    return f"{zone.full(snapshot.at).rpartition(':')[0]} {name}"


def alert_lines(snapshot: Snapshot, zone: DisplayZone, width: int) -> tuple[Line, ...]:
    """The red strip: what went wrong, the worst first; none when all is well.

    Sentences stand on lines of their own. Where three lines (four on a phone) do not hold them, each is told in short,
    then the second and further ones one after another; what is left even so ends in `…` and stands whole in the log.
    """
    found = _troubles(snapshot, zone)
    rows = _MOST_PHONE if width < _PHONE else _MOST
    short = [trouble.short for trouble in found]
    ways = ([trouble.whole for trouble in found], short, [*short[:1], " · ".join(short[1:])])
    told = [_alert(way, width) for way in ways]
    lines = next((lines for lines in told if len(lines) <= rows), at_most(told[-1], rows, width - 1))
    # Red to the edge by the text's own role: on a ground of its own, reverse video without colour could not be read.
    return tuple((*line, Cell(" " * (width - width_of(line)), _ALERT)) for line in lines)


def _alert(texts: Iterable[str], width: int) -> tuple[Line, ...]:
    return tuple(
        (Cell("   " if at else " ✕ ", _ALERT), *line)
        for text in texts
        for at, line in enumerate(words(text, width - 4, _ALERT))
    )


_ALERT = "tag-text on failed bold"
_PHONE, _MOST, _MOST_PHONE = 70, 3, 4


class _Trouble(NamedTuple):
    """What went wrong with what to do about it, and in short."""

    whole: str
    short: str


def _troubles(snapshot: Snapshot, zone: DisplayZone) -> list[_Trouble]:
    link = snapshot.link
    problem, scan = link.problem, link.scan_error
    if link.unsaved:
        problem = " · ".join(text for text in (f"UNSAVED: {link.unsaved} facts", problem) if text)
    found = [_Trouble(problem, problem)] if problem else []
    if scan:
        told = f"{scan} — retry r"
        found.append(_Trouble(f"{told}, details 7{_last_good(snapshot, zone)}", told))
    if any(quote.suspended for quote in snapshot.quotes):
        found.append(_Trouble("trigger watch SUSPENDED until the outage is judged", "trigger watch SUSPENDED"))
    found += [_Trouble(halt_text(halt, zone), halt_short(halt, zone)) for halt in snapshot.halts]
    found += [_Trouble(trip_text(view), trip_short(view)) for view in trips(snapshot)]
    return found


def _last_good(snapshot: Snapshot, zone: DisplayZone) -> str:
    return f" (last good {zone.hour_minute(snapshot.last_scan.at)})" if snapshot.last_scan else ""


def _parts(snapshot: Snapshot, zone: DisplayZone, written: str, roomy: bool) -> list[Part]:
    link, at = snapshot.link, snapshot.at
    alive = link.state in (FeedState.LIVE, FeedState.SLOW)
    dot = "live" if alive else "failed" if link.state is FeedState.DOWN else "slow"
    quote = snapshot.quotes[0] if snapshot.quotes else None
    parts = [
        Part(0, (Cell("● ", dot), Cell("ws", "text"))),
        Part(6, (Cell(f"{link.rate:.0f}/s", "readable"),)),
        Part(7, (Cell(written, "readable"),) if written else ()),
        Part(2, _scan(snapshot, zone)),
        Part(3, _next(snapshot)),
        Part(1 if snapshot.in_maintenance else 5, (Cell("maint ", "readable"), *_maintenance(snapshot, zone))),
    ]
    parts[1:1] = queue_parts(snapshot, roomy)
    if quote is not None:
        left = (quote.next_funding_at - at).total_seconds()
        parts.append(Part(7, (Cell("fund ", "readable"), Cell(to_go(left)))))
    for view in warnings(snapshot):
        told = f"{view.guard.value.lower().replace('_', ' ')} {view.fraction:.0%}"
        parts.insert(1, Part(1, (Cell(f"! {told}", "setup bold"),)))
    if abs(link.clock_skew_s) > _SKEW_S:
        parts.insert(1, Part(1, (Cell(f"clock off {link.clock_skew_s:+.1f}s", "setup bold"),)))
    return [*parts, *_exposure(snapshot)]


def _scan(snapshot: Snapshot, zone: DisplayZone) -> Line:
    if snapshot.link.loading:
        return (Cell(f"▒ {snapshot.link.loading}", "setup"),)
    last = snapshot.last_scan
    if last is None:
        return (Cell("scan ", "readable"), Cell("none yet"))
    good = Cell(f"✓{last.signals}", "live") if not snapshot.link.scan_error else Cell("✕", "failed")
    return (Cell("scan ", "readable"), Cell(f"{zone.hour_minute(last.at)} "), good)


def _next(snapshot: Snapshot) -> Line:
    scheduled = snapshot.link.next_scan_at
    if scheduled is None:
        return (Cell("next ", "readable"), Cell("not scheduled"))
    return (Cell("next ", "readable"), Cell(to_go((scheduled - snapshot.at).total_seconds())))


def to_go(seconds: float) -> str:
    """A countdown that ticks once a minute until its last one: `12m`, `3m`, `0:42`."""
    left = max(0.0, seconds)
    return f"{int(left / 60)}m" if 60 <= left < 600 else formats.countdown(left)


def _maintenance(snapshot: Snapshot, zone: DisplayZone) -> Line:
    if snapshot.in_maintenance:
        return (Cell("now", "maint bold"),)
    left = (snapshot.maintenance_at - snapshot.at).total_seconds()
    return (Cell(f"{zone.weekday_minute(snapshot.maintenance_at)} "), Cell(to_go(left), "readable"))


def _exposure(snapshot: Snapshot) -> list[Part]:
    """Positions, leverage of the whole account, and the nearest liquidation."""
    held = snapshot.positions
    parts = [Part(8, (Cell("pos ", "readable"), Cell(f"{len(held)}/{len(snapshot.quotes)}")))]
    equity = snapshot.account.equity
    if not held or equity <= 0:
        return parts
    notional = sum((view.position.notional(view.mark) for view in held), Decimal(0))
    parts.append(Part(9, (Cell("lev ", "readable"), Cell(formats.leverage(notional / equity)))))
    marks = [view for view in held if view.mark > 0]
    if marks:
        nearest = min(abs(view.position.liquidation - view.mark) / view.mark * 100 for view in marks)
        grey = any(is_stale(snapshot, view.position.symbol) for view in marks)
        parts.append(Part(10, (Cell("liq ", "readable"), Cell(formats.pct(-nearest, 0), "stale" if grey else "text"))))
    return parts
