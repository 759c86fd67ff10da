"""How fast the scan is (PERFORMANCE.md A1, A2): ratios inside one run, medians of interleaved rounds.

`python -m benchmarks.bench_scan [rounds]`
"""

import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter_ns

import numpy as np

from benchmarks.one_pass_a_pattern import scan_series
from core.strat.codes import PATTERNS, finding_of
from core.strat.kernels import FOUND_COLUMNS, Bytes, Floats, append_bar, scan_block, write_codes

BARS = 1_000_000
SERIES = 15
SERIES_BARS = 500
MANY = 5_000
REPEATS = 20
"""Calls of a short one between two looks at the clock."""

Work = Callable[[], object]


def walk(n: int, seed: int) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    middle = 60_000 + np.cumsum(rng.normal(0, 20, n))
    return np.round(middle + rng.exponential(30, n), 1), np.round(middle - rng.exponential(30, n), 1)


def measured(works: dict[str, tuple[Work, int]], rounds: int) -> dict[str, float]:
    """Median nanoseconds of one call of each, all of them once a round."""
    took: dict[str, list[float]] = {name: [] for name in works}
    for work, _ in works.values():
        work()
    for _ in range(rounds):
        for name, (work, repeats) in works.items():
            work()
            began = perf_counter_ns()
            for _ in range(repeats):
                work()
            took[name].append((perf_counter_ns() - began) / repeats)
    return {name: median(each) for name, each in took.items()}


def block_scan(series: int, bars: int, seed: int) -> tuple[Work, Floats, Floats]:
    high, low = walk(series * bars, seed)
    starts = np.arange(0, series * bars + 1, bars, dtype=np.int64)
    forming, rows = np.ones(series, np.uint8), np.array([5, 5, 2], np.int64)
    codes, found = np.empty(series * bars, np.uint8), np.zeros((series * 11, FOUND_COLUMNS), np.int64)
    return lambda: scan_block(high, low, starts, forming, rows, codes, found), high, low


def same_patterns(high: Floats, low: Floats, codes: Bytes) -> bool:
    """Do both shapes find the same? A benchmark of different answers would say nothing."""
    names = ["3-1-2", "2-1-2", "3-2", "3-2-2", "2-2"]
    _, passes, setups = scan_series(high, low)
    slow = {(int(i), name) for name, each in zip(names, passes, strict=True) for i in np.flatnonzero(each[0])}
    table = {code: PATTERNS[finding_of(code)].value for code in range(64) if finding_of(code) in PATTERNS}
    fast = {(i, table[code]) for i, code in enumerate(codes.tolist()) if code in table}
    return slow == fast and np.array_equal(np.flatnonzero(setups[0]), np.flatnonzero(codes >> 3 >= 6))


def put(title: str, name: str, ns: float, bars: int, ratios: dict[str, float]) -> None:
    shown = "  ".join(f"{ns / other:7.3f}x {label}" for label, other in ratios.items())
    print(f"{title:4} {name:36} {ns / 1000:11.1f} us {ns / bars:9.3f} ns/bar  {shown}")


def long_series(rounds: int) -> None:
    high, low = walk(BARS, 1)
    to_high, to_low, codes = np.empty(BARS), np.empty(BARS), np.empty(BARS, np.uint8)
    write_codes(high, low, codes)

    def copied() -> None:
        np.copyto(to_high, high)
        np.copyto(to_low, low)

    limits: dict[str, tuple[Work, int]] = {
        "fused pass": (lambda: write_codes(high, low, codes), 1),
        "np.copyto of both arrays": (copied, 1),
        "sum of both arrays": (lambda: high.sum() + low.sum(), 1),
    }
    # The peer writes 200 MB a call and would empty the caches before the others: it has rounds of its own.
    peers: dict[str, tuple[Work, int]] = {
        "fused pass": limits["fused pass"],
        "one pass a pattern": (lambda: scan_series(high, low), 1),
    }
    print(f"A1   {BARS:,} bars; same findings as one pass a pattern: {same_patterns(high, low, codes)}")
    against = measured(limits, rounds)
    _, copy, total = against.values()
    for name, ns in against.items():
        put("A1", name, ns, BARS, {"copyto": copy, "sum": total})
    against = measured(peers, max(5, rounds // 4))
    for name, ns in against.items():
        put("A1", name, ns, BARS, {"one pass a pattern": against["one pass a pattern"]})


def many_series(rounds: int) -> None:
    few, high, low = block_scan(SERIES, SERIES_BARS, 2)
    crowd, crowd_high, crowd_low = block_scan(MANY, SERIES_BARS, 3)
    parts = [(high[i : i + SERIES_BARS], low[i : i + SERIES_BARS]) for i in range(0, len(high), SERIES_BARS)]
    names = {
        "3 x 5 x 500 bars, one call": (few, REPEATS),
        "the same, one pass a pattern": (lambda: [scan_series(h, each) for h, each in parts], 2),
        "1,000 x 5 x 500 bars, one call": (crowd, 1),
        "np.sum of those arrays": (lambda: crowd_high.sum() + crowd_low.sum(), 1),
    }
    ns = measured(names, rounds)
    size, crowd_size = SERIES * SERIES_BARS, MANY * SERIES_BARS
    first, peer, big, total = ns.values()
    put("A2", "3 x 5 x 500 bars, one call", first, size, {"one pass a pattern": peer})
    put("A2", "the same, one pass a pattern", peer, size, {"one pass a pattern": peer})
    put("A2", "1,000 x 5 x 500 bars, one call", big, crowd_size, {"np.sum": total})
    put("A2", "np.sum of those arrays", total, crowd_size, {"np.sum": total})


def stream(rounds: int) -> None:
    last, history = np.full(2, np.nan), np.zeros(1, np.uint8)
    ns = measured({"one closed bar": (lambda: append_bar(101.0, 99.0, last, history), 1_000)}, rounds)
    put("A3", "streaming one closed bar, from Python", ns["one closed bar"], 1, {})


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    long_series(rounds)
    many_series(rounds)
    stream(rounds)


if __name__ == "__main__":
    main()
