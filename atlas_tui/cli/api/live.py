"""The desk at this moment, from its newest picture: in `/status`, and as news in `/events`."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol

from atlas_tui.cli.listing import json_text
from core.adapters.api.replies import Refused
from core.adapters.api.watch import Watch
from core.adapters.ledger_tail import LedgerEvent, LedgerTail
from core.adapters.state_dir import StateDir
from core.domain.events import Noted, fresh_notes
from core.domain.rows import Row, exact, position_row
from core.domain.signals import iso_z
from core.domain.snapshot import Snapshot
from core.domain.text import clean

_DIGITS: Final = 18
_AGING: Final = ("at", "age_s", "clock_skew_s")
"""What changes with time alone, and is no news."""


def live(snapshot: Snapshot) -> dict[str, Any]:
    """What only a running desk knows: money at the marks, the feed, the scans; amounts in USD."""
    account, link, scan = snapshot.account, snapshot.link, snapshot.last_scan
    return {
        "at": iso_z(snapshot.at),
        "equity": exact(account.equity),
        "unrealised": exact(account.unrealised),
        "balance": exact(account.balance),
        "day_net": exact(account.day_net),
        "feed": link.state.value,
        "age_s": None if link.age_s is None else round(link.age_s, 1),
        "clock_skew_s": round(link.clock_skew_s, 3),
        "symbols": {
            quote.symbol: link.states[quote.symbol] for quote in snapshot.quotes if quote.symbol in link.states
        },
        "prices": {quote.symbol: exact(quote.price) for quote in snapshot.quotes if quote.price is not None},
        "last_scan_at": iso_z(scan.at) if scan else None,
        "next_scan_at": iso_z(link.next_scan_at) if link.next_scan_at else None,
        "to_review": len(snapshot.inbox),
        "unsaved": link.unsaved,
        "problem": link.problem,
    }


def positions(snapshot: Snapshot) -> list[Row]:
    """Open positions at their marks, oldest first."""
    held = sorted(snapshot.positions, key=lambda view: (view.position.entry.at, view.position.id))
    return [position_row(view, snapshot.reviews) for view in held]


class Tail(Protocol):
    """Facts as they come, `core.adapters.ledger_tail.LedgerTail`."""

    seq: int | None

    def more(self) -> Sequence[LedgerEvent]:
        """Those since the last look."""
        ...


def tail_of(state: StateDir, text: str) -> LedgerTail:
    """The facts behind the event a reader had last; without one those to come. Raises Refused."""
    if text and not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise _no_such_event()
    return LedgerTail(state, int(text) if text else None)


def news(watch: Watch, tail: Tail) -> Iterator[bytes]:
    """At each look what is new, as server-sent events: `fact`, `status`, `positions` and `note`; b"" for nothing.

    The first look tells the state as it is, and no note from before it; facts begin behind the tail's event. A fact's
    id is its number in the ledger, and the first `status` has the id of the newest: a reader who comes back with the
    last one misses no fact. Each look may block on the disk, and raise StoreError, or Refused where the id is gone.
    """
    said: Noted | None = None
    told: tuple[dict[str, Any], list[Row]] | None = None
    shown: Snapshot | None = None
    while True:
        snapshot, text = watch.snapshot, _facts(tail)
        if snapshot is not None and snapshot is not shown:
            notes = fresh_notes(snapshot.log, said) if shown is not None else ()
            now = live(snapshot), positions(snapshot)
            if told is None or _lasting(now[0]) != _lasting(told[0]):
                text += event("status", now[0], tail.seq if told is None else None)
            if told is None or now[1] != told[1]:
                text += event("positions", now[1])
            text += b"".join(event("note", note_row(note)) for note in notes)
            shown, told, said = snapshot, now, snapshot.log[-1] if snapshot.log else said
        yield text


def note_row(note: Noted) -> Row:
    """A line of the log."""
    return {"at": iso_z(note.at), "level": note.level.value, "topic": note.topic, "text": clean(note.text, 2000)}


def fact_row(told: LedgerEvent) -> Row:
    """An event of the ledger, as `atlas ledger dump` has it."""
    return {"seq": told.seq, "at": told.at, "kind": told.kind, "fact": json.loads(told.payload)}


def event(name: str, value: object, number: int | None = None) -> bytes:
    """One server-sent event, with an id where it has one; JSON has no line break, so one line holds it."""
    own = "" if number is None else f"id: {number}\n"
    return f"{own}event: {name}\ndata: {json_text(value)}\n\n".encode()


def _facts(tail: Tail) -> bytes:
    try:
        return b"".join(event("fact", fact_row(told), told.seq) for told in tail.more())
    except LookupError as error:
        raise _no_such_event() from error


def _no_such_event() -> Refused:
    return Refused(400, "event", "Last-Event-ID: the ledger holds no event of this number; begin without one")


def _lasting(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in _AGING}
