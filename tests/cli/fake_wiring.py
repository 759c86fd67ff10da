"""A desk that does nothing, in the place of `atlas_tui.cli.wiring`."""

import asyncio
from collections.abc import Callable

from atlas_tui.cli.plan import Built, DeskPlan
from core.domain.errors import StoreError

events: list[str] = []
failure = ""


async def hold_desk(plan: DeskPlan, built: Callable[[Built], None], progress: Callable[[str], None]) -> None:
    """Run until cancelled, or fail at once when told to."""
    progress("building")
    if failure:
        raise StoreError(failure)
    events.append("desk runs")
    try:
        await asyncio.Event().wait()
    finally:
        events.append("desk ends")
