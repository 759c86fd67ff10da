"""How the body of the console is divided, by the size of the terminal; pure."""

from typing import NamedTuple

LEAST_WIDTH, LEAST_HEIGHT = 40, 12
"""Below this the console says so and shows nothing else."""

PHONE, MID, WIDE = 70, 110, 170
"""Widths from which the next layout holds."""

CARDS, CARDS_TALL = 50, 26
"""Below both the body is a list of cards alone; enter opens the chart."""

TALL = 36
_LIST_WIDE = 104
LEAST_DETAIL = 7
"""Rows below which a chart tells nothing."""
LEAST_SHORT = 7
"""Rows that a list of few rows keeps, if it has use for them; then the detail goes altogether."""
_SIDE, _SIDE_TALL, _SIDE_FROM = 8, 14, 44
"""Rows of plan and matrix on a wide screen, and with the evidence below them from so many rows of the body."""


class Arrangement(NamedTuple):
    """Cells and rows of the body's panes; 0 means the pane is not shown.

    Attributes:
        list_width: of the list.
        list_rows: of the list, its header included.
        side_width: of plan and matrix, beside the chart or (wide) below it.
        chart: is there room for one?
        side_rows: of plan and matrix where they lie below the chart (wide).
        positions_rows: of the positions panel (wide).
        events_rows: of the events panel (wide).
    """

    list_width: int
    list_rows: int
    side_width: int
    chart: bool = True
    side_rows: int = 0
    positions_rows: int = 0
    events_rows: int = 0

    @property
    def is_wide(self) -> bool:
        """Do list and chart stand beside each other?"""
        return self.side_rows > 0

    def with_events_alone(self) -> "Arrangement":
        """The same without a panel of positions: where the list itself is theirs."""
        return self._replace(positions_rows=0, events_rows=self.positions_rows + self.events_rows)


def too_small(width: int, height: int) -> str:
    """What to say when nothing fits; empty when something does."""
    if width >= LEAST_WIDTH and height >= LEAST_HEIGHT:
        return ""
    return f"ATLAS needs {LEAST_WIDTH}x{LEAST_HEIGHT} (now {width}x{height})"


def arrange(width: int, body_rows: int, height: int, taken: int = 0, needed: int = 0) -> Arrangement:
    """The panes of a tab with a list and a detail.

    Args:
        width: of the terminal.
        body_rows: between the tabs and the status bar.
        height: of the terminal.
        taken: of these, rows at the bottom that are not the body's; the detail gives them and, where it would have too
            few, the end of the list, so that no row of the list moves when they come and go.
        needed: rows the list has any use for, its header included; 0 is any number.
    """
    body = body_rows - taken
    if width >= WIDE and body_rows >= 30:
        positions, events = 8, max(8, body_rows // 4)
        rows = _at_most(body_rows - positions - events, needed)
        side = _SIDE_TALL if body_rows >= _SIDE_FROM else _SIDE
        return Arrangement(_LIST_WIDE, rows, width - _LIST_WIDE, True, side, positions, body - rows - positions)
    cards = width < CARDS and height < CARDS_TALL
    share = 1 if cards else 0.41 if height >= TALL else 0.48
    rows = round(body_rows * share)
    if rows > body - LEAST_DETAIL >= max(rows - taken, min(needed, LEAST_SHORT)):
        rows = body - LEAST_DETAIL
    rows = _at_most(rows, needed)
    if body - rows < LEAST_DETAIL:
        return Arrangement(width, body, 0, chart=False)
    return Arrangement(width, rows, 0 if width < PHONE else 36 if width < MID else 44)


def _at_most(rows: int, needed: int) -> int:
    return min(rows, needed) if needed else rows
