"""One alert: what a person is told, in words, before any channel gives it a form."""

from dataclasses import dataclass, replace
from datetime import datetime

from core.alerts.policy import AlertKind
from core.domain.masking import without_money
from core.domain.patterns import Side
from core.domain.signals import iso_z

Fields = tuple[tuple[str, str], ...]
"""Names and values, in the order they are read."""


@dataclass(frozen=True, slots=True)
class Alert:
    """A title, a sentence and the numbers.

    Attributes:
        cause: what it tells of: the number of an event, or a moment of the clock or of the feed.
        at: when that was, desk time.
        side: the one it speaks of, where there is one; the title says it too.
    """

    kind: AlertKind
    cause: str
    at: datetime
    title: str
    text: str
    fields: Fields = ()
    side: Side | None = None

    @property
    def id(self) -> str:
        """The same for the same alert however often it is sent: `entry/123/2026-01-20T14:00:00Z`."""
        return f"{self.kind}/{self.cause}/{iso_z(self.at)}"

    def masked(self) -> "Alert":
        """The same without amounts of money and sizes."""
        fields = tuple((name, without_money(value)) for name, value in self.fields)
        return replace(self, text=without_money(self.text), fields=fields)
