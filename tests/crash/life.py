"""The phases of a ledger's life, each run in a child that is killed: `python -m tests.crash.life PHASE DIRECTORY`.

The child says on stdout how many facts it has been told are committed; `judged` is what must then be on the disk.
"""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from core.adapters.fact_codec import decode_fact
from core.adapters.ledger_check import check
from core.adapters.ledger_file import back_up
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.facts import AccountOpened, Fact
from tests.adapters.ledger_story import NOON, a_day, trading_on
from tests.adapters.version_one import EARLIER_FACTS, write_version_one

Batches = list[list[Fact]]
EARLIER: Final[Batches] = [[decode_fact(kind, payload)] for kind, payload in EARLIER_FACTS]
TRADES: Final[Batches] = list(trading_on(4))
AGAIN: Final[Batches] = [[AccountOpened(TRADES[0][0].balance, NOON)]] if isinstance(TRADES[0][0], AccountOpened) else []
ROTATED: Final = "rotate"


def before(phase: str) -> Batches:
    """What the ledger holds when the phase begins; each batch is a transaction."""
    match phase:
        case "migrate":
            return EARLIER
        case "backup" | "rotate":
            return a_day()
        case _:
            return []


def added(phase: str) -> Batches:
    """What the phase commits, in order; after a rotation to a new ledger."""
    return {"begin": TRADES[:3], "trade": TRADES, "migrate": [], "backup": [], ROTATED: AGAIN}[phase]


PHASES: Final = ("begin", "trade", "migrate", "backup", ROTATED)


def lay_out(phase: str, root: Path) -> None:
    """The directory as it is when the phase begins."""
    state = StateDir.create(root)
    if phase == "migrate":
        write_version_one(state.ledger)
    elif phase != "begin":
        store = SqliteStore(state)
        for batch in before(phase):
            store.append(batch).result(10)
        store.close()


def live(phase: str, root: Path, told: Callable[[int], None]) -> None:
    """Run the phase, or what a kill left of it; `told` hears the number of facts that are committed."""
    state = StateDir.create(root)
    with state.lock():
        if phase == ROTATED and not archived(state):
            state.archive(NOON)
        store = SqliteStore(state, keep_every=4)
        store.restored()
        due = [*(before(phase) if phase != ROTATED else []), *added(phase)]
        count, have = 0, sum(1 for _ in store.facts())
        for batch in due:
            count += len(batch)
            if count > have:
                store.append(batch).result(10)
                told(count)
        if phase == "backup":
            back_up(state, NOON)
        store.close()


def archived(state: StateDir) -> list[Path]:
    """The ledgers of earlier accounts."""
    return sorted(state.archive_dir.glob("*.db"))


def judged(phase: str, root: Path, acknowledged: int) -> Iterator[str]:
    """What is wrong with the directory after a kill: lost, doubled, halved or damaged."""
    state = StateDir(root)
    kept = [*archived(state), *state.backup_dir.glob("*.db"), *root.glob("ledger-schema-1-*.db")]
    for copy in kept:
        if facts_in(copy) != flat(before(phase)):
            yield f"the copy {copy.name} is not what the ledger held"
    moved = phase == ROTATED and bool(archived(state))
    whole = flat(added(phase) if moved else [*before(phase), *added(phase)])
    ends = boundaries(added(phase)) if moved else boundaries([*before(phase), *added(phase)])
    least = acknowledged if moved else max(acknowledged, len(flat(before(phase))))
    if not state.ledger.exists():
        if least:
            yield f"the ledger is gone, with {least} acknowledged facts"
        return
    yield from (f"{result.id}: {result.detail}" for result in check(root) if not result.ok)
    found = facts_in(state.ledger)
    if found != whole[: len(found)] or len(found) not in ends:
        yield f"{len(found)} facts are no whole transactions of the story"
    if len(found) < least:
        yield f"{least - len(found)} acknowledged facts are lost"


def facts_in(path: Path) -> list[Fact]:
    """The facts of a ledger file."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
        return [decode_fact(kind, payload) for kind, payload in db.execute("SELECT kind, payload FROM events")]


def flat(batches: Batches) -> list[Fact]:
    """The facts of the batches, one after the other."""
    return [fact for batch in batches for fact in batch]


def boundaries(batches: Batches) -> set[int]:
    """After how many facts a transaction ends."""
    return {len(flat(batches[:number])) for number in range(len(batches) + 1)}


def say(count: int) -> None:
    """Acknowledge so many facts to whoever started this process."""
    sys.stdout.write(f"{count}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    live(sys.argv[1], Path(sys.argv[2]), say)
