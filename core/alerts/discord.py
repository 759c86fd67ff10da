"""Messages as Discord's webhooks take them: https://discord.com/developers/docs/resources/webhook#execute-webhook.

Nobody is mentioned, whatever the text holds. Lengths are counted in UTF-16 units, the strictest way to read the limits.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from core.alerts.alert import Alert
from core.alerts.message import Message
from core.alerts.policy import Severity
from core.domain.patterns import Side
from core.domain.signals import iso_z
from core.domain.text import one_line

ADDRESS: Final = re.compile(r"https://(?:discord|discordapp)\.com/api/webhooks/\d{5,25}/[\w-]{20,200}")
"""The only addresses a Discord message is sent to."""
MOST_EMBEDS: Final = 10
MOST_CHARACTERS: Final = 6000
"""Of all embeds of a message together."""
_SILENT: Final = 1 << 12
"""SUPPRESS_NOTIFICATIONS."""
_TITLE, _TEXT, _NAME, _VALUE, _FIELDS, _FOOT = 200, 1000, 60, 200, 17, 140
"""Longest parts of an embed, well within Discord's own, and together below MOST_CHARACTERS."""
_GREEN, _RED, _AMBER, _BLUE = 0x5FAF87, 0xFF5F5F, 0xD7AF5F, 0x5FAFD7


def discord_body(message: Message) -> dict[str, Any]:
    """The JSON to post: as many embeds as fit, and in words how many do not."""
    embeds: list[dict[str, Any]] = []
    left = MOST_CHARACTERS
    for alert in message.alerts[:MOST_EMBEDS]:
        embed = _embed(alert, message)
        if (left := left - length_of(embed)) < 0:
            break
        embeds.append(embed)
    body: dict[str, Any] = {"username": "ATLAS", "embeds": embeds, "allowed_mentions": {"parse": []}}
    if more := len(message.alerts) - len(embeds):
        body["content"] = f"and {more} more: see the console"
    if message.severity is Severity.LOW:
        body["flags"] = _SILENT
    return body


def length_of(embed: dict[str, Any]) -> int:
    """What an embed counts against MOST_CHARACTERS."""
    fields: Sequence[dict[str, Any]] = embed["fields"]
    texts = [embed["title"], embed["description"], embed["footer"]["text"]]
    return sum(map(units, [*texts, *(part[key] for part in fields for key in ("name", "value"))]))


def units(text: str) -> int:
    """Length in UTF-16 units: a character beyond the first plane is two."""
    return len(text) + sum(char > "\uffff" for char in text)


def _embed(alert: Alert, message: Message) -> dict[str, Any]:
    return {
        "title": _cut(alert.title, _TITLE),
        "description": _cut(alert.text, _TEXT),
        "color": _color(alert.side, message.severity),
        "timestamp": iso_z(alert.at),
        "fields": [
            {"name": _cut(name, _NAME), "value": _cut(value, _VALUE), "inline": True}
            for name, value in alert.fields[:_FIELDS]
        ],
        "footer": {"text": _cut(f"ATLAS {message.mode} · {alert.id}", _FOOT)},
    }


def _color(side: Side | None, severity: Severity) -> int:
    if side is not None:
        return _GREEN if side.sign > 0 else _RED
    return _AMBER if severity is Severity.SEVERE else _BLUE


def _cut(text: str, limit: int) -> str:
    """Clean, on one line, at most `limit` units, and never empty, which Discord refuses."""
    safe = one_line(text, limit)
    while units(safe) > limit:
        safe = safe[: limit - 1 - (units(safe) - len(safe))].rstrip("…") + "…"
    return safe or "—"
