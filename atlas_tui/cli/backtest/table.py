"""A backtest for the eye: always the pair of results, every mean with n and its standard error, and what it cost.

No sentence here says more than the number of trades and the standard error allow.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from atlas_tui.cli.backtest.document import GROUPED, Row
from atlas_tui.cli.listing import table_text
from core.config import Zone
from core.domain.figures import counted

_HEAD = (
    "result", "trades", "win %", "mean R", "± s.e.", "net", "fees", "funding", "drawdown", "equity drawdown",
)  # fmt: skip
_PARTS = ("group", "n", "win %", "mean R", "± s.e.", "net")
ENOUGH = 2.0
"""Standard errors a mean must be away from zero before it is told apart from it."""
_FEW = 2


def report(told: Row, zone: Zone) -> str:
    """The whole report as text."""
    return "\n".join(_lines(told, zone))


def _lines(told: Row, zone: Zone) -> Iterator[str]:
    settings, first, second = told["settings"], told["summary"], told["second"]["summary"]
    yield from _told_bars(settings)
    yield _costs(settings)
    yield ""
    rows = [*_result_rows("first", first), *_result_rows("second", second)]
    yield table_text(rows, _HEAD, zone)
    yield ""
    yield from _pair(told)
    yield f"First result: {verdict(first)}"
    yield f"Second result: {verdict(second)}"
    for name in ("tfc", *GROUPED):
        parts = first[f"by_{name}"]
        if parts:
            yield ""
            yield f"First result by {name}"
            yield table_text([_part_row(part) for part in parts], _PARTS, zone)
    yield ""
    if first["setups"]:
        yield f"Setups: {_counts(first['setups'])}."
        yield f"Refused entries: {_counts(first['refusals'])}."
    yield bias_sentence(told["bias_guard"])
    if first["open"]:
        yield f"Still open at the end, in no figure above: {counted(first['open'], 'position')}."


def verdict(summary: Row) -> str:
    """What the mean R may be said to be, and no more."""
    count, mean, error = summary["trades"], summary["average_r"], summary["standard_error_r"]
    if count < _FEW or error is None:
        return f"{counted(count, 'trade')}: too few to say anything."
    told = f"mean {mean:+.2f} R over {count} trades, standard error {error:.2f}"
    if abs(mean) < ENOUGH * error or error == 0:
        return f"{told}: not distinguishable from nothing."
    return f"{told}: {abs(mean) / error:.1f} standard errors from zero on these bars; of other bars it says nothing."


def bias_sentence(guarded: Row | None) -> str:
    """What the bias guard saw: whether any trade rests on bars that came after it."""
    if guarded is None:
        return "Bias guard: not run; --guard cuts off the bars behind every exit, runs again and compares."
    cuts, changed = counted(guarded["cuts"], "time"), counted(guarded["changed"], "trade")
    return f"Bias guard: the bars behind every exit cut off, {cuts}: {changed} changed."


def _told_bars(settings: Row) -> Iterator[str]:
    for each in settings["bars"]:
        since, until = (str(each[name])[:16].replace("T", " ") for name in ("since", "until"))
        listing = settings["instruments"][each["symbol"]]
        yield (
            f"{each['symbol']}: {each['count']:,} bars of {each['timeframe']} from {since} to {until} UTC, "
            f"steps {listing['price_increment']} and {listing['base_increment']}"
        )


def _costs(settings: Row) -> str:
    markets = sorted({each["market"] for each in settings["instruments"].values()})
    fees = ", ".join(f"{float(settings[f'fees.{market}']) * 100:g} % a side ({market})" for market in markets)
    interval = settings["funding.interval_hours"]
    funding = f"{float(settings['funding.apr']) * 100:g} % a year in payments every {interval} h"
    recorded = settings["funding_recorded"]
    known = f"as recorded for {', '.join(recorded)} where it is, else " if recorded else ""
    return f"Costs: fees {fees}, slippage {settings['fees.slippage_bp']} bp, funding {known}{funding}"


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


def _pair(told: Row) -> Iterator[str]:
    count, beyond = told["ambiguous"], told["ambiguous_open_beyond"]
    would = counted(count, "setup")
    yield f"Bars do not tell which side came first where one bar breaks both: {would} that would have been entered."
    yield "The first result leaves them out, which looks too good; the second enters them. Neither stands alone."
    if beyond:
        yield f"Of these, {counted(beyond, 'bar')} opened beyond one side: entered in both results."


def _counts(numbers: Mapping[str, Any]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in numbers.items()) or "none"


def _usd(text: str) -> str:
    return f"{float(text):.2f}"
