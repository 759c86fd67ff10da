"""The pane beside the chart: plan, continuity and, where there is room, the evidence."""

from typing import TYPE_CHECKING

from atlas_tui.later import Later
from atlas_tui.lines import Line, beside, rule
from atlas_tui.tabs import Tab
from atlas_tui.views.focus import Focus
from atlas_tui.views.matrix_detail import detail
from atlas_tui.widgets.matrix import matrix_lines
from atlas_tui.widgets.plan import MAX_WIDTH, plan_lines
from atlas_tui.zones import DisplayZone
from core.domain.snapshot import Snapshot

if TYPE_CHECKING:
    from atlas_tui.views import evidence
else:
    evidence = Later("atlas_tui.views.evidence")

_ROOMY = 15
_LEAST_EVIDENCE, _LEAST_BELOW = 5, 3
"""Lines of evidence below which it tells nothing, in a narrow pane and in a wide one."""


def side_lines(snapshot: Snapshot, subject: Focus | None, width: int, rows: int, zone: DisplayZone) -> tuple[Line, ...]:
    """Plan above matrix above evidence."""
    gap: tuple[Line, ...] = ((),) if rows >= _ROOMY else ()
    plan = (rule("plan", width), *plan_lines(snapshot, subject, width, zone))
    symbol = subject.symbol if subject else ""
    if subject is not None and subject.tab is Tab.MATRIX:
        found = (*cell_lines(snapshot, subject, width, zone), *gap, *plan)
    else:
        found = (*plan, *gap, *matrix_lines(snapshot, max(2, rows - len(plan) - len(gap)), symbol, width))
    left = rows - len(found) - 1
    if subject is None or left < _LEAST_EVIDENCE:
        return found
    return (*found, (), *evidence.evidence_lines(snapshot, subject, width, zone)[:left])


def cell_lines(snapshot: Snapshot, subject: Focus, width: int, zone: DisplayZone) -> tuple[Line, ...]:
    """The matrix's cell in words, under a rule."""
    return (rule("cell", width), *detail(snapshot, subject.symbol, subject.timeframe, width, zone))


def side_by_side(
    snapshot: Snapshot, subject: Focus | None, width: int, rows: int, zone: DisplayZone
) -> tuple[Line, ...]:
    """Plan to the left of the matrix above evidence, for the wide screen."""
    half = min(MAX_WIDTH, width // 2 - 1)
    plan = (rule("plan", half), *plan_lines(snapshot, subject, half, zone))
    symbol = subject.symbol if subject else ""
    if subject is not None and subject.tab is Tab.MATRIX:
        right: tuple[Line, ...] = cell_lines(snapshot, subject, width - half - 3, zone)
    else:
        right = ((), *matrix_lines(snapshot, rows - 1, symbol))
    found = beside(plan, right, half, 3)
    left = rows - len(found) - 1
    if subject is None or left < _LEAST_BELOW:
        return found
    return (*found, (), *evidence.evidence_lines(snapshot, subject, width, zone)[:left])
