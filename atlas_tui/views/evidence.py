"""The beginning of an explanation beside the chart: what an item is, the bars it rests on, the rule and the filters."""

from dataclasses import replace

from atlas_tui.lines import Line, clip, rule, words
from atlas_tui.views.explained import explained
from atlas_tui.views.focus import Focus
from atlas_tui.zones import DisplayZone
from core.domain.explaining.case import known_of, now_of
from core.domain.explaining.explanation import explain
from core.domain.explaining.parts import Explanation
from core.domain.snapshot import QuoteView, Snapshot

_FIRST = ("In short", "Bars", "Rule", "Filters", "Filters LONG", "Filters SHORT", "Known as")


def explanation_of(snapshot: Snapshot, item_id: str) -> Explanation | None:
    """Why an item is what it is, at this moment; None for an id that is not at hand."""
    case = known_of(snapshot).case(item_id)
    return explain(replace(case, now=now_of(snapshot, case))) if case is not None else None


def evidence_lines(snapshot: Snapshot, focus: Focus, width: int, zone: DisplayZone) -> tuple[Line, ...]:
    """Its first sections, wrapped to the width; of a price why this listing was chosen."""
    item = focus.item
    if isinstance(item, QuoteView):
        told = words(item.instrument.why if item.instrument else item.reason, width)
        return tuple(clip(line, width) for line in (rule("evidence", width), *told))
    found = explanation_of(snapshot, focus.item_id)
    if found is None:
        return words("It is not at hand any more.", width, "readable")
    first = tuple(section for section in found.sections if section.title in _FIRST)
    hint = "e explains the rest: continuity, gates, size, fill, funding and exit."
    return (*explained(replace(found, sections=first), width, zone), (), *words(hint, width, "setup"))
