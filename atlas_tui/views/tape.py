"""The tier's 24 hours on a tape: the window, now, closes of bars, funding, the cut before the window closes."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from atlas_tui import formats
from atlas_tui.lines import Line, flow, text_of, words
from atlas_tui.views.matrix_tab import short_time
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.zones import DisplayZone
from core.domain.calendar import new_york_midnight
from core.domain.snapshot import Snapshot
from core.domain.timeframes import D1, H1, H4, W1, Timeframe

WIDEST = 96
"""At most this many cells: a quarter of an hour each."""
_DAY = timedelta(hours=24)
_HOURLY = 48
"""Cells from which closes of 1h bars are told apart."""
_CLOSES = ((W1, "W"), (D1, "D"), (H4, "4"), (H1, "·"))
"""Letters of the bars that close, the longest first: it closes with all the shorter ones."""


def lines(snapshot: Snapshot, width: int, zone: DisplayZone) -> tuple[Line, ...]:
    """The tape, what stands under it, what its letters mean, and what comes next.

    Args:
        snapshot: what is known.
        width: cells; 20 and up.
        zone: clock for the hours.
    """
    cells = min(WIDEST, width)
    start = opening(snapshot)
    return (
        _window(snapshot, start, cells),
        _pointer(snapshot, start, cells, zone),
        _hours(start, cells, zone),
        (Cell(_closes(start, cells), "text"),),
        (Cell(_instants(snapshot, start, cells), "open"),),
        *_phrases(_legend(snapshot, start, cells), width, "readable"),
        *_phrases(_coming(snapshot, zone), width, "text"),
    )


def _phrases(parts: Iterable[str], width: int, role: str) -> tuple[Line, ...]:
    """`█ intraday; ░ swing`: no phrase is broken that a line can hold."""
    found = flow([(Cell(part, role),) for part in parts], width, mark=Cell(";", role), indent="")
    return tuple(each for line in found for each in words(text_of(line), width, role))


def opening(snapshot: Snapshot) -> datetime:
    """Where the tape begins: the last opening of the intraday tier."""
    window = snapshot.policy.tiers.window
    start = new_york_midnight(snapshot.at) + timedelta(hours=window.opens.hour, minutes=window.opens.minute)
    return start if start <= snapshot.at else start - _DAY


def _window(snapshot: Snapshot, start: datetime, width: int) -> Line:
    """█ intraday, ░ swing, ▒ maintenance."""
    window, maintenance, step = snapshot.policy.tiers.window, snapshot.policy.maintenance, _DAY / width
    found: list[Cell] = []
    for index in range(width):
        middle = start + step * index + step / 2
        cell = Cell("█", "setup") if window.is_intraday(middle) else Cell("░", "open")
        if maintenance.contains(middle):
            cell = Cell("▒", "maint")
        if found and found[-1].role == cell.role:
            found[-1] = Cell(found[-1].text + cell.text, cell.role)
        else:
            found.append(cell)
    return tuple(found)


def _pointer(snapshot: Snapshot, start: datetime, width: int, zone: DisplayZone) -> Line:
    """`▲ now 14:32 ET` under the cell that holds now, the words on the side with room."""
    at = min(width - 1, max(0, int((snapshot.at - start) / (_DAY / width))))
    note = f"now {zone.hour_minute(snapshot.at)} {zone.name(snapshot.at)}"
    if at + 2 + len(note) <= width:
        return (Cell(" " * at), Cell(formats.UP, "text bold"), Cell(f" {note}", "readable"))
    return (Cell(f"{note} ".rjust(at)[-at:] if at else "", "readable"), Cell(formats.UP, "text bold"))


def _hours(start: datetime, width: int, zone: DisplayZone) -> Line:
    text = ""
    for hour in range(0, 24, 3 if width >= 60 else 6):
        text = text.ljust(int(hour * width / 24)) + zone.hour_minute(start + timedelta(hours=hour))
    return (Cell(text[:width], "readable"),)


def _closes(start: datetime, width: int) -> str:
    """A letter where a bar closes, that of the longest."""
    shown = [(frame, letter) for frame, letter in _CLOSES if frame != H1 or width >= _HOURLY]
    return "".join(
        next((letter for frame, letter in shown if closes_in(frame, begins, ends)), " ")
        for begins, ends in _spans(start, width)
    )


def _instants(snapshot: Snapshot, start: datetime, width: int) -> str:
    """`x` where positions over the swing maximum are closed, `f` where funding is charged."""
    hours = {quote.funding_interval_hours for quote in snapshot.quotes} or {snapshot.policy.funding.interval_hours}
    charged = [Timeframe(60 * each) for each in hours if each > 0]
    found = ""
    for begins, ends in _spans(start, width):
        cut = snapshot.policy.tiers.window.next_deadline(begins - timedelta(microseconds=1))
        funded = any(closes_in(frame, begins, ends) for frame in charged)
        found += "x" if cut < ends else "f" if funded else " "
    return found


def _spans(start: datetime, width: int) -> Iterable[tuple[datetime, datetime]]:
    return ((start + _DAY * index / width, start + _DAY * (index + 1) / width) for index in range(width))


def closes_in(timeframe: Timeframe, begins: datetime, ends: datetime) -> bool:
    """Does a bar of this timeframe close in [begins, ends)?"""
    return timeframe.end_of(begins - timedelta(seconds=1)) < ends


def _legend(snapshot: Snapshot, start: datetime, width: int) -> list[str]:
    closes = _closes(start, width)
    names = [f"{letter} {frame}" for frame, letter in reversed(_CLOSES) if letter in closes]
    told = ["█ intraday", "░ swing"]
    if any("▒" in cell.text for cell in _window(snapshot, start, width)):
        told.append("▒ maintenance")
    told.append(f"{', '.join(names)} close")
    return [*told, "f funding", f"x cut at {snapshot.policy.tiers.window.deadline:%H:%M} New York"]


def _coming(snapshot: Snapshot, zone: DisplayZone) -> list[str]:
    """`next: cut in 1h22m; funding in 4h; maintenance Fri 17:00 in 5d`."""
    at = snapshot.at
    parts = [f"next: cut in {short(snapshot.deadline_at, at)}"]
    if snapshot.quotes:
        parts.append(f"funding in {short(min(quote.next_funding_at for quote in snapshot.quotes), at)}")
    for frame in (H1, H4, D1):
        parts.append(f"{frame} close in {short(frame.end_of(at), at)}")
    if snapshot.in_maintenance:
        parts.append("maintenance now")
    else:
        opens = zone.weekday_minute(snapshot.maintenance_at)
        parts.append(
            f"maintenance {opens} {zone.name(snapshot.maintenance_at)} in {short(snapshot.maintenance_at, at)}"
        )
    return parts


def short(then: datetime, now: datetime) -> str:
    """How long to go, to the minute: `1h22m`, `<1m`."""
    left = (then - now).total_seconds()
    return formats.countdown(left) if left >= 600 else short_time(left)
