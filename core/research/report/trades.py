"""The trades of the page: a table whose lines open a chart, and what the charts are drawn from."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from core.domain.positions import ClosedTrade
from core.research.backtest.bars import Bars, Ints, SymbolBars
from core.research.backtest.summary import Row
from core.research.backtest.windows import Window, rolled, shown, window_of
from core.research.report.markup import Markup, element
from core.research.report.tables import table

Plain = dict[str, Any]

_HEAD = (
    "trade", "R", "symbol", "timeframe", "pattern", "direction", "exit", "entered, UTC", "left, UTC", "kind of target",
    "tier", "net USD", "entry", "stop", "target",
)  # fmt: skip
_ARROWS = {"LONG": "▲ LONG", "SHORT": "▼ SHORT"}


def trades_table(rows: Sequence[Row], first_number: int) -> Markup:
    """One line a trade; its button opens the chart.

    Args:
        rows: in the schema of `atlas trades`, in the order they closed.
        first_number: where the charts of these trades begin.
    """
    return table(_HEAD, (_line(row, first_number + place, place) for place, row in enumerate(rows)), class_="trades")


def _line(row: Row, number: int, place: int) -> Sequence[object]:
    button = element("button", f"#{place + 1}", type="button", data_trade=number, tabindex=-1 if place else 0)
    result = element("span", f"{float(row['r_multiple']):+.2f}", class_="won" if float(row["net"]) > 0 else "lost")
    return (
        button, result, *_what(row), row["exit_reason"], _minute(row["opened_at"]), _minute(row["closed_at"]),
        row["target_kind"], row["tier"], f"{float(row['net']):+,.2f}", row["entry_price"], row["stop"], row["target"],
    )  # fmt: skip


def open_table(pair: Mapping[str, Sequence[Row]]) -> Markup:
    """The positions still open at the end, of both results; they are in no figure.

    Args:
        pair: the positions of each result, in the schema of `atlas positions`.
    """
    told = [
        (name, "", *_what(row), "open", _minute(row["opened_at"]), "", row["target_kind"], row["tier"], "",
         row["entry_price"], row["stop"], row["target"])
        for name, rows in pair.items()
        for row in rows
    ]  # fmt: skip
    return table(("result", *_HEAD[1:]), told, "Still open at the end, in no figure", "trades")


def _what(row: Row) -> tuple[str, str, str, str]:
    return row["symbol"], row["timeframe"], row["pattern"], _ARROWS[row["direction"]]


def charts(results: Iterable[tuple[str, Sequence[ClosedTrade], Sequence[Row]]], bars: Bars) -> Plain:
    """What every chart is drawn from: the candles once a symbol and timeframe, and the levels of each trade.

    Args:
        results: the name of each, its trades, and the same trades as rows.
        bars: what they were traded on.

    Returns:
        candles: by `symbol timeframe`: step (seconds), unit (of the prices), and columns of whole numbers; `start` is
            in steps, each counted from the one before.
        trades: in the order of the tables.
    """
    by_symbol = {each.symbol: each for each in bars.series}
    told, windows = [], []
    for name, trades, rows in results:
        for place, (trade, row) in enumerate(zip(trades, rows, strict=True)):
            window = window_of(trade, by_symbol[trade.position.symbol].timeframe)
            windows.append(window)
            told.append(_chart(f"{name} result, #{place + 1}", window, row))
    return {"candles": _candles(windows, by_symbol), "trades": told}


def _chart(name: str, window: Window, row: Row) -> Plain:
    wanted = ("symbol", "timeframe", "pattern", "direction", "exit_reason", "target_kind", "tier", "net", "r_multiple")
    return {
        "name": name,
        "candles": _key(window),
        "since": window.since,
        "until": window.until,
        "setup": window.setup,
        "entered": window.entered,
        "left": window.left,
        **{key: row[key] for key in (*wanted, "opened_at", "closed_at", "entry_price", "exit_price", "stop", "target")},
    }


def _candles(windows: Sequence[Window], by_symbol: dict[str, SymbolBars]) -> Plain:
    kept: dict[str, list[Window]] = {}
    for window in windows:
        kept.setdefault(_key(window), []).append(window)
    return {
        key: _columns(shown(rolled(by_symbol[each[0].symbol], each[0].timeframe), each)) for key, each in kept.items()
    }


def _columns(bars: SymbolBars) -> Plain:
    step = bars.timeframe.seconds
    first = int(bars.start[0]) if len(bars) else 0
    steps: Ints = np.diff(bars.start, prepend=first) // step
    return {
        "step": step,
        "first": first,
        "unit": str(bars.unit),
        "start": steps.tolist(),
        "open": bars.open.tolist(),
        "high": bars.high.tolist(),
        "low": bars.low.tolist(),
        "close": bars.close.tolist(),
    }


def _key(window: Window) -> str:
    return f"{window.symbol} {window.timeframe}"


def _minute(instant: str) -> str:
    return instant[:16].replace("T", " ")
