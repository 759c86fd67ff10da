"""The tables of the page: every mean with its number of trades, its standard error, and both drawn beside it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from core.domain.performance import win_band
from core.research.backtest.summary import Row
from core.research.report.markup import Markup, element, joined
from core.research.report.words import ENOUGH

_REACH: Final = 1.5
"""R on either side of zero that a drawn mean has room for; what lies beyond ends at the edge."""
_HALF: Final = 50
NUMBERS: Final = ("n", "mean R ± s.e.", "", "win %", "net USD")
"""Headings of what `numbers` gives."""


def table(
    head: Sequence[object], rows: Iterable[Sequence[object]], caption: object = None, class_: str | None = None
) -> Markup:
    """A table that scrolls by itself where it is wider than the page; the first cell of a row is its heading.

    Args:
        head: the headings of the columns.
        rows: cells, one a column.
        caption: what it is of.
        class_: what the style sheet calls it.
    """
    top = element("tr", *(element("th", each, scope="col") for each in head))
    body = (element("tr", element("th", row[0], scope="row"), *map(_cell, row[1:])) for row in rows)
    told = element("caption", caption) if caption is not None else None
    whole = element("table", told, element("thead", top), element("tbody", *body), class_=class_)
    return element("div", whole, class_="wide")


def results_table(pair: Mapping[str, Row]) -> Markup:
    """Both results, in all and by kind of target."""
    head = ("result", *NUMBERS, "fees", "funding", "drawdown of the balance", "drawdown of the equity")
    return table(head, (row for name, summary in pair.items() for row in _result_rows(name, summary)))


def groups_table(name: str, pair: Mapping[str, Sequence[Row]]) -> Markup:
    """Both results by the groups of one dimension, one below the other: hours as they follow, else the largest first.

    Args:
        name: of the dimension.
        pair: the rows of each result.
    """
    groups = list(dict.fromkeys(row["group"] for rows in pair.values() for row in rows))
    if name == "hour":
        groups.sort()
    by_name = {each: {row["group"]: row for row in rows} for each, rows in pair.items()}
    told = [
        (element("span", group, class_="again" if place else None), each, *numbers(rows.get(group)))
        for group in groups
        for place, (each, rows) in enumerate(by_name.items())
    ]
    return table((name, "result", *NUMBERS), told, f"By {name}", "groups")


def crossed_table(rows: Sequence[Row], down: str, across: str, order: Sequence[str], caption: str) -> Markup:
    """Mean R, standard error and n of every two groups that have trades in common.

    Args:
        rows: one for every such two.
        down: names the groups of the lines.
        across: names the groups of the columns.
        order: of the columns.
        caption: what it is of.
    """
    cells = {(row[down], row[across]): row for row in rows}
    names = list(dict.fromkeys(row[down] for row in rows))
    told = ((name, *(_crossing(cells.get((name, column))) for column in order)) for name in names)
    return table((f"{down}, {across}", *order), told, caption)


def numbers(row: Row | None) -> tuple[object, ...]:
    """The cells of a group: n, mean R with its error, both drawn, win rate with its band, and net; blank for none."""
    if row is None:
        return ("0", "", "", "", "")
    picture = drawn(row["average_r"], row["standard_error_r"])
    return (row["trades"], mean(row), picture, _win(row), _usd(row["net"]))


def mean(row: Row) -> str:
    """`+0.12 ± 0.11`; what is not known is a dash."""
    average, error = row["average_r"], row["standard_error_r"]
    if average is None:
        return "—"
    return f"{average:+z.2f} ± {error:.2f}" if error is not None else f"{average:+z.2f} ± —"


def drawn(average: float | None, error: float | None) -> Markup | str:
    """The mean as a dot on a line of two standard errors to either side, over a mark at zero; nothing without both."""
    if average is None or error is None:
        return ""
    low, middle, high = (_place(value) for value in (average - ENOUGH * error, average, average + ENOUGH * error))
    return element(
        "svg",
        element("path", d=f"M{_HALF} 1V15", class_="zero"),
        element("path", d=f"M{low} 8H{high}"),
        element("circle", cx=middle, cy=8, r=3),
        class_="mean",
        viewBox=f"0 0 {2 * _HALF} 16",
        width=2 * _HALF,
        height=16,
        role="img",
        aria_label=f"{average:+.2f} R, from {average - ENOUGH * error:+.2f} to {average + ENOUGH * error:+.2f}",
    )


def _place(value: float) -> str:
    return f"{_HALF + max(-1.0, min(1.0, value / _REACH)) * (_HALF - 3):.1f}"


def _result_rows(name: str, summary: Row) -> Iterable[Sequence[object]]:
    falls = (_fall(summary, "max_drawdown"), _fall(summary, "max_equity_drawdown"))
    yield name, *numbers(summary), _usd(summary["fees"]), _usd(summary["funding"]), *falls
    for part in summary["by_target_kind"]:
        yield f"{name}, {part['scope']} targets", *numbers(part), _usd(part["fees"]), _usd(part["funding"]), "", ""


def _fall(summary: Row, key: str) -> str:
    return f"{_usd(summary[key])} ({summary[f'{key}_pct']:.1f} %)"


def _crossing(row: Row | None) -> Markup | str:
    return joined((mean(row), element("small", f"n {row['trades']}")), " ") if row is not None else ""


def _win(row: Row) -> Markup | str:
    """The win rate with Wilson's 95 % band; nothing without a trade."""
    if not row["trades"]:
        return ""
    low, high = win_band(row["wins"], row["trades"])
    return joined((f"{row['win_rate']:.1f}", element("small", f"({low:.0f}–{high:.0f})")), " ")


def _usd(text: str) -> str:
    return f"{float(text):,.2f}"


def _cell(value: object) -> Markup:
    return element("td", value)
