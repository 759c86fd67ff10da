"""What a person's word, halts, guards and presence do to the projections; the same folds as the desk's own.

What the desk's fold passes over, such as the withdrawal of a verdict that does not stand, changes nothing here either.
"""

import sqlite3
from typing import assert_never

from core.adapters.fact_codec import stamp
from core.domain.facts import DeskStarted, DeskStopped
from core.domain.oversight import (
    EntriesHalted,
    EntriesResumed,
    GuardRearmed,
    GuardTripped,
    ItemReviewed,
    NoteWritten,
    PersonSeen,
    SignalDismissed,
    VerdictGiven,
    VerdictWithdrawn,
)
from core.domain.review import ReviewVerdict


def project_word(
    db: sqlite3.Connection,
    seq: int,
    fact: ItemReviewed | SignalDismissed | VerdictGiven | VerdictWithdrawn | NoteWritten,
) -> None:
    """Verdicts, notes and marks, inside the caller's transaction; a dismissed signal is a rejected one."""
    at = stamp(fact.at)
    match fact:
        case ItemReviewed():
            db.execute(
                "INSERT INTO reviews VALUES (?, ?, ?)"
                " ON CONFLICT (item_id) DO UPDATE SET reviewed = excluded.reviewed, at = excluded.at",
                (fact.item_id, fact.reviewed, at),
            )
        case VerdictGiven():
            until = None if fact.until is None else stamp(fact.until)
            _judge(db, (seq, fact.item_id, fact.verdict, fact.side, fact.reason, until, at))
        case SignalDismissed():
            _judge(db, (seq, fact.signal_id, ReviewVerdict.REJECTED, None, "", None, at))
        case VerdictWithdrawn():
            db.execute(
                "DELETE FROM verdicts WHERE seq = (SELECT max(seq) FROM verdicts WHERE item_id = ?)", (fact.item_id,)
            )
        case NoteWritten():
            db.execute("INSERT INTO notes VALUES (?, ?, ?, ?)", (seq, fact.item_id, fact.text, at))
        case _:
            assert_never(fact)


def project_stop(db: sqlite3.Connection, fact: EntriesHalted | EntriesResumed | GuardTripped | GuardRearmed) -> None:
    """What is halted and which guards have tripped, inside the caller's transaction."""
    at = stamp(fact.at)
    match fact:
        case EntriesHalted():
            db.execute("INSERT INTO halts VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (fact.scope, fact.source, at))
        case EntriesResumed():
            db.execute("DELETE FROM halts WHERE scope = ? AND source = ?", (fact.scope, fact.source))
        case GuardTripped():
            limits = (str(fact.value), str(fact.limit))
            db.execute("INSERT OR REPLACE INTO trips VALUES (?, ?, ?, ?)", (fact.guard, *limits, at))
        case GuardRearmed():
            db.execute("DELETE FROM trips WHERE guard = ?", (fact.guard,))
        case _:
            assert_never(fact)


def project_presence(db: sqlite3.Connection, fact: PersonSeen | DeskStarted | DeskStopped) -> None:
    """When somebody was last at a console, and whether a desk is at work, inside the caller's transaction."""
    at = stamp(fact.at)
    db.execute("INSERT INTO presence VALUES (1, NULL, 0, NULL, NULL) ON CONFLICT DO NOTHING")
    match fact:
        case PersonSeen():
            db.execute("UPDATE presence SET person_at = ?", (at,))
        case DeskStarted():
            db.execute("UPDATE presence SET running = 1, started_at = ?", (at,))
        case DeskStopped():
            db.execute("UPDATE presence SET running = 0, stopped_at = ?", (at,))
        case _:
            assert_never(fact)


def _judge(db: sqlite3.Connection, row: tuple[int | str | None, ...]) -> None:
    db.execute("INSERT INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?)", row)
