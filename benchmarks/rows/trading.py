"""D1, D2: backtests and sweeps beside the libraries people use, and beside the bare loop."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.bare_loop import bare_loop
from benchmarks.table.line import Line, Target, at_least, at_most
from benchmarks.table.peer import MissingPeer, Peer
from benchmarks.table.rounds import interleaved, timed
from benchmarks.table.run import ROOT, Run
from benchmarks.walks import grid, random_bars, usual
from core.research.backtest import kernel_setups as setups
from core.research.backtest.bars import Ints
from core.research.backtest.fast import by_kernel
from core.research.backtest.kernel_loop import Laid, Loop
from core.research.backtest.kernel_sweep import Sweep

BARS, SETTINGS = 1_000_000, 1_000
LOOKED_AT = 100_000
"""Bars of the peer that takes ten seconds for all of them."""
VECTORBT = 50 / 7.0
"""50 million bars a second where vectorbt does 7."""
A_SETTING = 0.143 / 0.005
"""5 s for 1,000 settings where vectorbt takes 0.143 s for one."""


def d1(run: Run) -> list[Line]:
    """The kernel with its trade records, the recorded bars, and the command with its memory."""
    bars, rules = random_bars(BARS), usual()
    loop = Loop(Laid(bars), rules)
    table = loop.table(armed_only=True)
    ran = loop.run(table, second=False)
    file = _saved(run, loop, table)

    def kernels() -> None:
        Laid(bars)
        loop.run(loop.table(armed_only=True), second=False)

    base, entries = loop.laid.series[0].base, table[:, [setups.BAR, setups.SIDE, setups.STOP, setups.TARGET]].copy()
    works = {
        "ours": timed(kernels),
        "whole": timed(lambda: by_kernel(bars, rules, listed=False)),
        "roll": timed(lambda: Laid(bars)),
        "find": timed(lambda: loop.table(armed_only=True)),
        "run": timed(lambda: loop.run(table, second=False)),
        "loop": timed(lambda: bare_loop(base[2], base[3], entries, np.empty((len(entries), 3), np.int64))),
    }
    peer = _peer(run, "vectorbt", file=str(file))
    if isinstance(peer, Peer):
        works["vectorbt"] = peer.timed("trades", file=str(file))
    took = interleaved(works, run.rounds(20))
    parts = ", ".join(f"{name} {took[name] * 1e3:.1f} ms" for name in ("roll", "find", "run"))
    what = f"{BARS:,} bars: roll, find setups, trade"
    kernel = Line("D1", what, "M bars/s", BARS / took["ours"] / 1e6)
    return [
        replace(kernel, target=at_least(50), note=f"{parts}; {len(table):,} entries, {len(ran.trades):,} trades"),
        Line("D1", "both results as the desk's values, the clock of 28 years made anew", "M bars/s",
             BARS / took["whole"] / 1e6),
        replace(kernel, peer="numba, a bare loop over stops and targets", theirs=BARS / took["loop"] / 1e6),
        _beside(kernel, peer, took.get("vectorbt"), at_least(VECTORBT)),
        _slow(run, kernel, file),
        *_command(run),
    ]  # fmt: skip


def d2(run: Run) -> list[Line]:
    """A thousand settings over the same bars, rolling included, on all cores."""
    bars, count = random_bars(BARS), 100 if run.quick else SETTINGS
    settings = grid(count)
    Sweep(Laid(bars), settings[:1]).run()
    loop = Loop(Laid(bars), usual())
    file = _saved(run, loop, loop.table(armed_only=True))
    works = {"ours": timed(lambda: Sweep(Laid(bars), settings).run())}
    peer = _peer(run, "vectorbt", file=str(file))
    if isinstance(peer, Peer):
        works["vectorbt"] = peer.timed("trades", file=str(file))
    took = interleaved(works, 3)
    line = Line("D2", f"{count:,} settings over {BARS:,} bars", "s", took["ours"])
    each = Line("D2", f"one setting of {count:,}", "ms", took["ours"] / count * 1e3, inverse=True)
    theirs = took["vectorbt"] * 1e3 if isinstance(peer, Peer) else None
    called = peer.called("one setting") if isinstance(peer, Peer) else "vectorbt, one setting"
    return [
        replace(line, target=at_most(5.0 * count / SETTINGS)),
        replace(each, peer=called, theirs=theirs, target=at_least(A_SETTING),
                note="" if theirs is not None else str(peer)),
    ]  # fmt: skip


def _beside(ours: Line, peer: Peer | MissingPeer, seconds: float | None, target: Target) -> Line:
    """The peer that is handed the entries."""
    if isinstance(peer, MissingPeer) or seconds is None:
        return replace(ours, peer="vectorbt, warm", target=target, note=str(peer))
    called = peer.called("warm, entries given")
    return replace(ours, peer=called, theirs=BARS / seconds / 1e6, target=target)


def _slow(run: Run, ours: Line, file: Path) -> Line:
    """The peer that is too slow for rounds: once."""
    try:
        peer = run.peer("backtesting")
        found = peer.ask("trades", file=str(file), count=LOOKED_AT)
    except MissingPeer as reason:
        return replace(ours, peer="backtesting.py", note=str(reason))
    called = peer.called(f"entries given, {LOOKED_AT:,} bars")
    return replace(ours, peer=called, theirs=LOOKED_AT / found["seconds"] / 1e6)


def _peer(run: Run, name: str, file: str) -> Peer | MissingPeer:
    """The peer, its code compiled by a first request; or why not."""
    try:
        peer = run.peer(name)
        peer.ask("trades", file=file)
        return peer
    except MissingPeer as reason:
        return reason


def _saved(run: Run, loop: Loop, table: Ints) -> Path:
    """Bars and entries for the peers, in USD."""
    series, file = loop.laid.series[0], run.folder / "trading.npz"
    unit = float(series.bars.unit)
    opened, high, low, close = (column * unit for column in series.base[1:])
    fees = loop.settings.policy.fees
    np.savez(
        file, open=opened, high=high, low=low, close=close, bar=table[:, setups.BAR], side=table[:, setups.SIDE],
        raw=table[:, setups.RAW] * unit, stop=table[:, setups.STOP] * unit, target=table[:, setups.TARGET] / 2 * unit,
        fee=float(fees.intx), slippage=float(fees.slippage_bp) / 1e4,
    )  # fmt: skip
    return file


def _command(run: Run) -> list[Line]:
    """`atlas backtest` over the recorded bars as a command, and what it holds of a million; a child each time."""
    data = Path(os.environ.get("ATLAS_DATA_DIR") or ROOT.parent / "shared" / "data") / "candles"
    files = sorted(map(str, data.glob("COINBASE_*_15m.csv.gz")))
    held = Line("D1", f"memory of a backtest and a sweep of {BARS:,} bars", "MB", _child("memory")["peak_mb"])
    lines = [replace(held, target=at_most(300))]
    what = "the command over the recorded bars, warm cache"
    if not files:
        return [*lines, Line("D1", what, "s", None, target=at_most(1.5), note="no recorded bars: set ATLAS_DATA_DIR")]
    state = str(run.folder / "recorded")
    atlas = [sys.executable, "-m", "atlas_tui"]
    _done([*atlas, "history", "import", *files, "--state-dir", state])
    command = [*atlas, "backtest", "--state-dir", state]
    took = interleaved({"command": timed(lambda: _done(command))}, run.rounds(7))
    warm = _child("recorded", state)
    return [
        *lines,
        Line("D1", what, "s", took["command"], target=at_most(1.5)),
        Line("D1", f"the {warm['bars']:,} recorded bars after the start: read, both results, told", "s",
             warm["seconds"], target=at_most(1.0)),
    ]  # fmt: skip


def _child(what: str, *arguments: str) -> dict[str, Any]:
    told = _done([sys.executable, "-m", "benchmarks.backtest_child", what, *arguments])
    found: dict[str, Any] = json.loads(told)
    return found


def _done(command: list[str]) -> str:
    """Its output; byte code is kept as on every installed machine, whatever this shell's environment says."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT, env=environment).stdout
