"""The payloads that docs/alerts.md shows are the very ones that are sent."""

import json
import re
from pathlib import Path

from core.alerts.discord import discord_body
from core.alerts.message import json_body
from core.alerts.ntfy import ntfy_body
from core.alerts.policy import AlertKind
from tests.alerts.stories import a_message, one


def test_the_payloads_of_the_documentation_are_those_of_the_code(root: Path) -> None:
    text = (root / "docs" / "alerts.md").read_text(encoding="utf-8")
    shown = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    entry, end = (a_message(one(kind)) for kind in (AlertKind.ENTRY, AlertKind.EXIT))
    assert shown == [discord_body(entry), ntfy_body(end, "my-topic"), json_body(end)]
