"""The figures of a backtest's result as lines: what may be said of it, curves, results in R, and its parts.

Every mean stands with n and its standard error. Drawn by the process beside the console, for it takes all trades.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from atlas_tui import formats
from atlas_tui.lines import Line, beside, clip, rule, words
from atlas_tui.views.breakdown import facts_block
from atlas_tui.views.curves import balance_block, drawdown_block, histogram_block
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.widgets.top_bar import money_role
from core.research.backtest.outcome import Result
from core.research.backtest.summary import Row
from core.research.report.words import among, costs, fates, left_open, pair, told_bars, verdict

TWO_COLUMNS: Final = 100
"""Cells from which curves stand beside the figures."""
_PARTS: Final = ("tfc", "timeframe", "pattern", "direction", "tier", "symbol", "hour")
_NAMES: Final = {"tfc": "continuity"}
_MOST: Final = 30
"""Groups shown of one table."""


def page_of(result: Result, told: Row, is_second: bool, width: int) -> tuple[Line, ...]:
    """The whole page.

    Args:
        result: what is told of.
        told: `document` of both.
        is_second: which of them it is.
        width: cells.
    """
    summary = told["second"]["summary"] if is_second else told["summary"]
    lines = [
        *words(f"{'Second' if is_second else 'First'} result: {verdict(summary)}", width, "text bold"),
        *(line for sentence in pair(told) for line in words(sentence, width, "readable")),
        (),
        *(_drawn(result, summary, width) if result.trades else ()),
        *_tables(told, summary, width),
        *(line for sentence in _small(told, summary) for line in words(sentence, width, "readable")),
    ]
    return tuple(clip(line, width) for line in lines)


def _drawn(result: Result, summary: Row, width: int) -> tuple[Line, ...]:
    """Figures, curves and results in R, in two columns where there is room."""
    half = (width - 2) // 2 if width >= TWO_COLUMNS else width
    curve = (result.start_balance, *result.balances)
    r_multiples = [trade.r_multiple for trade in result.trades]
    curves = (*balance_block(curve, half), *drawdown_block(curve, half), *_equity(summary, half), ())
    figures = (*facts_block(result.trades, curve, half), (), *histogram_block(r_multiples, half), ())
    return beside(curves, figures, half) if half < width else (*figures, *curves)


def _equity(summary: Row, width: int) -> tuple[Line, ...]:
    fall, share = Decimal(summary["max_equity_drawdown"]), summary["max_equity_drawdown_pct"]
    return words(f"equity, open positions in it: deepest {formats.usd(-fall)} {-share:.1f}%", width, "readable")


def _groups(summary: Row) -> dict[str, list[Row]]:
    """The tables' rows, by what they part trades by."""
    return {
        "kind of target": [{**row, "group": row["scope"]} for row in summary["by_target_kind"]],
        "pattern x timeframe": [
            {**row, "group": f"{row['pattern']} {row['timeframe']}"} for row in summary["by_pattern_and_timeframe"]
        ],
        **{_NAMES.get(name, name): summary[f"by_{name}"] for name in _PARTS},
    }


def _tables(told: Row, summary: Row, width: int) -> list[Line]:
    """The tables, and before them what a look at so many groups may say."""
    both = (told["summary"], told["second"]["summary"])
    looked_at = [row for each in both for rows in _groups(each).values() for row in rows]
    found: list[Line] = [*words(among(looked_at), width, "readable"), ()] if summary["trades"] else []
    for name, rows in _groups(summary).items():
        if rows:
            found += [*group_lines(name, rows, width), ()]
    return found


def group_lines(name: str, rows: Sequence[Row], width: int) -> list[Line]:
    """A table of groups: n, wins, mean R with its standard error, and net; the last columns go where room is short."""
    shown = rows[:_MOST]
    label = max(8, *(len(row["group"]) for row in shown)) + 1
    room = width - label - 5
    win, net = room >= 15 + 6, room >= 15 + 6 + 12
    head = f"{'':<{label}}{'n':>5}{'win' if win else '':>{6 if win else 0}}{'mean R':>8}{'± s.e.':>7}"
    lines: list[Line] = [rule(f"by {name}", width), (Cell(f"{head}{'net':>12}" if net else head, "readable"),)]
    for row in shown:
        amount, mean, error = Decimal(row["net"]), row["average_r"], row["standard_error_r"]
        cells = [Cell(f"{row['group']:<{label}}", "text bold"), Cell(f"{row['trades']:>5}")]
        if win:
            cells.append(Cell(f"{row['win_rate']:>5.0f}%" if row["trades"] else " " * 6))
        cells.append(Cell(f"{mean:>+8.2f}" if mean is not None else " " * 8, money_role(Decimal(mean or 0))))
        cells.append(Cell(f"{error:>7.2f}" if error is not None else " " * 7, "readable"))
        if net:
            cells.append(Cell(f"{formats.usd(amount, signed=True):>12}", money_role(amount)))
        lines.append(tuple(cells))
    if len(rows) > _MOST:
        lines.append((Cell(f"{len(rows) - _MOST} more: atlas backtest lists them all", "readable"),))
    return lines


def _small(told: Row, summary: Row) -> list[str]:
    """What it rests on, and what is in no figure."""
    settings, halves = told["settings"], {"first": told["summary"], "second": told["second"]["summary"]}
    return [*left_open(halves), *fates(summary), costs(settings), *told_bars(settings)]
