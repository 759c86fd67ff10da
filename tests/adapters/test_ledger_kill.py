"""kill -9 loses nothing that was acknowledged, and never leaves half a transaction."""

import signal
import subprocess
import sys
from pathlib import Path

from core.adapters.ledger_check import check
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_codec import encode_state
from core.adapters.state_dir import StateDir
from core.domain.facts import Fact
from core.trading.folded import Folding
from tests.adapters.ledger_story import trading_on

TRADER = """
import sys
from itertools import islice
from pathlib import Path
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from tests.adapters.ledger_story import trading_on
state = StateDir.create(Path(sys.argv[1]))
with state.lock():
    store = SqliteStore(state, keep_every=3)
    have = store.restored().folding.count
    told = 0
    for batch in trading_on(100000):
        told += len(batch)
        if told > have:
            store.append(batch).result()
            sys.stdout.write(f"{told}\\n")
            sys.stdout.flush()
"""
KILLS = 8


def killed_after(root: Path, project: Path, acknowledgements: int) -> int:
    """Let a trader append until it has acknowledged so many batches, kill it, and give the last acknowledged count.

    On a busy machine it is far ahead of what is read here: all that it said counts, also what a first read took along.
    """
    command = [sys.executable, "-c", TRADER, str(root)]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as trader:
        assert trader.stdout is not None and trader.stderr is not None
        said = [trader.stdout.readline() for _ in range(acknowledgements)]
        trader.kill()
        # Not by communicate(): it passes over what the lines before have left in the buffer.
        said += trader.stdout.readlines()
        problems = trader.stderr.read()
    assert trader.returncode == -signal.SIGKILL, problems
    return int([line for line in said if line.endswith("\n")][-1])


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path, root: Path) -> None:
    last = 0
    for kill in range(KILLS):
        acknowledged = killed_after(tmp_path, root, 3 + kill * 5)
        assert acknowledged > last
        last = acknowledged
    store = SqliteStore(StateDir.create(tmp_path))
    kept = list(store.facts())
    found = store.restored()
    store.close()
    assert found.folded < found.folding.count  # the rest came with what was kept between the kills
    assert encode_state(found.folding) == encode_state(Folding().take(kept))
    # All that was acknowledged, or one whole batch more: committed, but killed before it could be said.
    assert kept in wholes_from(last)
    assert [result for result in check(tmp_path) if not result.ok] == []


def wholes_from(acknowledged: int) -> list[list[Fact]]:
    """The facts up to what was acknowledged, and those with the next batch."""
    told: list[Fact] = []
    wholes: list[list[Fact]] = []
    for batch in trading_on(acknowledged):
        told += batch
        if len(told) >= acknowledged:
            wholes.append(list(told))
        if len(wholes) == 2:
            break
    assert len(wholes[0]) == acknowledged
    return wholes
