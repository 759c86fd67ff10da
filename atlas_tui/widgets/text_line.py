"""A line to type into, whose keys are done when they are handed over: the next key finds what they left."""

from collections.abc import Callable

from textual.events import Key, Paste
from textual.widgets import Input


class TextLine(Input):
    """Tells its owner of every change and of enter by a call.

    Textual's own input tells by messages: the next key would be looked at before they arrive, and be lost in a line
    that is about to close.
    """

    def __init__(
        self, edited: Callable[[str], None], entered: Callable[[str], None], name: str, hint: str, longest: int = 0
    ) -> None:
        """
        Args:
            edited: told of the text with every change of it.
            entered: told of the text with enter.
            name: its id.
            hint: shown while it is empty.
            longest: so many characters at most; 0 is any number.
        """
        super().__init__(id=name, placeholder=hint, max_length=longest, compact=True)
        self._edited = edited
        self._entered = entered

    async def take(self, event: Key | Paste) -> bool:
        """Do at once what a key or a pasted text means in a line; False where it means nothing there."""
        if isinstance(event, Paste) or event.is_printable:
            await self.on_event(event)
            return True
        found = self.screen.active_bindings.get(event.key)
        return found is not None and found.node is self and await self.app.run_action(found.binding.action, self)

    def watch_value(self, value: str) -> None:
        """Another text."""
        self._edited(value)

    async def action_submit(self) -> None:
        """Enter."""
        self._entered(self.value)
