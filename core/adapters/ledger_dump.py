"""The ledger's events as canonical text: the same events are the same bytes, wherever and whenever they are printed."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import Final

from core.adapters.fact_codec import decode_fact, unstamp
from core.adapters.ledger_file import open_for_reading, trusting
from core.adapters.state_dir import StateDir
from core.domain.facts import DeskStarted, DeskStopped, MarketSeen, OutageEnded

PROCESS_ROWS: Final = tuple(kind.__name__ for kind in (DeskStarted, DeskStopped, MarketSeen))
"""What a desk's life alone brings about: its start, its end, and up to where it has seen a market. OutageEnded is one
where the desk began within the outage, for then nobody was there to listen; an outage of the feed stays. None of them
moves money, a position or a setup: what the judging decided are facts of their own, and stay."""
_OUTAGE: Final = OutageEnded.__name__


def dump(state: StateDir, chain: bool = True, process_rows: bool = True) -> Iterator[str]:
    """A line for each event, without its end: seq, time, kind, payload, hash, with a tab between.

    The payload is JSON and holds no tab. Works beside a running desk, as of this moment.

    Args:
        state: whose ledger.
        chain: with seq and hash; without them runs can be compared that differ in their process rows.
        process_rows: with PROCESS_ROWS, and outages that a desk's own start ended.

    Raises:
        StoreError: there is no ledger, or it cannot be read.
    """
    with closing(open_for_reading(state)) as db, trusting(state):
        began: datetime | None = None
        for seq, at, kind, payload, own in db.execute("SELECT seq, at, kind, payload, hash FROM events ORDER BY seq"):
            if kind == DeskStarted.__name__:
                began = unstamp(at)
            if process_rows or not _is_of_the_process(kind, payload, began):
                fields = (str(seq), at, kind, payload, own) if chain else (at, kind, payload)
                yield "\t".join(fields)


def _is_of_the_process(kind: str, payload: str, began: datetime | None) -> bool:
    if kind != _OUTAGE:
        return kind in PROCESS_ROWS
    fact = decode_fact(kind, payload)
    return isinstance(fact, OutageEnded) and fact.is_of_a_start(began)


def digest(lines: Iterator[str]) -> str:
    """Hex SHA-256 of a dump as it is printed, every line with its end."""
    told = hashlib.sha256()
    for line in lines:
        told.update(f"{line}\n".encode())
    return told.hexdigest()
