"""A backtest in a process of its own, for its memory and for its time after the start; one line of JSON.

`python -m benchmarks.backtest_child memory|recorded [STATE_DIR]`
"""

import io
import json
import sys
from contextlib import redirect_stdout
from time import perf_counter

from atlas_tui.__main__ import main as atlas
from benchmarks.paint import most_memory_mb
from benchmarks.walks import grid, random_bars, usual
from core.research.backtest.fast import by_kernel
from core.research.backtest.kernel_loop import Laid
from core.research.backtest.kernel_sweep import Sweep

BARS, SETTINGS = 1_000_000, 50


def memory() -> dict[str, float]:
    """Peak of one backtest with both results, and of a sweep, over a million bars."""
    bars = random_bars(BARS)
    by_kernel(bars, usual(), listed=False)
    Sweep(Laid(bars), grid(SETTINGS)).run()
    return {"peak_mb": most_memory_mb("self")}


def recorded(state: str) -> dict[str, float]:
    """The whole verb again in a process that has run it once, so that nothing of a start is in it."""
    sys.argv = ["atlas", "backtest", "--state-dir", state]
    took, text = 0.0, ""
    for _ in range(4):
        out = io.StringIO()
        began = perf_counter()
        with redirect_stdout(out):
            atlas()
        took, text = perf_counter() - began, out.getvalue()
    counts = (line.split()[1] for line in text.splitlines() if " bars of " in line)
    return {"seconds": took, "bars": sum(int(count.replace(",", "")) for count in counts)}


if __name__ == "__main__":
    print(json.dumps(memory() if sys.argv[1] == "memory" else recorded(sys.argv[2])))
