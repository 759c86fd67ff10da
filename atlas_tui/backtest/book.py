"""The trades of a backtest as rows that are made when they come into view: there may be a hundred thousand."""

from collections.abc import Sequence
from datetime import timedelta
from typing import overload

from atlas_tui import formats
from atlas_tui.backtest.talk import Trade
from atlas_tui.views.listing import chosen, picked
from atlas_tui.views.signals import side_role
from atlas_tui.views.trades import CATALOGUE, held_text
from atlas_tui.views.words import EXITS
from atlas_tui.widgets.table_rows import Cell, Column, Row
from atlas_tui.widgets.top_bar import money_role
from atlas_tui.zones import DisplayZone
from core.domain.timeframes import Timeframe

_OWN = {
    "closed": Column("closed", "closed", 14),
    "day": Column("day", "closed", 8),
    "number": Column("number", "#", 5, "right"),
}
_COLUMNS = {**CATALOGUE, **_OWN}
_SETS = tuple(
    picked(_COLUMNS, keys)
    for keys in (
        "number closed symbol timeframe pattern side entry exit net r reason held",
        "number closed symbol timeframe pattern side entry exit r reason",
        "number closed symbol timeframe pattern side r reason held",
        "closed symbol timeframe pattern glyph r reason",
        "day symbol timeframe pattern glyph r reason",
        "day symbol timeframe glyph r reason",
    )
)


def columns(width: int) -> tuple[Column, ...]:
    """The columns that fit."""
    return chosen(_SETS, width)


def held(span: timedelta) -> str:
    """How long a position was held; of one that left in the bar of its entry, bars do not tell."""
    return held_text(span) if span else "in bar"


class Book(Sequence[Row]):
    """Rows of trades, for these columns; the key of a row is the trade's place.

    Args:
        trades: oldest first.
        shown: the columns.
        zone: clock that times are shown on.
    """

    def __init__(self, trades: Sequence[Trade], shown: Sequence[Column], zone: DisplayZone) -> None:
        self._trades, self._zone = trades, zone
        self._keys = tuple(column.key for column in shown)

    def __len__(self) -> int:
        """How many trades there are."""
        return len(self._trades)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> "Book": ...
    def __getitem__(self, index: int | slice) -> "Row | Book":
        """The row at a place, made now; of a slice, no more than its trades."""
        if isinstance(index, slice):
            cut = Book(self._trades[index], (), self._zone)
            cut._keys = self._keys
            return cut
        place = range(len(self._trades))[index]
        cells = self._cells(place, self._trades[place])
        return Row(str(place), tuple(cells.get(key, Cell("")) for key in self._keys))

    def _cells(self, place: int, trade: Trade) -> dict[str, Cell]:
        role, at = money_role(trade.net), self._zone.full(trade.closed)
        return {
            "number": Cell(str(place + 1), "readable"),
            "closed": Cell(at[2:16], "readable"),
            "day": Cell(at[2:10], "readable"),
            "symbol": Cell(trade.symbol, "text bold"),
            "timeframe": Cell(str(Timeframe(trade.minutes))),
            "pattern": Cell(trade.pattern),
            "glyph": Cell(formats.side_glyph(trade.side), side_role(trade.side)),
            "side": Cell(formats.side(trade.side), side_role(trade.side)),
            "entry": Cell(formats.price(trade.entry)),
            "exit": Cell(formats.price(trade.exit)),
            "net": Cell(formats.usd(trade.net, signed=True), f"{role} bold"),
            "r": Cell(formats.r_multiple(trade.r), role),
            "reason": Cell(EXITS[trade.reason]),
            "held": Cell(held(timedelta(seconds=trade.held_s)), "readable"),
        }
