"""A backtest as the console knows it: what was chosen, how far it is, what came of it. It outlives the screen."""

from collections.abc import Callable
from typing import Literal, assert_never

from atlas_tui.backtest.choice import BY_KEYS, Choice
from atlas_tui.backtest.talk import (
    Answer,
    Around,
    Drawn,
    Found,
    Look,
    Page,
    Passed,
    Refused,
    Stored,
    Told,
    Trade,
    Trades,
)
from atlas_tui.backtest.worker import Heard, Worker
from atlas_tui.lines import Line
from atlas_tui.widgets.table_rows import Cell

State = Literal["asking", "running", "found"]
View = Literal["figures", "trades", "bars"]


class Backtest:
    """One console's backtest.

    Args:
        symbols: those the desk watches.
        worker: makes who runs it, from what hears the answers.

    Attributes:
        changed: called, on the event loop, whenever something came; the screen sets it.
        state: a question is asked, it is run, or both results are there.
        stored: what candles there are; None until that is known.
        view: what of the results is looked at: `result` is 0 for the first and 1 for the second, `place` the trade's.
        why: what was refused, or done last, in a sentence.
    """

    def __init__(self, symbols: tuple[str, ...], worker: Callable[[Heard], Worker]) -> None:
        self.changed: Callable[[], None] = lambda: None
        self.choice = Choice(symbols)
        self.state: State = "asking"
        self.stored: Stored | None = None
        self.progress: Passed | None = None
        self.found: Found | None = None
        self.why = ""
        self.view: View = "figures"
        self.result = self.place = 0
        self.drawn: Drawn | None = None
        self._trades: tuple[list[Trade], list[Trade]] = ([], [])
        self._told: dict[Page, tuple[Line, ...]] = {}
        self._worker = worker(self.hear)

    def trades(self, result: int) -> list[Trade]:
        """The closed trades of the first (0) or second (1) result, oldest first."""
        return self._trades[result]

    def look(self) -> None:
        """See anew what is stored."""
        self.stored, self.why = None, ""
        self._worker.ask(Look())

    def run(self) -> None:
        """Run what is chosen."""
        self._forget()
        self.state, self.why = "running", ""
        self.progress = Passed("starting")
        self._worker.ask(self.choice.run(self.stored.series if self.stored else ()))
        self.changed()

    def cancel(self) -> None:
        """Stop the run at once; how far it was is told."""
        done = self.progress
        self._worker.stop()
        self._forget()
        far = f" after {done.done:,} of {done.of:,} bars" if done is not None and done.of else ""
        self.state, self.progress, self.why = "asking", None, f"cancelled{far}: nothing is kept of it"
        self.changed()

    def ask_again(self) -> None:
        """Back to the question; the results are let go of."""
        self._forget()
        self.state, self.why = "asking", ""
        self.changed()

    def end(self) -> None:
        """Let go of everything, and of the process."""
        self.changed = lambda: None
        self._worker.stop()
        self._forget()
        self.state, self.stored = "asking", None

    def page(self, page: Page) -> tuple[Line, ...] | None:
        """The figures; None while they are on their way, and asked for once."""
        if page not in self._told:
            self._told[page] = ()
            self._worker.ask(page)
        return self._told[page] or None

    def draw(self, around: Around) -> None:
        """Ask for the bars around a trade, which `drawn` then has."""
        if self.drawn is None or self.drawn.around != around:
            self._worker.ask(around)

    def hear(self, answer: Answer) -> None:
        """Take an answer."""
        match answer:
            case Stored():
                self.stored = answer
                self.why = answer.damaged[0] if answer.damaged else self.why
            case Passed():
                self.progress = answer
            case Trades(result=result, rows=rows):
                self._trades[result].extend(rows)
                return
            case Found():
                self.found, self.state, self.progress = answer, "found", None
            case Told(page=page, lines=lines):
                self._told[page] = tuple(tuple(Cell(text, role) for text, role in line) for line in lines)
            case Drawn():
                self.drawn = answer
            case Refused(why=why, unclear=unclear):
                self._forget()
                self.state, self.progress = "asking", None
                self.why = f"{why}; {BY_KEYS}" if unclear else why
                self.stored = self.stored or Stored(())
            case _:
                assert_never(answer)
        self.changed()

    def _forget(self) -> None:
        self.view, self.result, self.place = "figures", 0, 0
        self.found = self.drawn = None
        self._trades = ([], [])
        self._told = {}
