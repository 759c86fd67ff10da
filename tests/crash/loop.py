"""The whole program, killed again and again: `python -m tests.crash.loop [--cycles N]`.

One embedded exchange runs on; `atlas run` is started on one state directory, killed with SIGKILL after a random time,
judged, and started again. After each kill: every invariant holds, what the ledger held before is still there word for
word, and whatever the desk had said on its output is in the ledger. Exit 0 where nothing was lost, doubled or broken.
"""

import argparse
import queue
import random
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from core.adapters.ledger_check import check
from core.adapters.state_dir import StateDir
from core.domain.facts import Fact, PositionClosed, PositionOpened
from core.domain.signals import iso_z
from core.domain.text import one_line
from core.trading.notes import note_of
from tests.cli.processes import Child
from tests.crash.life import facts_in

ROOT: Final = Path(__file__).resolve().parent.parent.parent
DURABLE: Final = ("trade", "setup", "refusal", "funding", "signal", "tier", "account")
"""Topics of lines that tell of facts."""


@dataclass(slots=True)
class Toll:
    """What the kills cost."""

    lost: int = 0
    doubled: int = 0
    invariants: int = 0
    ready: int = 0
    said: int = 0
    starts_s: list[float] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Did the kills cost nothing?"""
        return self.lost == self.doubled == self.invariants == 0


def main() -> int:
    """Run the cycles; the exit code."""
    asked = parsed(sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        toll = kill_again_and_again(Path(folder) / "desk", asked)
    return 0 if toll.sound else 1


def parsed(arguments: list[str]) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cycles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", type=float, default=600)
    parser.add_argument("--longest", type=float, default=4, help="seconds a desk lives at most once it is ready")
    return parser.parse_args(arguments)


def kill_again_and_again(state: Path, asked: argparse.Namespace) -> Toll:
    """So many cycles on one exchange and one directory; progress on stdout."""
    chance, toll = random.Random(asked.seed), Toll()
    with Child(ROOT, "exchange", "--speed", asked.speed, "--seed", asked.seed) as exchange:
        where = exchange.json()
        arguments = ["run", "--rest", where["rest"], "--ws", where["ws"], "--state-dir", state, "--preset", "demo"]
        for cycle in range(1, asked.cycles + 1):
            said = one_life(arguments, chance, asked.longest, toll)
            judge(state, said, toll)
            if cycle % 50 == 0 or cycle == asked.cycles or not toll.sound:
                report(cycle, toll)
            if not toll.sound:
                break
    return toll


def one_life(arguments: list[object], chance: random.Random, longest_s: float, toll: Toll) -> list[str]:
    """Start the desk and kill it: a third while it starts, the others at work. The lines it had said."""
    began = time.monotonic()
    said: list[str] = []
    with Child(ROOT, *arguments) as desk:
        if chance.random() < 1 / 3:
            ends_s = began + chance.uniform(0.05, 3)
        else:
            said.append(desk.line(120))
            toll.ready += 1
            toll.starts_s.append(time.monotonic() - began)
            ends_s = time.monotonic() + chance.uniform(0, longest_s)
        with suppress(AssertionError):
            while (left_s := ends_s - time.monotonic()) > 0:
                said.append(desk.line(left_s))
        desk.process.kill()
        desk.process.wait()
        with suppress(AssertionError, queue.Empty):
            while True:
                said.append(desk.line(5))
    return said


def judge(state: Path, said: list[str], toll: Toll) -> None:
    """Hold what is on the disk against what was there before and what was said."""
    ledger = StateDir(state).ledger
    if not ledger.exists():
        toll.lost += len(toll.facts)
        return
    for result in check(state):
        if not result.ok:
            toll.invariants += 1
            sys.stdout.write(f"  {result.id}: {result.detail}\n")
    before, toll.facts = toll.facts, facts_in(ledger)
    toll.lost += sum(1 for old, new in zip(before, toll.facts, strict=False) if old != new)
    toll.lost += max(0, len(before) - len(toll.facts))
    opened = [fact.position.id for fact in toll.facts if isinstance(fact, PositionOpened)]
    closed = [fact.trade.id for fact in toll.facts if isinstance(fact, PositionClosed)]
    toll.doubled += len(opened) - len(set(opened)) + len(closed) - len(set(closed))
    stored = {line_of(fact) for fact in toll.facts}
    for line in said:
        words = line.split(" ", 3)
        if len(words) == 4 and words[2] in DURABLE:
            toll.said += 1
            if line not in stored:
                toll.lost += 1
                sys.stdout.write(f"  said, and not in the ledger: {line}\n")


def line_of(fact: Fact) -> str:
    """What `atlas run` says of the fact."""
    note = note_of(fact)
    if note is None:
        return ""
    return f"{iso_z(note.at.replace(microsecond=0))} {note.level.value} {note.topic} {one_line(note.text)}"


def report(cycle: int, toll: Toll) -> None:
    """One line of figures."""
    trades = sum(1 for fact in toll.facts if isinstance(fact, PositionClosed))
    start_s = statistics.median(toll.starts_s) if toll.starts_s else 0
    sys.stdout.write(
        f"{cycle} kills ({toll.ready} at work): {toll.lost} lost, {toll.doubled} doubled, {toll.invariants} invariants "
        f"broken; {len(toll.facts)} facts, {trades} trades, {toll.said} lines said; start p50 {start_s:.1f} s\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
