"""A window over the whole console that leaves the desk in view: its prices, what is open, what waits, what is wrong."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.widget import Widget

from atlas_tui import formats
from atlas_tui.lines import GAP, Line, clip, joined, width_of
from atlas_tui.options import ConsoleOptions
from atlas_tui.screens.changes import is_urgent
from atlas_tui.screens.guest import Guest
from atlas_tui.throttle import Throttle
from atlas_tui.views.positions import profit_cells
from atlas_tui.views.prices import is_stale, price_text
from atlas_tui.views.signals import side_role
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.status_bar import alert_lines, echo_lines, status_line
from atlas_tui.widgets.strip_shape import strip_rows
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.widgets.ticker_strip import strip_lines
from atlas_tui.widgets.top_bar import top_line
from core.domain.snapshot import PositionView, Snapshot


class Over(Guest):
    """Above and below its body stand the console's own bars, painted from the newest picture."""

    AUTO_FOCUS = None

    def __init__(self, snapshot: Snapshot, options: ConsoleOptions) -> None:
        super().__init__()
        self.snapshot, self.options = snapshot, options
        self._bars = Throttle(self, options.list_s, self._paint_bars)

    def compose(self) -> ComposeResult:
        """The bars around the body; the list of positions is one line, and there while one is open."""
        for name in ("top", "tickers", "held"):
            yield Lines(id=name)
        yield from self.body()
        for name in ("alert", "status", "keys"):
            yield Lines(id=name)

    def body(self) -> Iterable[Widget]:
        """What stands between them."""
        return ()

    def keys(self, width: int) -> Line:
        """The keys that matter now."""
        return ()

    def show(self, snapshot: Snapshot) -> None:
        """Paint the bars of a newer picture; what is urgent at once."""
        before, self.snapshot = self.snapshot, snapshot
        if is_urgent(before, snapshot):
            self._bars.now()
        else:
            self._bars.ask()

    def repaint(self) -> None:
        """Everything, at once."""
        self._bars.now()

    def on_mount(self) -> None:
        """The first picture is there before the first paint."""
        self.repaint()

    def on_resize(self) -> None:
        """Another size is another arrangement."""
        self.repaint()

    def put(self, name: str, lines: Iterable[Line]) -> None:
        """Show a block of lines, as high as it is; without lines it takes no room."""
        block, shown = self.query_one(f"#{name}", Lines), tuple(lines)
        block.display = bool(shown)
        block.styles.height = max(1, len(shown))
        block.show(shown)

    def _paint_bars(self) -> None:
        width, height = self.size
        if not self.is_mounted or not width:
            return
        snapshot, zone = self.snapshot, self.options.zone
        self.put("top", [top_line(snapshot, width)])
        self.put("tickers", strip_lines(snapshot, width, strip_rows(height, width, len(snapshot.quotes))))
        self.put("held", [held_line(snapshot, width)] if snapshot.positions else [])
        self.put("alert", alert_lines(snapshot, zone, width))
        echo = self.echo or (self.stage.echo if self.stage is not None else "")
        told = echo_lines(echo, snapshot, width, zone) if echo else ()
        self.put("status", [told[0] if told else status_line(snapshot, width, zone)])
        self.put("keys", [told[1] if len(told) > 1 else (GAP, *self.keys(width - 2))])


def held_line(snapshot: Snapshot, width: int) -> Line:
    """`BTC ▲ 90,387.5 +$1.21 +0.15R │ ETH ▼ ...`: the open positions at their marks, the last ones counted."""
    held = [_held(snapshot, view) for view in snapshot.positions]
    for shown in range(len(held), 0, -1):
        left = len(held) - shown
        for told in (f"+{left} on 3", f"+{left}") if left else ("",):
            more = [(Cell(told, "readable"),)] if told else []
            line = joined([*held[:shown], *more], (Cell(" │ ", "grid"),))
            if width_of(line) <= width - 2:
                return (GAP, *line)
    return (GAP, *clip(held[0], width - 2)) if held else ()


def _held(snapshot: Snapshot, view: PositionView) -> Line:
    item = view.position
    grey = is_stale(snapshot, item.symbol)
    return (
        Cell(f"{item.symbol} ", "text bold"),
        Cell(f"{formats.side_glyph(item.side)} ", side_role(item.side)),
        Cell(f"{price_text(snapshot, item.symbol, view.mark)} ", "stale" if grey else "text"),
        *profit_cells(snapshot, view),
    )
