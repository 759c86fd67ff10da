"""The figures of the screen benchmark: medians of the rounds, and each round's latencies."""

from collections.abc import Mapping, Sequence
from math import nan
from statistics import median
from typing import Any

_HEAD = (
    *("program", "rate /s", "bytes/s", "CPU %", "wire p50 ms", "p99 ms"),
    *("any price p50", "p99 ms", "own delay p99 ms"),
)
_KEYS = (
    *("bytes_s", "cpu_pct", "wire_p50_ms", "wire_p99_ms"),
    *("any_price_p50_ms", "any_price_p99_ms", "own_delay_p99_ms"),
)
SIGNALS, TICKER, NAIVE = "console, Signals", "console, Ticker", "DataTable per tick"


def printed(found: Mapping[str, Any]) -> str:
    """The tables."""
    rounds: Sequence[Mapping[str, Any]] = found["rounds"]
    loads = Loads(rounds)
    programs = [(load["program"], load["rate"]) for load in rounds[0]["loads"]]
    rows = [(program, str(rate), *(loads.shown(program, rate, key) for key in _KEYS)) for program, rate in programs]
    by_round = [
        (
            str(number),
            *(_shown([_load(each, program, 300).get(f"wire_{name}_ms")])
              for program in (SIGNALS, TICKER) for name in ("p50", "p99")),
            *(_shown([each.get(f"key_{name}_ms")]) for name in ("p50", "p99")),
            str(each["presses"]),
            str(each["machine_load"]),
        )
        for number, each in enumerate(rounds, 1)
    ]  # fmt: skip
    of = f"{found['cores']} cores; medians of {len(rounds)} rounds"
    head = ("round", "Signals p50", "p99", "Ticker p50", "p99", "key p50", "p99", "presses", "load")
    return "\n".join(
        [
            f"screen: 3 symbols in a pty of 120x40, 24 bit colour, {of}",
            *table(_HEAD, rows),
            "each round at 300/s, and keys at 2,000/s with a scan, ms; the machine's load beside them",
            *table(head, by_round),
        ]
    )


class Loads:
    """The rounds of `benchmarks.screen`, asked for one figure: the median of the rounds that have it."""

    def __init__(self, rounds: Sequence[Mapping[str, Any]]) -> None:
        self._rounds = rounds

    def of(self, program: str, rate: int, key: str) -> float:
        """A figure of a program under a rate; NaN where no round has it."""
        return _known(_median(self._over(program, rate, key)))

    def least(self, program: str, rate: int, key: str) -> float:
        """The smallest of the rounds."""
        known = [value for value in self._over(program, rate, key) if value is not None]
        return min(known, default=nan)

    def key(self, name: str) -> float:
        """A figure of the keys."""
        return _known(_median([one.get(name) for one in self._rounds]))

    def shown(self, program: str, rate: int, key: str) -> str:
        """A figure of a program as text."""
        return _shown(self._over(program, rate, key))

    def _over(self, program: str, rate: int, key: str) -> list[float | None]:
        return [_load(one, program, rate).get(key) for one in self._rounds]


def _load(one: Mapping[str, Any], program: str, rate: int) -> Mapping[str, Any]:
    return next(load for load in one["loads"] if (load["program"], load["rate"]) == (program, rate))


def _known(value: float | None) -> float:
    return nan if value is None else value


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _shown(values: Sequence[float | None]) -> str:
    value = _median(values)
    return "-" if value is None else f"{value:,.0f}" if value >= 1000 else f"{value:.1f}".removesuffix(".0")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as they need to be, numbers flush right."""
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    return [
        "  " + "  ".join(text.rjust(width) if at else text.ljust(width) for at, (text, width) in enumerate(cells))
        for cells in (list(zip(row, widths, strict=True)) for row in (head, *rows))
    ]
