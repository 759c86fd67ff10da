"""Performance as rows: everything, and split by the kind of target, with count and standard error always there."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from core.domain.patterns import TargetKind
from core.domain.performance import equity_curve, max_drawdown, metrics_of_trades
from core.domain.positions import ClosedTrade
from core.domain.rows import exact, ratio


def performance_rows(start: Decimal, trades: Sequence[ClosedTrade]) -> list[dict[str, Any]]:
    """A row for all trades, then one for each kind of target; amounts in USD.

    Args:
        start: the balance the account began with, for the drawdown; a part's drawdown is as if it traded alone.
        trades: in the order they closed.
    """
    parts = [("all", list(trades))]
    parts += [
        (kind.value, [trade for trade in trades if trade.position.plan.target_kind is kind]) for kind in TargetKind
    ]
    return [_row(name, start, part) for name, part in parts]


def _row(name: str, start: Decimal, trades: Sequence[ClosedTrade]) -> dict[str, Any]:
    metrics = metrics_of_trades(trades)
    fall, fall_pct = max_drawdown(equity_curve(start, trades))
    return {
        "scope": name,
        "trades": metrics.trades,
        "wins": metrics.wins,
        "losses": metrics.losses,
        "win_rate": round(metrics.win_rate, 6),
        "profit_factor": None if metrics.profit_factor is None else round(metrics.profit_factor, 6),
        "gross": exact(sum((trade.gross for trade in trades), Decimal(0))),
        "fees": exact(sum((trade.fees for trade in trades), Decimal(0))),
        "funding": exact(sum((trade.funding for trade in trades), Decimal(0))),
        "net": exact(metrics.net),
        "expectancy": ratio(metrics.expectancy),
        "standard_error": None if metrics.standard_error is None else round(metrics.standard_error, 6),
        "average_r": None if metrics.average_r is None else round(metrics.average_r, 6),
        "max_drawdown": exact(fall),
        "max_drawdown_pct": round(fall_pct, 6),
    }
