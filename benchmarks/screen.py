"""What the console costs a terminal (PERFORMANCE.md C1, C2): bytes, processor and latency, in a pty.

The real command runs over a scripted venue. Each round starts it anew, and after it a DataTable that is updated with
every tick. The table of `make bench` holds some of it against its targets.

`python -m benchmarks.screen [--seconds N] [--rounds N] [--json]`
"""

import argparse
import asyncio
import gc
import json
import os
import re
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import quantiles
from time import monotonic
from typing import Final

from benchmarks.screen_child import Child
from benchmarks.screen_report import printed
from benchmarks.screen_venue import Venue
from core.config.allowed import WEEKDAYS

RATES: Final = (0, 12, 300, 2_000)
_SETTLE_S: Final = 3.0
_PROBE_S: Final = 0.01
_PRICE: Final = re.compile(r"(BTC|ETH|SOL)\S* ([\d,]+\.\d+)")
_TABS: Final = {"Signals": ("1", "pattern"), "Ticker": ("0", "24h range")}
"""Key of a tab and a word of its header."""


@dataclass(slots=True)
class Load:
    """One program under one rate.

    Attributes:
        arrivals: seconds from sending a price to seeing it, for every price that was seen.
        waits: seconds from sending any price to seeing it or a newer one.
        delays: how much later than asked this program itself was woken meanwhile, seconds: what the machine adds.
    """

    name: str
    rate: int
    sent: float = 0.0
    bytes_s: float = 0.0
    cpu_pct: float = 0.0
    arrivals: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)

    def line(self) -> dict[str, object]:
        """The figures, milliseconds for latencies."""
        wire = {f"wire_{name}_ms": value for name, value in spread_of(self.arrivals).items()}
        every = {f"any_price_{name}_ms": value for name, value in spread_of(self.waits).items()}
        every |= {f"own_delay_{name}_ms": value for name, value in spread_of(self.delays).items()}
        shown = {"messages_s": round(self.sent, 1), "bytes_s": round(self.bytes_s), "cpu_pct": round(self.cpu_pct, 2)}
        return {"program": self.name, "rate": self.rate, **shown, **wire, **every}


def spread_of(seconds: list[float]) -> dict[str, float]:
    """p50 and p99 in milliseconds; empty for too few."""
    if len(seconds) < 10:
        return {}
    cuts = quantiles(seconds, n=100, method="inclusive")
    return {"p50": round(cuts[49] * 1000, 2), "p99": round(cuts[98] * 1000, 2)}


def console(venue: Venue, state: Path) -> Child:
    """The real command over the scripted venue, with the default settings; the weekly maintenance is days away."""
    state.mkdir(parents=True)
    settings = state / "settings.toml"
    closed_on = WEEKDAYS[(datetime.now(UTC).weekday() + 3) % len(WEEKDAYS)]
    settings.write_text(f'[maintenance]\nweekday = "{closed_on}"\n')
    places = ["--config", str(settings), "--state-dir", str(state / "desk")]
    return Child("atlas_tui", ["--rest", venue.rest, "--ws", venue.ws, *places])


async def loaded(child: Child, venue: Venue, name: str, rate: int, seconds: float) -> Load:
    """Let the venue send at the rate for so long and see what it costs."""
    load = Load(name, rate)
    _say(f"{name} at {rate}/s")

    def look(at: float) -> None:
        for symbol, shown in _PRICE.findall(child.glass.row(1)):
            venue.quotes[symbol].reached(shown, at, load.arrivals, load.waits)

    venue.rate = rate
    await asyncio.sleep(_SETTLE_S if rate else 4 * _SETTLE_S)
    for symbol, shown in _PRICE.findall(child.glass.row(1)):
        venue.quotes[symbol].stands(shown)
    child.seen = look
    began, written, cpu, sent = monotonic(), child.written, child.cpu_s(), venue.sent
    while (now := monotonic()) < began + seconds:
        await asyncio.sleep(_PROBE_S)
        load.delays.append(monotonic() - now - _PROBE_S)
    took = monotonic() - began
    load.bytes_s = (child.written - written) / took
    load.cpu_pct = (child.cpu_s() - cpu) / took * 100
    load.sent = (venue.sent - sent) / took
    child.seen = lambda at: None
    return load


async def keys(child: Child, venue: Venue, seconds: float) -> list[float]:
    """Seconds from a key to the tab it asks for, at 2,000 messages a second with a scan running all the time."""
    _say("keys at 2,000/s with a scan")
    venue.rate = 2_000
    await asyncio.sleep(1)
    took: list[float] = []
    random, end, number = Random(1), monotonic() + max(10.0, seconds), 0
    while monotonic() < end:
        number += 1
        key, word = list(_TABS.values())[number % 2]
        child.type("r")
        await asyncio.sleep(random.uniform(0.05, 0.12))
        pressed = monotonic()
        child.type(key)
        took.append(await child.shows(word) - pressed)
        await asyncio.sleep(random.uniform(0.02, 0.08))
    venue.rate = 0
    return took


async def one_round(venue: Venue, state: Path, seconds: float) -> dict[str, object]:
    """The console under every rate, its keys, and then the DataTable."""
    child = console(venue, state)
    try:
        await child.shows("scan ")
        venue.rate = 12
        await child.shows("✓")
        loads = [await loaded(child, venue, "console, Signals", rate, seconds) for rate in RATES]
        child.type("0")
        loads.append(await loaded(child, venue, "console, Ticker", 300, seconds))
        pressed = await keys(child, venue, seconds)
    finally:
        await child.end()
    table = Child("benchmarks.screen_table", [venue.ws], watching=False)
    try:
        loads += [await loaded(table, venue, "DataTable per tick", rate, seconds) for rate in (12, 300)]
    finally:
        await table.end()
    key = {f"key_{name}_ms": value for name, value in spread_of(pressed).items()} | {"presses": len(pressed)}
    return {"loads": [load.line() for load in loads], **key, "machine_load": round(os.getloadavg()[0], 1)}


async def measured(seconds: float, rounds: int) -> dict[str, object]:
    """Everything, as plain values."""
    async with AsyncExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="atlas-bench-")))
        venue = await stack.enter_async_context(Venue())
        gc.freeze()  # a collection of this program would be taken for the console's delay
        found = []
        for number in range(rounds):
            _say(f"round {number + 1}/{rounds}")
            found.append(await one_round(venue, root / f"round{number}", seconds))
    return {"cores": os.cpu_count(), "rounds": found}


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="bytes, processor and latency of the console")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each load is watched")
    parser.add_argument("--rounds", type=int, default=5, help="how often each program is started and measured")
    parser.add_argument("--json", action="store_true", help="the bare figures")
    asked = parser.parse_args()
    found = asyncio.run(measured(asked.seconds, asked.rounds))
    print(json.dumps(found, indent=2) if asked.json else printed(found))


if __name__ == "__main__":
    main()
