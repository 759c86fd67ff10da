"""kill -9 loses nothing that was acknowledged, and never leaves half a transaction."""

import signal
import subprocess
import sys
from pathlib import Path

from core.adapters.ledger_check import check
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.facts import Fact, PositionClosed, PositionOpened
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
    store = SqliteStore(state)
    have = sum(1 for _ in store.facts())
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
    """Let a trader append until it has acknowledged so many batches, kill it, and give the last acknowledged count."""
    trader = subprocess.Popen(
        [sys.executable, "-c", TRADER, str(root)],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert trader.stdout is not None
    lines = [trader.stdout.readline() for _ in range(acknowledgements)]
    trader.send_signal(signal.SIGKILL)
    rest, problems = trader.communicate()
    assert trader.returncode == -signal.SIGKILL, problems
    whole = [line for line in (*lines, *rest.splitlines(keepends=True)) if line.endswith("\n")]
    return int(whole[-1])


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path, root: Path) -> None:
    last = 0
    for kill in range(KILLS):
        acknowledged = killed_after(tmp_path, root, 3 + kill * 5)
        assert acknowledged > last
        last = acknowledged
    told = expected_facts(last + 3)
    store = SqliteStore(StateDir.create(tmp_path))
    kept = list(store.facts())
    store.close()
    assert len(kept) - last in (0, 1, 2)  # one more batch, committed but not yet acknowledged
    assert kept == told[: len(kept)]
    assert isinstance(kept[-1], PositionClosed | PositionOpened) or len(kept) % 4 == 2
    assert [result for result in check(tmp_path) if not result.ok] == []


def expected_facts(count: int) -> list[Fact]:
    told: list[Fact] = []
    for batch in trading_on(count):
        told += batch
        if len(told) >= count:
            break
    return told
