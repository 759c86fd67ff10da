"""What `atlas check` promises to look at, and what it found wrong."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

RULES: Final = {
    "A1": "alerts tell of events in their own transaction, and are settled once they are sent or given up",
    "M1": "balance = start + realised - fees + funding at every commit",
    "M2": "events are append-only and chained, projections equal a rebuild from them",
    "M3": "equity = balance + unrealised: an exit moves profit, it makes none",
    "M4": "reserved margin = sum over open positions, 0 when flat",
    "M5": "sizes are above zero, amounts are rounded once, half-even, to 1e-6",
    "O1": "every fill has one setup, every triggered setup one position or one refusal",
    "O2": "ids derive from setup and leg",
    "O3": "at most one open position a symbol",
    "O4": "a setup resolves at most once",
    "O5": "what belongs to one event is in one transaction",
    "O6": "exits never exceed the open size",
    "T1": "all times are UTC with Z",
    "T3": "funding once per position and instant, within its life",
    "T4": "only closed bars make setups",
    "P1": "an entry is made on a live price, at the moment of its break",
    "P4": "a reconstructed exit lies within an outage that was judged in the same transaction",
    "R1": "every committed transaction is whole and readable, in the database and in its write-ahead log",
    "R2": "what is kept of the folded state is what its events come to, so that a start goes on from it",
    "R8": "one schema, known to this ATLAS, and nothing beside it",
    "V1": "verdicts are about what was found, and only one that stands is withdrawn",
    "V2": "halts and trips are lifted before they come again, a desk ends only after it began",
    "V3": "a stop moves only to a position's advantage, a refused entry is followed to one end",
}
"""The invariants of a ledger by id, in the order they are reported."""
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One invariant: does it hold, and if not, which rows break it."""

    id: str
    ok: bool
    detail: str


class Findings:
    """Collects what breaks an invariant, by its id."""

    def __init__(self) -> None:
        self._found: dict[str, list[str]] = {rule: [] for rule in RULES}

    def expect(self, rule: str, holds: bool, otherwise: str) -> bool:
        """Note `otherwise` against the rule unless it holds; gives `holds` back."""
        if not holds:
            self._found[rule].append(otherwise)
        return holds

    def abandon(self, why: str, judged: Collection[str] = ()) -> None:
        """Judging ended early: but for those already judged, no invariant is known to hold."""
        for rule, found in self._found.items():
            if rule not in judged:
                found.append(why)

    def results(self) -> tuple[CheckResult, ...]:
        """One result for each invariant; a failed one names the first rows that break it."""
        return tuple(self._result(rule, promise) for rule, promise in RULES.items())

    def _result(self, rule: str, promise: str) -> CheckResult:
        found = self._found[rule]
        if not found:
            return CheckResult(rule, True, promise)
        more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        return CheckResult(rule, False, "; ".join(found[:_SHOWN]) + more)
