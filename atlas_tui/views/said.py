"""A person's word in the lists and beside the chart: what waits for one, and what was said."""

from dataclasses import dataclass

from atlas_tui import formats
from atlas_tui.lines import Line, words
from atlas_tui.views.words import REFUSALS
from atlas_tui.zones import DisplayZone
from core.domain.review import Review, ReviewVerdict
from core.domain.review_views import ReviewView
from core.domain.snapshot import SetupView, SignalView, Snapshot

WAITS = "?"
"""Mark of a row that waits for a word."""
_MARKS = {
    ReviewVerdict.TAKEN: formats.OK,
    ReviewVerdict.REJECTED: formats.BAD,
    ReviewVerdict.SNOOZED: "z",
    ReviewVerdict.WATCHED: "◆",
}
_WORDS = {
    ReviewVerdict.TAKEN: "taken",
    ReviewVerdict.REJECTED: "rejected",
    ReviewVerdict.SNOOZED: "snoozed",
    ReviewVerdict.WATCHED: "watched",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a list shows of a person's word on one row; an empty mark or word leaves the list's own."""

    mark: str = ""
    word: str = ""
    role: str = ""


def said_of(snapshot: Snapshot, view: SetupView | SignalView, zone: DisplayZone, waits: bool) -> Said:
    """Mark and status of a pending setup or a completed signal, by what was said of it."""
    item_id = view.setup.id if isinstance(view, SetupView) else view.signal.id
    told = snapshot.reviews.get(item_id)
    review = told.review if told is not None else None
    if isinstance(view, SetupView) and not view.pending:
        return Said(_MARKS[review.verdict]) if review is not None else Said()
    if waits:
        asks = isinstance(view, SetupView) and bool(view.held)
        return Said(WAITS, "ASK" if asks else "", "setup bold")
    if review is not None:
        return Said(_MARKS[review.verdict], _short(review, zone, isinstance(view, SignalView)), "readable")
    if isinstance(view, SetupView) and view.held:
        return Said(formats.DONE, REFUSALS[next(iter(view.held.values()))], "readable")
    return Said()


def _short(review: Review, zone: DisplayZone, is_signal: bool) -> str:
    """At most eight cells: TAKEN, REJECTED, z 14:45, WATCHED; a signal is only noted."""
    match review.verdict:
        case ReviewVerdict.SNOOZED if review.until is not None:
            return f"z {zone.hour_minute(review.until)}"
        case ReviewVerdict.TAKEN:
            return "NOTED" if is_signal else f"TAKEN{formats.side_glyph(review.side) if review.side else ''}"
        case _:
            return review.verdict.value


def said_lines(told: ReviewView | None, zone: DisplayZone, width: int) -> tuple[Line, ...]:
    """The verdict in words with its reason, then the notes; nothing where nothing was said."""
    if told is None:
        return ()
    found: list[Line] = []
    if told.review is not None:
        found += words(verdict_text(told.review, zone), width, "setup")
    for note in told.notes:
        found += words(f"{zone.minute(note.at)} {note.text}", width)
    return tuple(found)


def verdict_text(review: Review, zone: DisplayZone) -> str:
    """`rejected 12-14 14:32: chop`."""
    side = f" {review.side} only" if review.side is not None else ""
    until = f" until {zone.hour_minute(review.until)}" if review.until is not None else ""
    reason = f": {review.reason}" if review.reason else ""
    return f"{_WORDS[review.verdict]}{side}{until} {zone.minute(review.at)}{reason}"
