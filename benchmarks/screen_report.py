"""The figures of the screen benchmark as a table, each beside what is to be reached."""

from collections.abc import Mapping, Sequence
from typing import Any

_HEAD = ("program", "rate /s", "bytes/s", "CPU %", "wire p50", "p99 ms", "any price p50", "p99 ms")
_KEYS = (
    *("program", "rate", "bytes_s", "cpu_pct"),
    *("wire_p50_ms", "wire_p99_ms", "any_price_p50_ms", "any_price_p99_ms"),
)


def printed(found: Mapping[str, Any]) -> str:
    """The tables, then each target with what was measured."""
    paints = found["first_paint_s"]
    ratio = paints["console"] / paints["bare"]
    rows = [tuple(str(load.get(key, "-")) for key in _KEYS) for load in found["loads"]]
    keys = found["key_ms"]
    return "\n".join(
        [
            "screen: 3 symbols in a pty of 120x40, 24 bit colour",
            f"  first paint: bare Textual {paints['bare']} s, console {paints['console']} s: {ratio:.2f} times",
            *table(_HEAD, rows),
            f"  key to glass at 2,000/s with a scan: p50 {keys.get('p50')} ms, p99 {keys.get('p99')} ms",
            *(f"  {text}: {'met' if met else 'missed'}" for text, met in targets(found)),
        ]
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as they need to be, numbers flush right."""
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    return [
        "  " + "  ".join(text.rjust(width) if at else text.ljust(width) for at, (text, width) in enumerate(cells))
        for cells in (list(zip(row, widths, strict=True)) for row in (head, *rows))
    ]


def targets(found: Mapping[str, Any]) -> list[tuple[str, bool]]:
    """What is to be reached, and whether it was."""
    loads = {(load["program"], load["rate"]): load for load in found["loads"]}
    at = {rate: loads["console, Signals", rate] for rate in (0, 12, 300)}
    naive = loads["DataTable per tick", 300]["bytes_s"] / max(1, at[300]["bytes_s"])
    paints, keys = found["first_paint_s"], found["key_ms"]
    return [
        ("first paint at most 1.25 times a bare app", paints["console"] <= 1.25 * paints["bare"]),
        ("0 bytes/s and at most 1 % when quiet", at[0]["bytes_s"] < 1 and at[0]["cpu_pct"] <= 1),
        ("at most 2 kB/s at 12/s", at[12]["bytes_s"] <= 2_000),
        ("at most 10 kB/s at 300/s", at[300]["bytes_s"] <= 10_000),
        ("at most 12 % of a core at 300/s", at[300]["cpu_pct"] <= 12),
        (f"35 times fewer bytes than the DataTable ({naive:.0f} times)", naive >= 35),
        ("wire to glass p50 at most 8 ms, p99 20 ms at 300/s",
         at[300].get("wire_p50_ms", 99) <= 8 and at[300].get("wire_p99_ms", 99) <= 20),
        ("key to glass p99 at most 50 ms at 2,000/s with a scan", keys.get("p99", 99) <= 50),
    ]  # fmt: skip
