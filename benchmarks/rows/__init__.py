"""The rows of PERFORMANCE.md: each is a function of a run that gives its lines."""

import importlib
from collections.abc import Callable
from typing import Final

from benchmarks.table.line import Line
from benchmarks.table.run import Run

Row = Callable[[Run], list[Line]]

ROWS: Final = {
    "A1": ("scan", "full scan of 1,000,000 bars"),
    "A2": ("scan", "3 symbols x 5 timeframes, and 1,000 symbols, in one call"),
    "A3": ("freshness", "a tick in every forming bar and beside every trigger; stream and batch"),
    "A4": ("gaps", "how long the event loop stands still while starting, compiling and scanning"),
    "B1": ("feed", "one ticker message from bytes to the desk"),
    "B2": ("flooding", "50,000 messages a second"),
    "C1": ("glass", "bytes to the terminal and processor time"),
    "C2": ("glass", "wire to glass, key to glass"),
    "C3": ("glass", "the first paint"),
    "D1": ("trading", "a backtest of 1,000,000 bars; the command"),
    "D2": ("trading", "a sweep of 1,000 settings over 1,000,000 bars"),
    "E1": ("ledger", "a durable fill"),
    "E2": ("ledger", "a restart with 100,000 events"),
}
"""By row: the file here that measures it, in its function of the row's name in small letters, and what it is about."""


def row(name: str) -> Row:
    """The function of a row; only then is imported what it measures."""
    found: Row = getattr(importlib.import_module(f"benchmarks.rows.{ROWS[name][0]}"), name.lower())
    return found
