"""The console itself, played on the shell: the way from the desk's snapshots to the screen, and from keys to acts."""

import asyncio
from collections.abc import Callable, Mapping
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from textual.app import App
from textual.events import Key, Paste
from textual.screen import Screen

from atlas_tui.acts.stage import Stage
from atlas_tui.acts.system import ask_to_quit
from atlas_tui.formats import mask_money
from atlas_tui.glass.mirror import Mirror
from atlas_tui.glass.narrow import narrowed
from atlas_tui.glass.terminal import held_back
from atlas_tui.keymap import resolve, textual_keymap
from atlas_tui.options import ConsoleOptions
from atlas_tui.remarks import changed
from atlas_tui.screens.console import ConsoleScreen
from atlas_tui.screens.window import Window
from atlas_tui.theme_choice import register_themes
from atlas_tui.widgets.text_line import TextLine
from core.domain.snapshot import Snapshot

if TYPE_CHECKING:
    from core.ports import DeskLink  # every event and fact with it

_SHOWING = (ConsoleScreen, Window)
"""Screens that show something of every picture."""


class Console:
    """A play: the console over a desk.

    Args:
        app: the shell it is played on.
        link: the desk.
        options: looks.
        keys: `[keys]` of the configuration; raises ConfigError as `resolve` does.
    """

    def __init__(self, app: App[Any], link: "DeskLink", options: ConsoleOptions, keys: Mapping[str, str]) -> None:
        self._app = app
        self._options = options
        self._mirror = Mirror()
        self._keys = resolve(keys)
        self.link = link
        """What is looked at."""
        self._unsubscribe: Callable[[], None] = lambda: None
        self._on_its_way = False

    def begin(self) -> Screen[None]:
        """The console's screen; from now on it hears of every picture."""
        problems = register_themes(self._app, self._options.themes_dir, self._options.theme)
        self.link = changed(self.link, problems, self._options.masked)
        mask_money(self._options.masked)
        self._app.set_keymap(textual_keymap(self._keys))
        self._context, self._newest = copy_context(), self.link.snapshot
        self._unsubscribe = self.link.subscribe(self._published)
        return ConsoleScreen(self.link, self._keys, self._options)

    def take_looks(self, options: ConsoleOptions, keys: Mapping[str, str]) -> None:
        """Settings were read again: what can change while the console runs does, and the rest stays.

        Raises:
            ConfigError: as `resolve` does; nothing is taken then.
        """
        taken = resolve(keys)
        if not self._app.is_running:
            return
        wanted = self._app.theme if options.theme == self._options.theme else options.theme
        self._keys, self._options = taken, options.in_place_of(self._options)
        register_themes(self._app, options.themes_dir, wanted)
        self._app.set_keymap(textual_keymap(taken))
        for screen in self._app.screen_stack:
            if isinstance(screen, Stage):
                screen.take_looks(taken, self._options)

    def end(self) -> None:
        """Hear no more of the desk."""
        self._unsubscribe()

    @property
    def ready(self) -> bool:
        """Is the window in front whole, if there is one?"""
        front = self._app.screen
        return front.ready if isinstance(front, Window) else True

    async def takes(self, event: Key | Paste, early: bool = False) -> bool:
        """Somebody is there: do what the key stands for, before the next key is looked at.

        Textual sends a key down to the focused widget and back up through several queues; what was typed right behind
        it would overtake a window that the first key opens, and be swallowed by a line that it closes.
        """
        for screen in self._app.screen_stack:
            if isinstance(screen, Stage):
                screen.typed(early)
        front = self._app.screen
        line = front.focused if isinstance(front.focused, TextLine) else None
        if isinstance(event, Paste):
            return line is not None and await line.take(event)
        if isinstance(front, Window) and front.take(event):
            return True
        if line is not None and await line.take(event):
            return True
        if line is not None or isinstance(front, Window):
            return await self._bound(front, event)
        act = front.act_on(event.key) if isinstance(front, Stage) else None
        if isinstance(front, Stage) and act is not None:
            front.perform(act)
            front.send()
        return act is not None

    async def _bound(self, front: Screen[Any], event: Key) -> bool:
        """Do what a screen binds the key to; False where that is nothing of its own."""
        found = front.active_bindings.get(event.key)
        return found is not None and found.node is front and await self._app.run_action(found.binding.action, front)

    def _published(self, snapshot: Snapshot) -> None:
        """Show it in the loop's next turn, by a call: the app's queue costs half of what the strip of prices does."""
        self._newest = snapshot
        if not self._on_its_way:
            self._on_its_way = True
            asyncio.get_running_loop().call_soon(self._arrive, context=self._context)

    def _arrive(self) -> None:
        """The keys that wait go first."""
        if self._app.message_queue_size:
            self._app.call_later(self._show)
        else:
            self._show()

    def _show(self) -> None:
        """The newest picture goes to every screen that shows one; a console that is closing has lost its widgets.

        While the terminal is behind nothing is painted: what it missed, it need never see.
        """
        self._on_its_way = False
        if not self._app.is_running or held_back(self._app, lambda: self._published(self.link.snapshot)):
            return
        try:
            for screen in self._app.screen_stack:
                if isinstance(screen, _SHOWING):
                    screen.show(self._newest)
        except Exception as error:  # noqa: BLE001 - outside the app's own task nobody else would tell it
            self._app._handle_exception(error)

    def narrowed(self, update: RenderableType | None) -> RenderableType | None:
        """Only the cells that differ from what the terminal shows."""
        return narrowed(update, self._mirror)

    def ask_to_quit(self) -> None:
        """Ask whether the desk is to stop, where it would."""
        ask_to_quit(self._app, self.link, goes_on=self._options.end_desk is not None)
