"""A backtest as plain values: what `--format json` prints, and the tables are made of.

Money and prices are exact decimal text, times ISO 8601 in UTC with Z. Every mean stands with n and its standard error.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any, Final

from atlas_tui.cli.backtest.inputs import Inputs
from atlas_tui.cli.numbers import performance_rows
from core.domain.dimensions import DIMENSIONS
from core.domain.performance import max_drawdown, metrics_of_trades, standard_error
from core.domain.positions import ClosedTrade
from core.domain.rows import exact, position_row, trade_row
from core.domain.signals import iso_z
from core.research.backtest.bias import Guarded
from core.research.backtest.outcome import ArmedSetup, Outcome, RefusedEntry, Result

Row = dict[str, Any]

GROUPED: Final = ("timeframe", "pattern", "direction", "tier", "hour", "symbol")
"""Dimensions of the tables, beside the kind of target and the continuity."""
_RULES: Final = (
    "symbols", "account.", "filters.", "fees.", "tiers.", "maintenance.", "funding.", "margin.", "prices.", "review.",
    "guards.", "venue.listings",
)  # fmt: skip
"""Settings a result depends on."""


def document(inputs: Inputs, outcome: Outcome, guarded: Guarded | None = None) -> Row:
    """Both results with everything they rest on; of the second, the trades and what they add up to.

    Args:
        inputs: what was run on.
        outcome: what came of it.
        guarded: what the bias guard saw; None where it did not run.
    """
    first, second = outcome.first, outcome.second
    return {
        "settings": settings_row(inputs),
        "summary": summary(first),
        "ambiguous": outcome.ambiguous.total,
        "ambiguous_open_beyond": outcome.ambiguous.open_beyond,
        "trades": trade_rows(first),
        "open": [position_row(position) for position in first.open],
        "refusals": [_refusal_row(each) for each in first.refusals],
        "setups": [_setup_row(each) for each in first.setups],
        "second": {
            "summary": summary(second),
            "trades": trade_rows(second),
            "open": [position_row(position) for position in second.open],
        },
        "bias_guard": None if guarded is None else {"cuts": guarded.cuts, "changed": guarded.changed},
    }


def settings_row(inputs: Inputs) -> Row:
    """The rules by dotted key, the listings, and the bars."""
    values = inputs.settings.values
    return {
        **{key: _plain(value) for key, value in values.items() if key.startswith(_RULES)},
        "instruments": {
            symbol: {
                "price_increment": exact(each.price_increment),
                "base_increment": exact(each.size_increment),
                "market": each.kind.value,
            }
            for symbol, each in inputs.rules.instruments.items()
        },
        "funding_recorded": {
            symbol: {"interval_hours": each.interval_hours, "rates": len(each.rates)}
            for symbol, each in inputs.rules.funding.items()
        },
        "bars": [
            {
                "symbol": each.symbol,
                "timeframe": str(each.timeframe),
                "count": len(each),
                "since": _instant(int(each.start[0])) if len(each) else None,
                "until": _instant(int(each.start[-1]) + each.timeframe.seconds) if len(each) else None,
            }
            for each in inputs.bars.series
        ],
    }


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
        "refusals": _ranked(Counter(each.code for each in result.refusals)),
        "by_target_kind": [
            _with_error(row, [t for t in result.trades if t.position.plan.target_kind.value == row["scope"]])
            for row in kinds
        ],
        **{f"by_{name}": grouped(result.trades, DIMENSIONS[name]) for name in GROUPED},
        "by_tfc": _by_score(result),
    }


def _ranked(counts: Mapping[Any, int]) -> Row:
    """The most frequent first."""
    return {word.value: count for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))}


def trade_rows(result: Result) -> list[Row]:
    """The closed trades in the schema of `atlas trades`, in the order they closed."""
    return [dict(trade_row(trade)) for trade in result.trades]


def grouped(trades: Sequence[ClosedTrade], key: Callable[[ClosedTrade], str]) -> list[Row]:
    """A row a group, the most frequent first."""
    groups: dict[str, list[ClosedTrade]] = {}
    for trade in trades:
        groups.setdefault(key(trade), []).append(trade)
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return [_group_row(name, members) for name, members in ranked]


def _by_score(result: Result) -> list[Row]:
    scores = {id(trade): score for trade, score in zip(result.trades, result.scores, strict=False)}
    known = [trade for trade in result.trades if id(trade) in scores]
    return grouped(known, lambda trade: f"{scores[id(trade)]}/4")


def _group_row(name: str, trades: Sequence[ClosedTrade]) -> Row:
    found = metrics_of_trades(trades)
    row = {"group": name, "trades": found.trades, "win_rate": round(found.win_rate, 6), "net": exact(found.net)}
    row["average_r"] = None if found.average_r is None else round(found.average_r, 6)
    return _with_error(row, trades)


def _with_error(row: Row, trades: Iterable[ClosedTrade]) -> Row:
    """The row with the standard error of the mean R behind it."""
    error = standard_error([float(trade.r_multiple) for trade in trades])
    return {**row, "standard_error_r": None if error is None else round(error, 6)}


def _refusal_row(refused: RefusedEntry) -> Row:
    symbol, timeframe, *_ = refused.setup_id.split("|")
    return {
        "setup_id": refused.setup_id,
        "symbol": symbol,
        "timeframe": timeframe,
        "direction": refused.side.value,
        "code": refused.code.value,
        "price": exact(refused.price),
        "at": iso_z(refused.at),
    }


def _setup_row(setup: ArmedSetup) -> Row:
    return {
        "id": setup.id,
        "symbol": setup.symbol,
        "timeframe": str(setup.timeframe),
        "name": setup.name,
        "bar_start": iso_z(setup.bar_start),
        "status": setup.status.value,
        "resolved_at": iso_z(setup.at) if setup.at is not None else None,
    }


def _plain(value: object) -> object:
    """A setting as JSON takes it: exact numbers as text."""
    if isinstance(value, Decimal):
        return exact(value)
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


def _instant(epoch_s: int) -> str:
    return iso_z(datetime.fromtimestamp(epoch_s, UTC))
