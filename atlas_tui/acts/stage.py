"""An act, and the stage it is done on: what the console knows and the few things every act is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Literal

from textual.screen import Screen

from atlas_tui.acts.glyphs import printed
from atlas_tui.history import History
from atlas_tui.options import ConsoleOptions
from atlas_tui.tabs import Tab
from atlas_tui.views.absence import Telling, told
from atlas_tui.views.focus import Focus
from atlas_tui.views.listing import Order
from atlas_tui.views.matrix_tab import cell_key
from atlas_tui.views.pages import PAGES
from atlas_tui.views.period import Period
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.live_table import LiveTable
from core.domain.commands import Attend
from core.domain.snapshot import Snapshot
from core.domain.timeframes import H4

if TYPE_CHECKING:
    from atlas_tui.backtest.model import Backtest
    from core.ports import DeskLink  # every event and fact with it

NAVIGATE, FIND, REVIEW, TRADE, SYSTEM, DETAIL = "Navigate", "Find", "Review", "Trade (paper)", "System", "Chart"
PLAY = "Play (atlas play)"
GROUPS = (NAVIGATE, REVIEW, FIND, TRADE, SYSTEM, DETAIL, PLAY)

ECHO_S = 4.0
"""How long an answer stands in the status bar."""
AWAY_S = 300.0
"""Real seconds without a key after which the next one ends an absence."""
ATTEND_EVERY_S = 60.0


def _always(stage: "Stage") -> str:
    return ""


def _nothing(stage: "Stage") -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a person can do, and the ways to it: keys, `:` and the palette.

    Attributes:
        id: its name: what `[keys]` in the configuration and `:` call it, e.g. `scan`.
        keys: Textual's names of the keys, the first is the one shown; none for what only `:` and the palette reach.
        text: what it does, for help, palette and README.
        group: heading on the help screen.
        run: does it; the text is what followed its name after `:`, empty from a key.
        label: word in the footer; empty keeps it out of there.
        tabs: tabs (their digits) on which the footer shows it; empty is all.
        labels: words in the footer that differ by tab.
        takes: what may follow its name after `:`, e.g. `SYMBOL [TIMEFRAME]`; empty for nothing.
        choices: words that complete what follows the name.
        why_not: why it cannot be done right now, one sentence; empty where it can.
        asks: it asks something of the desk, which cannot be done where that is only read.
        action: Textual's own action where a screen has one (the chart's keys); `run` is then what `:` does.
    """

    id: str
    keys: tuple[str, ...]
    text: str
    group: str
    run: Callable[["Stage", str], None]
    label: str = ""
    tabs: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    takes: str = ""
    choices: Callable[["Stage"], Sequence[str]] = _nothing
    why_not: Callable[["Stage"], str] = _always
    action: str = ""
    asks: bool = False

    @property
    def shown(self) -> str:
        """The keys as printed on a keyboard, e.g. `j ↓`."""
        return printed(self.keys)

    def footer_label(self, tab: str) -> str:
        """The footer's word on a tab, or nothing."""
        if self.tabs and tab not in self.tabs:
            return ""
        return dict(self.labels).get(tab, self.label)


class Stage(Screen[None]):
    """State that acts change, and how they speak; painting is the console's own."""

    def __init__(self, link: "DeskLink", keys: tuple[Act, ...], options: ConsoleOptions) -> None:
        super().__init__()
        self.link = link
        self.keys = keys
        self.options = options
        self.snapshot: Snapshot = link.snapshot
        self.sends_itself = False
        """Is it about to send what is being painted?"""
        self.tab = Tab.SIGNALS
        self.pane: Literal["list", "chart"] = "list"
        self.echo = ""
        self.orders: dict[Tab, Order] = {}
        self.period = Period()
        """What the Performance tab speaks of."""
        self.column = H4
        """The timeframe under the matrix's cursor."""
        self.backtest: Backtest | None = None
        """The console's backtest, once one was asked for; it goes on while other tabs are looked at."""
        self.given: object | None = None
        """The last verdict or batch, for the acts of review to undo."""
        self.spoken: set[str] = set()
        """Items given a verdict whose picture still shows them as waiting: keys are faster than pictures."""
        self.halt_asked_s = float("-inf")
        """When K was last pressed, monotonic real seconds."""
        self.telling: Telling = "start"
        """Why the strip "since you left" is shown."""
        self.history = History(options.history)
        self._cursors: dict[Tab, str | None] = {}
        self._echoes = 0
        self.typed_s = monotonic()
        """When a key was last pressed, monotonic real seconds; the start counts as one."""
        self._attended_s: float | None = None

    @property
    def table(self) -> LiveTable:
        """The list of the tab that is shown."""
        return self.query_one("#list", LiveTable)

    @property
    def page(self) -> Lines:
        """The lines of a tab that has no list."""
        return self.query_one("#page", Lines)

    @property
    def under_cursor(self) -> str | None:
        """Key of the row under the cursor, on the matrix of the cell; None where there is none."""
        key = self.table.cursor_key
        return cell_key(key, self.column) if self.tab is Tab.MATRIX else key

    @property
    def on_page(self) -> bool:
        """Is the tab a page of lines?"""
        return self.tab in PAGES

    @property
    def order(self) -> Order:
        """How this tab's list is filtered and sorted."""
        return self.orders.get(self.tab, Order())

    def reorder(self, order: Order) -> None:
        """Filter and sort this tab's list so."""
        self.orders[self.tab] = order
        self.repaint()

    def take_looks(self, keys: tuple[Act, ...], options: ConsoleOptions) -> None:
        """Other keys and looks hold from now on."""
        self.keys, self.options = keys, options
        self.repaint()

    def repaint(self) -> None:
        """Everything, at once."""

    def send(self) -> None:
        """What is painted and not yet on the terminal goes there now."""

    def show_tab(self, tab: Tab) -> None:
        """Another tab."""

    def on_unmount(self) -> None:
        """Nobody looks any more, though the desk may go on."""
        if self.backtest is not None:
            self.backtest.end()

    def lay_out(self) -> None:
        """Give every pane its room anew, and paint."""

    def subject(self) -> Focus | None:
        """What the row under the cursor is about."""

    @property
    def told_keys(self) -> tuple[Act, ...]:
        """The acts that help and footer tell of: those of a play only in one, and there none that asks something."""
        if self.options.player is None:
            return tuple(act for act in self.keys if act.group != PLAY)
        return tuple(act for act in self.keys if not act.asks)

    def act_named(self, act_id: str) -> Act:
        """The act of this id, with the configured keys. Raises StopIteration for an unknown one."""
        return next(act for act in self.keys if act.id == act_id)

    def act_on(self, key: str) -> Act | None:
        """The act a key stands for."""
        return next((act for act in self.keys if key in act.keys), None)

    def typed(self, early: bool = False) -> None:
        """A key was pressed, here or in a window over it: the desk hears of it, about once a minute.

        Args:
            early: it was pressed before the console was there. What happened meanwhile cannot have been read by then,
                so it stays on the screen, and nobody counts as back, until the next key.
        """
        if early and told(self.snapshot, self.telling):
            return
        now = monotonic()
        back = self._attended_s is None or now - self.typed_s >= AWAY_S
        if back or now - (self._attended_s or 0.0) >= ATTEND_EVERY_S:
            self._attended_s = now
            self.link.send(Attend(self.snapshot.at, back))
        self.typed_s = now
        if self.telling:
            self.telling = ""
            self.lay_out()

    def action_act(self, act_id: str) -> None:
        """Do what a key stands for."""
        self.perform(self.act_named(act_id))

    def why_not(self, act: Act) -> str:
        """Why an act cannot be done right now, one sentence; empty where it can."""
        return (act.asks and self.options.only_reads) or act.why_not(self)

    def perform(self, act: Act, argument: str = "") -> None:
        """Do an act, or say why it cannot be done."""
        refusal = self.why_not(act)
        if refusal:
            self.say(refusal)
        else:
            act.run(self, argument)

    def say(self, text: str) -> None:
        """An answer in the status bar, for some seconds."""
        self.echo = text
        self._echoes += 1
        number = self._echoes
        self.repaint()
        self.set_timer(ECHO_S, lambda: self._hush(number))

    def _hush(self, number: int) -> None:
        if number == self._echoes and self.echo:
            self.echo = ""
            self.repaint()
