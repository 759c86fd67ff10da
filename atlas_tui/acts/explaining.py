"""Acts of explaining: why the row under the cursor is what it is, and the way from a position to its setup and back."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType
from textual.screen import Screen

from atlas_tui.acts.stage import NAVIGATE, Act, Stage
from atlas_tui.later import Later
from atlas_tui.lines import Line
from atlas_tui.tabs import Tab
from atlas_tui.views.focus import Focus
from atlas_tui.views.setups import leg_key
from atlas_tui.zones import DisplayZone
from core.domain.signals import short_hash
from core.domain.snapshot import QuoteView

if TYPE_CHECKING:
    from atlas_tui.screens import read
    from atlas_tui.views import evidence, explained
    from core.domain.explaining import case
    from core.domain.explaining.parts import Explanation
else:
    read = Later("atlas_tui.screens.read")
    evidence = Later("atlas_tui.views.evidence")
    explained = Later("atlas_tui.views.explained")
    case = Later("core.domain.explaining.case")

WIDEST = 110
"""Columns of an explanation at most."""


def reading(explanation: "Explanation", zone: DisplayZone, under: Screen[None]) -> "read.ReadScreen":
    """The screen that shows it, over the one it was asked on; the key that opened it closes it."""
    closes = [key for key, found in under.active_bindings.items() if found.binding.id == "explain"]

    def told(width: int) -> tuple[Line, ...]:
        return explained.explained(explanation, width, zone)

    return read.ReadScreen(explanation.title, told, closes, WIDEST)


def _explain(stage: Stage, argument: str) -> None:
    """Of the row under the cursor, or of an id or its hash after `:explain`."""
    item_id = argument
    if argument:
        names = case.known_of(stage.snapshot).named(argument)
        if len(names) != 1:
            stage.say(f"{argument} is {'several ids' if names else 'no id the console still has: atlas explain may'}")
            return
        item_id = names[0]
    elif refusal := _nothing_here(stage):
        stage.say(refusal)
        return
    elif (subject := stage.subject()) is not None:
        item_id = subject.item_id
    found = evidence.explanation_of(stage.snapshot, item_id)
    if found is not None:
        stage.app.push_screen(reading(found, stage.options.zone, stage))


def _nothing_here(stage: Stage) -> str:
    subject = None if stage.on_page else stage.subject()
    if subject is None or isinstance(subject.item, QuoteView):
        return "there is no signal, setup, position or trade under the cursor; :explain ID takes any"
    return ""


def _ids(stage: Stage) -> Iterable[str]:
    return [short_hash(item_id) for item_id in case.known_of(stage.snapshot).ids()]


def _across(stage: Stage, _: str) -> None:
    """From a position or trade to the row of its setup; from a setup to what came of it."""
    subject = stage.subject()
    for tab, key in _ways(stage, subject) if subject is not None else ():
        stage.show_tab(tab)
        if not stage.table.move_cursor(key):
            stage.say("its row is not in this list now: a filter may hide it")
        return


def _ways(stage: Stage, subject: Focus) -> list[tuple[Tab, str]]:
    """Where the other end is: tab and key; nothing where there is none."""
    snapshot = stage.snapshot
    found = case.known_of(snapshot).case(subject.item_id)
    if found is None or found.position is None:
        return []
    if stage.tab not in (Tab.POSITIONS, Tab.TRADES):
        return [(Tab.TRADES if found.trade is not None else Tab.POSITIONS, found.position.id)]
    setup = next((view for view in snapshot.setups if view.setup.id == found.position.setup_id), None)
    if setup is None:
        return []
    if setup.pending:
        return [(Tab.SETUPS, leg_key(setup.setup.id, found.position.side))]
    return [(Tab.SIGNALS, setup.setup.id)]


def _no_way(stage: Stage) -> str:
    subject = None if stage.on_page else stage.subject()
    if subject is None or isinstance(subject.item, QuoteView):
        return "there is no setup, position or trade under the cursor"
    if _ways(stage, subject):
        return ""
    if stage.tab in (Tab.POSITIONS, Tab.TRADES):
        return "its setup has left the lists; e still explains it"
    return "no position came of it"


ACTS = (
    Act("explain", ("e",), "explain the row", NAVIGATE, _explain, "Explain", "12348", takes="[ID]",
        choices=lambda stage: tuple(_ids(stage)), action="explain"),
    Act("across", ("v",), "to its setup, and back", NAVIGATE, _across, "Setup", "34", why_not=_no_way),
)  # fmt: skip

DETAIL_BINDING: BindingType = Binding(",".join(ACTS[0].keys), "explain", ACTS[0].text, show=False, id="explain")
"""The same key for the full detail."""
