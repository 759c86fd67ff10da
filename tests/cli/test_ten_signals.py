"""The review queue end to end: a real desk, its ledger, and keys in a terminal of a phone's size."""

import signal
from collections.abc import Callable
from pathlib import Path

from core.adapters.ledger_inbox import waiting
from core.adapters.ledger_reader import LedgerReader
from core.adapters.state_dir import StateDir
from core.config import load_settings
from core.domain.review import ReviewVerdict
from tests.cli.said import Said
from tests.cli.terminal import Terminal

Run = Callable[..., Said]
PHONE = (50, 30)
KEYS = "ixawxxawxax"
"""To the first that waits, then ten verdicts: eleven keys."""
MEANT = {"x": ReviewVerdict.REJECTED, "a": ReviewVerdict.TAKEN, "w": ReviewVerdict.WATCHED}


def spoken(state: StateDir) -> dict[str, ReviewVerdict]:
    """The verdicts that stand in the ledger, by item."""
    with LedgerReader(state.root) as reader:
        return {item: view.review.verdict for item, view in reader.reviews().items() if view.review is not None}


def queued(state: StateDir) -> set[str]:
    """What waits for a word, by the ledger."""
    with LedgerReader(state.root) as reader:
        last = reader.last_at()
        return set() if last is None else set(waiting(reader, load_settings(environ={}).policy.review, last))


def test_ten_queued_rows_are_cleared_in_twelve_keys_one_undone_and_all_of_it_is_there_after_a_restart(
    root: Path, tmp_path: Path, atlas: Run
) -> None:
    folder = tmp_path / "demo"
    with Terminal(root, "demo", "--seed", 3, "--speed", 600, "--state-dir", folder, size=PHONE) as terminal:
        terminal.wait_for("✓")
        state = StateDir(folder)
        terminal.until(lambda: len(queued(state)) >= 10)
        terminal.end(signal.SIGTERM)
    before = queued(state)
    again = ("demo", "--keep", "--speed", 1, "--state-dir", folder)
    with Terminal(root, *again, size=PHONE) as terminal:
        terminal.wait_for("✓")
        terminal.press(KEYS)
        terminal.until(lambda: len(spoken(state)) == 10)
        given = spoken(state)
        assert len(KEYS) <= 12 and set(given) <= before
        assert sorted(given.values()) == sorted(MEANT[key] for key in KEYS[1:])
        terminal.press("u")
        terminal.until(lambda: len(spoken(state)) == 9)
        terminal.end(signal.SIGTERM)
    left = spoken(state)
    assert left.items() < given.items()
    with Terminal(root, *again, size=PHONE) as terminal:
        terminal.wait_for("✕")
        terminal.end(signal.SIGTERM)
    assert spoken(state) == left
    assert queued(state) >= before - set(left)
    assert atlas("check", "--state-dir", folder).code == 0
