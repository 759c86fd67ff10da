"""Tab 8, Matrix: a row a symbol, a column a timeframe; what the last and the forming bar are, and the next trigger."""

from collections.abc import Sequence
from decimal import Decimal

from atlas_tui import formats
from atlas_tui.views.listing import MARGIN, Entry, Value
from atlas_tui.views.prices import is_stale, price_text, stale_mark
from atlas_tui.views.series_cell import SHOWN, Pending, Reach, SeriesCell, pending_of, series_cell
from atlas_tui.views.signals import side_role
from atlas_tui.widgets.table_rows import Cell, Column, Row
from core.domain.patterns import Side
from core.domain.snapshot import QuoteView, Snapshot
from core.domain.timeframes import Timeframe

EMPTY = "No symbol is watched: there is nothing to set against timeframes."
AWAY = "_away"
"""What the key of a cell's second line ends in."""
_NARROW, _PRICED = 60, 92
"""Widths from which scores are written n/4, and from which there is room for the price."""
_LAST, _ATR, _WORD, _LONG, _BOTH = 7, 11, 13, 15, 26
"""Cells of a column from which the last class, ATRs, `armed`, their unit and the trigger of the other side show."""
_MOST = 34
_FAR = Decimal("9.95")
"""Percent from which a narrow cell tells less."""


def columns(width: int, snapshot: Snapshot | None = None) -> tuple[Column, ...]:
    """Columns of two lines for this room; with a snapshot the headings tell when the bars close.

    Args:
        width: cells of the table without its scrollbar; 39 and up.
        snapshot: for the time of day.
    """
    roomy = width >= _NARROW
    symbol, price, score = 5 if width >= 49 else 4, 10 if width >= _PRICED else 0, 4 if roomy else 2
    if snapshot is not None and roomy and snapshot.quotes:
        symbol = max(symbol, *(len(quote.symbol) for quote in snapshot.quotes))
        longest = max(len(price_text(snapshot, quote.symbol, quote.price)) for quote in snapshot.quotes)
        price = max(price, longest) if price else 0
    taken = symbol + 1 + (price + 1 if price else 0) + score + 1 + (1 if roomy else 0)
    each = min(_MOST, (width - taken) // len(SHOWN) - 1)
    first = [*((MARGIN,) if roomy else ()), Column("symbol", "sym", symbol)]
    first += [Column("price", "price", price, "right")] if price else []
    titles = _titles(snapshot, each)
    first += [Column(str(timeframe), title, each) for timeframe, title in zip(SHOWN, titles, strict=True)]
    first.append(Column("tfc", "TFC" if roomy else "/4", score))
    second = (
        Column(_below(column.key), f"{column.key} away" if column.key[:1].isdigit() else "", column.width, line=1)
        for column in first
    )
    return (*first, *second)


def rows(snapshot: Snapshot, width: int) -> list[Entry]:
    """A row for each symbol that is watched, in the configured order.

    Args:
        snapshot: what is known.
        width: as given to `columns`.
    """
    each = next(column.width for column in columns(width, snapshot) if column.key == str(SHOWN[0]))
    pending = pending_of(snapshot)
    return [_entry(snapshot, quote, pending, each, width >= _NARROW) for quote in snapshot.quotes]


def pointed(shown: Sequence[Row], layout: Sequence[Column], symbol: str | None, timeframe: Timeframe) -> list[Row]:
    """The rows with a mark at the cell of this symbol and timeframe; in the first row where there is no such one."""
    at = next((index for index, column in enumerate(layout) if column.key == str(timeframe)), None)
    found = list(shown)
    if at is None or not found:
        return found
    row = next((index for index, each in enumerate(found) if each.key == symbol), 0)
    cells = list(found[row].cells)
    place = 2 if layout[at].width >= _LAST else 0
    text = cells[at].text.ljust(place + 1)
    cells[at] = Cell(f"{text[:place]}{formats.OPEN}{text[place + 1 :]}", "tag-text on open bold")
    found[row] = found[row]._replace(cells=tuple(cells))
    return found


def cell_key(symbol: str | None, timeframe: Timeframe) -> str | None:
    """What the rest of the console calls the cell, `BTC|4h`; None without a symbol."""
    return f"{symbol}|{timeframe}" if symbol is not None else None


def short_time(seconds: float) -> str:
    """A time to go that ticks once a minute at most: `3d`, `5h`, `12m`, `<1m`."""
    left = max(0, int(seconds))
    if left < 60:
        return "<1m"
    return f"{left // 60}m" if left < 3600 else f"{left // 3600}h" if left < 86400 else f"{left // 86400}d"


def atr_text(atrs: Decimal) -> str:
    """A number of ATRs with one decimal."""
    return formats.pct(atrs, 1, signed=False).removesuffix("%")


def _titles(snapshot: Snapshot | None, width: int) -> list[str]:
    """`4h 27m`: the timeframes and when their bars close, all written alike, as far as there is room."""
    bare = [str(timeframe) for timeframe in SHOWN]
    if snapshot is None:
        return bare
    left = [(each.end_of(snapshot.at) - snapshot.at).total_seconds() for each in SHOWN]
    long = [f"closes {formats.countdown(each) if each >= 600 else short_time(each)}" for each in left]
    short = [short_time(each) for each in left]
    written = ([f"{name} {time}" for name, time in zip(bare, times, strict=True)] for times in (long, short))
    return next((titles for titles in written if max(map(len, titles)) <= width), bare)


def _below(key: str) -> str:
    return f"{key}{AWAY}" if key else ""


def _entry(snapshot: Snapshot, quote: QuoteView, pending: Pending, width: int, roomy: bool) -> Entry:
    symbol = quote.symbol
    grey = quote.price is not None and is_stale(snapshot, symbol)
    cells = {
        "symbol": Cell(symbol, "text bold"),
        _below("symbol"): Cell(_note(snapshot, quote), "setup bold"),
        "price": Cell(price_text(snapshot, symbol, quote.price), "stale" if grey else "text bold"),
        _below("price"): Cell("" if quote.instrument is not None else "not listed", "readable"),
    }
    scores = snapshot.scores.get(symbol, {})
    values: dict[str, Value] = {"price": quote.price, "tfc": float(max(scores.values(), default=0))}
    for side, key in ((Side.LONG, "tfc"), (Side.SHORT, _below("tfc"))):
        score = scores.get(side)
        text = formats.DONE if score is None else f"{score}{'/4' if roomy else ''}{formats.side_glyph(side)}"
        cells[key] = Cell(text, side_role(side) if score is not None and score >= 2 else "readable")
    for timeframe in SHOWN:
        name, found = str(timeframe), series_cell(snapshot, symbol, timeframe, pending)
        cells[name], cells[_below(name)] = _upper(found, width), _lower(found, width, grey)
        pct = found.nearest.pct if found.nearest is not None else None
        values[name] = values[_below(name)] = abs(pct) if pct is not None else None
    return Entry(symbol, cells, values)


def _note(snapshot: Snapshot, quote: QuoteView) -> str:
    """What keeps the symbol from being traded, in five cells."""
    if quote.instrument is None:
        return "none"
    halted = any(halt.scope in ("", quote.symbol) for halt in snapshot.halts)
    return stale_mark(snapshot, quote.symbol) or ("halt" if halted else "")


def _upper(cell: SeriesCell, width: int) -> Cell:
    """`2D 2U▲? armed`, or `2U▲?` alone; the blank in front of the forming class is the cursor's."""
    if width < _LAST:
        return Cell(f" {cell.forming_text}", cell.role)
    text = f"{cell.last_text:<2} {cell.forming_text}"
    nearest = cell.nearest
    if nearest is not None and width >= _WORD:
        text = f"{text:<7} {'armed' if nearest.armed else 'waits'}"
    return Cell(text, cell.role)


def _lower(cell: SeriesCell, width: int, grey: bool) -> Cell:
    """The next trigger: which way, how far in percent and in ATRs; where there is room, of both sides."""
    nearest = cell.nearest
    if nearest is None:
        return Cell(formats.UNKNOWN, "dim")
    role = "stale" if grey else side_role(nearest.side) if nearest.armed else "readable"
    if width >= _BOTH:
        told = (_way(each, _ATR) for each in (cell.above, cell.below) if each is not None)
        return Cell("  ".join(told), role)
    return Cell(_way(nearest, width), role)


def _way(reach: Reach, width: int) -> str:
    """`▲0.42% 0.8 ATR`, shorter where the room is; `▲past` where the price is beyond the trigger."""
    glyph = formats.side_glyph(reach.side)
    if reach.pct is None:
        return f"{glyph}{formats.UNKNOWN}"
    if reach.pct < 0:
        return f"{glyph}past"
    if width < _LAST:
        return f"{glyph}{formats.pct(reach.pct, 1, signed=False) if reach.pct < _FAR else '>9%'}"
    text = f"{glyph}{formats.pct(reach.pct, 2 if reach.pct < _FAR else 1, signed=False)}"
    if reach.atrs is None or width < _ATR:
        return text
    return f"{text} {atr_text(reach.atrs)}{' ATR' if _LONG <= width < _BOTH else 'A'}"
