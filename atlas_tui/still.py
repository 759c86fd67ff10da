"""A console of one moment: a link that never changes, and the picture of it as SVG."""

from collections.abc import Callable, Sequence
from datetime import datetime

from textual.pilot import Pilot

from atlas_tui.app import AtlasApp
from atlas_tui.screens.console import ConsoleScreen
from atlas_tui.tabs import Tab
from core.domain.commands import Command, EnterByHand
from core.domain.review_views import ExpectedEntry
from core.domain.snapshot import Snapshot


class StillLink:
    """A DeskLink whose picture stays as it is; what is asked of it comes to nothing."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        """There will be no other picture."""
        return lambda: None

    def send(self, command: Command) -> None:
        """Nothing is done."""

    def expected(self, command: EnterByHand) -> ExpectedEntry:
        """Nothing can be entered in a picture."""
        return ExpectedEntry(None, "this is a picture")

    def scan_now(self) -> None:
        """Nothing is scanned."""

    def reload(self) -> None:
        """Nothing is read again."""


async def picture_of(app: AtlasApp, size: tuple[int, int], tab: Tab, keys: Sequence[str] = ()) -> str:
    """The console without a terminal, as an SVG document.

    Args:
        app: over a link that stays as it is.
        size: columns and rows.
        tab: to show.
        keys: then pressed, by Textual's names for them.

    Raises:
        RuntimeError: the console failed; with its own line.
    """
    drawn: list[str] = []

    async def look(pilot: Pilot[object]) -> None:
        await pilot.pause()
        screen = app.screen_stack[-1]
        if isinstance(screen, ConsoleScreen):
            screen.show_tab(tab)
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        drawn.append(app.export_screenshot(title="ATLAS"))
        app.exit()

    await app.run_async(headless=True, size=size, auto_pilot=look, mouse=False)
    if not drawn:
        raise RuntimeError(app.crash or "the console closed before it was drawn")
    return drawn[0]


def is_reached(snapshot: Snapshot, until: datetime, holding: bool = False) -> bool:
    """Has a desk seen live prices, a scan and this moment, with no scan under way, and a position where `holding`?"""
    quiet = snapshot.last_scan is not None and not snapshot.link.loading
    if holding and not snapshot.positions:
        return False
    return snapshot.at >= until and quiet and all(quote.price for quote in snapshot.quotes)
