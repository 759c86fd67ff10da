"""Judges the events of a person's word, of halts and guards, and of desks that begin and end."""

from core.adapters.ledger_findings import Findings
from core.domain.facts import DeskStarted, DeskStopped, Fact, SetupFound, SignalFound
from core.domain.oversight import (
    EntriesHalted,
    EntriesResumed,
    GuardRearmed,
    GuardTripped,
    SignalDismissed,
    VerdictGiven,
    VerdictWithdrawn,
)


class WordAudit:
    """What was said of what, and what is stopped, as the events tell it."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._found: set[str] = set()
        self._standing: dict[str, int] = {}
        self._stopped: set[str] = set()
        self._running = False

    def take(self, where: str, fact: Fact) -> None:
        """Judge one event; those that are no word, halt, trip, start or end pass."""
        match fact:
            case SignalFound(signal=found) | SetupFound(setup=found):
                self._found.add(found.id)
            case VerdictGiven(item_id=item) | SignalDismissed(signal_id=item):
                self._findings.expect("V1", item in self._found, f"{where} judges {item}, which was never found")
                self._standing[item] = self._standing.get(item, 0) + 1
            case VerdictWithdrawn(item_id=item):
                standing = self._standing.get(item, 0)
                self._findings.expect("V1", standing > 0, f"{where} withdraws a verdict on {item}, which has none")
                self._standing[item] = max(0, standing - 1)
            case EntriesHalted() | EntriesResumed():
                name = f"entries of {fact.scope or 'all symbols'} by {fact.source}"
                self._alternates(where, name, isinstance(fact, EntriesHalted))
            case GuardTripped() | GuardRearmed():
                self._alternates(where, f"the guard {fact.guard}", isinstance(fact, GuardTripped))
            case DeskStarted():
                self._running = True
            case DeskStopped():
                self._findings.expect("V2", self._running, f"{where} ends a desk that did not begin")
                self._running = False
            case _:
                pass

    def _alternates(self, where: str, name: str, stops: bool) -> None:
        was = name in self._stopped
        text = f"{where} stops {name} a second time" if stops else f"{where} lets {name} go on, which nothing stopped"
        self._findings.expect("V2", was is not stops, text)
        (self._stopped.add if stops else self._stopped.discard)(name)
