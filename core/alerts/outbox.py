"""What the sender of alerts needs of the outside: where they are kept, and the way to each channel."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.alerts.alert import Alert
from core.alerts.answers import Answer
from core.alerts.message import Message
from core.alerts.policy import AlertKind, AlertPolicy, Channel
from core.domain.leverage import TierPolicy


@dataclass(frozen=True, slots=True)
class Parcel:
    """Alerts to be sent to one channel in one message.

    Attributes:
        ids: of their rows.
        alerts: in the order they happened, at least one.
        tries: how often it has been tried in vain.
        due: not to be tried before, desk time.
    """

    ids: tuple[int, ...]
    alerts: tuple[Alert, ...]
    tries: int
    due: datetime


@dataclass(slots=True)
class AlertRules:
    """What holds at this moment: each is replaced whole by the event loop, and read on any thread.

    Attributes:
        policy: what is told, where and when.
        tiers: for the tier an armed setup would take.
    """

    policy: AlertPolicy
    tiers: TierPolicy = TierPolicy()


class Outbox(Protocol):
    """Alerts on their way, kept over restarts. Calls block on the disk and are made on threads; they raise StoreError.

    Those that a fact brings about are there with the fact; the others are put.
    """

    def parcel(self, channel: Channel, held: Collection[AlertKind]) -> Parcel | None:
        """The oldest waiting alerts of one transaction, but for kinds that are held back; None where none waits."""
        ...

    def put(self, kind: AlertKind, cause: str, at: datetime) -> None:
        """Add an alert that no fact brings about, for every channel; once, however often it is put."""
        ...

    def last(self, kind: AlertKind) -> str | None:
        """The cause of the newest alert of a kind, whatever became of it."""
        ...

    def sent(self, parcel: Parcel, at: datetime) -> None:
        """The channel has taken it."""
        ...

    def again(self, parcel: Parcel, due: datetime, why: str) -> None:
        """The channel has not; it is tried again when it is due."""
        ...

    def failed(self, parcel: Parcel, at: datetime, why: str) -> None:
        """The channel will never take it."""
        ...

    def failures(self) -> tuple[datetime, ...]:
        """When the latest failed ones did, desk time, oldest first."""
        ...

    def give_up(self, at: datetime) -> int:
        """Count as failed what has waited too long by now; how many that were."""
        ...


class Post(Protocol):
    """The way to one channel. Blocks, bounded in time, and raises nothing: what goes wrong is an answer too."""

    def send(self, message: Message) -> Answer:
        """Send it once."""
        ...
