"""The nine tabs: their digits, their names by room, and the line they stand on."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from atlas_tui.formats import capped
from atlas_tui.lines import Line, width_of
from atlas_tui.widgets.table_rows import Cell

if TYPE_CHECKING:
    from core.domain.snapshot import Snapshot


class Tab(StrEnum):
    """A tab; the value is its key."""

    TICKER = "0"
    SIGNALS = "1"
    SETUPS = "2"
    POSITIONS = "3"
    TRADES = "4"
    LEVERAGE = "5"
    PERFORMANCE = "6"
    LOG = "7"
    MATRIX = "8"

    def turned(self, by: int) -> "Tab":
        """The tab so many places on, around the end."""
        tabs = list(Tab)
        return tabs[(tabs.index(self) + by) % len(tabs)]


NEWEST_FIRST = (Tab.SIGNALS, Tab.TRADES, Tab.LOG)
"""Tabs whose rows come in at the top: the cursor stays there until it is moved off."""

NAMES = {
    Tab.TICKER: ("Ticker", "Ticker", "Tic"),
    Tab.SIGNALS: ("Signals", "Signals", "Sig"),
    Tab.SETUPS: ("Setups", "Setups", "Set"),
    Tab.POSITIONS: ("Positions", "Pos", "Pos"),
    Tab.TRADES: ("Trades", "Trades", "Tra"),
    Tab.LEVERAGE: ("Leverage", "Lev", "Lev"),
    Tab.PERFORMANCE: ("Perf", "Perf", "Per"),
    Tab.LOG: ("Log", "Log", "Log"),
    Tab.MATRIX: ("Matrix", "Matrix", "Mat"),
}
"""Each tab's name in full, where room is short, and in three letters."""

TAB_IDS = tuple(tab.name.lower() for tab in Tab)
"""What a configuration calls the keys of the tabs."""


class _Look(NamedTuple):
    """How tabs are written: which name, with counts, the blanks around, and between the digit and the name."""

    name: int
    counts: bool
    blanks: int
    between: str = " "


_LOOKS = (
    _Look(0, True, 2), _Look(0, True, 1), _Look(1, True, 1), _Look(1, False, 1), _Look(2, False, 1),
    _Look(2, False, 1, ""),
)  # fmt: skip


def counts_of(snapshot: "Snapshot") -> dict[Tab, int]:
    """What stands behind a tab's name: what waits, and what is open."""
    pending = sum(1 for view in snapshot.setups if view.pending)
    return {
        Tab.SIGNALS: len(snapshot.inbox),
        Tab.SETUPS: pending,
        Tab.POSITIONS: len(snapshot.positions),
    }


def tab_line(snapshot: "Snapshot", active: Tab, width: int) -> Line:
    """The tabs with what waits behind each."""
    return tabs_in(counts_of(snapshot), active, width)


def tabs_in(counts: Mapping[Tab, int], active: Tab, width: int) -> Line:
    """The tabs in the fullest writing that fits; below that digits, and the open tab's short name."""
    for look in _LOOKS:
        line = _line(counts, active, look)
        if width_of(line) <= width:
            return line
    return tuple(
        Cell(f" {tab.value} {NAMES[tab][2]} ", "tag-text on open bold") if tab is active else Cell(f" {tab} ")
        for tab in Tab
    )


def loading_line(snapshot: "Snapshot") -> Line:
    """What is being loaded or scanned right now; nothing otherwise."""
    text = snapshot.link.loading
    return (Cell(f"▒ {text} ", "setup"),) if text else ()


def _line(counts: Mapping[Tab, int], active: Tab, look: _Look) -> Line:
    cells: list[Cell] = []
    for tab in Tab:
        count = counts.get(tab, 0)
        text = f"{tab.value}{look.between}{NAMES[tab][look.name]}{f'·{capped(count)}' if look.counts and count else ''}"
        if tab is active:
            cells.append(Cell(f" {text} ", "tag-text on open bold"))
        else:
            before = "" if cells and cells[-1].role.startswith("tag-text") and look.blanks == 1 else " "
            cells.append(Cell(f"{before}{text}{' ' * (look.blanks - 1)}", "readable"))
    return tuple(cells)
