"""The act of backtesting: the screen, over whatever backtest there is."""

from functools import partial
from typing import TYPE_CHECKING

from atlas_tui.acts.stage import NAVIGATE, Act, Stage
from atlas_tui.later import Later

if TYPE_CHECKING:
    from atlas_tui.backtest import choice, model, worker
    from atlas_tui.screens import backtest
else:
    choice = Later("atlas_tui.backtest.choice")
    model = Later("atlas_tui.backtest.model")
    worker = Later("atlas_tui.backtest.worker")
    backtest = Later("atlas_tui.screens.backtest")


def _backtest(stage: Stage, argument: str) -> None:
    """The screen as it was left; what follows `:backtest` is what is asked next."""
    if stage.backtest is None:
        settings = (*stage.options.same_settings, "--preset", stage.snapshot.link.preset or "none")
        stage.backtest = model.Backtest(stage.snapshot.policy.symbols, partial(worker.Beside, settings))
    if argument:
        asked = stage.backtest.choice.typed(argument)
        if isinstance(asked, str):
            stage.say(asked)
            return
        if stage.backtest.state != "running":
            stage.backtest.ask_again()
        stage.backtest.choice = asked
    stage.app.push_screen(backtest.BacktestScreen(stage.snapshot, stage.options, stage.backtest))


def _words(stage: Stage) -> list[str]:
    return [*stage.snapshot.policy.symbols, *choice.PERIODS, *choice.SLIPPAGES]


ACTS = (
    Act("backtest", ("9",), "backtest stored bars", NAVIGATE, _backtest, takes="BTC,ETH 90d 15m harsh",
        choices=_words),
)  # fmt: skip
