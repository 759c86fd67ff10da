"""Alerts of a day on paper, and any alert at all for properties."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import strategies as st

from core.alerts.alert import Alert
from core.alerts.message import Message
from core.alerts.policy import AlertKind, Severity
from core.alerts.telling import Around, alert_of, scores_of
from core.domain.facts import Fact, SetupFound
from core.domain.leverage import TierPolicy
from core.domain.patterns import Side
from tests.adapters.ledger_story import a_day

AT = datetime(2026, 3, 2, 13, tzinfo=UTC)


def facts_of_the_day() -> dict[int, Fact]:
    """The story's facts by the number of their event."""
    return dict(enumerate((fact for batch in a_day() for fact in batch), start=1))


def around(facts: dict[int, Fact], increment: Decimal | None = None) -> Around:
    """What stands around them."""
    setups = {fact.setup.id: fact.setup for fact in facts.values() if isinstance(fact, SetupFound)}
    return Around(TierPolicy(), setups, scores_of(facts), increment=lambda product_id: increment)


def alerts_of_the_day(increment: Decimal | None = None) -> list[Alert]:
    """What the day's facts give, in order."""
    facts = facts_of_the_day()
    told = (alert_of(seq, fact, around(facts, increment)) for seq, fact in facts.items())
    return [alert for alert in told if alert is not None]


def one(kind: AlertKind, alerts: Sequence[Alert] | None = None) -> Alert:
    """The first alert of a kind."""
    return next(alert for alert in alerts or alerts_of_the_day() if alert.kind is kind)


def a_message(*alerts: Alert, severity: Severity = Severity.NORMAL, mode: str = "PAPER") -> Message:
    return Message(alerts, severity, mode)


_ODD = st.sampled_from(["🂡", "@everyone ", "\x1b[2J", "\u202e", "\n ", "x", "|"])
_TEXTS = st.text(max_size=6) | st.builds(str.__mul__, _ODD, st.integers(0, 1500))
_FIELDS = st.lists(st.tuples(_TEXTS, _TEXTS), max_size=2)
ANY_ALERT = st.builds(
    Alert,
    kind=st.sampled_from(AlertKind),
    cause=_TEXTS,
    at=st.just(AT),
    title=_TEXTS,
    text=_TEXTS,
    fields=st.builds(lambda some, times: tuple(some * times), _FIELDS, st.integers(1, 15)),
    side=st.sampled_from([None, *Side]),
)
ANY_MESSAGE = st.builds(
    Message,
    alerts=st.builds(
        lambda some, times: tuple(some * times), st.lists(ANY_ALERT, min_size=1, max_size=2), st.integers(1, 7)
    ),
    severity=st.sampled_from(Severity),
    mode=st.sampled_from(["PAPER", "DEMO"]),
)
