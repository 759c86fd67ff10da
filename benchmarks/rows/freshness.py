"""A3: what a tick of a changed price costs a desk, and whether the streaming scan is the batch's."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from benchmarks.armed import armed, pending, usual_policy
from benchmarks.rows.scan import walk
from benchmarks.table.line import Line, at_most
from benchmarks.table.rounds import interleaved, timed
from benchmarks.table.run import Run
from core.domain.events import PriceTick
from core.session.shell import Shell
from core.strat.block import clean
from core.strat.kernels import append_bar, write_codes

NOON = datetime(2026, 1, 6, 12, 0, tzinfo=UTC)
PRICE = Decimal(60_000)
TICKS, MOMENT = 2_000, timedelta(milliseconds=1)
BARS = 200_000


def a3(run: Run) -> list[Line]:
    """At most 10 us a tick, and no bar that the stream tells otherwise than the batch."""
    with asyncio.Runner() as runner:
        shell = runner.run(_armed())
        symbols, desk = shell.desk.state.policy.symbols, shell.desk
        ticks = [
            PriceTick(symbols[n % len(symbols)], PRICE + n % 40, PRICE, PRICE, NOON + n * MOMENT, 0.0, 0.0)
            for n in range(TICKS)
        ]  # fmt: skip
        whole = timed(lambda: [desk.handle(tick) for tick in ticks])
        last, history = np.full(2, np.nan), np.zeros(1, np.uint8)
        bar = timed(lambda: append_bar(101.0, 99.0, last, history), 1_000)
        took = interleaved({"tick": whole, "bar": bar}, run.rounds(40))
        count = pending(shell)
    what = f"a changed price: 5 forming bars, {count // len(symbols)} armed setups of its symbol"
    return [
        Line("A3", what, "us", took["tick"] / TICKS * 1e6, target=at_most(10)),
        Line("A3", "a closed bar streamed, called from Python", "us", took["bar"] * 1e6),
        Line("A3", f"bars of {BARS:,} that stream and batch tell apart", "bars", float(differing()), target=at_most(0)),
    ]


def differing(count: int = BARS) -> int:
    """Bars whose code from the state alone is not the batch's; bad bars and holes among them."""
    high, low = walk(count, 9)
    high[::97], low[::101] = np.nan, -1.0
    high, low = clean(high, low)
    codes = np.empty(count, np.uint8)
    write_codes(high, low, codes)
    last, history = np.full(2, np.nan), np.zeros(1, np.uint8)
    return sum(append_bar(top, foot, last, history) != code for top, foot, code in zip(high, low, codes, strict=True))


async def _armed() -> Shell:
    return armed(NOON, PRICE, usual_policy())
