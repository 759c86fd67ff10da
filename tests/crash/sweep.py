"""A kill at every system call that changes a file: `python -m tests.crash.sweep [--every N]`, with strace.

Every phase of a ledger's life is run again and again; the first run is killed before its first changing call, the next
before its second, until one lives to its end. After each kill the directory is judged, the phase is run to its end, and
the directory is judged once more. Prints a line a phase; exit 0 where nothing was lost, doubled or broken.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.crash.life import PHASES, added, before, flat, judged, lay_out, live

CALLS: Final = (
    "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "unlink", "mkdir", "chmod", "fchmod",
)  # fmt: skip
"""What changes a file, or its name; one after the other, for strace counts each call by itself."""
MOST: Final = 400


@dataclass(slots=True)
class Tally:
    """How often a phase was killed, and what was wrong after it."""

    kills: int = 0
    problems: list[str] = field(default_factory=list)


def main() -> int:
    """Sweep all phases; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--every", type=int, default=1, help="only every so many-th call")
    parser.add_argument("--phase", choices=PHASES, action="append", help="only this one; may be repeated")
    asked = parser.parse_args()
    if shutil.which("strace") is None:
        sys.stdout.write("skipped: strace is not installed\n")
        return 0
    broken = 0
    for phase in asked.phase or PHASES:
        tally = Tally()
        for call in CALLS:
            sweep(phase, call, asked.every, tally)
        broken += len(tally.problems)
        sys.stdout.write(f"{phase:8} {tally.kills} kills, {len(tally.problems)} failures\n")
        sys.stdout.writelines(f"  {problem}\n" for problem in tally.problems[:20])
        sys.stdout.flush()
    return 1 if broken else 0


def sweep(phase: str, call: str, every: int, tally: Tally) -> None:
    """Kill the phase before the first, second, ... of this call, until a run lives to its end."""
    for number in range(1, MOST, every):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "state"
            lay_out(phase, root)
            acknowledged, killed = run(phase, root, call, number)
            if not killed:
                return
            tally.kills += 1
            tally.problems += [f"{call} {number}: {problem}" for problem in after(phase, root, acknowledged)]


def run(phase: str, root: Path, call: str, number: int) -> tuple[int, bool]:
    """Run the phase in a child that is killed before this call; what it acknowledged, and whether it was killed."""
    trace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}"]
    child = [sys.executable, "-m", "tests.crash.life", phase, str(root)]
    inject = ["-e", f"inject={call}:signal=KILL:when={number}"]
    done = subprocess.run([*trace, *inject, *child], capture_output=True, text=True, timeout=120, check=False)
    killed = done.returncode in (-9, 137)
    if not killed and done.returncode:
        raise RuntimeError(done.stderr)
    lines = [line for line in done.stdout.splitlines(keepends=True) if line.endswith("\n")]
    return int(lines[-1]) if lines else 0, killed


def after(phase: str, root: Path, acknowledged: int) -> Iterator[str]:
    """What is wrong after the kill, and after the phase was run to its end."""
    if not root.exists():
        return
    yield from judged(phase, root, acknowledged)
    live(phase, root, lambda _: None)
    yield from (f"after the next start: {problem}" for problem in judged(phase, root, acknowledged))
    due = len(flat([*before(phase), *added(phase)])) if phase != "rotate" else len(flat(added(phase)))
    if (missing := list(judged(phase, root, due))) != []:
        yield f"after the next start: {missing[0]}"


if __name__ == "__main__":
    sys.exit(main())
