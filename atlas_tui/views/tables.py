"""The list of each tab: columns for the room, rows in the chosen order, and the words of an empty one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from atlas_tui.tabs import Tab
from atlas_tui.views import log, matrix_tab, positions, setups, signals, ticker, trades
from atlas_tui.views.cards import card_columns
from atlas_tui.views.listing import Entry, Memo, Order, Widths, arranged, needed, titled
from atlas_tui.views.pages import waiting_text
from atlas_tui.widgets.table_rows import Column, Row
from atlas_tui.zones import DisplayZone
from core.domain.snapshot import Snapshot

_COLUMNS: Mapping[Tab, Callable[[int, Widths], tuple[Column, ...]]] = {
    Tab.TICKER: ticker.columns,
    Tab.SIGNALS: signals.columns,
    Tab.SETUPS: setups.columns,
    Tab.POSITIONS: positions.columns,
    Tab.TRADES: trades.columns,
    Tab.LOG: lambda width, _: log.columns(width),
    Tab.MATRIX: lambda width, _: matrix_tab.columns(width),
}
WIDEST = 1000
"""Cells that hold every column of a list."""


@dataclass(frozen=True, slots=True)
class Table:
    """What a live table shows."""

    columns: tuple[Column, ...]
    rows: list[Row]
    empty_text: str


def table_of(
    snapshot: Snapshot, tab: Tab, width: int, order: Order, zone: DisplayZone, memo: Memo | None = None
) -> Table:
    """The list of a tab that has one.

    Args:
        snapshot: what is known.
        tab: one that is not in `PAGES`; those give an empty table.
        width: cells of the table, its scrollbar included.
        order: filter and sorting.
        zone: clock for times.
        memo: of this tab; what no longer changes is then built once.
    """
    room = width - 1
    entries, empty = _listed(snapshot, tab, room, zone, memo)
    if tab is Tab.MATRIX:
        columns = matrix_tab.columns(room, snapshot)
    else:
        columns = columns_of(tab, room, needed(entries, _every_column(tab)))
    if snapshot.link.waiting:
        empty = waiting_text(snapshot.link)
    elif entries and order.filter:
        empty = f"Nothing matches {order.filter!r} — backspace clears the filter."
    return Table(titled(columns, order), arranged(entries, columns, order, memo), empty)


def columns_of(tab: Tab, width: int, widths: Widths | None = None) -> tuple[Column, ...]:
    """The columns of a tab in this room, as wide as their values need; those of cards where it is narrow."""
    needs: Widths = widths or {}
    if cards := card_columns(tab, width, needs):
        return cards
    of_tab = _COLUMNS.get(tab)
    return of_tab(width, needs) if of_tab is not None else ()


@lru_cache(maxsize=len(Tab))
def _every_column(tab: Tab) -> tuple[Column, ...]:
    return columns_of(tab, WIDEST)


def _listed(snapshot: Snapshot, tab: Tab, width: int, zone: DisplayZone, memo: Memo | None) -> tuple[list[Entry], str]:
    match tab:
        case Tab.TICKER:
            return ticker.rows(snapshot), ticker.EMPTY
        case Tab.SIGNALS:
            return signals.rows(snapshot, zone, memo), signals.empty_text(snapshot)
        case Tab.SETUPS:
            return setups.rows(snapshot, zone), setups.EMPTY
        case Tab.POSITIONS:
            return positions.rows(snapshot), positions.empty_text(snapshot)
        case Tab.TRADES:
            return trades.rows(snapshot, zone, memo), trades.EMPTY
        case Tab.MATRIX:
            return matrix_tab.rows(snapshot, width), matrix_tab.EMPTY
        case Tab.LOG:
            return log.rows(snapshot, zone, width, memo), log.EMPTY
        case Tab.LEVERAGE | Tab.PERFORMANCE:
            return [], ""
