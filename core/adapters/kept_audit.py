"""What `atlas check` says of the kept state: it is what its events come to, or no start uses it."""

import sqlite3
from typing import Final

from core.adapters.kept_state import Kept, Unfit, read_kept
from core.adapters.ledger_findings import Findings
from core.adapters.ledger_schema import KEPT_SINCE
from core.adapters.state_codec import encode_state
from core.domain.facts import Fact
from core.trading.folded import Folding

_BLOCK: Final = 500
_IMPOSSIBLE: Final = (ArithmeticError, LookupError, TypeError, ValueError, AttributeError)
"""What folding raises over facts that no right desk would state; the other rules name those."""


class KeptAudit:
    """Folds the events anew, up to that of the kept state. Feed every event in order, then finish."""

    def __init__(self, db: sqlite3.Connection, version: int, findings: Findings) -> None:
        """
        Args:
            db: the ledger.
            version: of its schema.
            findings: where to note what is wrong.
        """
        self._findings = findings
        self._folding = Folding()
        self._block: list[Fact] = []
        self._kept = self._sound(db) if version >= KEPT_SINCE else None

    def take(self, seq: int, fact: Fact) -> None:
        """Fold one event in."""
        if self._kept is not None and seq <= self._kept.at.seq:
            self._block.append(fact)
            if len(self._block) == _BLOCK:
                self._fold()

    def finish(self) -> None:
        """Compare."""
        if self._kept is None:
            return
        self._fold()
        if self._kept is not None:
            same = encode_state(self._folding) == encode_state(self._kept.folding)
            what = f"the kept state is not what events 1 to {self._kept.at.seq} come to"
            self._findings.expect("R2", same, what)

    def _fold(self) -> None:
        try:
            self._folding.take(self._block)
        except _IMPOSSIBLE as error:
            self._findings.expect("R2", False, f"the events cannot be folded: {error!r}")
            self._kept = None
        self._block.clear()

    def _sound(self, db: sqlite3.Connection) -> Kept | None:
        """What is kept, where there is anything to compare with."""
        try:
            kept = read_kept(db)
        except Unfit as unfit:
            self._findings.expect("R2", not unfit.damaged, f"the kept state is left aside: {unfit}")
            return None
        if kept is not None:
            row = db.execute("SELECT hash FROM events WHERE seq = ?", (kept.at.seq,)).fetchone()
            if not self._findings.expect(
                "R2", row == (kept.at.hash,), "the kept state is of an event not in the ledger"
            ):
                return None
        return kept
