"""Tab 4, Trades: what was closed, newest first, and what it adds up to."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from atlas_tui import formats
from atlas_tui.lines import GAP, Line, Part, fitting
from atlas_tui.views.listing import Entry, Memo, Value, Widths, chosen, picked
from atlas_tui.views.positions import hand_mark
from atlas_tui.views.prices import price_text
from atlas_tui.views.signals import side_role
from atlas_tui.views.words import EXITS
from atlas_tui.widgets.table_rows import Cell, Column
from atlas_tui.widgets.top_bar import money_role
from atlas_tui.zones import DisplayZone
from core.domain.performance import metrics_of_trades
from core.domain.positions import ClosedTrade, FillTag
from core.domain.snapshot import Snapshot

CATALOGUE: Mapping[str, Column] = {
    column.key: column
    for column in (
        Column("closed", "closed", 11),
        Column("symbol", "sym", 5),
        Column("timeframe", "tf", 3),
        Column("pattern", "pattern", 8),
        Column("glyph", "", 1),
        Column("side", "dir", 7),
        Column("mark", "", 1),
        Column("size", "qty", 9, "right"),
        Column("entry", "entry", 10, "right"),
        Column("exit", "exit", 10, "right"),
        Column("net", "net", 9, "right"),
        Column("r", "R", 7, "right"),
        Column("reason", "why", 4),
        Column("held", "held", 6, "right"),
        Column("gross", "gross", 9, "right"),
        Column("fees", "fees", 8, "right"),
        Column("funding", "funding", 8, "right"),
    )
}
_WIDE = "closed symbol timeframe pattern side mark size entry exit gross fees funding net r reason held"
_MID = "closed symbol timeframe pattern side mark entry exit net r reason held"
_NARROW = "closed symbol timeframe side mark entry exit net r reason"
_TIGHT = "closed symbol glyph mark entry exit net r reason"
_PHONE = "closed symbol glyph mark net r reason"
_TINY = "symbol glyph mark net r reason"
_SETS = tuple(picked(CATALOGUE, keys) for keys in (_WIDE, _MID, _NARROW, _TIGHT, _PHONE, _TINY))
EMPTY = "No closed trades."


def columns(width: int, widths: Widths | None = None) -> tuple[Column, ...]:
    """The columns that fit with their values whole."""
    return chosen(_SETS, width, widths)


def rows(snapshot: Snapshot, zone: DisplayZone, memo: Memo | None = None) -> list[Entry]:
    """Closed trades, newest first."""
    kept = memo or Memo()
    listed = {quote.symbol: quote.instrument for quote in snapshot.quotes}
    return [
        kept.entry(trade.id, (trade, listed.get(trade.position.symbol)), partial(_entry, snapshot, trade, zone))
        for trade in reversed(snapshot.trades)
    ]


def totals(snapshot: Snapshot, width: int) -> Line:
    """Net, win rate, wins and losses, profit factor, costs; always with the number of trades and its uncertainty."""
    if not snapshot.trades:
        return ()
    found = metrics_of_trades(snapshot.trades)
    error = "" if found.standard_error is None else f" ±{found.standard_error:.2f}"
    factor = "—" if found.profit_factor is None else f"{found.profit_factor:.2f}"
    noun = "trade" if found.trades == 1 else "trades"
    fees = sum((trade.fees for trade in snapshot.trades), start=found.net * 0)
    parts = [
        Part(0, (Cell(f"{found.trades} {noun}", "text bold"),)),
        Part(0, (Cell("net ", "readable"), Cell(formats.usd(found.net, signed=True), f"{money_role(found.net)} bold"))),
        Part(1, (Cell("win ", "readable"), Cell(formats.pct(found.win_rate, 0, signed=False)))),
        Part(4, (Cell("W/L ", "readable"), Cell(f"{found.wins}/{found.losses}"))),
        Part(2, (Cell("PF ", "readable"), Cell(factor))),
        Part(3, (Cell("mean ", "readable"), Cell(f"{formats.usd(found.expectancy, signed=True)}{error}"))),
        Part(5, (Cell("fees ", "readable"), Cell(formats.usd(fees)))),
    ]
    return (GAP, *fitting(parts, width - 2, (Cell(" │ ", "grid"),)))


def held_text(span: timedelta) -> str:
    """How long a position was held."""
    return formats.age(float(max(60, int(span.total_seconds())))) if span.total_seconds() >= 60 else "<1m"


def marks(trade: ClosedTrade) -> str:
    """`H` where a person entered it, `C` where its exit was judged on the candles of an outage."""
    return hand_mark(trade.position) + ("C" if trade.exit.tag is FillTag.RECONSTRUCTED else "")


def _entry(snapshot: Snapshot, trade: ClosedTrade, zone: DisplayZone) -> Entry:
    item = trade.position
    role = money_role(trade.net)
    held = trade.exit.at - item.entry.at
    cells = {
        "closed": Cell(zone.minute(trade.exit.at), "readable"),
        "symbol": Cell(item.symbol, "text bold"),
        "timeframe": Cell(str(item.timeframe)),
        "pattern": Cell(item.pattern),
        "glyph": Cell(formats.side_glyph(item.side), side_role(item.side)),
        "side": Cell(formats.side(item.side), side_role(item.side)),
        "mark": Cell(marks(trade), "open bold"),
        "size": Cell(formats.size(item.size)),
        "entry": Cell(price_text(snapshot, item.symbol, item.entry.price)),
        "exit": Cell(price_text(snapshot, item.symbol, trade.exit.price)),
        "net": Cell(formats.usd(trade.net, signed=True), f"{role} bold"),
        "r": Cell(formats.r_multiple(trade.r_multiple), role),
        "reason": Cell(EXITS[trade.reason]),
        "held": Cell(held_text(held), "readable"),
        "gross": Cell(formats.usd(trade.gross, signed=True), money_role(trade.gross)),
        "fees": Cell(formats.usd(trade.fees), "readable"),
        "funding": Cell(formats.usd(trade.funding, signed=True), "readable"),
    }
    values: dict[str, Value] = {
        "closed": trade.exit.at, "size": item.size, "entry": item.entry.price, "exit": trade.exit.price,
        "net": trade.net, "r": trade.r_multiple, "held": held.total_seconds(), "gross": trade.gross,
        "fees": trade.fees, "funding": trade.funding,
    }  # fmt: skip
    return Entry(trade.id, cells, values)
