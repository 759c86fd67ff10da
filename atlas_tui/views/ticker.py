"""Tab 0, Ticker: the live price view, a row a symbol; made for 3, usable for 30."""

from collections.abc import Mapping
from decimal import Decimal

from atlas_tui import formats, sparkline
from atlas_tui.views.listing import Entry, Value, Widths, chosen, picked
from atlas_tui.views.prices import age_text, is_stale, product_of, stale_mark
from atlas_tui.widgets.table_rows import Cell, Column
from core.domain.snapshot import QuoteView, Snapshot

RANGE, SPARK = 10, 16
"""Cells of the 24 h range and of the sparkline."""

CATALOGUE: Mapping[str, Column] = {
    column.key: column
    for column in (
        Column("symbol", "sym", 5),
        Column("listing", "listing", 14),
        Column("price", "price", 10, "right"),
        Column("change", "24h", 8, "right"),
        Column("bid", "bid", 10, "right"),
        Column("ask", "ask", 10, "right"),
        Column("spread", "sprd", 6, "right"),
        Column("range", "24h range", RANGE),
        Column("volume", "volume", 7, "right"),
        Column("funding", "funding", 8, "right"),
        Column("age", "age", 5, "right"),
        Column("rate", "msg/s", 5, "right"),
        Column("spark", "last hour", SPARK),
    )
}
_FULL = "symbol listing price change bid ask spread range volume funding age rate spark"
_MID = "symbol price change bid ask spread range volume funding age rate spark"
_LIST = "symbol price change bid ask spread range volume funding age rate"
_NARROW = "symbol price change bid ask spread range age rate"
_TIGHT = "symbol price change bid ask spread age"
_PHONE = "symbol price change spread age"
_TINY = "symbol price change age"
_SETS = tuple(picked(CATALOGUE, keys) for keys in (_FULL, _MID, _LIST, _NARROW, _TIGHT, _PHONE, _TINY))
EMPTY = "No symbols are configured."


def columns(width: int, widths: Widths | None = None) -> tuple[Column, ...]:
    """The columns that fit with their values whole."""
    return chosen(_SETS, width, widths)


def rows(snapshot: Snapshot) -> list[Entry]:
    """A row a symbol, in the configured order."""
    return [_entry(snapshot, quote) for quote in snapshot.quotes]


def place_in_range(quote: QuoteView) -> Decimal | None:
    """Where the price stands in its 24 hours: 0 at the low, 1 at the high."""
    high, low = quote.day.high, quote.day.low
    if quote.price is None or high is None or low is None or high <= low:
        return None
    return min(Decimal(1), max(Decimal(0), (quote.price - low) / (high - low)))


def range_bar(place: Decimal | None, width: int = RANGE) -> str:
    """`───●──────`: the place on a line from low to high."""
    if place is None:
        return formats.UNKNOWN
    at = min(width - 1, int(place * width))
    return "─" * at + "●" + "─" * (width - 1 - at)


def _entry(snapshot: Snapshot, quote: QuoteView) -> Entry:
    symbol, step = quote.symbol, quote.instrument.price_increment if quote.instrument else None
    grey = quote.price is not None and is_stale(snapshot, symbol)
    change, place = quote.day.change_pct, place_in_range(quote)
    age, rate = snapshot.link.ages.get(symbol), snapshot.link.rates.get(symbol, 0.0)
    moved = formats.UNKNOWN
    if change is not None:
        moved = f"{formats.move_glyph(change)}{formats.pct(abs(change), signed=False)}"
    changed_role = "stale" if grey else "readable" if not change else "long" if change > 0 else "short"
    rising = len(quote.recent) > 1 and quote.recent[-1] >= quote.recent[0]
    listing = product_of(quote) if quote.instrument else (quote.reason or "not listed")
    plain = "stale" if grey else "text"
    move = " " if grey or not quote.move else formats.move_glyph(quote.move)
    cells = {
        "symbol": Cell(symbol, "text bold"),
        "listing": Cell(listing, "readable" if quote.instrument else "setup"),
        "price": Cell(formats.price(quote.price, step) + move, "stale" if grey else _move_role(quote)),
        "change": Cell(moved, changed_role),
        "bid": Cell(formats.price(quote.bid, step), plain),
        "ask": Cell(formats.price(quote.ask, step), plain),
        "spread": Cell(formats.bp(quote.spread_bp), plain),
        "range": Cell(range_bar(place), plain),
        "volume": Cell(formats.volume(quote.day.volume), plain),
        "funding": Cell(formats.rate(quote.funding_rate), "readable"),
        "age": Cell(stale_mark(snapshot, symbol) or age_text(age), "setup bold" if grey else "readable"),
        "rate": Cell(f"{rate:.0f}", "readable"),
        "spark": Cell(sparkline.bars(quote.recent, SPARK), "dim" if grey else "long" if rising else "short"),
    }
    values: dict[str, Value] = {
        "price": quote.price, "change": change, "bid": quote.bid, "ask": quote.ask, "spread": quote.spread_bp,
        "range": place, "volume": quote.day.volume, "funding": quote.funding_rate, "age": age, "rate": rate,
        "spark": None,
    }  # fmt: skip
    return Entry(symbol, cells, values)


def _move_role(quote: QuoteView) -> str:
    return "long bold" if quote.move > 0 else "short bold" if quote.move < 0 else "text bold"
