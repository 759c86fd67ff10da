"""Acts on the chart beside the list; the full detail binds the same keys to actions of its own."""

from collections.abc import Callable

from textual.binding import Binding, BindingType

from atlas_tui.acts.matrix import on_cells, turn
from atlas_tui.acts.stage import DETAIL, Act, Stage
from atlas_tui.widgets.chart import StratChart


def _chart(stage: Stage) -> StratChart:
    return stage.query_one(StratChart)


def _no_chart(stage: Stage) -> str:
    if stage.on_page or not stage.query_one("#chart-pane").display:
        return "there is no chart here: enter opens the row's own"
    return ""


def _nowhere(stage: Stage) -> str:
    return "" if on_cells(stage) else _no_chart(stage)


def _bar(by: int) -> Callable[[Stage, str], None]:
    """Another bar; on the matrix another timeframe."""
    return lambda stage, _: turn(stage, by) if on_cells(stage) else _chart(stage).action_bar(by)


def _pan(halves: int) -> Callable[[Stage, str], None]:
    return lambda stage, _: _chart(stage).action_pan(halves)


def _zoom(by: int) -> Callable[[Stage, str], None]:
    return lambda stage, _: _chart(stage).action_zoom(by)


def _timeframe(by: int) -> Callable[[Stage, str], None]:
    def run(stage: Stage, _: str) -> None:
        if on_cells(stage):
            turn(stage, -by)
            return
        refusal = _chart(stage).action_timeframe(stage.under_cursor or "", by)
        if refusal:
            stage.say(refusal)
        else:
            stage.repaint()

    return run


def _freeze(stage: Stage, _: str) -> None:
    stage.say(_chart(stage).action_freeze(stage.snapshot.at))


ACTS = (
    Act("bar_back", ("h", "left"), "previous bar", DETAIL, _bar(-1), labels=(("8", "Longer"),),
        why_not=_nowhere, action="bar(-1)"),
    Act("bar_on", ("l", "right"), "next bar", DETAIL, _bar(1), labels=(("8", "Shorter"),), why_not=_nowhere,
        action="bar(1)"),
    Act("pan_back", ("H",), "half a screen back", DETAIL, _pan(-1), why_not=_no_chart, action="pan(-1)"),
    Act("pan_on", ("L",), "half a screen on", DETAIL, _pan(1), why_not=_no_chart, action="pan(1)"),
    Act("zoom_in", ("plus", "equals_sign"), "wider candles", DETAIL, _zoom(1), why_not=_no_chart, action="zoom(1)"),
    Act("zoom_out", ("minus",), "narrower candles", DETAIL, _zoom(-1), why_not=_no_chart, action="zoom(-1)"),
    Act("shorter", ("less_than_sign",), "shorter timeframe", DETAIL, _timeframe(-1), why_not=_nowhere,
        action="timeframe(-1)"),
    Act("longer", ("greater_than_sign",), "longer timeframe", DETAIL, _timeframe(1), why_not=_nowhere,
        action="timeframe(1)"),
    Act("freeze", ("b",), "freeze it, or follow", DETAIL, _freeze, why_not=_no_chart, action="freeze"),
)  # fmt: skip

DETAIL_BINDINGS: list[BindingType] = [
    Binding(",".join(act.keys), act.action, act.text, show=False, id=act.id) for act in ACTS
]
"""The same keys for the full detail."""
