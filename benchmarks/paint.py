"""First paint (PERFORMANCE.md C3): from starting the interpreter to the first frame on a terminal, beside a bare app.

A bare Textual app and the console are started in turn; a run of one is a process in a pty of 120x40. The frame is there
when its first words have been read; processor seconds and memory are what the process has used by then.

`python -m benchmarks.paint [--rounds N] [--json]`
"""

import argparse
import json
import os
import select
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from time import monotonic
from typing import NamedTuple

from benchmarks.screen_child import started
from benchmarks.screen_report import table

_NOWHERE = ("--rest", "http://127.0.0.1:9", "--ws", "ws://127.0.0.1:9")
_PATIENCE_S = 60.0


class Paint(NamedTuple):
    """What one frame took."""

    wall_s: float
    cpu_s: float
    memory_mb: float


def paint_of(module: str, arguments: Sequence[str], words: bytes) -> Paint:
    """Start the module and end it as soon as it has written the words. Raises TimeoutError."""
    began = monotonic()
    pid, terminal = started(module, arguments)
    try:
        written = b""
        while words not in written:
            if not select.select([terminal], [], [], _PATIENCE_S)[0]:
                raise TimeoutError(f"{module} did not show {words.decode()}")
            written += os.read(terminal, 1 << 16)
        return Paint(monotonic() - began, _cpu_s(pid), most_memory_mb(pid))
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


def first_paints(rounds: int) -> dict[str, list[Paint]]:
    """Bare app, console's first frame, and the whole console with its list and chart; interleaved."""
    took: dict[str, list[Paint]] = {"bare": [], "console": [], "whole": []}
    for number in range(rounds):
        print(f"first paint {number + 1}/{rounds}", file=sys.stderr, flush=True)
        took["bare"].append(paint_of("benchmarks.screen_bare", (), b"ready"))
        for name, words in (("console", b" ATLAS "), ("whole", b"no 1h bars of")):
            with tempfile.TemporaryDirectory(prefix="atlas-bench-") as state:
                took[name].append(paint_of("atlas_tui", (*_NOWHERE, "--state-dir", state), words))
    return took


def medians(took: dict[str, list[Paint]]) -> dict[str, Paint]:
    """The middle of every figure."""
    return {
        name: Paint(*(round(median(each), 4) for each in zip(*paints, strict=True))) for name, paints in took.items()
    }


def _cpu_s(pid: int) -> float:
    """Processor seconds of the process, its threads included."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(path.read_text().split()[0]) for path in threads) / 1e9


def most_memory_mb(pid: int | str) -> float:
    """Most memory the process has had resident, MB; what getrusage tells is the caller's where that had more."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="time to the first frame, beside a bare Textual app")
    parser.add_argument("--rounds", type=int, default=15, help="how often each is started")
    parser.add_argument("--json", action="store_true", help="the bare figures")
    asked = parser.parse_args()
    found = medians(first_paints(asked.rounds))
    if asked.json:
        print(json.dumps({name: paint._asdict() for name, paint in found.items()}, indent=2))
        return
    bare = found["bare"]
    rows = [
        (name, f"{it.wall_s:.3f}", f"{it.cpu_s:.3f}", f"{it.memory_mb:.0f}",
         f"{it.wall_s / bare.wall_s:.2f}", f"{it.cpu_s / bare.cpu_s:.2f}")
        for name, it in found.items()
    ]  # fmt: skip
    print("\n".join(table(("frame", "wall s", "CPU s", "MB", "wall to bare", "CPU to bare"), rows)))


if __name__ == "__main__":
    main()
