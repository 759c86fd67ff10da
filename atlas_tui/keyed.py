"""An app that tells its console of every key, whichever window is in front."""

from textual.app import App
from textual.events import Event, Key

from atlas_tui.acts.stage import Stage


class KeyedApp(App[None]):
    """Hears the keys before anything else does, and lets them go their way."""

    async def on_event(self, event: Event) -> None:
        """Somebody is there."""
        if isinstance(event, Key):
            for screen in self.screen_stack:
                if isinstance(screen, Stage):
                    screen.typed()
        await super().on_event(event)
