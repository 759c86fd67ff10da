"""The cell under the matrix's cursor in words: both bars, both triggers, the continuity, the time that is left."""

from decimal import Decimal

from atlas_tui import formats
from atlas_tui.lines import Line, Part, clip, fitting, width_of
from atlas_tui.views.matrix_tab import atr_text, short_time
from atlas_tui.views.prices import is_stale, price_of, price_text, stale_mark
from atlas_tui.views.series_cell import KIND_ROLES, Reach, SeriesCell, series_cell
from atlas_tui.views.signals import side_role
from atlas_tui.views.words import VERDICTS
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.zones import DisplayZone
from core.domain.bars import BarKind, SeriesKey
from core.domain.continuity import open_score
from core.domain.levels import Verdict
from core.domain.patterns import Side
from core.domain.snapshot import Snapshot
from core.domain.timeframes import D1, Timeframe

LEAST, FULL = 4, 7
"""Lines told where the screen is low, and where it is not."""
_LEARNED = {
    BarKind.INSIDE: "inside", BarKind.UP: "up", BarKind.DOWN: "down", BarKind.OUTSIDE: "outside",
    BarKind.UNKNOWN: "no class: a bar is missing",
}  # fmt: skip


def detail(snapshot: Snapshot, symbol: str, timeframe: Timeframe, width: int, zone: DisplayZone) -> tuple[Line, ...]:
    """At most `FULL` lines, the most telling first.

    Args:
        snapshot: what is known.
        symbol: the row.
        timeframe: the column.
        width: cells; 38 and up.
        zone: clock for the close of the bar.
    """
    cell = series_cell(snapshot, symbol, timeframe)
    missing = _missing(snapshot, cell)
    if missing:
        return tuple(clip(line, width) for line in (_head(snapshot, cell, width, zone), (Cell(missing, "setup"),)))
    found = (
        _head(snapshot, cell, width, zone),
        _bars(cell, width),
        _trigger(snapshot, cell.above, Side.LONG, width),
        _trigger(snapshot, cell.below, Side.SHORT, width),
        _continuity(snapshot, symbol),
        _breaks(snapshot, cell),
        _range(snapshot, cell, width),
    )
    return tuple(clip(line, width) for line in found)


def _missing(snapshot: Snapshot, cell: SeriesCell) -> str:
    """Why nothing can be told of the series; empty where something can."""
    quote = snapshot.quote(cell.symbol)
    if quote is None:
        return f"{cell.symbol} is not watched"
    if quote.instrument is None:
        return f"not listed: {quote.reason or 'the venue has no such product'}"
    if cell.last is None and cell.forming is None:
        return f"no {cell.timeframe} bars of {cell.symbol} yet"
    return ""


def _head(snapshot: Snapshot, cell: SeriesCell, width: int, zone: DisplayZone) -> Line:
    """`BTC 4h  closes in 27m at 20:00 UTC  !11s`; the hour is left out before the age."""
    left = short_time((cell.closes_at - snapshot.at).total_seconds())
    short = cell.timeframe < D1
    at = zone.hour_minute(cell.closes_at) if short else zone.weekday_minute(cell.closes_at)
    mark = stale_mark(snapshot, cell.symbol)
    name = (Cell(f"{cell.symbol} {cell.timeframe}", "brand bold"),)
    parts = [
        Part(0, name),
        Part(1, (Cell("  closes in ", "readable"), Cell(left, "text bold"))),
        Part(3, (Cell(f" at {at} {zone.name(cell.closes_at)}", "readable"),)),
        Part(2, (Cell(f"  {mark}", "setup bold"),) if mark else ()),
    ]
    return fitting(parts, width, ()) or name


def _bars(cell: SeriesCell, width: int) -> Line:
    """`last 2D  now 2U?  body ▼ AGAINST class`."""
    wide = width >= 48
    last = f"{cell.last_text}{_named(cell.last) if wide else ''}"
    line: Line = (Cell("last ", "readable"), Cell(last, KIND_ROLES.get(cell.last or BarKind.UNKNOWN, "readable")))
    if cell.forming is None:
        return (*line, Cell("  no price in this bar yet", "readable"))
    now = f"{cell.forming.text}{'?' if cell.may_change else ''}"
    body = formats.move_glyph(cell.body)
    way = "AGAINST class" if cell.is_against else "with class" if cell.forming.is_directional else ""
    if cell.forming is BarKind.UNKNOWN:
        now, way = formats.UNKNOWN, ""
    return (
        *line,
        Cell("  now ", "readable"),
        Cell(f"{now}{_named(cell.forming) if wide else ''}", f"{KIND_ROLES[cell.forming]} bold"),
        Cell("  body ", "readable"),
        Cell(body, "text bold"),
        Cell(f" {way}", "setup bold" if cell.is_against else "readable"),
    )


def _named(kind: BarKind | None) -> str:
    return "" if kind is None or kind is BarKind.UNKNOWN else f" {_LEARNED[kind]}"


def _trigger(snapshot: Snapshot, reach: Reach | None, side: Side, width: int) -> Line:
    """`▲ 90,610.0  0.42%  0.8 ATR  3-1-? armed`."""
    glyph = formats.side_glyph(side)
    if reach is None:
        where = "above" if side is Side.LONG else "below"
        return (Cell(f"{glyph} ", "readable"), Cell(f"no setup waits {where}", "readable"))
    setup = reach.view.setup
    grey = is_stale(snapshot, setup.symbol)
    role = "stale" if grey else side_role(side) if reach.armed else "readable"
    far = formats.UNKNOWN if reach.pct is None else "past" if reach.pct < 0 else _pct(reach.pct)
    line: Line = (
        Cell(f"{glyph} ", role),
        Cell(f"{price_text(snapshot, setup.symbol, reach.judged.leg.entry)} ", "setup"),
        Cell(f"{far} ", role),
        Cell(f"{atr_text(reach.atrs)} ATR " if reach.atrs is not None and reach.atrs >= 0 else "", "readable"),
    )
    word = "armed" if reach.armed else _held(reach)
    told = f"{setup.name} {word}"
    return (*line, Cell(told if width_of(line) + len(told) <= width else word, "text" if reach.armed else "readable"))


def _pct(value: Decimal) -> str:
    return formats.pct(value, 2, signed=False)


def _held(reach: Reach) -> str:
    """Why the desk would not take the leg."""
    if reach.judged.verdict is not Verdict.OK:
        return VERDICTS[reach.judged.verdict]
    code = reach.view.held.get(reach.side)
    return str(code).lower().replace("_", " ") if code is not None else "waits"


def _continuity(snapshot: Snapshot, symbol: str) -> Line:
    """`TFC 3/4▲ 1/4▼  opens 2/4▲ 2/4▼`: by class, and by close against open."""
    scores, standings = snapshot.scores.get(symbol, {}), snapshot.standings.get(symbol, {})
    cells = [Cell("TFC", "readable")]
    for side in Side:
        score = scores.get(side, 0)
        cells.append(Cell(f" {score}/4{formats.side_glyph(side)}", side_role(side) if score >= 2 else "readable"))
    opens = " ".join(f"{open_score(standings, side)}/4{formats.side_glyph(side)}" for side in Side)
    return (*cells, Cell(f"  opens {opens}", "readable"))


def _breaks(snapshot: Snapshot, cell: SeriesCell) -> Line:
    """What makes the forming bar another class: the ends of the last closed one."""
    view = snapshot.series.get(SeriesKey(cell.symbol, cell.timeframe))
    if view is None or not view.closed or not view.closed[-1].good:
        return (Cell("the last bar has no range: nothing can break it", "readable"),)
    high, low = (price_text(snapshot, cell.symbol, each) for each in (view.closed[-1].high, view.closed[-1].low))
    return (Cell("last bar ", "readable"), Cell(f"{low} to {high}"))


def _range(snapshot: Snapshot, cell: SeriesCell, width: int) -> Line:
    """`ATR(14) 812.4, 0.90% of the price`."""
    if cell.atr is None:
        return (Cell("ATR(14) needs 15 bars without a hole", "readable"),)
    price = price_of(snapshot, cell.symbol)
    line: Line = (Cell("ATR(14) ", "readable"), Cell(price_text(snapshot, cell.symbol, cell.atr)))
    share = f", {_pct(cell.atr / price * 100)}" if price else ""
    told = next((text for text in (f"{share} of the price", share) if width_of(line) + len(text) <= width), "")
    return (*line, Cell(told if share else "", "readable"))
