"""A4: how long the event loop stands still while a desk starts, compiles and scans, and how long it would otherwise."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from statistics import median
from typing import Any

from benchmarks.table.line import Line, at_most
from benchmarks.table.run import ROOT, Run

LIMIT_MS = 16
SLOWLY = 2
"""Rounds with the acts that compile everything, a quarter of a minute each."""
OURS = {
    "start": "a desk starting, from its ledger to its first scan",
    "child": "kernels compiled by a child",
    "scan": "scans of 1,000,000 bars, again and again",
}
OTHERS = {
    "jit": "the kernels compiled on a thread",
    "locked": "one pass a pattern, compiled without nogil",
    "pandas": "pandas shift, on a thread",
}


def a4(run: Run) -> list[Line]:
    """The longest standstill of each, at most 16 ms; and no compiling in the desk's process where the cache is warm."""
    took: dict[str, list[float]] = {}
    compiled = 0
    with _venue() as addresses:
        for number in range(run.rounds(5)):
            for act in ("idle", *OURS, *OTHERS) if number < SLOWLY else ("idle", "start", "scan", "locked", "pandas"):
                found = _done(act, addresses if act == "start" else ())
                took.setdefault(act, []).append(found["longest_ms"])
                compiled += int(found["compiled"]) if act in ("start", "scan") else 0
    rest = median(took["idle"])
    lines = [
        Line("A4", f"longest standstill of the loop: {what}", "ms", median(took[act]), target=at_most(LIMIT_MS))
        for act, what in OURS.items()
    ]
    lines[0] = replace(lines[0], note=f"idle {rest:.1f} ms: what the machine alone adds")
    others = [
        replace(lines[2], peer=what, theirs=median(took[act]), inverse=True, target=None)
        for act, what in OTHERS.items()
    ]
    return [*lines, *others, Line("A4", "kernels compiled in the desk's process, warm cache", "", float(compiled),
                                  target=at_most(0))]  # fmt: skip


@contextmanager
def _venue() -> Iterator[tuple[str, str]]:
    """The embedded exchange with a ticker, in processes of its own; its addresses."""
    command = [sys.executable, "-m", "benchmarks.flood", "--venue"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None and child.stdout is not None
        try:
            where = json.loads(child.stdout.readline())
            child.stdin.write("rate 12\n")
            child.stdin.flush()
            yield where["rest"], where["ws"]
        finally:
            child.stdin.close()  # it ends with it, and its exchange


def _done(act: str, arguments: tuple[str, ...]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.standstill", act, *arguments]
    ran = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT, timeout=120)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found
