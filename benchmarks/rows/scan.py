"""A1, A2: the scanner beside memory itself, and beside the ways others scan."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.one_pass_a_pattern import scan_series
from benchmarks.table.line import Line, at_least, at_most
from benchmarks.table.peer import MissingPeer
from benchmarks.table.rounds import Work, interleaved, timed
from benchmarks.table.run import Run
from core.strat.codes import PATTERNS, finding_of
from core.strat.kernels import FOUND_COLUMNS, Bytes, Floats, scan_block, write_codes

BARS = 1_000_000
LOOPED = 20_000
"""Bars of the loop over `iloc`, which takes half a minute for all of them."""
SERIES, SERIES_BARS, MANY = 15, 500, 5_000
NS = 1e9
NAMES = {"3-1-2": 0, "2-1-2": 1, "3-2": 2, "3-2-2": 3, "2-2": 4}


def walk(n: int, seed: int) -> tuple[Floats, Floats]:
    """Highs and lows about 60,000 with a step of a tenth."""
    rng = np.random.default_rng(seed)
    middle = 60_000 + np.cumsum(rng.normal(0, 20, n))
    return np.round(middle + rng.exponential(30, n), 1), np.round(middle - rng.exponential(30, n), 1)


def a1(run: Run) -> list[Line]:
    """The fused pass: half of a copy of the arrays, 100 times one pass a pattern, 10 times one pattern of TA-Lib."""
    high, low = walk(BARS, 1)
    codes = np.empty(BARS, np.uint8)
    fused = timed(lambda: write_codes(high, low, codes), warmed=True)
    took = interleaved({"ours": fused, **_limits(high, low)}, run.rounds(40))
    what = f"full scan of {BARS:,} bars, a byte a bar"
    if not _same(high, low, codes):
        what += " (FINDS OTHER PATTERNS THAN THE PEER)"
    ours = Line("A1", what, "ns/bar", took["ours"] / BARS * NS)
    numpy = f"numpy {np.__version__}"
    lines = [
        replace(ours, peer=f"{numpy} copyto of both", theirs=took["copyto"] / BARS * NS, target=at_most(0.5)),
        replace(ours, peer=f"{numpy} sum of both", theirs=took["sum"] / BARS * NS),
    ]
    data = _saved(run, "long", high, low)
    slow: dict[str, tuple[str, Work | MissingPeer]] = {
        "one pass": ("numba, one pass a pattern", timed(lambda: scan_series(high, low), warmed=True)),
        "talib": _peer(run, "talib", "pattern", "the fastest of three of its patterns", file=data),
        "numpy": _peer(run, "frames", "numpy_scan", "slices", "numpy", file=data),
        "pandas": _peer(run, "frames", "pandas_scan", "shift", "pandas", file=data),
        "iloc": _peer(
            run, "frames", "iloc_scan", f"loop over iloc, {LOOPED:,} bars", "pandas", file=data, count=LOOPED
        ),
    }
    targets = {"one pass": at_least(100), "talib": at_least(10)}
    sizes = {"iloc": LOOPED}
    # The peers write 200 MB a round and would empty the caches of the limits: they have rounds of their own.
    there = {name: work for name, (_, work) in slow.items() if not isinstance(work, MissingPeer)}
    took = interleaved({"ours": fused, **there}, run.rounds(10))
    ours = replace(ours, ours=took["ours"] / BARS * NS, inverse=True)
    for name, (called, work) in slow.items():
        line = replace(ours, peer=called, target=targets.get(name))
        if isinstance(work, MissingPeer):
            lines.append(replace(line, note=str(work)))
        else:
            lines.append(replace(line, theirs=took[name] / sizes.get(name, BARS) * NS))
    return lines


def _limits(high: Floats, low: Floats) -> dict[str, Work]:
    """What memory allows: both arrays copied, and both summed up."""
    to_high, to_low = np.empty_like(high), np.empty_like(low)

    def copied() -> None:
        np.copyto(to_high, high)
        np.copyto(to_low, low)

    return {"copyto": timed(copied, warmed=True), "sum": timed(lambda: high.sum() + low.sum(), warmed=True)}


def a2(run: Run) -> list[Line]:
    """All series in one call: 10 us where one pass a pattern takes 450, and no more than 1.2 sums of the arrays."""
    few, high, low = _block(SERIES, SERIES_BARS, 2)
    crowd, crowd_high, crowd_low = _block(MANY, SERIES_BARS, 3)
    parts = [(high[i : i + SERIES_BARS], low[i : i + SERIES_BARS]) for i in range(0, len(high), SERIES_BARS)]
    pandas = _peer(
        run, "frames", "pandas_many", "shift", "pandas", file=_saved(run, "few", high, low), bars=SERIES_BARS
    )
    works = {
        "few": timed(few, 50, warmed=True),
        "one pass": timed(lambda: [scan_series(each, below) for each, below in parts], 2, warmed=True),
        "crowd": timed(crowd, warmed=True),
        "sum": timed(lambda: crowd_high.sum() + crowd_low.sum(), warmed=True),
    }
    if not isinstance(pandas[1], MissingPeer):
        works["pandas"] = pandas[1]
    took = interleaved(works, run.rounds(40))
    ours = Line("A2", "3 symbols x 5 timeframes x 500 bars", "us", took["few"] * 1e6, inverse=True)
    return [
        replace(ours, peer="numba, one pass a pattern", theirs=took["one pass"] * 1e6, target=at_least(45),
                note="45 times is 10 us where the peer takes 450"),
        replace(ours, peer=pandas[0], theirs=took["pandas"] * 1e6 if "pandas" in took else None,
                note="" if "pandas" in took else str(pandas[1])),
        Line("A2", f"{MANY // 5:,} symbols x 5 timeframes x 500 bars", "us", took["crowd"] * 1e6,
             f"numpy {np.__version__} sum of both", took["sum"] * 1e6, target=at_most(1.2)),
    ]  # fmt: skip


def _block(series: int, bars: int, seed: int) -> tuple[Callable[[], object], Floats, Floats]:
    high, low = walk(series * bars, seed)
    starts = np.arange(0, series * bars + 1, bars, dtype=np.int64)
    forming, rows = np.ones(series, np.uint8), np.array([5, 5, 2], np.int64)
    codes, found = np.empty(series * bars, np.uint8), np.zeros((series * 11, FOUND_COLUMNS), np.int64)
    return lambda: scan_block(high, low, starts, forming, rows, codes, found), high, low


def _same(high: Floats, low: Floats, codes: Bytes) -> bool:
    """Do both shapes find the same? A benchmark of different answers would say nothing."""
    _, passes, setups = scan_series(high, low)
    slow = {(int(i), name) for name, at in NAMES.items() for i in np.flatnonzero(passes[at][0])}
    table = {code: PATTERNS[finding_of(code)].value for code in range(64) if finding_of(code) in PATTERNS}
    fast = {(i, table[code]) for i, code in enumerate(codes.tolist()) if code in table}
    return slow == fast and np.array_equal(np.flatnonzero(setups[0]), np.flatnonzero(codes >> 3 >= 6))


def _saved(run: Run, name: str, high: Floats, low: Floats) -> Path:
    """The bars for a peer; each opens at its low and closes at its high, for those that ask."""
    file = run.folder / f"{name}.npz"
    np.savez(file, high=high, low=low)
    return file


def _peer(
    run: Run, name: str, work: str, what: str, package: str = "", **arguments: object
) -> tuple[str, Work | MissingPeer]:
    """How a peer is called, and its work, or why there is none; it has done it once."""
    given = {key: str(value) if isinstance(value, Path) else value for key, value in arguments.items()}
    try:
        peer = run.peer(name)
        peer.ask(work, 1, False, **given)
        return peer.called(what, package), peer.timed(work, 1, work != "iloc_scan", **given)
    except MissingPeer as reason:
        return f"{package or name}, {what}", reason
