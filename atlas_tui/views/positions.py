"""Tab 3, Positions: what is open, where it stands between stop and target, and what would close it."""

from collections.abc import Mapping
from decimal import Decimal

from atlas_tui import formats
from atlas_tui.lines import Line, padded
from atlas_tui.views.listing import Entry, Value, Widths, chosen, picked
from atlas_tui.views.prices import is_stale, price_text, stale_mark
from atlas_tui.views.signals import side_role
from atlas_tui.widgets.table_rows import Cell, Column
from atlas_tui.widgets.top_bar import money_role
from core.domain.breakeven import is_at_even
from core.domain.leverage import Tier
from core.domain.positions import OpenPosition, Origin
from core.domain.snapshot import PositionView, Snapshot

TRACK = 18
"""Cells of the line from stop to target in the list."""

CATALOGUE: Mapping[str, Column] = {
    column.key: column
    for column in (
        Column("symbol", "sym", 5),
        Column("timeframe", "tf", 3),
        Column("pattern", "pattern", 8),
        Column("glyph", "", 1),
        Column("side", "dir", 7),
        Column("mark", "", 4),
        Column("tag", "", 2),
        Column("leverage", "lev", 5, "right"),
        Column("size", "qty", 9, "right"),
        Column("entry", "entry", 10, "right"),
        Column("last", "last", 10, "right"),
        Column("profit", "P&L", 10, "right"),
        Column("r", "R", 7, "right"),
        Column("track", "stop ── target", TRACK),
        Column("liquidation", "to liq", 6, "right"),
        Column("age", "age", 6, "right"),
        Column("tier", "tier", 12),
    )
}
_WIDE = "symbol timeframe pattern side mark leverage size entry last profit r track liquidation age tier"
_MID = "symbol timeframe side mark leverage size entry last profit r track liquidation age"
_LIST = "symbol timeframe side mark leverage entry last profit r track age"
_NARROW = "symbol timeframe side mark leverage entry last profit r age"
_PHONE = "symbol side tag last profit r"
_TINY = "symbol glyph last profit r"
_SETS = tuple(picked(CATALOGUE, keys) for keys in (_WIDE, _MID, _LIST, _NARROW, _PHONE, _TINY))


def columns(width: int, widths: Widths | None = None) -> tuple[Column, ...]:
    """The columns that fit with their values whole."""
    return chosen(_SETS, width, widths)


def empty_text(snapshot: Snapshot) -> str:
    """What stands there instead of rows."""
    armed = sum(1 for view in snapshot.setups if view.pending and view.setup.armed)
    if not armed:
        return "Flat. No setup is armed."
    return f"Flat. {armed} {'setup is' if armed == 1 else 'setups are'} armed (press 2)."


def rows(snapshot: Snapshot) -> list[Entry]:
    """Open positions in the desk's order."""
    return [_entry(snapshot, view) for view in snapshot.positions]


def track(view: PositionView, width: int) -> Line:
    """`S──│──●──T`: the mark between stop and target, the entry as a bar."""
    plan, entry = view.position.plan, view.position.entry.price
    inner = max(3, width - 2)
    span = plan.target - plan.stop

    def cell_of(price: Decimal) -> int:
        share = (price - plan.stop) / span if span else Decimal(0)
        return min(inner - 1, max(0, int(share * inner)))

    at, start = cell_of(view.mark), cell_of(entry)
    low, high = min(at, start), max(at, start)
    role = money_role(view.unrealised)
    line = [Cell("S", "stop"), Cell("─" * low, "grid")]
    if at == start:
        line.append(Cell("●", "text bold"))
    else:
        ends = {at: Cell("●", "text bold"), start: Cell("│", "setup")}
        line += [ends[low], Cell("─" * (high - low - 1), role), ends[high]]
    return (*line, Cell("─" * (inner - 1 - high), "grid"), Cell("T", "target"))


def panel(snapshot: Snapshot, width: int, rows: int) -> tuple[Line, ...]:
    """Two lines a position, for the wide screen; one where they are many, and how many more there are."""
    lines: list[Line] = []
    tracked = 2 * len(snapshot.positions) <= rows
    name = max([5, *(len(view.position.symbol) + 1 for view in snapshot.positions)])
    sizes = [_size(snapshot, view) for view in snapshot.positions]
    size_width = max([9, *map(len, sizes)])
    for view, size in zip(snapshot.positions, sizes, strict=True):
        item, grey = view.position, is_stale(snapshot, view.position.symbol)
        lines.append(
            (
                Cell(f"{item.symbol:<{name}}", "text bold"),
                Cell(f"{formats.side(item.side):<8}", side_role(item.side)),
                Cell(f"{' '.join(marks(view)):<5}", "open bold"),
                Cell(f"{formats.leverage(item.leverage):>5}  ", "setup"),
                Cell(f"{size:>{size_width}} @ {price_text(snapshot, item.symbol, item.entry.price):>12}  →  "),
                Cell(f"{price_text(snapshot, item.symbol, view.mark):>12}  ", "stale" if grey else "text bold"),
                *profit_cells(snapshot, view),
            )
        )
        if tracked:
            lines.append(padded((Cell(" " * name), *track(view, min(60, width - 8))), width))
    if len(lines) > rows:
        lines[rows - 1 :] = [(Cell(f"{len(lines) - rows + 1} more on tab 3", "readable"),)]
    return tuple(lines) or ((Cell(empty_text(snapshot), "readable"),),)


def profit_cells(snapshot: Snapshot, view: PositionView) -> Line:
    """`+$1.21 +0.15R`; grey with the price's age when the price is not live."""
    mark = stale_mark(snapshot, view.position.symbol)
    role = "stale" if mark else f"{money_role(view.unrealised)} bold"
    text = f"{formats.usd(view.unrealised, signed=True)} {formats.r_multiple(view.r_multiple)}"
    return (Cell(text, role), Cell(f" {mark}", "setup")) if mark else (Cell(text, role),)


def to_liquidation_pct(view: PositionView) -> Decimal | None:
    """How far the mark is from the liquidation price, percent of the mark."""
    if view.mark <= 0:
        return None
    return view.position.side.sign * (view.mark - view.position.liquidation) / view.mark * 100


def hand_mark(item: OpenPosition) -> str:
    """`H` for a position a person entered."""
    return "H" if item.origin is Origin.HAND else ""


def marks(view: PositionView) -> tuple[str, ...]:
    """`H` where a person entered it, `BE` where its stop is at break-even."""
    return tuple(filter(None, (hand_mark(view.position), "BE" if is_at_even(view.position, view.break_even) else "")))


def tier_text(snapshot: Snapshot, view: PositionView) -> str:
    """Which margin holds, and what the deadline would do."""
    if view.position.tier is Tier.SWING:
        return "swing"
    left = formats.countdown((snapshot.deadline_at - snapshot.at).total_seconds())
    return f"closes {left}" if view.closes_at_deadline else f"swing {left}"


def _size(snapshot: Snapshot, view: PositionView) -> str:
    quote = snapshot.quote(view.position.symbol)
    step = quote.instrument.size_increment if quote and quote.instrument else None
    return formats.size(view.position.size, step)


def _entry(snapshot: Snapshot, view: PositionView) -> Entry:
    item = view.position
    grey = is_stale(snapshot, item.symbol)
    mark = stale_mark(snapshot, item.symbol)
    role = "stale" if grey else f"{money_role(view.unrealised)} bold"
    age_s = (snapshot.at - item.entry.at).total_seconds()
    away = to_liquidation_pct(view)
    line = track(view, TRACK)
    cells = {
        "symbol": Cell(item.symbol, "text bold"),
        "timeframe": Cell(str(item.timeframe)),
        "pattern": Cell(item.pattern),
        "glyph": Cell(formats.side_glyph(item.side), side_role(item.side)),
        "side": Cell(formats.side(item.side), side_role(item.side)),
        "mark": Cell(" ".join(marks(view)), "open bold"),
        "tag": Cell("".join(marks(view))[:2], "open bold"),
        "leverage": Cell(formats.leverage(item.leverage), "setup"),
        "size": Cell(_size(snapshot, view)),
        "entry": Cell(price_text(snapshot, item.symbol, item.entry.price)),
        "last": Cell(mark or price_text(snapshot, item.symbol, view.mark), "stale" if grey else "text bold"),
        "profit": Cell(formats.usd(view.unrealised, signed=True), role),
        "r": Cell(formats.r_multiple(view.r_multiple), role),
        "track": Cell("".join(cell.text for cell in line), "stale" if grey else money_role(view.unrealised)),
        "liquidation": Cell(formats.pct(away, 1, signed=False)),
        "age": Cell(formats.age(float(int(age_s))) if age_s >= 60 else f"{max(0, int(age_s))}s", "readable"),
        "tier": Cell(tier_text(snapshot, view), "setup" if view.closes_at_deadline else "readable"),
    }
    values: dict[str, Value] = {
        "leverage": item.leverage, "size": item.size, "entry": item.entry.price, "last": view.mark, "age": age_s,
        "profit": view.unrealised, "r": view.r_multiple, "liquidation": away,
    }  # fmt: skip
    return Entry(item.id, cells, values)
