"""A link that drops where the desk ends with its terminal: the ledger is whole, and the next start says it."""

import signal
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from core.adapters.absence_reader import read_absence
from core.adapters.state_dir import StateDir
from tests.cli.own_time import SOON_S
from tests.cli.said import Said
from tests.cli.terminal import Terminal

Run = Callable[..., Said]
pytestmark = pytest.mark.usefixtures("stops_on_hangup")
STRIP = "any key closes this, ~ opens it again"


def pressed(state: Path, terminal: Terminal, before: datetime | None = None) -> datetime:
    """Press a key, and wait until the ledger holds one later than `before`; its time."""
    terminal.press("1")
    deadline = time.monotonic() + 20
    while True:
        view = read_absence(StateDir(state).ledger)
        if view is not None and view.since is not None and view.since != before:
            return view.since
        assert time.monotonic() < deadline, "no key came into the ledger"
        terminal.read(0.1)


def test_after_a_dropped_link_and_after_a_kill_the_next_first_frame_says_so(
    root: Path, tmp_path: Path, atlas: Run
) -> None:
    state = tmp_path / "demo"
    with Terminal(root, "demo", "--seed", 5, "--state-dir", state) as terminal:
        terminal.wait_for("LIVE")
        assert STRIP not in terminal.text, "nobody can have left before the first start"
        seen = pressed(state, terminal)
        code, took_s = terminal.hang_up()
    assert code == 128 + signal.SIGHUP
    assert took_s < SOON_S
    assert atlas("check", "--state-dir", state).code == 0
    away = atlas("status", "--state-dir", state, "--format", "json").json["since_last_seen"]
    assert (away["link_dropped_at"] is None, away["hard_stops"]) == (False, 0)
    assert "the link dropped at" in atlas("status", "--state-dir", state).out

    with Terminal(root, "demo", "--keep", "--state-dir", state) as terminal:
        terminal.wait_for("LIVE")
        first, _, _ = terminal.text.partition("LIVE")
        assert "the link dropped at" in first
        assert STRIP in first
        pressed(state, terminal, seen)
        terminal.process.kill()
    assert atlas("check", "--state-dir", state).code == 0

    with Terminal(root, "demo", "--keep", "--state-dir", state) as terminal:
        terminal.wait_for("the desk was stopped hard after")
        assert "LIVE" not in terminal.text, "it stands there before there is a desk"
        assert "the link dropped at" not in terminal.text, "that was told to somebody already"
