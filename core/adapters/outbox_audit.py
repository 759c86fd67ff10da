"""Judges the outbox of alerts: each row tells of an event that is worth it, and is settled or not."""

import sqlite3

from core.adapters.ledger_findings import Findings
from core.alerts.policy import AlertKind, kind_of_alert
from core.domain.facts import Fact

_OF_NO_EVENT = (AlertKind.FEED, AlertKind.DIGEST)


class OutboxAudit:
    """Feed every event, then compare with the rows. A desk without alerts leaves none, so rows may be missing."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._worth: dict[str, tuple[int, AlertKind]] = {}

    def take(self, seq: int, batch: int, fact: Fact) -> None:
        """Note what an event is worth."""
        if (kind := kind_of_alert(fact)) is not None:
            self._worth[str(seq)] = (batch, kind)

    def compare(self, db: sqlite3.Connection) -> None:
        """Judge every row."""
        rows = db.execute("SELECT id, kind, cause, batch, state, settled_at FROM outbox ORDER BY id")
        for number, kind, cause, batch, state, settled_at in rows:
            name = f"alert {number} ({kind} of {cause})"
            if batch:
                fits = self._worth.get(cause) == (batch, kind)
                self._findings.expect("A1", fits, f"{name} tells of no such event in transaction {batch}")
            else:
                self._findings.expect("A1", kind in _OF_NO_EVENT, f"{name} tells of no event")
            open_ = (state == "waiting") == (settled_at is None)
            self._findings.expect("A1", open_, f"{name} is {state}, settled at {settled_at}")
