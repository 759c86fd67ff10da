"""What the events of a ledger come to, kept beside them, so that a start folds only those that came after.

It is a copy and nobody's source. It is believed only where its digest holds, this very code folded it, the verified
chain has its event, and the desk's tables, which are kept apart from it, tell the same money, positions, setups and
halts. Else every event is folded, as if nothing had been kept.
"""

import gc
import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from core.adapters.fold_code import fold_code
from core.adapters.kept_tables import differing
from core.adapters.ledger_chain import BEFORE_ALL, Link, chain_of, hashed
from core.adapters.ledger_file import trusting
from core.adapters.state_codec import decode_state, encode_state
from core.adapters.state_dir import StateDir
from core.domain.facts import Fact
from core.ports import Restored
from core.trading.folded import Folding

EVERY: Final = 5_000
"""Events after which the state is kept anew: weeks of a desk, and a start folds so many in a tenth of a second. It
takes a few milliseconds of a desk at work, and some memory that does not come back."""
_PATIENCE_S: Final = 2.0
_SLICE: Final = 50
"""Events that are read and folded in one go where others wait: a millisecond."""


class Unfit(Exception):
    """What was kept is not to be used; the text says why. `damaged`: no ATLAS keeps it so."""

    def __init__(self, why: str, damaged: bool = True) -> None:
        super().__init__(why)
        self.damaged = damaged


class Kept(NamedTuple):
    """A folded ledger, and the event up to which it is folded."""

    folding: Folding
    at: Link


def _on() -> None:
    """Go on at once."""


def restored(state: StateDir, every: int = EVERY) -> Restored:
    """Everything the events come to, after every one of them was hashed; kept anew where so many had to be folded.

    Raises:
        StoreError: the chain is broken, an event cannot be read, or the ledger cannot; a copy of it is kept.
    """
    with trusting(state), _collector_resting():
        with closing(sqlite3.connect(f"{state.ledger.as_uri()}?mode=ro", uri=True, isolation_level=None)) as db:
            db.execute("BEGIN")
            whole, folded, why = _restored(db)
            many = folded >= every
            worth = (many or why) and not differing(db, whole.folding.state)
        if many and folded == whole.at.seq:
            why = f"{why or 'no state was kept'}: all {folded} events were folded"
        if worth:
            try:
                write_kept(state.ledger, whole)
            except sqlite3.Error as error:
                why = f"{why}; the state could not be kept: {error}".removeprefix("; ")
    return Restored(whole.folding, folded, why)


def _restored(db: sqlite3.Connection) -> tuple[Kept, int, str]:
    """The state, how many events were folded for it, and what is wrong with what was kept. Raises as `chain_of`."""
    why = ""
    try:
        kept = read_kept(db)
        if kept is not None:
            return _gone_on_from(db, kept)
    except Unfit as unfit:
        why = f"the state that was kept is left aside, for {unfit}"
    whole = folded_on(db, Kept(Folding(), BEFORE_ALL))
    return whole, whole.at.seq, why


def _gone_on_from(db: sqlite3.Connection, kept: Kept) -> tuple[Kept, int, str]:
    """As `_restored`. Raises Unfit where the ledger tells another thing, and as `chain_of`."""
    if hashed(db, kept.at.seq) != kept.at:
        raise Unfit("its event is not in the ledger")
    whole = folded_on(db, kept)
    what = differing(db, whole.folding.state)
    if what:
        raise Unfit(f"the tables tell of other {what}")
    return whole, whole.at.seq - kept.at.seq, ""


def read_kept(db: sqlite3.Connection, rest: Callable[[], None] = _on) -> Kept | None:
    """What was kept, if anything was; whether the ledger has its event is for the caller to see.

    Raises:
        Unfit: this code cannot have kept it, or not so.
        sqlite3.Error: the database cannot be read.
    """
    row = db.execute("SELECT seq, hash, code, digest, body FROM kept_state").fetchone()
    if row is None:
        return None
    seq, own_hash, code, digest, body = row
    if not isinstance(body, bytes) or digest != _digest(seq, own_hash, code, body):
        raise Unfit("it is damaged")
    if not fold_code() or code != fold_code():
        raise Unfit("another ATLAS kept it", damaged=False)
    try:
        folding = decode_state(body, rest)
    except ValueError as error:
        raise Unfit(f"it cannot be read ({error})") from error
    if folding.count != seq:
        raise Unfit(f"it is of {folding.count} events, not of {seq}")
    return Kept(folding, Link(seq, own_hash))


def write_kept(ledger: Path, kept: Kept, rest: Callable[[], None] = _on) -> None:
    """Keep this instead of what was kept; half of it is never seen.

    Raises:
        sqlite3.Error: the disk is full, there is no ledger, or somebody else writes for longer than two seconds.
    """
    if not fold_code():
        return
    body = encode_state(kept.folding, rest)
    row = (*kept.at, fold_code(), _digest(*kept.at, fold_code(), body), body)
    there = f"{ledger.as_uri()}?mode=rw"  # a ledger that was moved away meanwhile is not made anew, and empty
    with closing(sqlite3.connect(there, uri=True, isolation_level=None, timeout=_PATIENCE_S)) as db:
        # Synced by the next commit of facts: where the power fails before, they are folded again.
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("INSERT OR REPLACE INTO kept_state VALUES (1, ?, ?, ?, ?, ?)", row)


def folded_on(db: sqlite3.Connection, kept: Kept, rest: Callable[[], None] = _on) -> Kept:
    """The same with all events that came after; what was kept is used up. `rest` is called now and then.

    Raises:
        Untrusted: the chain of these events is broken, or one cannot be read.
    """
    at = kept.at

    def following() -> Iterator[Fact]:
        nonlocal at
        for link, fact in chain_of(db, kept.at):
            yield fact
            at = link
            if link.seq % _SLICE == 0:
                rest()

    kept.folding.take(following())
    return Kept(kept.folding, at)


def _digest(seq: object, own_hash: object, code: object, body: bytes) -> str:
    told = hashlib.sha256(f"{seq} {own_hash} {code} ".encode())
    told.update(body)
    return told.hexdigest()


@contextmanager
def _collector_resting() -> Iterator[None]:
    """Nearly all that a start makes lives on: looking for what does not would take longer than making it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
