"""The keys of the Backtest screen: a question, a run that can be cancelled, both results, and their trades' bars."""

from collections.abc import Callable, Mapping
from typing import ClassVar, Final

from textual.binding import BindingType
from textual.events import Key

from atlas_tui.acts.charting import DETAIL_BINDINGS
from atlas_tui.backtest.talk import Around
from atlas_tui.screens.ask import PromptScreen
from atlas_tui.screens.backtest_body import BESIDE, BacktestBody

_MOVES: Final = {"j": 1, "down": 1, "k": -1, "up": -1, "pagedown": 10, "pageup": -10, "space": 10}
_ENDS: Final = {"g": "top", "home": "top", "G": "bottom", "end": "bottom"}
_FIELDS: Final = {"s": "symbols", "d": "period", "b": "minutes", "l": "slippage"}
_BACK: Final = ("escape", "backspace")


class BacktestScreen(BacktestBody):
    """A view of a `Backtest`, which goes on, and stays, while the console is looked at.

    Left from its question, nothing of it is kept, and its process ends.
    """

    BINDINGS: ClassVar[list[BindingType]] = list(DETAIL_BINDINGS)

    def take(self, event: Key) -> bool:
        """Do what a key means in this state; the rest are the chart's and the console's."""
        stage = self.stage
        act = stage.act_on(event.key) if stage is not None else None
        if act is not None and act.id == "backtest":
            self.dismiss()
            return True
        keys: Mapping[str, Callable[[str], bool]] = {
            "asking": self._keys_of_question, "running": self._keys_of_run, "found": self._keys_of_results,
        }  # fmt: skip
        done = keys[self.backtest.state](event.key)
        return done or super().take(event)

    def _keys_of_question(self, key: str) -> bool:
        backtest = self.backtest
        stored = backtest.stored.series if backtest.stored is not None else ()
        if key in _FIELDS and stored:
            backtest.choice = backtest.choice.turned(_FIELDS[key], stored)
            self.repaint()
        elif key == "i" and stored:
            self.app.push_screen(PromptScreen("as in BTC 90d 15m; the rest stays").then(self._typed))
        elif key == "enter":
            self._run()
        elif key in (*_BACK, "q"):
            backtest.end()
            self.dismiss()
        elif key in _MOVES:
            self.page.scroll_relative(y=_MOVES[key], animate=False, force=True)
        else:
            return False
        return True

    def _keys_of_run(self, key: str) -> bool:
        if key not in (*_BACK, "c", "q"):
            return False
        self.backtest.cancel()
        return True

    def _keys_of_results(self, key: str) -> bool:
        if self.backtest.view == "bars":
            return self._keys_of_bars(key)
        if key == "v":
            self.backtest.result, self.backtest.place = 1 - self.backtest.result, 0
        elif key == "tab":
            self.backtest.view = "figures" if self.backtest.view == "trades" else "trades"
        elif key == "enter":
            self._open()
        elif key == "n":
            self.backtest.ask_again()
            self.backtest.look()
        elif key in _BACK and self.backtest.view == "trades":
            self.backtest.view = "figures"
        elif key in (*_BACK, "q"):
            self.dismiss()
            return True
        elif key in _MOVES or key in _ENDS:
            self._move(key)
            return True
        else:
            return False
        self.repaint()
        return True

    def _keys_of_bars(self, key: str) -> bool:
        steps = {"left_square_bracket": -1, "right_square_bracket": 1, "k": -1, "j": 1, "up": -1, "down": 1}
        if key in steps:
            self._turn(steps[key])
        elif key in _ENDS:
            self.chart.action_edge("top" if _ENDS[key] == "top" else "bottom")
        elif key in (*_BACK, "q", "enter"):
            self.backtest.view = "trades"
            self.repaint()
        else:
            return False
        return True

    def _typed(self, text: str | None) -> None:
        found = self.backtest.choice.typed(text or "")
        if isinstance(found, str):
            self.say(found)
        else:
            self.backtest.choice = found
            self.repaint()

    def _run(self) -> None:
        stored = self.backtest.stored
        if stored is not None and stored.series:
            self.backtest.run()
        elif stored is not None:
            self.backtest.look()
        self.repaint()

    def _move(self, key: str) -> None:
        """The cursor of the trades, or the lines of the figures."""
        down = _MOVES.get(key, 100_000 if _ENDS.get(key) == "bottom" else -100_000)
        if self.backtest.view == "figures":
            self.page.scroll_relative(y=down, animate=False, force=True)
        elif abs(down) == 1:
            self.table.move_by(down)
        else:
            self.table.move_by(down if abs(down) > 10 else down // 10 * max(1, self.table.size.height // 2))

    def _open(self) -> None:
        """From the figures to the trades, from a trade to its bars."""
        if self.backtest.view == "figures" and self.size.width < BESIDE:
            self.backtest.view = "trades"
        elif self.table.cursor_key is not None:
            self.backtest.view = "bars"
            self._draw()

    def _turn(self, by: int) -> None:
        """To the next trade, on its own timeframe."""
        before = self.table.cursor_key
        self.table.move_by(by)
        if self.table.cursor_key == before:
            self.say(f"this is the {'last' if by > 0 else 'first'} trade")
        self._draw()

    def _draw(self) -> None:
        key = self.table.cursor_key
        if key is not None:
            shown = self.chart.timeframe_for(f"{self.backtest.result} {key}")
            self.backtest.draw(Around(self.backtest.result, int(key), shown.minutes if shown else 0))

    def action_timeframe(self, delta: int) -> None:
        """The bars on a longer or shorter timeframe."""
        if self.backtest.view == "bars":
            self.say(self.chart.action_timeframe(f"{self.backtest.result} {self.table.cursor_key}", delta))
            self._draw()

    def action_freeze(self) -> None:
        """Past bars stand still as it is."""
        self.say("bars of the past stand still")
