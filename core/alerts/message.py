"""What is sent at once: the alerts of one scan or one tick together, so that a busy moment is one message."""

from dataclasses import dataclass
from typing import Any

from core.alerts.alert import Alert
from core.alerts.policy import Severity
from core.domain.signals import iso_z
from core.domain.text import one_line


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Attributes:
        alerts: at least one, in the order they happened.
        severity: of the loudest.
        mode: the desk's badge: PAPER, or DEMO on an embedded exchange.
    """

    alerts: tuple[Alert, ...]
    severity: Severity
    mode: str

    @property
    def id(self) -> str:
        """The first alert's: a message that comes twice has the same."""
        return self.alerts[0].id


def json_body(message: Message) -> dict[str, Any]:
    """What the JSON channel sends: every alert, none cut; times are UTC, numbers are text."""
    return {
        "source": "atlas",
        "id": one_line(message.id),
        "mode": message.mode,
        "severity": message.severity.value,
        "alerts": [
            {
                "id": one_line(alert.id),
                "kind": alert.kind.value,
                "at": iso_z(alert.at),
                "side": alert.side.value if alert.side else None,
                "title": one_line(alert.title),
                "text": one_line(alert.text),
                "fields": {one_line(name): one_line(value) for name, value in alert.fields},
            }
            for alert in message.alerts
        ],
    }
