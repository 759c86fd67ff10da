"""A backtest for the eye: always the pair of results, every mean with n and its standard error, and what it cost.

No sentence here says more than the number of trades and the standard error allow.
"""

from collections.abc import Iterator

from atlas_tui.cli.listing import table_text
from core.config import Zone
from core.research.backtest.summary import GROUPED, Row
from core.research.report.words import bias_sentence, costs, fates, left_open, pair, told_bars, verdict

_HEAD = (
    "result", "trades", "win %", "mean R", "± s.e.", "net", "fees", "funding", "drawdown", "equity drawdown",
)  # fmt: skip
_PARTS = ("group", "n", "win %", "mean R", "± s.e.", "net")


def report(told: Row, zone: Zone) -> str:
    """The whole report as text."""
    return "\n".join(_lines(told, zone))


def _lines(told: Row, zone: Zone) -> Iterator[str]:
    settings, first, second = told["settings"], told["summary"], told["second"]["summary"]
    yield from told_bars(settings)
    yield costs(settings)
    yield ""
    rows = [*_result_rows("first", first), *_result_rows("second", second)]
    yield table_text(rows, _HEAD, zone)
    yield ""
    yield from pair(told)
    yield f"First result: {verdict(first)}"
    yield f"Second result: {verdict(second)}"
    for name in ("tfc", *GROUPED):
        parts = first[f"by_{name}"]
        if parts:
            yield ""
            yield f"First result by {name}"
            yield table_text([_part_row(part) for part in parts], _PARTS, zone)
    yield ""
    yield from fates(first)
    yield bias_sentence(told["bias_guard"])
    yield from left_open({"first": first, "second": second})


def _result_rows(name: str, summary: Row) -> Iterator[Row]:
    """A row for all trades, and one for each kind of target."""
    yield {
        **_result_row(name, summary),
        "drawdown": f"{_usd(summary['max_drawdown'])} {summary['max_drawdown_pct']:.1f}%",
        "equity drawdown": f"{_usd(summary['max_equity_drawdown'])} {summary['max_equity_drawdown_pct']:.1f}%",
    }
    for part in summary["by_target_kind"]:
        yield _result_row(f"{name}, {part['scope']} targets", part)


def _result_row(name: str, row: Row) -> Row:
    return {
        "result": name,
        **_figures(row),
        "trades": row["trades"],
        "fees": _usd(row["fees"]),
        "funding": _usd(row["funding"]),
    }


def _part_row(part: Row) -> Row:
    return {"group": part["group"], "n": part["trades"], **_figures(part)}


def _figures(row: Row) -> Row:
    mean, error = row["average_r"], row["standard_error_r"]
    return {
        "win %": f"{row['win_rate']:.1f}" if row["trades"] else "",
        "mean R": f"{mean:+.2f}" if mean is not None else "",
        "± s.e.": f"{error:.2f}" if error is not None else "",
        "net": _usd(row["net"]),
    }


def _usd(text: str) -> str:
    return f"{float(text):.2f}"
