"""The terminal side of the console: themes, the first frame, and keys until there is somebody to take them.

All that is imported here is imported before the first frame. What a person then works with is a `Play`; its modules
are loaded while the first frame is already on the screen, and keys pressed until then are kept for it. Keys stand in
one line: each is looked at when what the one before it did is done, and whoever is in front then can take it.
"""

import asyncio
from collections import deque
from pathlib import Path
from typing import Any, Protocol, TypeGuard

from rich.console import RenderableType
from textual.events import Event, Key, Paste
from textual.screen import Screen

from atlas_tui.crash import LEAVE, UprightApp
from atlas_tui.glass.meter import Meter, metered
from atlas_tui.glass.terminal import looped
from atlas_tui.plain import AsciiFilter
from atlas_tui.screens.opening import Opening, OpeningScreen, Telling
from atlas_tui.theme_choice import first_theme


class Play(Protocol):
    """What is played on the shell: the console over a desk. Everything is called in the app's own task."""

    def begin(self) -> Screen[None]:
        """The screen to show; called once."""
        ...

    @property
    def ready(self) -> bool:
        """Is somebody in front who can take a key? Whoever comes later posts a message named `Window.Ready`."""
        ...

    async def takes(self, event: Key | Paste, early: bool = False) -> bool:
        """A key was pressed, whichever window is in front; False when it is to go its way through the widgets.

        Args:
            early: it was pressed when there was only the first frame.
        """
        ...

    def narrowed(self, update: RenderableType | None) -> RenderableType | None:
        """What to write of an update of the screen."""
        ...

    def ask_to_quit(self) -> None:
        """Ask, then quit."""
        ...

    def end(self) -> None:
        """The app is closing."""
        ...


class Shell(UprightApp):
    """An app of one play.

    Args:
        theme: its name, with or without `atlas-`; an unknown one gives the default.
        themes_dir: folder of the user's own themes; None has none.
        ascii_only: plain characters only.
        opening: what the first frame tells while the play is loaded; without it a play must be shown on mounting.
    """

    CSS_PATH = "atlas.tcss"
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        theme: str = "dark",
        themes_dir: Path | None = None,
        ascii_only: bool = False,
        opening: Opening | None = None,
    ) -> None:
        super().__init__()
        self.ascii_only = ascii_only
        self._filters.append(AsciiFilter(self.ascii_only))
        self.meter = Meter()
        self.driver_class = metered(looped(self.driver_class), self.meter)
        self.opening = opening
        self.painted = asyncio.Event()
        """Set once the first frame has been written."""
        self._play: Play | None = None
        self._keeping = True
        self._in_line: deque[tuple[Key | Paste, bool]] = deque()
        """Keys in their order; and was each pressed when there was only the first frame?"""
        first_theme(self, themes_dir, theme)

    def get_default_screen(self) -> Screen[Any]:
        """What lies lowest: the first frame."""
        return OpeningScreen(self.opening) if self.opening else super().get_default_screen()

    def tell(self, since: Telling) -> None:
        """Tell on the first frame what happened since the last key; `painted` is set again once that is written."""
        lowest = self.screen_stack[0]
        if isinstance(lowest, OpeningScreen):
            self.painted.clear()
            self.call_later(lowest.tell, since)

    def on_unmount(self) -> None:
        """The play ends."""
        if self._play is not None:
            self._play.end()

    def play(self, play: Play) -> None:
        """From now on this is played; the keys pressed so far reach it when its first picture is there."""
        self._play = play
        screen = play.begin()
        self.push_screen(screen)
        if self._keeping:
            screen.call_after_refresh(self.call_later, self._begin)

    async def _begin(self) -> None:
        self._keeping = False
        await self._give_keys()

    async def on_window_ready(self) -> None:
        """A window that has just been opened can take the keys behind the one that opened it."""
        await self._give_keys()

    async def on_event(self, event: Event) -> None:
        """Keys are heard before anything else does, and kept as long as nobody is there to take them."""
        if self._stands_in_line(event):
            self._in_line.append((event, self._keeping))
            await self._give_keys()
        else:
            await super().on_event(event)

    def _stands_in_line(self, event: Event) -> TypeGuard[Key | Paste]:
        """Has something been typed? The key that ends the app does not wait where the line does not move."""
        if not isinstance(event, Key | Paste) or event.is_forwarded or not self.screen_stack:
            return False
        return self._takes_keys or not (isinstance(event, Key) and event.key == LEAVE)

    @property
    def _takes_keys(self) -> bool:
        return not self._keeping and (self._play is None or self._play.ready)

    async def _give_keys(self) -> None:
        """Give the keys that wait, one after the other; those that are pressed while the app ends mean nothing."""
        while self._in_line and self._takes_keys:
            event, early = self._in_line.popleft()
            if self.leaving:
                continue
            self.app_focus = True  # somebody types: a line that lost its focus with the terminal's has it again
            if self._play is None or not await self._play.takes(event, early):
                await super().on_event(event)

    async def action_quit(self) -> None:
        """Ask, then quit."""
        if self._play is not None:
            self._play.ask_to_quit()

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable if self._play is None else self._play.narrowed(renderable))
        if renderable is not None:
            self.painted.set()
