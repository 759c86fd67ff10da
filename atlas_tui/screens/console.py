"""The one full screen: bars around a list, the chart and plan of the row under the cursor, or a page."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from atlas_tui.acts.stage import Act
from atlas_tui.flash import FLASH_S, Flash
from atlas_tui.glass.meter import meter_of
from atlas_tui.glass.narrow import NarrowCompositor
from atlas_tui.keymap import bindings
from atlas_tui.lines import Line, rule, spread, width_of
from atlas_tui.options import ConsoleOptions
from atlas_tui.pace import Pace
from atlas_tui.screens.announcing import announce
from atlas_tui.screens.changes import is_same_market, is_urgent
from atlas_tui.screens.layout import LaidOut
from atlas_tui.tabs import NEWEST_FIRST, Tab, loading_line, tab_line
from atlas_tui.throttle import SLACK_S, Throttle
from atlas_tui.views import log, matrix_detail, matrix_tab, positions, trades
from atlas_tui.views.focus import Focus, chart_model, focus_of, market_of
from atlas_tui.views.listing import Memo
from atlas_tui.views.pages import PAGES, page_lines
from atlas_tui.views.prices import is_stale, price_of, price_text, stale_mark
from atlas_tui.views.tables import table_of
from atlas_tui.widgets.chart import StratChart
from atlas_tui.widgets.key_bar import key_line
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.side import side_by_side, side_lines
from atlas_tui.widgets.status_bar import alert_lines, echo_lines, status_line
from atlas_tui.widgets.strip_shape import strip_rows
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.widgets.ticker_strip import strip_lines
from atlas_tui.widgets.top_bar import top_line
from core.domain.snapshot import Snapshot

if TYPE_CHECKING:
    from core.ports import DeskLink  # every event and fact with it


class ConsoleScreen(LaidOut):
    """Paints the newest snapshot: prices at once, lists five times a second, the chart twice, clocks once."""

    BINDINGS: ClassVar[list[BindingType]] = bindings()
    AUTO_FOCUS = "#list"

    def __init__(self, link: "DeskLink", keys: tuple[Act, ...], options: ConsoleOptions) -> None:
        super().__init__(link, keys, options)
        self._compositor = NarrowCompositor()
        self._steady = self._aged = self._painted = self.snapshot
        self._shown = self.snapshot, self.snapshot, self.snapshot
        self._told: tuple[Snapshot, Tab, str | None] = self.snapshot, self.tab, None
        self._arriving = False
        self._memos: dict[Tab, Memo] = {}
        self._flash = Flash()
        self.pace = Pace(options.fps, options.slow_after_min)
        self._frame = Throttle(self, self.pace.interval_s, self._paint_frame)
        self._slow = Throttle(self, options.slow_s, self._paint_slow)
        # A frame that comes anyhow takes list and chart along: one write for all.
        frame_s = self.pace.interval_s + SLACK_S
        self._list = Throttle(self, options.list_s, self._paint_list, slack_s=frame_s)
        self._detail = Throttle(self, options.chart_s, self._paint_detail, slack_s=frame_s)

    def on_mount(self) -> None:
        """The first picture is there before the first paint."""
        self.query_one("#filter").display = False
        self.table.follows_top = self.tab in NEWEST_FIRST
        self.lay_out()

    def on_resize(self) -> None:
        """Another size is another arrangement; a terminal tells its first one more than once."""
        if self.size != self.laid_out_for:
            self.lay_out()

    def show(self, snapshot: Snapshot) -> None:
        """Paint what changed of a newer picture, at the pace; what is urgent at once."""
        before, self.snapshot = self.snapshot, snapshot
        announce(self, before, snapshot)
        if is_urgent(before, snapshot):
            self._slow.now()
            self._frame.now()
        else:
            self._frame.interval_s = self.pace.interval_s
            self._frame.ask()

    def take_looks(self, keys: tuple[Act, ...], options: ConsoleOptions) -> None:
        """Another pace, too."""
        self.pace = Pace(options.fps, options.slow_after_min)
        super().take_looks(keys, options)

    def typed(self, early: bool = False) -> None:
        """Somebody is there: paint at the full pace again."""
        super().typed(early)
        if self.pace.typed():
            self._frame.now()

    def _paint_frame(self) -> None:
        """Everything that is due; a price is on the glass before anything else is thought about."""
        before, self._painted = self._painted, self.snapshot
        self.sends_itself = True
        moved = not is_same_market(before, self.snapshot)
        if moved:
            self._stand_out(before, self.snapshot)
            self._paint_strip()
            self.send()
        self._slow.ask()
        if self._steady is not self._aged:
            self._aged, moved = self._steady, True
            self._paint_strip()
        if moved:
            self._list.ask()
            self._detail.ask()
        self.send()
        self.sends_itself = False

    def send(self) -> None:
        """What was painted goes out now: Textual would wait for a timer of its own, and the price with it."""
        if self._dirty_widgets or self._repaint_required or self._layout_required:
            self._on_timer_update()

    def repaint(self) -> None:
        """Everything, at once: another tab, order or size."""
        self._painted = self.snapshot
        self._paint_slow()
        self._paint_strip()
        self._list.now()
        self._arrive()
        self._paint_detail()

    def show_tab(self, tab: Tab) -> None:
        """Another tab; the cursor comes back to where it was there."""
        self._cursors[self.tab] = self.table.cursor_key
        self.tab = tab
        self.table.follows_top = tab in NEWEST_FIRST
        self.pane = "list"
        self._arriving = True
        self.lay_out()
        if tab in PAGES:
            self.query_one("#page", Lines).scroll_home(animate=False)

    def _arrive(self) -> None:
        """The cursor of a tab that has just been opened; before its row is told of."""
        key = self._cursors.get(self.tab)
        if self._arriving and not (key and self.table.move_cursor(key)):
            self.table.action_cursor_top()
        self._arriving = False

    def subject(self) -> Focus | None:
        """What the row under the cursor is about."""
        return focus_of(self.snapshot, self.tab, self.under_cursor)

    def on_live_table_highlighted(self) -> None:
        """Another row: another chart; on the matrix another cell."""
        if self.size.width:
            if self.tab is Tab.MATRIX:
                self._list.now()
            told, tab, key = self._told
            if told is not self._now() or (tab, key) != (self.tab, self.under_cursor):
                self._detail.now()

    def _memo(self) -> Memo:
        """What is remembered of this tab's rows."""
        return self._memos.setdefault(self.tab, Memo())

    def _paint_slow(self) -> None:
        """Bars, and with them what every price is judged stale by."""
        if not self.size.width:
            return
        self._steady = self.snapshot
        width, zone = self.size.width, self.options.zone
        alert, since = alert_lines(self.snapshot, zone, width), self.since_lines()
        needs = len(alert), len(since), self.rows_needed()
        if needs != (self.alert_rows, self.since_rows, self.needed_rows) and not self.has_class("-tiny"):
            self.call_later(self.lay_out)
        self._put("top", top_line(self.snapshot, width))
        tabs, loading = tab_line(self.snapshot, self.tab, width), loading_line(self.snapshot)
        fits = width_of(tabs) + width_of(loading) < width
        self._put("tabs", spread(tabs, loading, width) if fits else tabs)
        self.query_one("#alert", Lines).show(alert)
        self.query_one("#since", Lines).show(since)
        told = echo_lines(self.echo, self.snapshot, width, zone) if self.echo else ()
        self._put("status", told[0] if told else status_line(self.snapshot, width, zone, meter_of(self.app).text()))
        self._put("keys", told[1] if len(told) > 1 else self._key_line(width))
        if self.tab is Tab.TRADES:
            self._put("totals", trades.totals(self.snapshot, width))
        if self.on_page:
            page = page_lines(self.snapshot, self.tab, width, self.period, zone)
            self.query_one("#page", Lines).show(page)

    def _key_line(self, width: int) -> Line:
        reads = bool(self.options.only_reads) and self.options.player is None
        return key_line(self.told_keys, self.tab, width, self.order.filter, reads)

    def _paint_strip(self) -> None:
        """The prices; ages and clocks stand still between two slow paints."""
        if self.size.width:
            now = self._now()
            rows = strip_rows(self.size.height, self.size.width, len(now.quotes))
            self.query_one("#tickers", Lines).show(strip_lines(now, self.size.width, rows, self._flash.flashing))

    def _paint_list(self) -> None:
        """The visible list, and the positions beside it."""
        if not self.size.width or self.on_page:
            return
        now = self._now()
        found = table_of(now, self.tab, self.arrangement.list_width, self.order, self.options.zone, self._memo())
        self.table.empty_text = found.empty_text
        self.table.set_columns(found.columns)
        rows = found.rows
        if self.tab is Tab.MATRIX:
            rows = matrix_tab.pointed(rows, found.columns, self.table.cursor_key, self.column)
        self.table.set_rows(rows)
        if self.tab is Tab.MATRIX and self.below_rows and self.table.cursor_key is not None:
            told = matrix_detail.detail(now, self.table.cursor_key, self.column, self.size.width - 2, self.options.zone)
            self.query_one("#totals", Lines).show([(Cell(" "), *line) for line in told[: self.below_rows]])
        if self.arrangement.positions_rows:
            width = self.arrangement.list_width
            head = rule(f" positions {len(now.positions)}/{len(now.quotes)}", width)
            told = positions.panel(now, width - 2, self.arrangement.positions_rows - 1)
            held = tuple((Cell(" "), *line) for line in told)
            self.query_one("#positions", Lines).show([head, *held])

    def _now(self) -> Snapshot:
        """The newest picture, with the ages and the clock of the last slow paint."""
        snapshot, steady, shown = self._shown
        if snapshot is not self.snapshot or steady is not self._steady:
            shown = replace(self.snapshot, at=self._steady.at, link=self._steady.link)
            self._shown = self.snapshot, self._steady, shown
        return shown

    def _paint_detail(self) -> None:
        """Chart, plan and continuity of the row under the cursor."""
        plan = self.arrangement
        if not self.size.width or self.on_page or not plan.chart:
            return
        now = self._now()
        self._told = now, self.tab, self.under_cursor
        subject = focus_of(now, self.tab, self.under_cursor) or market_of(now)
        chart = self.query_one(StratChart)
        chosen = chart.timeframe_for(subject.key) if subject is not None else None
        chart.show(chart_model(now, subject, self.options.zone, chosen))
        chart_width = plan.side_width if plan.is_wide else self.size.width - plan.side_width
        self._put("chart-title", self._chart_title(now, subject, chart_width))
        side = self.query_one("#side", Lines)
        room = plan.side_width - 2
        if plan.is_wide:
            side.show(side_by_side(now, subject, room, plan.side_rows, self.options.zone))
            events = log.tail(now, self.options.zone, plan.events_rows - 1)
            head = rule(" events", plan.list_width)
            self.query_one("#events", Lines).show([head, *((Cell(" "), *line) for line in events)])
        elif plan.side_width:
            side.show(side_lines(now, subject, room, self.side_rows, self.options.zone))

    def _chart_title(self, snapshot: Snapshot, subject: Focus | None, width: int) -> Line:
        mark_of_pane, role = ("▶", "open bold") if self.pane == "chart" else (" ", "brand bold")
        if subject is None:
            return rule(" chart", width, "readable")
        grey = is_stale(snapshot, subject.symbol)
        last = Cell(price_text(snapshot, subject.symbol, price_of(snapshot, subject.symbol)),
                    "stale" if grey else "text bold")  # fmt: skip
        mark = Cell(f" {stale_mark(snapshot, subject.symbol)} ", "setup bold")
        shown = self.query_one(StratChart).model.timeframe
        other = Cell(f"chart {shown} " if shown != subject.timeframe else "", "open bold")
        return rule(f"{mark_of_pane}{subject.title} ", width, role, (last, mark, other))

    def _put(self, name: str, line: Line) -> None:
        self.query_one(f"#{name}", Lines).show([line])

    # -- flash

    def _stand_out(self, before: Snapshot, after: Snapshot) -> None:
        """Let prices that change after a rest stand out for a moment."""
        if self.options.flash and self._flash.changed(before.quotes, after.quotes):
            asyncio.get_running_loop().call_later(FLASH_S, self.call_later, self._calm)

    def _calm(self) -> None:
        self._flash.over()
        self._paint_strip()
        self.send()
