"""What a result adds up to, as plain values: the numbers of the JSON, the tables, the report and the console.

Money is exact decimal text. Every mean stands with n and its standard error.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias, TypeVar

from core.domain.dimensions import DIMENSIONS
from core.domain.performance import max_drawdown, metrics_of_trades, standard_error
from core.domain.performance_rows import performance_rows
from core.domain.positions import ClosedTrade
from core.domain.rows import exact, trade_row
from core.research.backtest.outcome import Result

Row: TypeAlias = dict[str, Any]
_Name = TypeVar("_Name", str, tuple[str, str])

GROUPED: Final = ("timeframe", "pattern", "direction", "tier", "hour", "symbol")
"""Dimensions of the tables, beside the kind of target and the continuity."""


def summary(result: Result) -> Row:
    """What one result adds up to, in all and by every dimension; amounts in USD."""
    every, *kinds = performance_rows(result.start_balance, result.trades)
    fall, fall_pct = max_drawdown((result.start_balance, *result.balances))
    return {
        **_with_error(every, result.trades),
        "max_drawdown": exact(fall),
        "max_drawdown_pct": round(fall_pct, 6),
        "max_equity_drawdown": exact(result.equity.usd),
        "max_equity_drawdown_pct": round(result.equity.pct, 6),
        "start_balance": exact(result.start_balance),
        "end_balance": exact(result.balances[-1] if result.balances else result.start_balance),
        "open": len(result.open),
        "setups": _ranked(Counter(each.status for each in result.setups)),
        "refusals": _ranked(result.refused),
        "by_target_kind": [
            _with_error(row, [t for t in result.trades if t.position.plan.target_kind.value == row["scope"]])
            for row in kinds
        ],
        **{f"by_{name}": grouped(result.trades, DIMENSIONS[name]) for name in GROUPED},
        "by_tfc": _by_score(result),
        "by_pattern_and_timeframe": crossed(result.trades),
    }


def _ranked(counts: Mapping[Any, int]) -> Row:
    """The most frequent first."""
    return {word.value: count for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))}


def trade_rows(result: Result) -> list[Row]:
    """The closed trades in the schema of `atlas trades`, in the order they closed."""
    return [dict(trade_row(trade)) for trade in result.trades]


def grouped(trades: Sequence[ClosedTrade], key: Callable[[ClosedTrade], str]) -> list[Row]:
    """A row a group, the most frequent first."""
    return [{"group": name, **_figures(members)} for name, members in _groups(trades, key)]


def crossed(trades: Sequence[ClosedTrade], down: str = "pattern", across: str = "timeframe") -> list[Row]:
    """A row for every two groups of these dimensions that have trades in common, the most frequent first."""
    one, other = DIMENSIONS[down], DIMENSIONS[across]
    pairs = _groups(trades, lambda trade: (one(trade), other(trade)))
    return [{down: name, across: second, **_figures(members)} for (name, second), members in pairs]


def _groups(
    trades: Sequence[ClosedTrade], key: Callable[[ClosedTrade], _Name]
) -> list[tuple[_Name, list[ClosedTrade]]]:
    groups: dict[_Name, list[ClosedTrade]] = {}
    for trade in trades:
        groups.setdefault(key(trade), []).append(trade)
    return sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))


def _by_score(result: Result) -> list[Row]:
    scores = {id(trade): score for trade, score in zip(result.trades, result.scores, strict=False)}
    known = [trade for trade in result.trades if id(trade) in scores]
    return grouped(known, lambda trade: f"{scores[id(trade)]}/4")


def _figures(trades: Sequence[ClosedTrade]) -> Row:
    found = metrics_of_trades(trades)
    row: Row = {
        "trades": found.trades,
        "wins": found.wins,
        "win_rate": round(found.win_rate, 6),
        "net": exact(found.net),
    }
    row["average_r"] = None if found.average_r is None else round(found.average_r, 6)
    return _with_error(row, trades)


def _with_error(row: Row, trades: Iterable[ClosedTrade]) -> Row:
    """The row with the standard error of the mean R behind it."""
    error = standard_error([float(trade.r_multiple) for trade in trades])
    return {**row, "standard_error_r": None if error is None else round(error, 6)}
