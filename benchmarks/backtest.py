"""How fast a backtest is (PERFORMANCE.md D1, D2): `python -m benchmarks.backtest [ROUNDS]`.

One symbol of 1,000,000 random 15m bars. The kernel's time is that of rolling, classifying, finding setups and running
the loop with its trade records, warm; the sweep's that of 1,000 settings over the same bars, rolling included.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from core.domain.policy import Policy
from core.domain.symbols import Instrument, ListingKind
from core.domain.timeframes import M15
from core.research.backtest.bars import Bars, SymbolBars
from core.research.backtest.fast import by_kernel
from core.research.backtest.kernel_loop import Laid, Loop
from core.research.backtest.kernel_sweep import Sweep
from core.research.backtest.settings import BacktestSettings, Slippage

BARS = 1_000_000
SETTINGS = 1_000
WANTED = {"bars": 50e6, "cold_s": 1.5, "sweep_s": 5.0, "memory_mb": 300}


def random_bars(count: int, seed: int = 7) -> Bars:
    """A walk of one symbol about 60,000 USD in cents, moving as the recorded one does: a quarter of a percent a bar."""
    rng = np.random.default_rng(seed)
    close = (6_000_000 * np.exp(np.cumsum(rng.normal(0, 0.0025, count)) * 0.3)).astype(np.int64)
    opened = np.concatenate((close[:1], close[:-1]))
    reach = (close * rng.exponential(0.0008, (2, count))).astype(np.int64)
    high, low = np.maximum(opened, close) + reach[0], np.maximum(1, np.minimum(opened, close) - reach[1])
    start = np.arange(count, dtype=np.int64) * M15.seconds
    return Bars((SymbolBars("BTC", M15, Decimal("0.01"), start, opened, high, low, close),))


def usual() -> BacktestSettings:
    """The defaults with fees, funding and realistic slippage."""
    listing = Instrument("BTC", "BTC-INTX", ListingKind.INTX, Decimal("0.01"), Decimal("1e-8"), Decimal("1e-8"))
    return BacktestSettings(Policy(symbols=("BTC",)), {"BTC": listing}).slipping(Slippage.REALISTIC)


def grid(count: int) -> list[BacktestSettings]:
    """So many different settings: filters, continuity and risk."""
    base, found = usual(), []
    for number in range(count):
        filters = replace(
            base.policy.filters,
            min_magnitude_pct=Decimal(40 + number % 10 * 4) / 100,
            min_risk_reward=Decimal(14 + number // 10 % 10) / 10,
            min_continuity=number // 100 % 5,
            veto=number // 500 % 2 == 0,
        )
        found.append(replace(base, policy=replace(base.policy, filters=filters)))
    return found


def seconds(work: Callable[[], object], rounds: int) -> float:
    """Median time of one call."""
    took = []
    for _ in range(rounds):
        began = perf_counter()
        work()
        took.append(perf_counter() - began)
    return median(took)


def cold_command() -> float | None:
    """`atlas backtest` over the recorded bars, a process each time; None where there are none."""
    data = Path(os.environ.get("ATLAS_DATA_DIR", "../shared/data")) / "candles"
    files = sorted(data.glob("COINBASE_*_15m.csv.gz"))
    if not files:
        return None
    with TemporaryDirectory() as folder:
        atlas = [str(Path(sys.executable).with_name("atlas"))]
        subprocess.run([*atlas, "history", "import", *files, "--state-dir", folder], check=True, capture_output=True)
        command = [*atlas, "backtest", "--state-dir", folder]
        return seconds(lambda: subprocess.run(command, check=True, capture_output=True), 5)


def tell(name: str, found: str, met: bool) -> None:
    """One line of the table."""
    print(f"{name:44} {found:>34}  {'met' if met else 'NOT MET'}", flush=True)


def main(rounds: int) -> None:
    """Measure and print."""
    bars, rules = random_bars(BARS), usual()
    laid = Laid(bars)
    loop = Loop(laid, rules)
    table = loop.table(armed_only=True)
    ran = loop.run(table, second=False)
    rolling = seconds(lambda: Laid(bars), rounds)
    finding = seconds(lambda: loop.table(armed_only=True), rounds)
    running = seconds(lambda: loop.run(table, second=False), rounds)
    total = rolling + finding + running
    print(f"{BARS:,} bars, {len(table):,} setups to enter, {len(ran.trades):,} trades; {os.cpu_count()} processors")
    print(f"roll and classify {rolling * 1e3:.1f} ms, find setups {finding * 1e3:.1f} ms, run {running * 1e3:.1f} ms")
    speed = f"{BARS / total / 1e6:.1f} M bars/s ({total * 1e3:.1f} ms)"
    tell("D1 kernel, warm, with trade records", speed, BARS / total >= WANTED["bars"])
    loop_speed = f"{BARS / (finding + running) / 1e6:.0f} M bars/s"
    tell("   the same without rolling", loop_speed, BARS / (finding + running) >= WANTED["bars"])
    whole = seconds(lambda: by_kernel(bars, rules, listed=False), max(1, rounds // 3))
    print(f"both results as the desk's values: {whole:.2f} s")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    tell("   peak memory of this process so far", f"{memory:.0f} MB", memory <= WANTED["memory_mb"])
    settings = grid(SETTINGS)
    swept = seconds(lambda: Sweep(Laid(bars), settings).run(), 1)
    tell(f"D2 {SETTINGS:,} settings", f"{swept:.2f} s", swept <= WANTED["sweep_s"])
    cold = cold_command()
    if cold is not None:
        tell("   cold command, recorded bars, warm cache", f"{cold:.2f} s", cold <= WANTED["cold_s"])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
