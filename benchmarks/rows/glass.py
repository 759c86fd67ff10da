"""C1 to C3: what the console costs a terminal, how late a price and a key are on it, and the first paint."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from benchmarks.paint import first_paints, medians
from benchmarks.screen import measured
from benchmarks.screen_report import NAIVE, SIGNALS, TICKER, Loads
from benchmarks.table.line import Line, at_least, at_most
from benchmarks.table.run import Run

ROUNDS, SECONDS = 3, 4.0
SHARE = 12 / 54
"""12 % of a core where the DataTable takes 54: the same figure for machines of any speed."""


def c1(run: Run) -> list[Line]:
    """Bytes and processor time, quiet and at 300 messages a second, beside a DataTable of the same prices."""
    loads = _loads(run)
    table = f"Textual {version('textual')} DataTable, a change a tick"
    busy = Line("C1", "300 messages/s: written", "bytes/s", loads.of(SIGNALS, 300, "bytes_s"))
    most = max(loads.of(name, 300, "cpu_pct") for name in (SIGNALS, TICKER))
    cpu = Line("C1", "300 messages/s: processor, the worse of two tabs", "% of a core", most)
    return [
        Line("C1", "quiet: written where no minute ended", "bytes/s", loads.least(SIGNALS, 0, "bytes_s"),
             target=at_most(0)),
        Line("C1", "quiet: processor", "% of a core", loads.of(SIGNALS, 0, "cpu_pct"), target=at_most(1)),
        replace(busy, target=at_most(10_000)),
        replace(busy, peer=table, theirs=loads.of(NAIVE, 300, "bytes_s"), inverse=True, target=at_least(35)),
        replace(cpu, target=at_most(12)),
        replace(cpu, peer=table, theirs=loads.of(NAIVE, 300, "cpu_pct"), target=at_most(SHARE),
                note="0.222 is 12 % where the peer takes 54"),
    ]  # fmt: skip


def c2(run: Run) -> list[Line]:
    """From a price's frame to the bytes that show it, and from a key to its tab, while a scan runs."""
    loads = _loads(run)
    delay = loads.of(SIGNALS, 300, "own_delay_p99_ms")
    late = f"this program itself was woken {delay:.1f} ms late at p99; it is in the figure"
    return [
        Line("C2", "300 messages/s: wire to glass, p50", "ms", loads.of(SIGNALS, 300, "wire_p50_ms"),
             target=at_most(8)),
        Line("C2", "300 messages/s: wire to glass, p99", "ms", loads.of(SIGNALS, 300, "wire_p99_ms"),
             target=at_most(20), note=late),
        Line("C2", "2,000 messages/s and a scan: key to glass, p99", "ms", loads.key("key_p99_ms"), target=at_most(50)),
    ]  # fmt: skip


def c3(run: Run) -> list[Line]:
    """From starting the interpreter to the words of the frame."""
    found = medians(first_paints(run.rounds(15)))
    bare, first, whole = found["bare"], found["console"], found["whole"]
    peer = f"Textual {version('textual')}, a bare app"
    paint = Line("C3", "the first frame", "s", first.wall_s, peer, bare.wall_s, target=at_most(1.25))
    return [
        paint,
        replace(paint, what="the first frame, processor", ours=first.cpu_s, theirs=bare.cpu_s),
        replace(paint, what="the first frame, memory", unit="MB", ours=first.memory_mb, theirs=bare.memory_mb,
                target=None),
        replace(paint, what="the whole console, list and chart", ours=whole.wall_s, target=None),
    ]  # fmt: skip


def _loads(run: Run) -> Loads:
    """The console and the table under every rate: measured once for both rows."""

    def measure() -> Mapping[str, Any]:
        rounds = 1 if run.quick else ROUNDS
        return asyncio.run(measured(run.lasting(SECONDS), rounds))

    return Loads(run.once("screen", measure)["rounds"])
