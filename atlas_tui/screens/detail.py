"""The full detail of one row: chart over the whole width, plan, continuity and the evidence."""

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType

from atlas_tui.acts.charting import DETAIL_BINDINGS
from atlas_tui.acts.explaining import DETAIL_BINDING, reading
from atlas_tui.lines import Line, Part, beside, ended, fitting, rule
from atlas_tui.options import ConsoleOptions
from atlas_tui.screens.charted import Charted
from atlas_tui.tabs import Tab
from atlas_tui.throttle import Throttle
from atlas_tui.views.evidence import evidence_lines, explanation_of
from atlas_tui.views.focus import Focus, chart_model, refreshed
from atlas_tui.views.prices import is_stale, price_of, price_text, stale_mark
from atlas_tui.widgets.chart import StratChart
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.matrix import matrix_lines
from atlas_tui.widgets.plan import MAX_WIDTH, plan_lines
from atlas_tui.widgets.side import cell_lines
from atlas_tui.widgets.table_rows import Cell
from core.domain.snapshot import Snapshot

_BESIDE, _PAIRED, _MATRIX = 100, 74, 34
"""Cells from which evidence stands beside plan and continuity, and from which those do; and continuity's own."""


class DetailScreen(Charted):
    """Follows its item while it changes; closes with q, esc or enter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("q,escape,enter,backspace", "close", "Close"),
        ("j,down", "scroll(1)", "Down"),
        ("k,up", "scroll(-1)", "Up"),
        ("g,home", "edge('top')", "Oldest"),
        ("G,end", "edge('bottom')", "Live"),
        *DETAIL_BINDINGS,
        DETAIL_BINDING,
    ]
    AUTO_FOCUS = None

    def __init__(self, snapshot: Snapshot, focus: Focus, options: ConsoleOptions) -> None:
        super().__init__()
        self._snapshot = snapshot
        self._subject = focus
        self._options = options
        self._throttle = Throttle(self, options.chart_s, self._paint)

    def compose(self) -> ComposeResult:
        """Heading, chart, facts, keys."""
        yield Lines(id="detail-title")
        yield StratChart(id="detail-chart")
        yield Lines(id="detail-facts")
        yield Lines(id="detail-keys")

    def on_mount(self) -> None:
        """First paint."""
        self.repaint()

    def on_resize(self) -> None:
        """Lay it out for the room there is."""
        self.repaint()

    def show(self, snapshot: Snapshot) -> None:
        """Follow the item into a newer picture."""
        self._snapshot = snapshot
        self._subject = refreshed(snapshot, self._subject)
        self._throttle.ask()

    def repaint(self) -> None:
        """Everything, at once."""
        self._throttle.now()

    def action_close(self) -> None:
        """Back to the console."""
        self.dismiss()

    def action_timeframe(self, delta: int) -> None:
        """The chart on a longer or shorter timeframe."""
        self.say(self.chart.action_timeframe(self._subject.key, delta))

    def action_freeze(self) -> None:
        """The bars stand still, or follow again."""
        self.say(self.chart.action_freeze(self._snapshot.at))

    def action_explain(self) -> None:
        """The whole explanation over it."""
        found = explanation_of(self._snapshot, self._subject.item_id)
        if found is None:
            self.say("a price alone has nothing to explain")
        else:
            self.app.push_screen(reading(found, self._options.zone, self))

    def action_scroll(self, rows: int) -> None:
        """Move the facts, where they are more than fit."""
        self.query_one("#detail-facts", Lines).scroll_relative(y=rows, animate=False, force=True)

    def _paint(self) -> None:
        if not self.is_mounted or not self.size.width:
            return
        width = self.size.width
        timeframe = self.chart.timeframe_for(self._subject.key)
        self.chart.show(chart_model(self._snapshot, self._subject, self._options.zone, timeframe))
        self.query_one("#detail-title", Lines).show([self._title(width)])
        facts = self._facts(width - 3)
        block = self.query_one("#detail-facts", Lines)
        block.styles.height = min(len(facts), max(3, self.size.height // 2 - 2))
        block.show(facts)
        self.query_one("#detail-keys", Lines).show([self._below(width)])

    def _below(self, width: int) -> Line:
        """The last answer, or the keys."""
        return (Cell(f" {ended(self.echo, width - 2)}"),) if self.echo else fitting(_KEYS, width, (Cell(" "),))

    def _title(self, width: int) -> Line:
        symbol = self._subject.symbol
        grey = is_stale(self._snapshot, symbol)
        note: list[Cell] = [Cell(price_text(self._snapshot, symbol, price_of(self._snapshot, symbol)),
                                 "stale" if grey else "text bold")]  # fmt: skip
        note.append(Cell(f" {stale_mark(self._snapshot, symbol)} ", "setup bold"))
        shown = self.chart.model.timeframe
        if shown is not None and shown != self._subject.timeframe:
            note.append(Cell(f"chart {shown} ", "open bold"))
        return rule(self._subject.title, width, "brand bold", tuple(note))

    def _facts(self, width: int) -> tuple[Line, ...]:
        """Plan, continuity and evidence: below one another, and beside one another as far as there is room."""
        snapshot, subject, zone = self._snapshot, self._subject, self._options.zone
        paired = _PAIRED <= width < _BESIDE
        room = min(MAX_WIDTH, width - _MATRIX - 3 if paired else width)
        cell = cell_lines(snapshot, subject, room, zone) if subject.tab is Tab.MATRIX else ()
        plan = (*cell, rule("plan", room), *plan_lines(snapshot, subject, room, zone))
        matrix = matrix_lines(snapshot, 8, subject.symbol, _MATRIX if paired else room)
        first = beside(plan, matrix, room, 3) if paired else (*plan, (), *matrix)
        if width < _BESIDE:
            return (*first, (), *evidence_lines(snapshot, subject, width, zone))
        return beside(first, evidence_lines(snapshot, subject, width - room - 3, zone), room, 3)


_KEYS: Final = tuple(
    Part(rank, (Cell(f" {keys}", "brand bold"), Cell(f" {text}")))
    for rank, keys, text in (
        (1, "h l", "bar"), (4, "H L", "pan"), (2, "+ -", "zoom"), (3, "< >", "timeframe"), (5, "b", "freeze"),
        (6, "j k", "scroll"), (1, "e", "explain"), (0, "q", "back"),
    )
)  # fmt: skip
