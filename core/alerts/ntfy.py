"""Messages as ntfy takes them: https://docs.ntfy.sh/publish/#publish-as-json."""

from typing import Any, Final

from core.alerts.alert import Alert
from core.alerts.message import Message
from core.alerts.policy import Severity
from core.domain.text import one_line

LONGEST: Final = 3800
"""Bytes of a text; ntfy makes an attachment of what is longer than 4096."""
_TITLE: Final = 200
_PRIORITIES: Final = {Severity.LOW: 2, Severity.NORMAL: 3, Severity.SEVERE: 5}


def ntfy_body(message: Message, topic: str) -> dict[str, Any]:
    """The JSON to post to the server's root. One alert gives its numbers, several a line each."""
    first = message.alerts[0]
    alone = len(message.alerts) == 1
    title = first.title if alone else f"{len(message.alerts)} alerts: {first.title} and more"
    lines = _whole(first) if alone else [f"{one_line(each.title)}: {one_line(each.text)}" for each in message.alerts]
    return {
        "topic": topic,
        "title": one_line(title if message.mode == "PAPER" else f"{message.mode} {title}", _TITLE),
        "message": _fitting(lines),
        "priority": _PRIORITIES[message.severity],
        "tags": ["atlas", one_line(message.id)],
    }


def _whole(alert: Alert) -> list[str]:
    return [one_line(alert.text), *(one_line(f"{name} {value}") for name, value in alert.fields)]


def _fitting(lines: list[str]) -> str:
    """As many lines as there is room for, and how many there are besides."""
    kept, left = list[str](), LONGEST
    for line in lines:
        if (left := left - len(line.encode()) - 1) < 0:
            return "\n".join([*kept, f"and {len(lines) - len(kept)} more"])
        kept.append(line)
    return "\n".join(kept)
