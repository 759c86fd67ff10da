"""What the refused entries would have come to: what a person's no, a veto, a filter or a guard was worth."""

from collections.abc import Sequence
from decimal import Decimal

from atlas_tui import formats
from atlas_tui.lines import Line, rule, width_of, words
from atlas_tui.views.breakdown import mean_text
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.widgets.top_bar import money_role
from core.domain.review_views import ShadowView
from core.domain.sizing import Refusal

GROUPS: tuple[tuple[str, frozenset[Refusal]], ...] = (
    ("your rejects", frozenset((Refusal.REJECTED,))),
    ("your snoozes", frozenset((Refusal.SNOOZED,))),
    ("only watched", frozenset((Refusal.WATCHED,))),
    ("never approved", frozenset((Refusal.NOT_APPROVED,))),
    ("ignored by policy", frozenset((Refusal.IGNORED,))),
    ("vetoed", frozenset((Refusal.VETO_1W, Refusal.VETO_1D))),
    ("low continuity", frozenset((Refusal.LOW_CONTINUITY,))),
    ("filtered", frozenset((Refusal.MAINTENANCE_GAP, Refusal.MIN_MAGNITUDE, Refusal.MIN_RISK_REWARD))),
    ("halted or paused", frozenset((Refusal.HALTED, Refusal.PAUSED))),
)
GUARDED = "by guards"
"""Every other refusal that is followed."""


def block(shadows: Sequence[ShadowView], width: int) -> tuple[Line, ...]:
    """One line a cause: the sum in R, n, the mean with its band, and how many still run."""
    head = rule("what was not taken", width, note=(Cell("on paper, both fees ", "readable"),))
    if not shadows:
        text = "Nothing was refused yet. A refused setup is followed to its stop or target here."
        return (head, *words(text, width, "readable"))
    found: list[Line] = [head]
    for name, members in grouped(shadows):
        closed = [shadow.r_multiple for shadow in members if shadow.r_multiple is not None]
        total = sum(closed, Decimal(0))
        running = len(members) - len(closed)
        cells = [
            Cell(f"{name:<18}", "text bold"),
            Cell(f"{formats.r_multiple(total) if closed else formats.UNKNOWN:>9}", money_role(total)),
            Cell(f" (n={len(closed)})".ljust(9)),
        ]
        if width >= 62:
            cells.append(Cell(f"mean {mean_text(closed)}".ljust(28), "readable"))
        still: Line = (Cell(f" {running} running", "readable"),) if running else ()
        if width_of((*cells, *still)) <= width:
            found.append((*cells, *still))
        else:
            found += [tuple(cells), (Cell(" "), *still)]
    return tuple(found)


def grouped(shadows: Sequence[ShadowView]) -> list[tuple[str, list[ShadowView]]]:
    """Shadows by cause, causes without any left out."""
    found: dict[str, list[ShadowView]] = {name: [] for name, _ in GROUPS}
    found[GUARDED] = []
    for shadow in shadows:
        name = next((name for name, codes in GROUPS if shadow.code in codes), GUARDED)
        found[name].append(shadow)
    return [(name, members) for name, members in found.items() if members]
