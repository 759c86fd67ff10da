"""The matrix's cursor stands on a cell: rows are the list's own, columns are timeframes."""

from atlas_tui.acts.stage import Stage
from atlas_tui.tabs import Tab
from atlas_tui.views.series_cell import SHOWN


def on_cells(stage: Stage) -> bool:
    """Do left and right move between cells, and not along the chart beside them?"""
    return stage.tab is Tab.MATRIX and stage.pane == "list"


def turn(stage: Stage, by: int) -> None:
    """So many timeframes to the right; the ends hold."""
    at = SHOWN.index(stage.column)
    column = SHOWN[min(len(SHOWN) - 1, max(0, at + by))]
    if column != stage.column:
        stage.column = column
        stage.repaint()
