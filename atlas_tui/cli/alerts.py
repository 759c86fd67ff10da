"""`atlas alerts`: try the channels, see what waits or has failed, and put that up again."""

import asyncio
from typing import Any

import click

from atlas_tui.cli.alerting import alert_rules
from atlas_tui.cli.books import Books, books_of
from atlas_tui.cli.common import common_options, format_option, settings_of
from atlas_tui.cli.listing import put_json, put_rows
from atlas_tui.cli.saying import tell
from core.adapters.alert_post import AlertPost
from core.adapters.ledger_outbox import LedgerOutbox, UnsentAlert
from core.adapters.state_dir import StateDir
from core.adapters.system_clock import SystemClock
from core.alerts.alert import Alert
from core.alerts.answers import Answer, Taken
from core.alerts.message import Message
from core.alerts.policy import AlertKind, Severity
from core.config import is_loopback
from core.config.alert_rules import targets_of
from core.domain.errors import ConfigError
from core.domain.signals import iso_z
from core.domain.snapshot import Mode
from core.session.alerting import posted

_TRIED = ("channel", "taken", "answer")
_UNSENT = ("id", "channel", "state", "kind", "at", "title", "tries", "due", "reason")


@click.group("alerts")
def alerts_command() -> None:
    """Alerts to Discord, ntfy or a webhook: `[alerts]` of the settings says what is sent, and when."""


@alerts_command.command("test")
@format_option
@common_options
@click.pass_context
def test_command(context: click.Context, style: str) -> int:
    """Send a test message to every channel, beside the outbox. Exit 0 when all took it, 1 when one did not."""
    settings = settings_of(context)
    targets = targets_of(settings.alerts, settings.secrets)
    if not targets:
        raise ConfigError('alerts.channels is empty: name one, as in channels = ["discord"], and set its address')
    mode = Mode.DEMO if is_loopback(settings.venue.rest) else Mode.PAPER
    at = SystemClock().now()
    text = "this is what an alert looks like; nothing has happened"
    alert = Alert(AlertKind.DESK, "test", at, "TEST", text, (("Stop", "95.00"), ("Target", "120.50")))
    message = Message((alert,), Severity.NORMAL, mode.value)
    posts = [AlertPost(target) for target in targets.values()]

    async def answers() -> list[Answer]:
        return await asyncio.gather(*(posted(post, message) for post in posts))

    rows: list[dict[str, Any]] = []
    for channel, answer in zip(targets, asyncio.run(answers()), strict=True):
        told = "ok" if isinstance(answer, Taken) else answer.why
        rows.append({"channel": channel.value, "taken": isinstance(answer, Taken), "answer": told})
    put_rows(rows, _TRIED, style, settings.ui.zone)
    return 0 if all(row["taken"] for row in rows) else 1


@alerts_command.command("pending")
@format_option
@common_options
@click.pass_context
def pending_command(context: click.Context, style: str) -> None:
    """List alerts that wait or have failed, oldest first, with the reason. Works beside a running desk."""
    books = books_of(context)
    rows = [_row(unsent) for unsent in _outbox(books).unsent()]
    put_rows(rows, _UNSENT, style, books.settings.ui.zone, "No alert waits, and none has failed.")


@alerts_command.command("retry")
@format_option
@common_options
@click.pass_context
def retry_command(context: click.Context, style: str) -> None:
    """Put alerts that have failed up again. A running desk sends them within half a minute, another when it starts."""
    books = books_of(context)
    count = _outbox(books).retry(books.now())
    if style == "table":
        tell(f"{count} put up again.")
    else:
        put_json({"put_up_again": count})


def _outbox(books: Books) -> LedgerOutbox:
    return LedgerOutbox(StateDir(books.root), alert_rules(books.settings))


def _row(unsent: UnsentAlert) -> dict[str, Any]:
    return {
        "id": unsent.id,
        "channel": unsent.channel,
        "state": unsent.state,
        "kind": unsent.alert.kind.value,
        "at": iso_z(unsent.alert.at),
        "title": unsent.alert.title,
        "text": unsent.alert.text,
        "tries": unsent.tries,
        "due": iso_z(unsent.due) if unsent.state == "waiting" else None,
        "reason": unsent.reason or None,
    }
