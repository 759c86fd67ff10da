"""B2: more messages than a desk can take, over a real socket: nothing grows, the last price is the last one sent."""

import asyncio
from dataclasses import replace

from benchmarks.flood import flooded
from benchmarks.table.line import Line, at_most
from benchmarks.table.run import Run

RATE = 50_000
SECONDS = 10.0
GROWN_MB = 5


def b2(run: Run) -> list[Line]:
    """Ten seconds of it on a whole desk with a ledger and an open position."""
    found = asyncio.run(flooded(RATE, run.lasting(SECONDS), run.folder / "flood"))
    taken = Line("B2", f"taken of {RATE:,} messages offered a second", "messages/s", found["ticks_a_second"])
    wrong = Line("B2", "symbols whose last price is not the last one sent", "", float(not found["last_price_right"]))
    return [
        replace(taken, note="the venue stops where the socket is full; both share this machine's processors"),
        Line("B2", "memory grown meanwhile", "MB", max(0.0, found["grown_mb"]), target=at_most(GROWN_MB)),
        replace(wrong, target=at_most(0)),
        Line("B2", "the stop's exit: from its price to the decision", "ms", found["exit_decided_ms"]),
    ]
