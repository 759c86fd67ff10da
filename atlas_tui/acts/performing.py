"""Acts on the Performance tab: which trades it speaks of."""

from collections.abc import Callable
from dataclasses import replace

from atlas_tui.acts.stage import FIND, Act, Stage
from atlas_tui.tabs import Tab
from atlas_tui.views.period import STRATEGIES, WINDOWS
from core.domain.dimensions import DIMENSIONS


def _turn(field: str) -> Callable[[Stage, str], None]:
    def run(stage: Stage, argument: str) -> None:
        if argument:
            _name(stage, field, argument)
        else:
            stage.period = stage.period.turned(field)
            _said(stage)

    return run


def _name(stage: Stage, field: str, argument: str) -> None:
    """Choose by name, after `:`."""
    if field == "by":
        asked = tuple(argument.lower().split())
        unknown = [name for name in asked if name not in DIMENSIONS]
        if unknown:
            stage.say(f"there is no {unknown[0]} to group by: {', '.join(DIMENSIONS)}")
            return
        stage.period = replace(stage.period, by=asked)
    else:
        known = WINDOWS if field == "window" else STRATEGIES
        found = next((name for name in known if name.lower() == argument.lower()), None)
        if found is None:
            stage.say(f"there is no {field} {argument}: {', '.join(known)}")
            return
        chosen = stage.period
        stage.period = replace(chosen, window=found) if field == "window" else replace(chosen, strategy=found)
    _said(stage)


def _said(stage: Stage) -> None:
    stage.say(f"{stage.period.title}, by {' x '.join(stage.period.by)}")


def _elsewhere(stage: Stage) -> str:
    return "" if stage.tab is Tab.PERFORMANCE else "this is for the Performance tab: press 6"


ACTS = (
    Act("window", ("W",), "window: 30 days, 7, all", FIND, _turn("window"), "Window", "6", takes="7|30|all",
        choices=lambda _: tuple(WINDOWS), why_not=_elsewhere),
    Act("strategy", ("S",), "STRAT, by hand, both", FIND, _turn("strategy"), "Strategy", "6", takes="NAME",
        choices=lambda _: tuple(STRATEGIES), why_not=_elsewhere),
    Act("group", ("B",), "group results by…", FIND, _turn("by"), "Group", "6", takes="timeframe pattern …",
        choices=lambda _: tuple(DIMENSIONS), why_not=_elsewhere),
)  # fmt: skip
