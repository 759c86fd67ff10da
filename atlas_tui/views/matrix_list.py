"""Tab 8, Matrix: every symbol on every timeframe: classes, body against class, continuity, and the nearest triggers."""

from collections.abc import Mapping
from decimal import Decimal

from atlas_tui import formats
from atlas_tui.views.listing import Entry, Value, chosen, picked
from atlas_tui.views.prices import is_stale, price_of
from atlas_tui.widgets.table_rows import Cell, Column
from core.domain.bars import Bar, BarKind, SeriesKey, average_true_range
from core.domain.patterns import Side
from core.domain.snapshot import SeriesView, Snapshot
from core.domain.timeframes import SCANNED, Timeframe

CATALOGUE: Mapping[str, Column] = {
    column.key: column
    for column in (
        Column("symbol", "sym", 5),
        Column("timeframe", "tf", 3),
        Column("last", "last", 4),
        Column("now", "now", 4),
        Column("body", "", 1),
        Column("agrees", "body", 8),
        Column("tfc", "TFC", 9),
        Column("above", "above", 8, "right"),
        Column("above_atr", "in ATR", 6, "right"),
        Column("below", "below", 8, "right"),
        Column("below_atr", "in ATR", 6, "right"),
        Column("closes", "closes", 7, "right"),
    )
}
_SETS = tuple(
    picked(CATALOGUE, keys)
    for keys in (
        "symbol timeframe last now body agrees tfc above above_atr below below_atr closes",
        "symbol timeframe last now body agrees above below closes",
        "symbol timeframe last now body above below",
        "timeframe last now body above below",
    )
)
EMPTY = "No symbol is watched."


def columns(width: int) -> tuple[Column, ...]:
    """The columns that fit."""
    return chosen(_SETS, width)


def row_key(symbol: str, timeframe: Timeframe) -> str:
    """The key of a row: `BTC|4h`."""
    return f"{symbol}|{timeframe}"


def series_of(key: str) -> tuple[str, Timeframe] | None:
    """The series behind a row's key; None for a key that names none."""
    symbol, _, text = key.rpartition("|")
    timeframe = next((each for each in SCANNED if str(each) == text), None)
    return (symbol, timeframe) if timeframe is not None else None


def rows(snapshot: Snapshot) -> list[Entry]:
    """Symbols in their configured order, each from the week down to 15 minutes."""
    return [_entry(snapshot, quote.symbol, timeframe) for quote in snapshot.quotes for timeframe in reversed(SCANNED)]


def agreement(bar: Bar | None, kind: BarKind) -> str:
    """Does the body stand on the side the class names? `with`, `against`, or nothing for a 1, a 3 or no bar."""
    if bar is None or not bar.good or kind not in (BarKind.UP, BarKind.DOWN) or bar.close == bar.open:
        return ""
    rises = bar.close > bar.open
    return "with" if rises is (kind is BarKind.UP) else "against"


def nearest(snapshot: Snapshot, symbol: str, timeframe: Timeframe) -> tuple[Decimal | None, Decimal | None]:
    """The nearest trigger above and below the price among the waiting setups of this series."""
    price = price_of(snapshot, symbol)
    if price is None:
        return None, None
    waiting = [
        view.setup
        for view in snapshot.setups
        if view.pending and view.setup.symbol == symbol and view.setup.timeframe == timeframe
    ]
    above = [setup.long_trigger for setup in waiting if setup.long_trigger >= price]
    below = [setup.short_trigger for setup in waiting if setup.short_trigger <= price]
    return min(above, default=None), max(below, default=None)


def _entry(snapshot: Snapshot, symbol: str, timeframe: Timeframe) -> Entry:
    series = snapshot.series.get(SeriesKey(symbol, timeframe))
    forming, last, now = _kinds(series)
    price, grey = price_of(snapshot, symbol), is_stale(snapshot, symbol)
    above, below = nearest(snapshot, symbol, timeframe)
    atr = average_true_range(series.closed) if series is not None else None
    up, down = _distance(price, above), _distance(price, below)
    left = (timeframe.end_of(snapshot.at) - snapshot.at).total_seconds()
    word = agreement(forming, now)
    rises = forming is not None and forming.good and forming.close != forming.open and forming.close > forming.open
    falls = forming is not None and forming.good and forming.close < forming.open
    scores = snapshot.scores.get(symbol, {})
    long, short = scores.get(Side.LONG, 0), scores.get(Side.SHORT, 0)
    cells = {
        "symbol": Cell(symbol, "text bold"),
        "timeframe": Cell(str(timeframe)),
        "last": Cell(last.text, _role(last)),
        "now": Cell(f"{now.text}?" if forming is not None else formats.UNKNOWN, _role(now)),
        "body": Cell(formats.UP if rises else formats.DOWN if falls else formats.DONE,
                     "long" if rises else "short" if falls else "readable"),
        "agrees": Cell(word, "setup bold" if word == "against" else "readable"),
        "tfc": Cell(f"{long}/4{formats.UP} {short}/4{formats.DOWN}", "readable"),
        "above": Cell(formats.pct(up, signed=False), "stale" if grey or up is None else "long"),
        "above_atr": Cell(_in_atr(price, above, atr), "readable"),
        "below": Cell(formats.pct(down, signed=False), "stale" if grey or down is None else "short"),
        "below_atr": Cell(_in_atr(price, below, atr), "readable"),
        "closes": Cell(formats.countdown(left), "readable"),
    }  # fmt: skip
    values: dict[str, Value] = {
        "timeframe": Decimal(timeframe.minutes), "above": up, "below": down, "closes": left,
        "tfc": float(long),
    }  # fmt: skip
    return Entry(row_key(symbol, timeframe), cells, values, dim=series is None)


def _kinds(series: SeriesView | None) -> tuple[Bar | None, BarKind, BarKind]:
    """The forming bar, the class of the last closed one, and the forming one's so far."""
    if series is None:
        return None, BarKind.UNKNOWN, BarKind.UNKNOWN
    last = series.kinds[-1] if series.kinds else BarKind.UNKNOWN
    return series.forming, last, series.forming_kind


def _role(kind: BarKind) -> str:
    return {BarKind.UP: "long", BarKind.DOWN: "short", BarKind.INSIDE: "setup", BarKind.OUTSIDE: "open"}.get(
        kind, "readable"
    )


def _distance(price: Decimal | None, level: Decimal | None) -> Decimal | None:
    """Percent of the price between it and the level."""
    return None if price is None or level is None or price == 0 else abs(level - price) / price * 100


def _in_atr(price: Decimal | None, level: Decimal | None, atr: Decimal | None) -> str:
    if price is None or level is None or not atr:
        return formats.UNKNOWN
    return formats.ratio(abs(level - price) / atr)
