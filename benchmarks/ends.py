"""How soon all that is told to end has ended: `python -m benchmarks.ends [--rounds N] [--json]`.

A console on the embedded exchange in a pseudo-terminal, and a desk without a screen, each told in turn by a signal, a
key or a dropped link. From being told to the end of the process: seconds by the clock, and those of its own, without
what it waited for a processor (`tests/cli/own_time.py`). Left are modes still on in the terminal, and write-ahead logs
that were not folded in. Exit 1 where something was left, or an end took 2 s of its own.
"""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any, Final, NamedTuple

from benchmarks.screen_child import ROOT
from benchmarks.screen_report import table
from tests.cli.own_time import SOON_S
from tests.cli.processes import Child
from tests.cli.terminal import Terminal

SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
CONSOLE: Final[Mapping[str, int | str | None]] = {
    **{each.name: each for each in SIGNALS},
    "q y": "qy",
    "ctrl+c": "\x03",
    "link dropped": None,
}
"""Ways to end a console: a signal, a key, or, as None, its terminal going away."""


class End(NamedTuple):
    """One end: seconds by the clock and of its own, exit code, and what was left on or behind."""

    wall_s: float
    own_s: float
    code: int
    left: str


def console_end(state: Path, how: int | str | None) -> End:
    """Open a console whose desk ends with its terminal, wait for live prices, end it."""
    settings = state.with_name("ends.toml")
    settings.write_text('[desk]\non_hangup = "stop"\n', encoding="utf-8")
    with Terminal(ROOT, "demo", "--config", settings, "--state-dir", state) as terminal:
        terminal.wait_for("LIVE")
        began = monotonic()
        code, own_s = terminal.hang_up() if how is None else terminal.end(how)
        wall_s = monotonic() - began
        modes = terminal.left_on if how is not None else set()
        return End(wall_s, own_s, code, " ".join([*sorted(modes), *_log_left(state)]))


def run_end(state: Path, where: Mapping[str, str], number: int) -> End:
    """Start a desk without a screen, wait until it is ready, end it."""
    with Child(ROOT, "run", "--rest", where["rest"], "--ws", where["ws"], "--state-dir", state) as desk:
        desk.line()
        began = monotonic()
        code, own_s = desk.end(number)
        return End(monotonic() - began, own_s, code, " ".join(_log_left(state)))


def _log_left(state: Path) -> list[str]:
    """Write-ahead logs with something in them: what was not folded in."""
    return [path.name for path in state.glob("*-wal") if path.stat().st_size]


def measured(rounds: int) -> dict[str, list[End]]:
    """Every way to end, in turn, so often."""
    found: dict[str, list[End]] = {}
    for number in range(rounds):
        print(f"round {number + 1}/{rounds}", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as folder, Child(ROOT, "exchange", "--speed", 60) as exchange:
            where = exchange.json()
            for name, how in CONSOLE.items():
                found.setdefault(f"console {name}", []).append(console_end(Path(folder) / "demo", how))
            for each in set(SIGNALS) - {signal.SIGHUP}:  # without a terminal it reads the settings again
                found.setdefault(f"run {each.name}", []).append(run_end(Path(folder) / "desk", where, each))
    return found


def printed(found: Mapping[str, Sequence[End]]) -> list[str]:
    """A row for each way: medians, the slowest, exit codes, what was left."""
    rows = [
        (
            name,
            f"{median(end.wall_s for end in ends):.2f}",
            f"{max(end.wall_s for end in ends):.2f}",
            f"{max(end.own_s for end in ends):.2f}",
            ",".join(sorted({str(end.code) for end in ends})),
            " ".join(sorted({end.left for end in ends if end.left})) or "nothing",
        )
        for name, ends in found.items()
    ]
    return table(("told by", "median s", "slowest s", "its own s", "exit", "left"), rows)


def main() -> None:
    """Exit 1 where an end took longer than promised, of its own, or left something behind."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    found = measured(options.rounds)
    if options.json:
        told: dict[str, Any] = {name: [end._asdict() for end in ends] for name, ends in found.items()}
        print(json.dumps(told))
    else:
        print("\n".join(printed(found)))
    sys.exit(any(end.own_s >= SOON_S or end.left for ends in found.values() for end in ends))


if __name__ == "__main__":
    main()
