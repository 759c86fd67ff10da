"""An app that gives every key its place in the order it was pressed, whichever window is in front."""

from textual.app import App
from textual.events import Event, Key
from textual.widgets import Input

from atlas_tui.acts.stage import Stage
from atlas_tui.screens.typing import TypingScreen


class KeyedApp(App[None]):
    """Does a key's act before it looks at the next key.

    Textual sends a key down to the focused widget and back up through several queues; what was typed right behind it
    would overtake a window that the first key opens.
    """

    async def on_event(self, event: Event) -> None:
        """Somebody is there: do what the key stands for, or let it go its way."""
        if not isinstance(event, Key) or event.is_forwarded or not self.screen_stack:
            await super().on_event(event)
            return
        for screen in self.screen_stack:
            if isinstance(screen, Stage):
                screen.typed()
        front = self.screen
        if isinstance(front, TypingScreen) and front.keeps(event):
            return
        act = front.act_on(event.key) if isinstance(front, Stage) and not isinstance(front.focused, Input) else None
        if isinstance(front, Stage) and act is not None:
            front.perform(act)
        else:
            await super().on_event(event)
