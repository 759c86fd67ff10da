"""`make chaos DURATION=10m`: the twins for as long as you like; `python -m tests.chaos DURATION [SEED [SPEED]]`.

Says of every trade whether both have it, or why not; ends with 1 where there is no reason, or a ledger fails its check.
"""

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from tests.chaos.twins import Outcome, Storm, ride_out

_UNITS = {"s": 1, "m": 60, "h": 3600}


def seconds_of(text: str) -> float:
    """`90s`, `10m`, `1h`, in seconds. Ends the program for anything else."""
    match = re.fullmatch(r"(\d+)([smh])", text)
    if match is None:
        raise SystemExit(f"chaos: {text!r} is not a duration: write it as 90s, 10m or 1h")
    return float(int(match[1]) * _UNITS[match[2]])


def told(outcome: Outcome) -> int:
    """Print the outcome; the exit code."""
    compared = outcome.compared
    say = sys.stdout.write
    for name, lines in (("same", compared.same), ("explained", compared.explained), ("WRONG", compared.wrong)):
        for line in lines:
            say(f"{name}: {line}\n")
    for line in outcome.failed_checks:
        say(f"CHECK: {line}\n")
    counts = f"{len(compared.same)} the same, {len(compared.explained)} explained, {len(compared.wrong)} wrong"
    say(f"{outcome.struck} connections struck, {outcome.outages} outages judged; trades: {counts}\n")
    return 1 if compared.wrong or outcome.failed_checks else 0


def main(duration: str = "10m", seed: str = "1", speed: str = "60") -> int:
    """One long storm."""
    storm = Storm(seconds_of(duration), float(speed), int(seed), longest_s=12.0, fair_s=12.0)
    with tempfile.TemporaryDirectory() as folder:
        return told(asyncio.run(ride_out(Path(folder), storm)))


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:4]))
