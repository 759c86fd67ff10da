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
_LEAST_DETAIL = 7
"""Rows below which a chart tells nothing."""


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


def too_small(width: int, height: int) -> str:
    """What to say when nothing fits; empty when something does."""
    if width >= LEAST_WIDTH and height >= LEAST_HEIGHT:
        return ""
    return f"ATLAS needs {LEAST_WIDTH}x{LEAST_HEIGHT} (now {width}x{height})"


def arrange(width: int, body_rows: int, height: int) -> Arrangement:
    """The panes of a tab with a list and a detail.

    Args:
        width: of the terminal.
        body_rows: left between the tabs and the status bar.
        height: of the terminal.
    """
    if width >= WIDE and body_rows >= 30:
        positions, events = 8, max(8, body_rows // 4)
        return Arrangement(_LIST_WIDE, body_rows - positions - events, width - _LIST_WIDE, True, 8, positions, events)
    if width < CARDS and height < CARDS_TALL:
        return Arrangement(width, body_rows, 0, chart=False)
    rows = round(body_rows * (0.41 if height >= TALL else 0.48))
    if body_rows - rows < _LEAST_DETAIL:
        return Arrangement(width, body_rows, 0, chart=False)
    side = 0 if width < PHONE else 36 if width < MID else 44
    return Arrangement(width, rows, side)
