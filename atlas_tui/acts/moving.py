"""Acts of moving about: tabs, rows, panes, the detail of a row."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from atlas_tui.acts.inbox import to_waiting
from atlas_tui.acts.rowtext import row_text
from atlas_tui.acts.stage import NAVIGATE, Act, Stage
from atlas_tui.later import Later
from atlas_tui.lines import words
from atlas_tui.tabs import NAMES, Tab
from atlas_tui.widgets.chart import StratChart

if TYPE_CHECKING:
    from atlas_tui.screens import detail, read
else:
    detail = Later("atlas_tui.screens.detail")
    read = Later("atlas_tui.screens.read")

_FAR = 100_000
_TITLES = {
    Tab.TICKER: "Ticker: the live price view", Tab.PERFORMANCE: "Performance", Tab.MATRIX: "Matrix: every series",
}  # fmt: skip


def go_to(tab: Tab) -> Callable[[Stage, str], None]:
    """An act that shows a tab; Signals once more goes to a row that waits for a word."""

    def run(stage: Stage, _: str) -> None:
        again = stage.tab is tab
        stage.show_tab(tab)
        if again and tab is Tab.SIGNALS:
            to_waiting(stage)

    return run


def turn(by: int) -> Callable[[Stage, str], None]:
    """An act that shows the tab so many places on."""
    return lambda stage, _: stage.show_tab(stage.tab.turned(by))


def move(by: int) -> Callable[[Stage, str], None]:
    """An act that moves so many rows of the list, bars of the chart, or lines of a page."""
    return lambda stage, _: _move(stage, by)


def _move(stage: Stage, by: int) -> None:
    if stage.on_page:
        stage.page.scroll_relative(y=by, animate=False, force=True)
    elif stage.pane == "chart":
        stage.query_one(StratChart).action_bar(by)
    elif abs(by) > 1:
        stage.table.action_page(1 if by > 0 else -1)
    elif by > 0:
        stage.table.action_cursor_down()
    else:
        stage.table.action_cursor_up()


def edge(where: Literal["top", "bottom"]) -> Callable[[Stage, str], None]:
    """An act that goes to one end of the list, the chart or the page."""

    def run(stage: Stage, _: str) -> None:
        if stage.on_page:
            _move(stage, -_FAR if where == "top" else _FAR)
        elif stage.pane == "chart":
            stage.query_one(StratChart).action_edge(where)
        elif where == "top":
            stage.table.action_cursor_top()
        else:
            stage.table.action_cursor_bottom()

    return run


def turn_pane(stage: Stage, _: str = "") -> None:
    """From the list to the chart and back."""
    chart = stage.query_one(StratChart)
    if stage.pane == "chart" or not stage.query_one("#chart-pane").display or stage.on_page:
        stage.pane = "list"
        chart.action_unmark()
    else:
        stage.pane = "chart"
    stage.repaint()


def _open(stage: Stage, _: str) -> None:
    subject = stage.subject()
    if subject is not None:
        stage.app.push_screen(detail.DetailScreen(stage.snapshot, subject, stage.options))
    elif stage.tab is Tab.LOG and stage.table.cursor_key is not None:
        text = row_text(stage, "  ")
        stage.app.push_screen(read.ReadScreen("note", lambda width: words(text, width)))


ACTS = (
    Act("open", ("enter",), "open the full detail", NAVIGATE, _open, "Detail", "0123478"),
    *(Act(tab.name.lower(), (tab.value,), _TITLES.get(tab, NAMES[tab][0]), NAVIGATE, go_to(tab)) for tab in Tab),
    Act("previous_tab", ("left_square_bracket",), "previous tab", NAVIGATE, turn(-1)),
    Act("next_tab", ("right_square_bracket",), "next tab", NAVIGATE, turn(1)),
    Act("down", ("j", "down"), "down", NAVIGATE, move(1)),
    Act("up", ("k", "up"), "up", NAVIGATE, move(-1)),
    Act("page_down", ("pagedown",), "ten down", NAVIGATE, move(10)),
    Act("page_up", ("pageup",), "ten up", NAVIGATE, move(-10)),
    Act("top", ("g", "home"), "first row", NAVIGATE, edge("top")),
    Act("bottom", ("G", "end"), "last row", NAVIGATE, edge("bottom")),
    Act("pane", ("tab",), "next pane", NAVIGATE, turn_pane),
)
