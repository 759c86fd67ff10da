"""The first frame: the console's own bars and panes at their places, before there is a desk or a list to show.

Only what it is made of is imported before it is on the screen. It tells what is known by then: what will be traded,
and that the rest is being loaded; and what happened since the last key, as soon as that has been read.
"""

from collections.abc import Callable
from typing import NamedTuple

from textual.app import ComposeResult
from textual.screen import Screen

from atlas_tui.arrangement import arrange, too_small
from atlas_tui.lines import GAP, Line, Part, fitting, rule
from atlas_tui.tabs import Tab, tabs_in
from atlas_tui.widgets.brand import brand, feed_line
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.strip_shape import PHONE, unpriced_strip
from atlas_tui.widgets.table_rows import Cell
from core.domain.link import LinkView

PANES = ("top", "tickers", "tabs", "since", "opening", "status", "keys")
KEPT = "keys you press now are kept"
FOOTER = (
    (7, "/", "Filter"), (2, "a", "Take"), (3, "x", "Reject"), (4, "s", "Snooze"), (8, "w", "Watch"), (5, "u", "Undo"),
    (15, "spc", "Seen"), (16, "r", "Scan"), (9, "enter", "Detail"), (13, "e", "Explain"), (18, ",", "Sort"),
    (14, ":", "Command"), (17, "t", "Theme"), (0, "?", "Keys"), (1, "q", "Quit"),
)  # fmt: skip
"""The console's first footer: how late each key is left out, the key, its word; held against the registry by test."""
Telling = Callable[[int, int], tuple[Line, ...]]
"""The lines of the strip "since you left" on a terminal of this width and height."""


def _nothing(width: int, height: int) -> tuple[Line, ...]:
    return ()


class Opening(NamedTuple):
    """What is known before there is a desk.

    Attributes:
        link: mode, preset and speed; nothing is connected yet.
        symbols: what the desk will watch, as configured.
        remapped: are keys set in the configuration? The footer then waits for the registry, which knows them.
    """

    link: LinkView
    symbols: tuple[str, ...]
    remapped: bool = False


class OpeningScreen(Screen[None]):
    """The first frame; it changes with the size of the terminal, and once when there is something to tell."""

    def __init__(self, opening: Opening) -> None:
        super().__init__()
        self._opening = opening
        self._since: Telling = _nothing

    def compose(self) -> ComposeResult:
        """The console's bars, by the names its stylesheet knows them by, and one pane for its body."""
        for name in PANES:
            yield Lines(id=name)

    def on_mount(self) -> None:
        """The picture is there before the first paint."""
        self._paint()

    def tell(self, since: Telling) -> None:
        """Show what happened since the last key, where the console will show it."""
        self._since = since
        self._paint()

    def on_resize(self) -> None:
        """Another size is another arrangement."""
        self._paint()

    def _paint(self) -> None:
        width, height = self.size
        if not width:
            return
        bars = opening_lines(self._opening, width, height, self._since(width, height))
        for name, lines in bars.items():
            pane = self.query_one(f"#{name}", Lines)
            pane.display = bool(lines)
            pane.styles.height = max(1, len(lines))
            pane.show(lines)


def opening_lines(
    opening: Opening, width: int, height: int, since: tuple[Line, ...] = ()
) -> dict[str, tuple[Line, ...]]:
    """The first frame by pane, whole; where nothing fits, the sentence that says so and no bars."""
    if small := too_small(width, height):
        return dict.fromkeys(PANES, ()) | {"opening": _centered(small, "setup bold", width, height)}
    words = width >= PHONE
    tickers = unpriced_strip(opening.symbols, width, height)
    loading = f"▒ {opening.link.loading}"
    return {
        "top": ((*brand(opening.link, words), GAP, *feed_line(opening.link, short=not words)),),
        "tickers": tickers,
        "tabs": (tabs_in({}, Tab.SIGNALS, width),),
        "since": since,
        "opening": _body(loading, width, height - 4 - len(tickers) - len(since), height),
        "status": ((GAP, Cell("● ", "slow"), Cell("ws"), Cell(" │ ", "grid"), Cell(loading, "setup")),),
        "keys": (_footer(opening.remapped, width),),
    }


def _body(text: str, width: int, body: int, height: int) -> tuple[Line, ...]:
    """The list without rows, and the heads of the panes under or beside it."""
    plan = arrange(width, body, height)
    lines = list(_centered(text, "setup", plan.list_width, plan.list_rows))
    lines += [()] * (body - len(lines))
    lines[plan.list_rows // 2 + 1] = _in_the_middle(KEPT, "readable", plan.list_width)
    if plan.is_wide:
        lines[0] = (Cell(" " * plan.list_width), *rule(" chart", width - plan.list_width))
        lines[plan.list_rows] = rule(" positions", plan.list_width)
        lines[plan.list_rows + plan.positions_rows] = rule(" events", plan.list_width)
    elif plan.chart:
        lines[plan.list_rows] = rule(" chart", width)
    return tuple(lines)


def _footer(remapped: bool, width: int) -> Line:
    """The keys the console will show first, as far as they are sure."""
    parts = [] if remapped else [Part(rank, (Cell(key, "brand bold"), Cell(f" {word}"))) for rank, key, word in FOOTER]
    return (GAP, *fitting(parts, width - 2))


def _in_the_middle(text: str, role: str, width: int) -> Line:
    return (Cell(" " * max(0, (width - len(text)) // 2)), Cell(text, role))


def _centered(text: str, role: str, width: int, rows: int) -> tuple[Line, ...]:
    """So many rows, the text in the middle of them."""
    told = _in_the_middle(text, role, width)
    return tuple(told if row == rows // 2 else () for row in range(rows))
