"""Kills in every phase of a ledger's life, and of a whole desk: nothing is lost, doubled or halved."""

import random
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.crash.life import PHASES, facts_in, judged, lay_out, live
from tests.crash.loop import Toll, judge, kill_again_and_again, line_of, parsed
from tests.crash.sweep import Tally, sweep


def killed_after(phase: str, state: Path, root: Path, delay_s: float) -> int:
    """Run the phase in a child and kill it so long after it began to work; what it had acknowledged."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.life", phase, str(state)], cwd=root, stdout=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 20
    while not (state / "atlas.lock").exists() and child.poll() is None:
        assert time.monotonic() < deadline, "the child does not begin"
        threading.Event().wait(0.001)
    threading.Event().wait(delay_s)
    child.kill()
    out, _ = child.communicate(timeout=10)
    lines = [line for line in out.splitlines(keepends=True) if line.endswith("\n")]
    return int(lines[-1]) if lines else 0


@pytest.mark.parametrize("phase", PHASES)
def test_a_kill_at_any_moment_of_a_phase_loses_nothing(phase: str, tmp_path: Path, root: Path) -> None:
    chance = random.Random(phase)
    for kill in range(6):
        state = tmp_path / f"{phase}-{kill}"
        lay_out(phase, state)
        acknowledged = killed_after(phase, state, root, chance.uniform(0, 0.12))
        assert list(judged(phase, state, acknowledged)) == []
        live(phase, state, lambda _: None)
        assert list(judged(phase, state, acknowledged)) == []


@pytest.fixture
def strace() -> None:
    if shutil.which("strace") is None:
        pytest.skip("no strace: it is what kills before a system call")


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("phase", [PHASES[0], *(pytest.param(each, marks=pytest.mark.long) for each in PHASES[1:])])
def test_a_kill_before_a_call_that_changes_a_file_loses_nothing(phase: str) -> None:
    tally = Tally()
    sweep(phase, "pwrite64", 15, tally)
    sweep(phase, "fdatasync", 3, tally)
    assert tally.problems == []
    assert tally.kills > 3


def test_the_judge_finds_what_a_kill_must_not_do(tmp_path: Path) -> None:
    lay_out("trade", tmp_path)
    live("trade", tmp_path, lambda _: None)
    stored = len(facts_in(tmp_path / "ledger.db"))
    assert list(judged("trade", tmp_path, stored)) == []
    assert list(judged("trade", tmp_path, stored + 1)) == ["1 acknowledged facts are lost"]
    (tmp_path / "ledger.db").unlink()
    assert list(judged("trade", tmp_path, stored)) == [f"the ledger is gone, with {stored} acknowledged facts"]


def test_a_whole_desk_killed_four_times_loses_nothing_it_said(tmp_path: Path) -> None:
    toll = kill_again_and_again(tmp_path / "desk", parsed(["--cycles", "4", "--longest", "2", "--seed", "2"]))
    assert (toll.lost, toll.doubled, toll.invariants) == (0, 0, 0)
    assert toll.ready > 0
    assert toll.facts


def test_what_a_desk_has_said_or_held_and_the_ledger_has_not_counts_as_lost(tmp_path: Path) -> None:
    lay_out("trade", tmp_path)
    live("trade", tmp_path, lambda _: None)
    held, toll = facts_in(tmp_path / "ledger.db"), Toll()
    judge(tmp_path, [line for line in map(line_of, held) if line], toll)
    assert (toll.sound, toll.said > 3, toll.facts) == (True, True, held)
    toll.facts = [*held, held[0]]
    judge(tmp_path, ["2026-03-02T14:11:00Z GOOD trade ENTRY BTC 1h 2D-1-2U LONG 1 @ 105"], toll)
    assert toll.lost == 2
