"""A console in a test: press keys, look at what came of it."""

from textual.pilot import Pilot

from atlas_tui.screens.console import ConsoleScreen
from atlas_tui.tabs import Tab
from core.domain.snapshot import Snapshot
from tests.tui.conftest import console_over
from tests.tui.fake_desk import FakeDesk
from tests.tui.snapshots_data import rich


class Console:
    """A console in a test: press keys, look at what came of it."""

    def __init__(self, snapshot: Snapshot | None = None, size: tuple[int, int] = (80, 24)) -> None:
        self.desk = FakeDesk(snapshot or rich())
        self.app = console_over(self.desk)
        self.size = size
        self.copied: list[str] = []

    async def __aenter__(self) -> "Console":
        self._test = self.app.run_test(size=self.size)
        self.pilot: Pilot[None] = await self._test.__aenter__()
        setattr(self.app, "copy_to_clipboard", self.copied.append)  # noqa: B010  (mypy forbids the assignment)
        await self.pilot.pause()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._test.__aexit__(None, None, None)

    @property
    def screen(self) -> ConsoleScreen:
        found = self.app.screen_stack[1]
        assert isinstance(found, ConsoleScreen)
        return found

    @property
    def on_top(self) -> str:
        """What kind of screen has the keys."""
        return type(self.app.screen).__name__

    @property
    def tab(self) -> Tab:
        """The tab that is shown."""
        return self.screen.tab

    async def press(self, *keys: str) -> "Console":
        await self.pilot.press(*keys)
        await self.pilot.pause()
        return self

    async def go_to(self, key: str) -> None:
        assert self.screen.table.move_cursor(key)
        await self.pilot.pause()
