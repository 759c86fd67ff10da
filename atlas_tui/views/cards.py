"""Lists as cards of two lines, where a row of columns has no room: what each line of a card holds.

A key in quotes is a word that stands there as it is.
"""

from collections.abc import Mapping

from atlas_tui.tabs import Tab
from atlas_tui.views.listing import MARGIN, Widths, fitted, total_of, widened
from atlas_tui.widgets.table_rows import Column

BELOW = 49
"""Cells of a list, without its scrollbar, under which it is shown as cards."""
ROOMY_BELOW = 69
"""The same for the log, whose sentences need more room, and for positions, of which there are few."""


def _word(text: str) -> Column:
    return Column(f"'{text}", "", len(text))


_SYMBOL = Column("symbol", "sym", 5)
_TIMEFRAME = Column("timeframe", "tf", 3)
_AWAY = (Column("trigger", "trigger", 10), _word("away"), Column("away", "away", 6))
_JUDGED = (Column("tfc", "TFC", 4), Column("verdict", "verdict", 7))
_SIDE = Column("side", "dir", 7)
_FOUND = (Column("mark", "", 1), _SYMBOL, _TIMEFRAME, Column("pattern", "pattern", 7), _SIDE)

_CARDS: Mapping[Tab, tuple[tuple[Column, ...], tuple[Column, ...]]] = {
    Tab.TICKER: (
        (_SYMBOL, Column("price", "price", 10, "right"), Column("change", "24h", 8, "right"),
         Column("age", "age", 5, "right")),
        (_word("book"), Column("bid", "bid", 10, "right"), Column("ask", "ask", 10, "right"),
         Column("spread", "sprd", 6, "right")),
    ),
    Tab.SIGNALS: ((*_FOUND, Column("status", "status", 8)), (_word(" "), *_AWAY, *_JUDGED)),
    Tab.SETUPS: ((*_FOUND, Column("valid", "valid", 6, "right")), (_word(" "), *_AWAY, *_JUDGED)),
    Tab.POSITIONS: (
        (_SYMBOL, _TIMEFRAME, _SIDE, Column("mark", "", 1), Column("profit", "P&L", 8, "right"),
         Column("r", "R", 6, "right")),
        (Column("track", "stop to target", 18), Column("last", "last", 10, "right"),
         Column("age", "age", 6, "right")),
    ),
    Tab.TRADES: (
        (_SYMBOL, _TIMEFRAME, _SIDE, Column("mark", "", 1), Column("net", "net", 9, "right"),
         Column("r", "R", 7, "right")),
        (Column("closed", "closed", 11), Column("entry", "entry", 8, "right"), _word("→"),
         Column("exit", "exit", 8, "right"), Column("reason", "why", 4)),
    ),
    Tab.LOG: (
        (Column("time", "time", 5), Column("level", "", 1), Column("text", "text", 20, grow=True)),
        (_word("       "), Column("rest", "", 20, grow=True)),
    ),
}  # fmt: skip


def cards_below(tab: Tab) -> int:
    """Cells under which this tab's list is shown as cards."""
    return ROOMY_BELOW if tab in (Tab.LOG, Tab.POSITIONS) else BELOW


def card_columns(tab: Tab, width: int, widths: Widths | None = None) -> tuple[Column, ...]:
    """The columns of a card, those of its second line marked as such; none where a row has room, or has no card.

    Args:
        tab: whose card.
        width: cells of the list without its scrollbar.
        widths: what the values need; a column that is wider than its own width takes it from what says less.
    """
    if width >= cards_below(tab) or tab not in _CARDS:
        return ()
    first, second = (_line(each, width, widths or {}) for each in _CARDS[tab])
    lower = (Column(each.key, each.title, each.width, each.align, each.grow, 1) for each in (MARGIN, *second))
    return (MARGIN, *first, *lower)


def _line(columns: tuple[Column, ...], width: int, widths: Widths) -> tuple[Column, ...]:
    """One line of a card: where values need more room, words, then the side's word, then whole names give way."""
    room = width - total_of((MARGIN,))
    without = tuple(each for each in columns if not each.key.startswith("'"))
    glyphs = tuple(Column("glyph", "", 1) if each.key == "side" else each for each in without)
    numbers = {key: cells for key, cells in widths.items() if key != "symbol"}
    ways = [(columns, widths), (without, widths), (glyphs, widths), (glyphs, numbers)]
    found = [widened(*way) for way in ways]
    return next((line for line in found if total_of(line) <= room), fitted(found[-1], room))
