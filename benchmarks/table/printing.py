"""The table as text."""

from collections.abc import Mapping, Sequence

from benchmarks.table.line import Line

HEAD = ("", "of ours", "", "unit", "beside", "", "ratio", "to reach", "")
_LEFT = (0, 1, 3, 4, 8)
"""Columns of words; the others are numbers, flush right."""


def number(value: float | None) -> str:
    """Three digits that count; a dash for what is not there."""
    if value is None:
        return "-"
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 else f"{value:.3g}"


def cells(line: Line) -> tuple[str, ...]:
    """What the columns of `HEAD` say of a line."""
    ratio, target = line.ratio, line.target
    return (
        line.row,
        line.what,
        number(line.ours),
        line.unit,
        line.peer,
        number(line.theirs) if line.peer else "",
        "" if ratio is None else f"{number(ratio)}x",
        "" if target is None else f"{target.bound} {number(target.limit)}{'x' if line.peer else ''}",
        line.verdict.value,
    )


def table(lines: Sequence[Line]) -> list[str]:
    """Rows of text, each note beneath its line."""
    rows = [HEAD, *map(cells, lines)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEAD))]
    told = [_row(HEAD, widths)]
    for line, row in zip(lines, rows[1:], strict=True):
        told.append(_row(row, widths))
        if line.note:
            told.append(f"{'':{widths[0]}}    {line.note}")
    return told


def headline(machine: Mapping[str, str], loads: tuple[float, float]) -> str:
    """What it ran on, in two lines."""
    where = ", ".join(f"{machine[key]}" for key in ("processor", "memory", "system"))
    shown = [f"{name} {value}" for name, value in machine.items() if name not in ("processor", "memory", "system")]
    return f"{where}; load {loads[0]} to {loads[1]}\n{', '.join(shown)}"


def _row(row: Sequence[str], widths: Sequence[int]) -> str:
    aligned = (
        text.ljust(width) if at in _LEFT else text.rjust(width)
        for at, (text, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(aligned).rstrip()
