"""What a backtest costs the console beside it: `python -m benchmarks.beside [--bars N] [--rounds N]`.

A console of 120x40 without a terminal takes 30 pictures of new prices a second. How late its event loop is while
nothing else is done, while backtests of the compiled loop follow one another, and while the desk's own slow path runs
one (a guard is set, which only that knows); over the same stored bars. What a run takes, and its process holds. The
console's own processor time tells whether what it did was the reason; the machine's load stands beside it.
"""

import argparse
import asyncio
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from time import monotonic, process_time
from typing import Final

from atlas_tui.app import AtlasApp
from atlas_tui.backtest.model import Backtest
from atlas_tui.backtest.worker import Beside
from atlas_tui.options import ConsoleOptions
from atlas_tui.screens.backtest import BacktestScreen
from benchmarks.attach import resident_mb
from benchmarks.lag import LoopLag
from benchmarks.screen_report import table
from tests.research.history.kept import keep_walk
from tests.tui.fake_desk import FakeDesk
from tests.tui.snapshots_data import rich

SYMBOLS: Final = ("BTC", "ETH", "SOL")
RATE: Final = 30
IDLE_S: Final = 10.0
FAST: Final = 5
"""Runs of the compiled loop in a round."""
_HEAD: Final = (
    "beside the console",
    "seconds",
    "lag p50 ms",
    "p99",
    "p99.9",
    "most",
    "own CPU %",
    "process MB",
    "load",
)


async def measured(state: Path, rounds: int) -> list[tuple[str, ...]]:
    """The rows of the table: every phase of every round."""
    settings = state.parent / "guarded.toml"
    settings.write_text("[guards]\nlosing_streak = 1000\n", encoding="utf-8")
    desk, lag, rows = FakeDesk(rich()), LoopLag(), []
    options = ConsoleOptions(same_settings=("--state-dir", str(state)))
    app = AtlasApp(desk, options)
    async with app.run_test(size=(120, 40)) as pilot:
        beside = [asyncio.create_task(_prices(desk)), asyncio.create_task(lag.watch())]
        await pilot.press("9")
        screen = app.screen
        assert isinstance(screen, BacktestScreen)
        backtest = screen.backtest
        await _until(lambda: backtest.stored is not None)
        slow = Backtest(SYMBOLS, lambda heard: Beside(("--state-dir", str(state), "--config", str(settings)), heard))
        for number in range(1, rounds + 1):
            for name, phase in (("nothing", _idle), (f"{FAST} fast runs", _fast), ("the desk's own path", _slow)):
                lag.forget()
                began, used = monotonic(), process_time()
                took, held = await phase(slow if phase is _slow else backtest)
                own = 100 * (process_time() - used) / (monotonic() - began)
                late = (f"{lag.at_percent(part):.1f}" for part in (50, 99, 99.9, 100))
                rows.append(
                    (
                        f"{number}: {name}",
                        f"{took:.1f}",
                        *late,
                        f"{own:.0f}",
                        f"{held:.0f}" if held else "",
                        f"{os.getloadavg()[0]:.1f}",
                    )
                )
        for task in beside:
            task.cancel()
        slow.end()
    return rows


async def _idle(_: Backtest) -> tuple[float, float]:
    await asyncio.sleep(IDLE_S)
    return IDLE_S, 0.0


async def _fast(backtest: Backtest) -> tuple[float, float]:
    took = 0.0
    for _ in range(FAST):
        took += (await _slow(backtest))[0]
        await asyncio.sleep(1)
    return took, _held(backtest)


async def _slow(backtest: Backtest) -> tuple[float, float]:
    began = monotonic()
    backtest.run()
    await _until(lambda: backtest.state != "running")
    assert backtest.found is not None, backtest.why
    return monotonic() - began, _held(backtest)


def _held(backtest: Backtest) -> float:
    worker = backtest._worker
    return resident_mb(worker.pid) if isinstance(worker, Beside) and worker.pid is not None else 0.0


async def _prices(desk: FakeDesk) -> None:
    """New prices for ever."""
    number = 0
    while True:
        number += 1
        picture = desk.snapshot
        moved = (replace(each, price=(each.price or Decimal(1)) + number % 7 - 3) for each in picture.quotes)
        desk.publish(replace(picture, quotes=tuple(moved)))
        await asyncio.sleep(1 / RATE)


async def _until(seen: Callable[[], bool]) -> None:
    while not seen():
        await asyncio.sleep(0.02)


def main(arguments: Sequence[str] | None = None) -> None:
    """Keep the bars, measure, print."""
    parser = argparse.ArgumentParser(prog="benchmarks.beside")
    parser.add_argument("--bars", type=int, default=161_562, help="of three symbols together")
    parser.add_argument("--rounds", type=int, default=1)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state"
        for symbol in SYMBOLS:
            keep_walk(state, symbol, rows=asked.bars // len(SYMBOLS))
        rows = asyncio.run(measured(state, asked.rounds))
    print(f"{asked.bars:,} bars of three symbols; {os.cpu_count()} cores")
    print("\n".join(table(_HEAD, rows)))


if __name__ == "__main__":
    main()
