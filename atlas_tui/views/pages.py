"""What stands on the tabs that are a page of lines, and what stands anywhere before there is a desk."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from atlas_tui.later import Later
from atlas_tui.lines import Line
from atlas_tui.tabs import Tab
from atlas_tui.views.period import Period
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.zones import DisplayZone
from core.domain.link import LinkView
from core.domain.snapshot import Snapshot

if TYPE_CHECKING:
    from atlas_tui.views import leverage, performance
else:
    leverage = Later("atlas_tui.views.leverage")
    performance = Later("atlas_tui.views.performance")

PAGES = (Tab.LEVERAGE, Tab.PERFORMANCE)
"""Tabs that are a page of lines, not a list."""


def page_lines(snapshot: Snapshot, tab: Tab, width: int, period: Period, zone: DisplayZone) -> Sequence[Line]:
    """The page of a tab in `PAGES`."""
    if snapshot.link.waiting:
        return ((Cell(f" {waiting_text(snapshot.link)}", "setup"),),)
    if tab is Tab.PERFORMANCE:
        return performance.lines(snapshot, width, period)
    return leverage.lines(snapshot, width, zone)


def waiting_text(link: LinkView) -> str:
    """What is waited for, in place of rows that nobody knows yet."""
    return f"▒ {link.loading or 'waiting for the venue'}"
