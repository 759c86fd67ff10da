"""The footer: the keys that matter on this tab, as many as fit."""

from collections.abc import Sequence

from atlas_tui.acts.glyphs import glyph
from atlas_tui.acts.stage import Act
from atlas_tui.lines import GAP, Line, Part, fitting
from atlas_tui.tabs import Tab
from atlas_tui.widgets.table_rows import Cell

_KEEP = (
    "help",
    "quit",
    "hold",
    "step",
    "jump_back",
    "jump_on",
    "slower",
    "faster",
    "take",
    "drop",
    "snooze",
    "undo",
    "even",
    "filter",
    "watch",
    "open",
    "window",
    "strategy",
    "group",
    "explain",
    "command",
    "reviewed",
    "scan",
    "theme",
)
"""The first of these are dropped last."""


def key_line(keys: Sequence[Act], tab: Tab, width: int, filtered: str = "", only_reads: bool = False) -> Line:
    """`/ Filter  r Scan  x Close…  ? Keys  q Quit`; a filter that is set comes first.

    Where the desk is only read, that is said, and the keys that ask something of it are left out.
    """
    parts = [
        Part(_rank(key), _piece(key, tab)) for key in keys if key.footer_label(tab) and not (key.asks and only_reads)
    ]
    if only_reads:
        parts.insert(0, Part(0, (Cell("only reads", "setup bold"),)))
    if filtered:
        way_back = next((glyph(key.keys[-1]) for key in keys if key.id == "back"), "")
        clears = Cell(f" {way_back} clears", "readable")
        parts.insert(0, Part(0, (Cell(f"filter: {filtered}", "setup bold"), clears)))
    return (GAP, *fitting(parts, width - 2))


def _piece(key: Act, tab: Tab) -> Line:
    return (Cell(glyph(key.keys[0]), "brand bold"), Cell(f" {key.footer_label(tab)}"))


def _rank(key: Act) -> int:
    return _KEEP.index(key.id) if key.id in _KEEP else len(_KEEP)
