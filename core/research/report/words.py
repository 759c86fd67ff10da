"""What is said of a backtest, wherever it is read: no sentence says more than n and the standard error allow."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from core.domain.figures import counted
from core.research.backtest.summary import Row

ENOUGH: Final = 2.0
"""Standard errors a mean must be away from zero before it is told apart from it."""
_FEW: Final = 2


def verdict(summary: Row) -> str:
    """What the mean R may be said to be, and no more."""
    count, mean, error = summary["trades"], summary["average_r"], summary["standard_error_r"]
    if count < _FEW or error is None:
        return f"{counted(count, 'trade')}: too few to say anything."
    told = f"mean {mean:+z.2f} R over {count:,} trades, standard error {error:.2f}"
    if abs(mean) < ENOUGH * error or error == 0:
        return f"{told}: not distinguishable from nothing."
    return f"{told}: {abs(mean) / error:.1f} standard errors from zero on these bars; of other bars it says nothing."


def bias_sentence(guarded: Row | None) -> str:
    """What the bias guard saw: whether any trade rests on bars that came after it."""
    if guarded is None:
        return "Bias guard: not run; --guard cuts off the bars behind every exit, runs again and compares."
    cuts, changed = counted(guarded["cuts"], "time"), counted(guarded["changed"], "trade")
    return f"Bias guard: the bars behind every exit cut off, {cuts}: {changed} changed."


def told_bars(settings: Row) -> Iterator[str]:
    """A line a symbol: its bars, their period, and the steps of its prices and sizes."""
    for each in settings["bars"]:
        since, until = (str(each[name])[:16].replace("T", " ") for name in ("since", "until"))
        listing = settings["instruments"][each["symbol"]]
        yield (
            f"{each['symbol']}: {each['count']:,} bars of {each['timeframe']} from {since} to {until} UTC, "
            f"steps {listing['price_increment']} and {listing['base_increment']}"
        )


def costs(settings: Row) -> str:
    """What was charged: fees, slippage, funding."""
    markets = sorted({each["market"] for each in settings["instruments"].values()})
    fees = ", ".join(f"{float(settings[f'fees.{market}']) * 100:g} % a side ({market})" for market in markets)
    interval = settings["funding.interval_hours"]
    funding = f"{float(settings['funding.apr']) * 100:g} % a year in payments every {interval} h"
    recorded = settings["funding_recorded"]
    known = f"as recorded for {', '.join(recorded)} where it is, else " if recorded else ""
    return f"Costs: fees {fees}, slippage {settings['fees.slippage_bp']} bp, funding {known}{funding}"


def pair(told: Row) -> Iterator[str]:
    """Why there are two results, and how many setups part them."""
    count, beyond = told["ambiguous"], told["ambiguous_open_beyond"]
    would = counted(count, "setup")
    yield f"Bars do not tell which side came first where one bar breaks both: {would} that would have been entered."
    yield "The first result leaves them out, which looks too good; the second enters them. Neither stands alone."
    if beyond:
        yield f"Of these, {counted(beyond, 'bar')} opened beyond one side: entered in both results."


def fates(summary: Row) -> Iterator[str]:
    """What became of the setups, as far as all of them were looked at, and which gates refused how many entries."""
    if summary["setups"]:
        yield f"Setups: {_counts(summary['setups'])}."
        yield f"Refused entries: {_counts(summary['refusals'])}."
    else:
        yield f"Refused entries, of setups that the filters took: {_counts(summary['refusals'])}."


def _counts(numbers: Mapping[str, Any]) -> str:
    """`3 OK, 2 EXPIRED`, or none."""
    return ", ".join(f"{number:,} {name}" for name, number in numbers.items()) or "none"


def among(groups: Iterable[Row]) -> str:
    """What a look at so many groups may say: the more one looks at, the more stand out by chance."""
    judged = [row for row in groups if row["trades"] >= _FEW and row["standard_error_r"]]
    out = sum(abs(row["average_r"]) >= ENOUGH * row["standard_error_r"] for row in judged)
    return (
        f"Of {counted(len(judged), 'group')} below, of both results, {out} lie two standard errors or more from zero. "
        "Where nothing is behind any of them, at least one in twenty does so by chance, more among small ones: "
        "a group that stands out here is a question for bars not seen yet, no finding."
    )


def left_open(pair: Mapping[str, Row]) -> Iterator[str]:
    """What is in no figure; nothing where no position was left."""
    told = [f"{counted(each['open'], 'position')} in the {name} result" for name, each in pair.items() if each["open"]]
    if told:
        yield f"Still open at the end, in no figure: {', '.join(told)}."
