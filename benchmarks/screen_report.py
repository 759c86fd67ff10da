"""The figures of the screen benchmark: medians of the rounds, each round's latencies, each target with its verdict."""

from collections.abc import Callable, Mapping, Sequence
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
SHARE_PCT = 100 * 12 / 54
"""12 % of a core where the DataTable takes 54 %: the same figure for machines of any speed."""
SIGNALS, TICKER, NAIVE = "console, Signals", "console, Ticker", "DataTable per tick"


def printed(found: Mapping[str, Any]) -> str:
    """The tables, then each target with what was measured."""
    rounds: Sequence[Mapping[str, Any]] = found["rounds"]
    programs = [(load["program"], load["rate"]) for load in rounds[0]["loads"]]
    rows = [
        (program, str(rate), *(_shown(over(rounds, program, rate, key)) for key in _KEYS)) for program, rate in programs
    ]
    paints = found["first_paint_s"]
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
            f"  first paint: bare Textual {paints['bare']['wall_s']} s, first frame {paints['console']['wall_s']} s",
            *table(_HEAD, rows),
            "each round at 300/s, and keys at 2,000/s with a scan, ms; the machine's load beside them",
            *table(head, by_round),
            "to reach",
            *table(
                ("", "measured", ""), [(what, value, "met" if met else "MISSED") for what, value, met in targets(found)]
            ),
        ]
    )


def over(rounds: Sequence[Mapping[str, Any]], program: str, rate: int, key: str) -> list[float | None]:
    """One figure in every round."""
    return [_load(each, program, rate).get(key) for each in rounds]


def _load(one: Mapping[str, Any], program: str, rate: int) -> Mapping[str, Any]:
    return next(load for load in one["loads"] if (load["program"], load["rate"]) == (program, rate))


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


def targets(found: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    """What is to be reached, what was measured (the median of the rounds), and whether that is enough."""
    rounds: Sequence[Mapping[str, Any]] = found["rounds"]
    paints = found["first_paint_s"]

    def at(program: str, rate: int, key: str) -> list[float | None]:
        return over(rounds, program, rate, key)

    fewer = [
        naive / max(1.0, ours)
        for naive, ours in zip(at(NAIVE, 300, "bytes_s"), at(SIGNALS, 300, "bytes_s"), strict=True)
        if naive is not None and ours is not None
    ]
    most = [max(each) for each in zip(*(at(name, 300, "cpu_pct") for name in (SIGNALS, TICKER)), strict=True)]
    share = [100 * ours / naive for ours, naive in zip(most, at(NAIVE, 300, "cpu_pct"), strict=True) if ours and naive]
    quiet = [each for each in at(SIGNALS, 0, "bytes_s") if each is not None]
    first = paints["console"]["cpu_s"] / paints["bare"]["cpu_s"]
    keys = [each.get("key_p99_ms") for each in rounds]
    sides: list[tuple[str, Sequence[float | None], float, Callable[[float, float], bool]]] = [
        ("quiet: bytes/s where no minute ended", [min(quiet)], 0, float.__le__),
        ("quiet: % of a core, at most 1", at(SIGNALS, 0, "cpu_pct"), 1, float.__le__),
        ("12/s: bytes/s, at most 2,000", at(SIGNALS, 12, "bytes_s"), 2_000, float.__le__),
        ("300/s: bytes/s, at most 10,000", at(SIGNALS, 300, "bytes_s"), 10_000, float.__le__),
        ("300/s: % of a core, at most 12", most, 12, float.__le__),
        ("300/s: % of the DataTable's processor time, at most 22", share, SHARE_PCT, float.__le__),
        ("300/s: times fewer bytes than the DataTable, at least 35", fewer, 35, float.__ge__),
        ("300/s: wire to glass p50 ms, at most 8", at(SIGNALS, 300, "wire_p50_ms"), 8, float.__le__),
        ("300/s: wire to glass p99 ms, at most 20", at(SIGNALS, 300, "wire_p99_ms"), 20, float.__le__),
        ("2,000/s and a scan: key to glass p99 ms, at most 50", keys, 50, float.__le__),
        ("first paint in times a bare app's processor time, at most 1.25", [first], 1.25, float.__le__),
    ]  # fmt: skip
    return [(what, _shown(values), _meets(values, limit, is_met)) for what, values, limit, is_met in sides]


def _meets(values: Sequence[float | None], limit: float, is_met: Callable[[float, float], bool]) -> bool:
    value = _median(values)
    return value is not None and is_met(float(value), float(limit))
