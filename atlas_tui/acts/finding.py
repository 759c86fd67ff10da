"""Acts of finding: filter, sort, and the way back."""

from atlas_tui.acts.moving import turn_pane
from atlas_tui.acts.stage import FIND, Act, Stage
from atlas_tui.tabs import Tab
from atlas_tui.views.listing import Order
from atlas_tui.views.query import problem
from atlas_tui.views.tables import WIDEST, columns_of
from atlas_tui.widgets.text_line import TextLine

_NO_LIST = "this tab is a page: there is no list to filter or sort"


def column_keys(tab: Tab) -> list[str]:
    """The columns of a tab's list that a filter can name, shown at this width or not."""
    return [column.key for column in columns_of(tab, WIDEST) if column.key]


def _columns(stage: Stage) -> list[str]:
    return [f"{key}=" for key in column_keys(stage.tab)]


def _needs_list(stage: Stage) -> str:
    return _NO_LIST if stage.on_page else ""


def _filter(stage: Stage, argument: str) -> None:
    """Type what the rows must contain; after `:filter` it is said at once."""
    if argument:
        wrong = problem(argument, column_keys(stage.tab))
        if wrong:
            stage.say(wrong)
        else:
            stage.reorder(Order(stage.order.column, stage.order.reverse, argument))
        return
    box = stage.query_one("#filter", TextLine)
    box.display, stage.query_one("#keys").display = True, False
    box.value = stage.order.filter
    stage.set_focus(box)  # at once: `Input.focus` would wait, and the next key with it


def type_filter(stage: Stage, text: str) -> None:
    """The list follows the typing."""
    stage.reorder(Order(stage.order.column, stage.order.reverse, text.strip()))


def leave_filter(stage: Stage) -> None:
    """Put the box away; the filter stays, and the keys come back."""
    stage.query_one("#filter").display = False
    stage.query_one("#keys").display = True
    stage.set_focus(stage.table)


def _back(stage: Stage, _: str) -> None:
    """Out of the filter, the chart, or a filter that is set."""
    if stage.query_one("#filter").display or stage.order.filter:
        leave_filter(stage)
        stage.reorder(Order(stage.order.column, stage.order.reverse))
    elif stage.pane == "chart":
        turn_pane(stage)


def _sort(stage: Stage, _: str) -> None:
    order = stage.order.turned(stage.table.columns)
    stage.reorder(order)
    title = next((column.title for column in stage.table.columns if column.key == order.column), "")
    stage.say(f"sorted by {title}" if title else "in the list's own order")


def _reverse(stage: Stage, _: str) -> None:
    stage.reorder(Order(stage.order.column, not stage.order.reverse, stage.order.filter))


ACTS = (
    Act("filter", ("slash",), "filter this list", FIND, _filter, "Filter", "0123478",
        takes="tf=4h tfc>=3 TEXT", choices=_columns, why_not=_needs_list),
    Act("sort", ("comma",), "sort by the next column", FIND, _sort, "Sort", "0123478", why_not=_needs_list),
    Act("back", ("escape", "backspace"), "back; clears the filter", FIND, _back),
    Act("reverse", ("full_stop",), "reverse the order", FIND, _reverse, why_not=_needs_list),
)  # fmt: skip
