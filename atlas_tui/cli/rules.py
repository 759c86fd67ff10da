"""The settings of a running desk, and how they are read again."""

from collections.abc import Callable

from core.config import Settings
from core.config.alert_rules import targets_of
from core.config.changing import Change, change_to
from core.ports import Reading


class FileRules:
    """Fits `core.ports.Rules`.

    Attributes:
        running: the settings that hold at this moment.
        heard: called on the event loop with the settings that hold from then on.
    """

    def __init__(self, settings: Settings, again: Callable[[], Settings]) -> None:
        """
        Args:
            settings: those the desk starts with.
            again: reads them once more, the same options laid over; raises ConfigError.
        """
        self.running = settings
        self.heard: list[Callable[[Settings], None]] = []
        self._again = again
        self._change: Change | None = None

    def read(self) -> Reading:
        """What would hold. Raises ConfigError."""
        change = change_to(self.running, self._again())
        targets_of(change.settings.alerts, change.settings.secrets)
        self._change = change
        return Reading(change.settings.policy, change.what, change.is_any)

    def take(self, reading: Reading) -> None:
        """What was read last holds now."""
        if self._change is not None:
            self.running = self._change.settings
            for hear in self.heard:
                hear(self.running)
