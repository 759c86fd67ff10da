"""What a person must notice between two snapshots: entries, exits, a change of tier, trouble."""

from dataclasses import dataclass, replace
from typing import Literal

from atlas_tui import formats
from atlas_tui.views.prices import price_text
from core.domain.noted import Level, fresh_notes
from core.domain.positions import ClosedTrade, OpenPosition
from core.domain.sentences import entry_line, exit_line
from core.domain.snapshot import Snapshot

Severity = Literal["information", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A title and one line."""

    title: str
    text: str
    severity: Severity = "information"


def notices(before: Snapshot, after: Snapshot) -> list[Notice]:
    """What happened between two snapshots, in the order it is told; what the desk found in its ledger is no news."""
    found: list[Notice] = []
    if before.link.waiting:
        before = replace(before, positions=after.positions, trades=after.trades, tier=after.tier)
    if before.positions is not after.positions or before.trades is not after.trades:
        found += _dealings(before, after)
    if after.log is not before.log:
        found += _outages(before, after)
    if after.tier is not before.tier:
        found.append(Notice("TIER", f"the {after.tier} tier holds now", "warning"))
    if after.link.problem and after.link.problem != before.link.problem:
        found.append(Notice("PROBLEM", after.link.problem, "error"))
    return found


def _outages(before: Snapshot, after: Snapshot) -> list[Notice]:
    """What outages came to, where they came to anything; the log has those without consequences too."""
    fresh = fresh_notes(after.log, before.log[-1]) if before.log else after.log
    return [
        Notice("OUTAGE", note.text, "warning") for note in fresh if note.topic == "outage" and note.level is Level.WARN
    ]


def is_new_setup(before: Snapshot, after: Snapshot) -> bool:
    """Was a setup armed that was not there before? Worth a bell."""
    if before.setups is after.setups or before.link.waiting:
        return False
    known = {view.setup.id for view in before.setups}
    return any(view.pending and view.setup.armed and view.setup.id not in known for view in after.setups[:50])


def _dealings(before: Snapshot, after: Snapshot) -> list[Notice]:
    """Entries, then exits."""
    known = {view.position.id for view in before.positions} | {trade.id for trade in before.trades}
    found = [_entry(after, view.position) for view in after.positions if view.position.id not in known]
    if len(after.trades) > len(before.trades):
        done = {trade.id for trade in before.trades}
        found += [_exit(after, trade) for trade in after.trades if trade.id not in done]
    return found


def _entry(snapshot: Snapshot, item: OpenPosition) -> Notice:
    entry = price_text(snapshot, item.symbol, item.entry.price)
    return Notice(f"{formats.side_glyph(item.side)} ENTRY", entry_line(item, formats.size(item.size), entry))


def _exit(snapshot: Snapshot, trade: ClosedTrade) -> Notice:
    left = price_text(snapshot, trade.position.symbol, trade.exit.price)
    text = exit_line(trade, left, formats.usd(trade.net, signed=True))
    return Notice("EXIT", text, "information" if trade.net >= 0 else "warning")
