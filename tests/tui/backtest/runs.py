"""Who runs backtests for a console under test: at once in this process, or only when the test says so."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widget import Widget

from atlas_tui.backtest import worker
from atlas_tui.backtest.talk import Answer, Ask, Found, Half, Series, Stored, answer_in, line_of
from atlas_tui.backtest.worker import Heard
from atlas_tui.cli.backtest.answers import Answers
from atlas_tui.cli.warmth import choose_cache, warm_up
from atlas_tui.screens.backtest import BacktestScreen
from atlas_tui.theme_choice import first_theme
from core.research import warm
from tests.research.history.kept import LOOSE, keep_walk
from tests.tui.as_text import screen_text
from tests.tui.driven import Console


class Inline:
    """Answers every question at once, from a stored history."""

    def __init__(self, state: Path, heard: Heard) -> None:
        def hear(answer: Answer) -> None:
            heard(answer_in(line_of(answer)))

        asked = {"state_dir": state, "config": state.parent / "loose.toml"}
        self._answers = Answers(asked, hear)
        self.stops = 0

    def ask(self, message: Ask) -> None:
        self._answers.to(message)

    def stop(self) -> None:
        self.stops += 1


class Held:
    """Remembers what it was asked; the test answers."""

    def __init__(self, options: Sequence[str], heard: Heard) -> None:
        self.options = tuple(options)
        self.heard = heard
        self.asks: list[Ask] = []
        self.stops = 0

    def ask(self, message: Ask) -> None:
        self.asks.append(message)

    def stop(self) -> None:
        self.stops += 1


def kept(folder: Path) -> Path:
    """A state directory with a history of BTC, and settings beside it under which it trades often."""
    keep_walk(folder / "state")
    (folder / "loose.toml").write_text(LOOSE)
    return folder / "state"


def run_inline(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    """From now on consoles run their backtests at once, over this history; kernels that are cold are compiled first."""
    asyncio.run(warm_up(choose_cache(), warm))
    monkeypatch.setattr(worker, "Beside", lambda options, heard: Inline(state, heard))


def run_held(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Held]:
    """From now on consoles ask a `Held`; gives the newest."""
    made: list[Held] = []

    def make(options: Sequence[str], heard: Heard) -> Held:
        made.append(Held(options, heard))
        return made[-1]

    monkeypatch.setattr(worker, "Beside", make)
    return lambda: made[-1]


NOTHING = Stored(())
STORED = Stored(
    (
        Series("BTC-USD", 15, datetime(2024, 4, 18, tzinfo=UTC), datetime(2025, 11, 1, tzinfo=UTC)),
        Series("BTC-USD", 60, datetime(2024, 4, 18, tzinfo=UTC), datetime(2025, 11, 1, tzinfo=UTC)),
    )
)

NO_TRADE = Half(0, 0.0, None, None, Decimal(0))
FOUND = Found(("BTC",), (15,), datetime(2024, 4, 18, tzinfo=UTC), datetime(2025, 11, 1, tzinfo=UTC), NO_TRADE, NO_TRADE)


def text_of(console: Console) -> str:
    return "\n".join(screen_text(console.app))


def screen_of(console: Console) -> BacktestScreen:
    assert isinstance(console.app.screen, BacktestScreen)
    return console.app.screen


@asynccontextmanager
async def in_an_app(widget: Widget, size: tuple[int, int]) -> AsyncIterator[Pilot[None]]:
    """The widget alone on a screen."""

    class Alone(App[None]):
        ascii_only = False

        def compose(self) -> ComposeResult:
            yield widget

    app = Alone()
    first_theme(app, None, "dark")
    async with app.run_test(size=size) as pilot:
        yield pilot
