"""The application: themes, keys, signals, and the way from the desk's snapshots to the screen."""

import asyncio
import signal
from collections.abc import Mapping
from typing import ClassVar

from rich.console import RenderableType
from textual.binding import Binding, BindingType
from textual.screen import Screen

from atlas_tui.crash import one_line, report
from atlas_tui.formats import mask_money
from atlas_tui.keyed import KeyedApp
from atlas_tui.keymap import resolve, textual_keymap
from atlas_tui.messages import SnapshotPublished
from atlas_tui.meter import Meter, metered
from atlas_tui.mirror import Mirror
from atlas_tui.narrow import narrowed
from atlas_tui.options import ConsoleOptions
from atlas_tui.plain import AsciiFilter
from atlas_tui.remarks import changed
from atlas_tui.screens.confirm import ConfirmScreen
from atlas_tui.screens.console import ConsoleScreen
from atlas_tui.screens.detail import DetailScreen
from atlas_tui.screens.entry import EntryScreen
from atlas_tui.terminal import held_back, looped
from atlas_tui.theme_choice import register_themes
from core.domain.snapshot import Snapshot
from core.ports import DeskLink

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


class AtlasApp(KeyedApp):
    """The console over a desk; `crash` is one line when it ended by its own fault, and the desk runs on."""

    CSS_PATH = "atlas.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "leave", "Quit", show=False, priority=True)]

    def __init__(
        self, link: DeskLink, options: ConsoleOptions | None = None, keys: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        self.options = options or ConsoleOptions()
        self.ascii_only = self.options.ascii_only
        self._filters.append(AsciiFilter(self.ascii_only))
        self.crash = ""
        self.meter, self._mirror = Meter(), Mirror()
        self.driver_class = metered(looped(self.driver_class), self.meter)
        self._keys = resolve(keys or {})
        problems = register_themes(self, self.options.themes_dir, self.options.theme)
        self._link = changed(link, problems, self.options.masked)

    def on_mount(self) -> None:
        """Signals end the app cleanly; then the first picture, and every one after it."""
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self.exit, None, 128 + number)
        mask_money(self.options.masked)
        self.set_keymap(textual_keymap(self._keys))
        self.push_screen(ConsoleScreen(self._link, self._keys, self.options))
        self._unsubscribe = self._link.subscribe(self._published)

    def on_unmount(self) -> None:
        """Hear no more of the desk, and give the signals back."""
        self._unsubscribe()
        for number in SIGNALS:
            asyncio.get_running_loop().remove_signal_handler(number)

    def _published(self, snapshot: Snapshot) -> None:
        self.post_message(SnapshotPublished(snapshot))

    def on_snapshot_published(self, message: SnapshotPublished) -> None:
        """The newest picture goes to every screen that shows one; a console that is closing has lost its widgets.

        While the terminal is behind nothing is painted: what it missed, it need never see.
        """
        if held_back(self, lambda: self._published(self._link.snapshot)):
            return
        for screen in self.screen_stack if self.is_running else ():
            if isinstance(screen, ConsoleScreen | DetailScreen | EntryScreen):
                screen.show(message.snapshot)

    async def action_quit(self) -> None:
        """Quit at once, or ask first while positions are open."""
        if held := len(self._link.snapshot.positions):
            noun = "position" if held == 1 else "positions"
            text = (
                f"{held} open {noun}: the desk stops with the console, and watches no stop until it is started again."
            )
            self.push_screen(ConfirmScreen("Quit?", text), lambda yes: self.exit() if yes else None)
        else:
            self.exit()

    def action_leave(self) -> None:
        """Quit at once."""
        self.exit()

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        super()._display(screen, narrowed(renderable, self._mirror))

    def _handle_exception(self, error: Exception) -> None:
        """One line for the person, the traceback for the log file; never any locals."""
        self.crash = self.crash or one_line(error)
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        report(error)
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        """What Textual prints after a crash: our one line."""
        self._exit_renderables.clear()
        if self.crash:
            self.error_console.print(self.crash, markup=False, highlight=False)
