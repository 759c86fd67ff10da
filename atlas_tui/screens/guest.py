"""A window over the whole console: keys that need no row there still do what they do, or say where they belong."""

from collections.abc import Collection
from typing import Final

from textual.events import Key
from textual.timer import Timer

from atlas_tui.acts.stage import ECHO_S, Stage
from atlas_tui.screens.window import Window
from atlas_tui.tabs import TAB_IDS

LEAVE: Final = frozenset((*TAB_IDS, "command", "palette"))
"""Acts of the console whose keys close the window and do what they do there."""
HERE: Final = frozenset(("help", "theme", "scan", "halt_key"))
"""Acts that do here what they do there; what they answer is said here."""


class Guest(Window[None]):
    """What such a window is.

    Attributes:
        echo: the last answer, shown for some seconds.
    """

    leaves: Collection[str] = LEAVE

    def __init__(self) -> None:
        super().__init__()
        self.echo = ""
        self._hushing: Timer | None = None

    @property
    def stage(self) -> Stage | None:
        """The console below."""
        return next((screen for screen in self.app.screen_stack if isinstance(screen, Stage)), None)

    def repaint(self) -> None:
        """Everything, at once."""

    def take(self, event: Key) -> bool:
        """The console's keys: those that need no row are done, for the rest it says where."""
        stage = self.stage
        act = stage.act_on(event.key) if stage is not None else None
        if stage is None or act is None or event.key in self.active_bindings:
            return False
        if act.id in self.leaves:
            self.dismiss()
            stage.perform(act)
        elif act.id in HERE:
            stage.perform(act)
            if act.id != "help":
                self.say(stage.echo)
        else:
            self.say(f"{act.shown} is for the lists: q goes back")
        return True

    def say(self, text: str) -> None:
        """An answer, for some seconds."""
        self.echo = text
        if self._hushing is not None:
            self._hushing.stop()
        self._hushing = self.set_timer(ECHO_S, lambda: self.say("")) if text else None
        self.repaint()
