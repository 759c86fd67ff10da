"""Tab 7, Log: what happened, newest first; above it what the feed could not use, once there is such a thing."""

from collections import Counter
from functools import partial

from atlas_tui.lines import Line
from atlas_tui.views.cards import ROOMY_BELOW
from atlas_tui.views.listing import MARGIN, Entry, Memo
from atlas_tui.widgets.table_rows import Cell, Column
from atlas_tui.zones import DisplayZone
from core.domain.noted import Level, Noted
from core.domain.snapshot import Snapshot

EMPTY = "Quiet."
_WIDE = 70
"""Cells from which there are seconds and topics."""
_BESIDE_TEXT = 26
"""Cells of a wide row that are not text."""
_BEFORE_TEXT = 10
"""Cells of a card before its text, and the blank one behind."""
_MARKS = {
    Level.INFO: Cell("·", "readable"),
    Level.GOOD: Cell("▲", "long"),
    Level.WARN: Cell("◆", "setup"),
    Level.ERROR: Cell("✕", "failed"),
}
_TEXT_ROLES = {Level.INFO: "text", Level.GOOD: "text", Level.WARN: "setup", Level.ERROR: "failed"}


def columns(width: int) -> tuple[Column, ...]:
    """Time, level, topic, text; on a phone without the topic."""
    time = Column("time", "time", 8 if width >= _WIDE else 5)
    topic = (Column("topic", "topic", 8),) if width >= _WIDE else ()
    return (MARGIN, time, Column("level", "", 1), *topic, Column("text", "text", 20, grow=True))


def rows(snapshot: Snapshot, zone: DisplayZone, width: int = 80, memo: Memo | None = None) -> list[Entry]:
    """The notes, newest first; equal ones of one instant keep their count in the key."""
    seen: Counter[str] = Counter()
    found = []
    kept, room = memo or Memo(), str(width)
    for note in snapshot.log:
        name = f"{note.at.timestamp()}|{note.text}"
        seen[name] += 1
        key = f"{name}|{seen[name]}"
        found.append(kept.entry(key, (note, room), partial(_entry, key, note, zone, width)))
    return [*_feed_entries(snapshot, kept, width), *found[::-1]]


def _feed_entries(snapshot: Snapshot, memo: Memo, width: int) -> list[Entry]:
    """Counts, none of them cut, and the last messages that could not be used, newest first; they have no time."""
    link, wide = snapshot.link, width >= _WIDE
    told = [(Level.INFO, line) for line in _counts(link.troubles, width - (_BESIDE_TEXT if wide else _BEFORE_TEXT))]
    told += [(Level.WARN, f"not used: {text}") for text in link.bad_frames[::-1][: None if wide else 1]]
    return [
        memo.entry(f"feed {place}", (text, str(width)), partial(_pinned, f"feed {place}", level, text, width))
        for place, (level, text) in enumerate(told)
    ]


def _counts(troubles: tuple[tuple[str, int], ...], room: int) -> list[str]:
    """As many counts in a line as fit."""
    lines: list[str] = []
    for count in (f"{name} {number}" for name, number in troubles):
        if lines and len(lines[-1]) + len(count) + 3 <= room:
            lines[-1] += f" · {count}"
        else:
            lines.append(count)
    return lines


def tail(snapshot: Snapshot, zone: DisplayZone, count: int) -> tuple[Line, ...]:
    """The newest notes as lines, for the wide screen."""
    lines = []
    for note in reversed(snapshot.log[-count:]) if count > 0 else ():
        time = Cell(f"{zone.second(note.at)} ", "readable")
        lines.append((time, _MARKS[note.level], Cell(f" {note.text}", _TEXT_ROLES[note.level])))
    return tuple(lines) or ((Cell(EMPTY, "readable"),),)


def split_text(text: str, width: int) -> tuple[str, str]:
    """What stands on the two lines of a card; where the list has rows, the whole text and nothing."""
    if width >= ROOMY_BELOW:
        return text, ""
    room = width - _BEFORE_TEXT
    if len(text) <= room:
        return text, ""
    at = text.rfind(" ", 0, room + 1)
    at = at if at > 0 else room
    return text[:at], text[at:].strip()


def _pinned(key: str, level: Level, text: str, width: int) -> Entry:
    text, rest = split_text(text, width)
    role = _TEXT_ROLES[level]
    cells = {"time": Cell("so far" if width >= _WIDE else "all", "readable"), "level": _MARKS[level]}
    cells |= {"topic": Cell("feed", "readable"), "text": Cell(text, role), "rest": Cell(rest, role)}
    return Entry(key, cells, {"time": None})


def _entry(key: str, note: Noted, zone: DisplayZone, width: int) -> Entry:
    time = zone.second(note.at) if width >= _WIDE else zone.hour_minute(note.at)
    text, rest = split_text(note.text, width)
    cells = {
        "time": Cell(time, "readable"),
        "level": _MARKS[note.level],
        "topic": Cell(note.topic, "readable"),
        "text": Cell(text, _TEXT_ROLES[note.level]),
        "rest": Cell(rest, _TEXT_ROLES[note.level]),
    }
    return Entry(key, cells, {"time": note.at})
