"""Curves of the Performance tab: balance, drawdown, the rolling mean of ten, and results by size."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from atlas_tui import formats
from atlas_tui.lines import Line, rule
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.widgets.top_bar import money_role
from core.domain.performance import drawdown_curve, rolling_mean

BLOCKS = " ▁▂▃▄▅▆▇█"
CURVE_ROWS = 7
_R_EDGES = (-2, -1, 0, 1, 2, 3)
LAST = 10
"""Trades of the rolling mean."""


def area(values: Sequence[Decimal], width: int, height: int) -> tuple[str, ...]:
    """Values as an area of eighth blocks, highest row first; fewer values than cells are stretched."""
    if not values or width <= 0 or height <= 0:
        return ()
    low, high = min(values), max(values)
    span = high - low
    levels = []
    for value in stretched(values, width):
        share = (value - low) / span if span else Decimal("0.5")
        levels.append(max(1, round(share * height * 8)))
    return tuple(
        "".join(BLOCKS[min(8, max(0, level - row * 8))] for level in levels) for row in range(height - 1, -1, -1)
    )


def stretched(values: Sequence[Decimal], width: int) -> list[Decimal]:
    """One value a cell: the newest of each bucket, or each value over several cells."""
    count = len(values)
    if count > width:
        return [values[(cell + 1) * count // width - 1] for cell in range(width)]
    return [values[cell * count // width] for cell in range(width)]


def hanging(values: Sequence[Decimal], width: int, height: int) -> tuple[str, ...]:
    """Values of 0 and below as shades that hang from the top: full rows, the last one lighter by halves."""
    deepest = min(values, default=Decimal(0))
    if deepest == 0 or width <= 0:
        return ("·" * max(0, width), *("" for _ in range(height - 1)))
    depths = [value / deepest * height * 2 for value in stretched(values, width)]
    rows = []
    for row in range(height):
        reach = [round(depth) - 2 * row for depth in depths]
        rows.append("".join("█" if left >= 2 else "▀" if left == 1 else " " for left in reach))
    return tuple(rows)


def histogram(values: Sequence[Decimal]) -> list[tuple[str, int]]:
    """How many results fall between whole R; the outer ones are open."""
    edges = [Decimal(edge) for edge in _R_EDGES]
    names = [f"< {edges[0]}R", *(f"{low}..{high}R" for low, high in pairwise(edges))]
    names.append(f"≥ {edges[-1]}R")
    counts = [0] * len(names)
    for value in values:
        counts[sum(1 for edge in edges if value >= edge)] += 1
    return list(zip(names, counts, strict=True))


def balance_block(curve: Sequence[Decimal], width: int) -> tuple[Line, ...]:
    """The balance after every trade."""
    labels = (formats.usd(max(curve)), formats.usd(min(curve)))
    axis = max(len(label) for label in labels) + 1
    rows = area(curve, max(4, width - axis), CURVE_ROWS)
    role = money_role(curve[-1] - curve[0])
    marks = {0: labels[0], len(rows) - 1: labels[1]}
    body = tuple((Cell(row, role), Cell(f" {marks.get(index, '')}", "readable")) for index, row in enumerate(rows))
    return (rule("balance after every trade", width), *body)


def drawdown_block(curve: Sequence[Decimal], width: int) -> tuple[Line, ...]:
    """How far below its peak the balance was."""
    falls = drawdown_curve(curve)
    deepest, now = min(falls), falls[-1]
    note = f"now {formats.pct(now, 1)}  deepest {formats.pct(deepest, 1)}"
    rows = hanging(falls, max(4, width), 2)
    head = rule("below the peak", width, note=(Cell(f"{note} ", "short" if now else "readable"),))
    return (head, *((Cell(row, "short"),) for row in rows))


def rolling_block(r_multiples: Sequence[Decimal], width: int) -> tuple[Line, ...]:
    """The mean R of the last ten at every trade, and the last ten themselves."""
    means = rolling_mean(r_multiples, LAST)
    note = f"now {formats.r_multiple(means[-1])} "
    room = max(4, width)
    rows = signed_bars(means, room)
    last = r_multiples[-LAST:]
    shown = " ".join(f"{value:+.1f}" for value in last)
    if len(shown) > width - 9:
        shown = shown[-(width - 9) :].split(" ", 1)[-1]
    head = rule(f"mean of the last {LAST}", width, note=(Cell(note, money_role(means[-1])),))
    top, bottom = rows
    return (
        head, (Cell(top, "long"),), (Cell(bottom, "short"),),
        (Cell("last ten ", "readable"), Cell(shown)),
    )  # fmt: skip


def signed_bars(values: Sequence[Decimal], width: int) -> tuple[str, str]:
    """Values around a middle line: what is above 0 stands on it, what is below hangs from it; newest on the right."""
    shown = list(values)[-width:]
    most = max((abs(value) for value in shown), default=Decimal(0)) or Decimal(1)
    above, below = [], []
    for value in shown:
        level = round(abs(value) / most * 8)
        above.append(BLOCKS[level] if value > 0 else " ")
        below.append(("█" if level > 4 else "▀" if level > 0 else " ") if value < 0 else " ")
    return "".join(above).rjust(width), "".join(below).rjust(width)


def histogram_block(r_multiples: Sequence[Decimal], width: int) -> tuple[Line, ...]:
    """How many results of which size; losses below, wins above."""
    found = histogram(r_multiples)
    most = max(count for _, count in found) or 1
    room = max(4, min(30, width - 16))
    body = []
    for index, (name, count) in enumerate(found):
        bar = "█" * round(count / most * room)
        role = "short" if index <= len(_R_EDGES) // 2 - 1 else "long"
        body.append((Cell(f"{name:>8} ", "readable"), Cell(bar, role), Cell(f" {count}" if count else "")))
    return (rule("results in R", width), *body)
