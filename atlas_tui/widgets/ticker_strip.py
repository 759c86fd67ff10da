"""The ticker strip: one cell a symbol, with price, change, age and, where there is room, a sparkline."""

from functools import lru_cache
from typing import Final

from atlas_tui import formats, sparkline
from atlas_tui.lines import GAP, Line, Part, clip, ended, fitting, padded, width_of
from atlas_tui.views.prices import age_text, is_stale, product_of, stale_mark
from atlas_tui.widgets.strip_shape import PHONE, room_of, row_of, unpriced
from atlas_tui.widgets.table_rows import Cell
from core.domain.snapshot import QuoteView, Snapshot

_SPARK_ROOM = 30
_sparks: Final = lru_cache(maxsize=32)(sparkline.bars)
"""The strip is painted with every frame, and a price sampled once a minute."""


def strip_lines(snapshot: Snapshot, width: int, rows: int, flashing: frozenset[str] = frozenset()) -> tuple[Line, ...]:
    """The strip; symbols that do not fit are counted at its end.

    Args:
        snapshot: what is known.
        width: cells of the screen.
        rows: as `strip_rows` gave.
        flashing: symbols whose price has just changed.
    """
    if width < PHONE and rows > 1:
        return tuple(_phone_line(snapshot, quote, width, flashing) for quote in snapshot.quotes[:rows])
    fit, each, tail = room_of(len(snapshot.quotes), width)
    shown = snapshot.quotes[:fit]
    prices = row_of([price_line(snapshot, quote, each - 2, flashing) for quote in shown], each)
    if rows == 1:
        return ((*prices, *tail),)
    return ((*prices, *tail), row_of([_detail_line(snapshot, quote, each - 2) for quote in shown], each))


def price_line(snapshot: Snapshot, quote: QuoteView, width: int, flashing: frozenset[str] = frozenset()) -> Line:
    """`BTC 90,387.5 ▲1.24% !11s`; grey where the price is not live."""
    symbol = quote.symbol
    mark = stale_mark(snapshot, symbol)
    if quote.price is None:
        return unpriced(symbol, listed=bool(quote.instrument or not quote.reason))
    grey = is_stale(snapshot, symbol)
    suffix = product_of(quote).removeprefix(symbol) if width >= 34 else ""
    change = quote.day.change_pct
    moved = "" if change is None else f"{formats.move_glyph(change)}{formats.pct(abs(change), signed=False)}"
    role = "text bold"
    if symbol in flashing and quote.move and not grey:
        role = "long bold" if quote.move > 0 else "short bold"
    price = formats.price(quote.price, quote.instrument.price_increment if quote.instrument else None)
    parts = [
        Part(0, (Cell(symbol, "stale" if grey else "text bold"), Cell(suffix, "readable"))),
        Part(0, (Cell(price, "stale" if grey else role),)),
        Part(2, (Cell(moved, "stale" if grey or not change else "long" if change > 0 else "short"),)),
        Part(1, (Cell(mark, "setup bold"),) if mark else ()),
    ]
    return fitting(parts, width, (GAP,)) or (Cell(ended(f"{symbol} …", width), "stale"),)


def _detail_line(snapshot: Snapshot, quote: QuoteView, width: int) -> Line:
    grey = is_stale(snapshot, quote.symbol)
    age = snapshot.link.ages.get(quote.symbol)
    if quote.price is None:
        return ()
    facts = [f"sprd {formats.bp(quote.spread_bp)}", "stale" if grey else age_text(age)]
    if width >= 60:
        facts.append(f"fund {formats.rate(quote.funding_rate)}")
    text = "  ".join(facts)
    room = min(_SPARK_ROOM, width - len(text) - 2)
    if room < 6:
        return clip((Cell(text, "readable"),), width)
    rising = len(quote.recent) > 1 and quote.recent[-1] >= quote.recent[0]
    role = "dim" if grey else "long" if rising else "short"
    return (Cell(_sparks(quote.recent, room), role), Cell(f"  {text}", "readable"))


def _phone_line(snapshot: Snapshot, quote: QuoteView, width: int, flashing: frozenset[str]) -> Line:
    line = (GAP, *padded(price_line(snapshot, quote, 30, flashing), 31))
    room = width - width_of(line) - 2
    if room < 6:
        return clip(line, width)
    rising = len(quote.recent) > 1 and quote.recent[-1] >= quote.recent[0]
    role = "dim" if is_stale(snapshot, quote.symbol) else "long" if rising else "short"
    return (*line, Cell(_sparks(quote.recent, room), role))
