"""The full detail of one row: chart over the whole width, plan, continuity and the evidence."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen

from atlas_tui.keymap import bindings
from atlas_tui.lines import Line, beside, rule
from atlas_tui.options import ConsoleOptions
from atlas_tui.throttle import Throttle
from atlas_tui.views.evidence import evidence_lines
from atlas_tui.views.focus import Focus, chart_model, refreshed
from atlas_tui.views.prices import is_stale, price_of, price_text, stale_mark
from atlas_tui.widgets.chart import StratChart
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.matrix import matrix_lines
from atlas_tui.widgets.plan import MAX_WIDTH, plan_lines
from atlas_tui.widgets.table_rows import Cell
from core.domain.snapshot import Snapshot
from core.domain.timeframes import SCANNED

_BESIDE = 100


class DetailScreen(ModalScreen[None]):
    """Follows its item while it changes; closes with q, esc or enter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("q,escape,enter", "close", "Close"),
        ("j,down", "scroll(1)", "Down"),
        ("k,up", "scroll(-1)", "Up"),
        *bindings(detail=True),
    ]
    AUTO_FOCUS = None

    def __init__(self, snapshot: Snapshot, focus: Focus, options: ConsoleOptions) -> None:
        super().__init__()
        self._snapshot = snapshot
        self._subject = focus
        self._options = options
        self._timeframe = focus.timeframe
        self._throttle = Throttle(self, options.chart_s, self._paint)

    def compose(self) -> ComposeResult:
        """Heading, chart, facts, keys."""
        yield Lines(id="detail-title")
        yield StratChart(id="detail-chart")
        yield Lines(id="detail-facts")
        yield Lines(id="detail-keys")

    def on_mount(self) -> None:
        """First paint."""
        self._throttle.now()

    def on_resize(self) -> None:
        """Lay it out for the room there is."""
        self._throttle.now()

    def show(self, snapshot: Snapshot) -> None:
        """Follow the item into a newer picture."""
        self._snapshot = snapshot
        self._subject = refreshed(snapshot, self._subject)
        self._throttle.ask()

    def action_close(self) -> None:
        """Back to the console."""
        self.dismiss()

    def action_bar(self, delta: int) -> None:
        """Mark another bar."""
        self.query_one(StratChart).action_bar(delta)
        self._throttle.now()

    def action_zoom(self, delta: int) -> None:
        """Wider or narrower candles."""
        self.query_one(StratChart).action_zoom(delta)

    def action_timeframe(self, delta: int) -> None:
        """The chart on a longer or shorter timeframe."""
        at = SCANNED.index(self._timeframe) if self._timeframe in SCANNED else 0
        self._timeframe = SCANNED[min(len(SCANNED) - 1, max(0, at + delta))]
        self.query_one(StratChart).action_unmark()
        self._throttle.now()

    def action_scroll(self, rows: int) -> None:
        """Move the facts, where they are more than fit."""
        self.query_one("#detail-facts", Lines).scroll_relative(y=rows, animate=False, force=True)

    def _paint(self) -> None:
        if not self.is_mounted or not self.size.width:
            return
        width = self.size.width
        chart = self.query_one(StratChart)
        chart.show(chart_model(self._snapshot, self._subject, self._options.zone, self._timeframe))
        self.query_one("#detail-title", Lines).show([self._title(width, chart)])
        facts = self._facts(width - 3)
        block = self.query_one("#detail-facts", Lines)
        block.styles.height = min(len(facts), max(3, self.size.height // 2 - 2))
        block.show(facts)
        self.query_one("#detail-keys", Lines).show([_KEYS])

    def _title(self, width: int, chart: StratChart) -> Line:
        symbol = self._subject.symbol
        grey = is_stale(self._snapshot, symbol)
        note: list[Cell] = [Cell(price_text(self._snapshot, symbol, price_of(self._snapshot, symbol)),
                                 "stale" if grey else "text bold")]  # fmt: skip
        note.append(Cell(f" {stale_mark(self._snapshot, symbol)} ", "setup bold"))
        if self._timeframe != self._subject.timeframe:
            note.append(Cell(f"chart {self._timeframe} ", "open bold"))
        if chart.cursor is not None:
            bar, kind = chart.model.bars[chart.cursor], chart.model.kinds[chart.cursor]
            prices = [price_text(self._snapshot, symbol, price) for price in (bar.open, bar.high, bar.low, bar.close)]
            told = " ".join(f"{name} {price}" for name, price in zip("OHLC", prices, strict=True))
            note.append(Cell(f"{self._options.zone.minute(bar.start)} {kind.text} {told} ", "setup"))
        return rule(self._subject.title, width, "brand bold", tuple(note))

    def _facts(self, width: int) -> tuple[Line, ...]:
        snapshot, subject = self._snapshot, self._subject
        room = min(MAX_WIDTH, width)
        left = (
            rule("plan", room),
            *plan_lines(snapshot, subject, room),
            (),
            *matrix_lines(snapshot, 8, subject.symbol, room),
        )
        if width < _BESIDE:
            return (*left, (), *evidence_lines(snapshot, subject, width, self._options.zone))
        evidence = evidence_lines(snapshot, subject, width - room - 3, self._options.zone)
        return beside(left, evidence, room, 3)


_KEYS: Line = (
    Cell(" h l", "brand bold"), Cell(" bar  "), Cell("+ -", "brand bold"), Cell(" zoom  "),
    Cell("< >", "brand bold"), Cell(" timeframe  "), Cell("j k", "brand bold"), Cell(" scroll  "),
    Cell("q", "brand bold"), Cell(" back"),
)  # fmt: skip
