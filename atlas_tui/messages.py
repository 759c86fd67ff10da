"""The one bridge from the desk to the screen."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from core.domain.snapshot import Snapshot


@dataclass
class SnapshotPublished(Message):
    """The desk changed; only the newest picture matters, so a waiting one is replaced."""

    snapshot: "Snapshot"

    def can_replace(self, message: Message) -> bool:
        """Any picture replaces an older one that has not been painted yet."""
        return isinstance(message, SnapshotPublished)
