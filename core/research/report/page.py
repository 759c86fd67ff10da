"""A backtest as one page of HTML."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from core.domain.timeframes import Timeframe
from core.research.backtest.bars import Bars
from core.research.backtest.curves import BalancePoint, balance_curve, r_bins
from core.research.backtest.outcome import Outcome, Result
from core.research.backtest.summary import GROUPED, Row
from core.research.report import figures, tables, words
from core.research.report.markup import Markup, element
from core.research.report.shell import asset, figure, section, shell
from core.research.report.trades import charts, open_table, trades_table

_NAME: Final = "ATLAS backtest"


@dataclass(frozen=True, slots=True)
class Report:
    """What a page tells.

    Attributes:
        told: the backtest as `--format json` tells it: every figure of the page's tables is read from here.
        outcome: what came of it.
        bars: what it was run on.
    """

    told: Row
    outcome: Outcome
    bars: Bars

    @property
    def results(self) -> dict[str, tuple[Result, Row]]:
        """Both results with what is told of them, by name."""
        return {
            "first": (self.outcome.first, self.told),
            "second": (self.outcome.second, self.told["second"]),
        }

    @property
    def summaries(self) -> dict[str, Row]:
        """What each result adds up to."""
        return {name: told["summary"] for name, (_, told) in self.results.items()}


def page(report: Report, library: str) -> str:
    """The whole page.

    Args:
        report: what it tells.
        library: Plotly's script.
    """
    body = (element("main", *_sections(report)), _dialog())
    return shell(_title(report), body, page_data(report), (library, asset("figures.js"), asset("trades.js")))


def page_data(report: Report) -> Row:
    """What the page's figures and charts are drawn from."""
    span = report.bars.span_s
    since = datetime.fromtimestamp(span[0] if span else 0, UTC)
    points = {name: balance_curve(result, since) for name, (result, _) in report.results.items()}
    bins = {
        f"{name} result, n {len(result.trades)}": r_bins([trade.r_multiple for trade in result.trades])
        for name, (result, _) in report.results.items()
    }
    traded = [(name, result.trades, told["trades"]) for name, (result, told) in report.results.items()]
    return {
        "figures": {
            "balance": figures.curves(_curves(points, "balance"), "USD"),
            "below": figures.curves(_curves(points, "below"), "", " %"),
            "multiples": figures.histogram(bins, "R"),
        },
        "colors": dict(figures.COLORS),
        **charts(traded, report.bars),
    }


def _curves(points: Mapping[str, Sequence[BalancePoint]], what: str) -> list[figures.Curve]:
    looks = ((figures.COLORS["first"], "solid"), (figures.COLORS["second"], "dash"))
    return [
        figures.Curve(
            f"{name} result", [each.at for each in told], [_number(getattr(each, what)) for each in told], *look
        )
        for (name, told), look in zip(points.items(), looks, strict=True)
    ]


def _number(value: Decimal) -> float:
    return round(float(value), 6)


def _sections(report: Report) -> Iterator[Markup]:
    told, pair = report.told, report.summaries
    yield element("header", element("h1", _title(report)), *(element("p", line) for line in _head(told["settings"])))
    yield section(
        "The pair of results",
        *(element("p", line) for line in words.pair(told)),
        tables.results_table(pair),
        *(element("p", f"{name.title()} result: {words.verdict(each)}", class_="said") for name, each in pair.items()),
        *(element("p", line) for line in _notes(report)),
    )
    if not any(each["trades"] for each in pair.values()):
        yield section("Trades", element("p", "No trade closed in these bars, so there is nothing to draw."))
    else:
        yield from _pictures(pair)
        yield from _breakdowns(pair)
        yield from _trades(report)
    yield settings_section(told["settings"])


def _title(report: Report) -> str:
    symbols = ", ".join(each.symbol for each in report.bars.series)
    span = report.bars.span_s
    days = [f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d}" for second in span or ()]
    return f"{_NAME}: {symbols}{', ' if days else ''}{' to '.join(days)}"


def _head(settings: Row) -> Iterator[str]:
    yield from words.told_bars(settings)
    yield words.costs(settings)


def _notes(report: Report) -> Iterator[str]:
    first = report.summaries["first"]
    yield words.bias_sentence(report.told["bias_guard"])
    yield from words.fates(first)
    yield from words.left_open(report.summaries)


def _pictures(pair: Mapping[str, Row]) -> Iterator[Markup]:
    means = "; ".join(f"{name} result {tables.mean(each)} R, n {each['trades']}" for name, each in pair.items())
    yield section("Balance", figure("balance", "Balance after every closed trade, USD; times are UTC."))
    yield section(
        "Drawdown",
        figure("below", "How far the balance lies below its highest so far, after every closed trade, percent."),
    )
    yield section(
        "R of the trades", figure("multiples", f"Trades by R, losses hatched. Mean and standard error: {means}.")
    )


def _breakdowns(pair: Mapping[str, Row]) -> Iterator[Markup]:
    frames = {row["group"] for each in pair.values() for row in each["by_timeframe"]}
    order = sorted(frames, key=Timeframe.parse)
    crossed = [
        tables.crossed_table(each["by_pattern_and_timeframe"], "pattern", "timeframe", order, f"{name.title()} result")
        for name, each in pair.items()
    ]
    parts = [f"by_{name}" for name in ("pattern_and_timeframe", "tfc", *GROUPED)]
    groups = [row for each in pair.values() for part in parts for row in each[part]]
    yield section(
        "By group",
        element("p", words.among(groups)),
        element("p", "Mean R ± its standard error, and the number of trades; a line reaches two standard errors."),
        element("h3", "By pattern and timeframe"),
        *crossed,
        element(
            "div",
            *(
                tables.groups_table(name, {each: told[f"by_{name}"] for each, told in pair.items()})
                for name in ("timeframe", "pattern", "direction", "tier", "tfc", "symbol", "hour")
            ),
            class_="grid",
        ),
    )


def _trades(report: Report) -> Iterator[Markup]:
    number, lists = 0, []
    for name, (_, told) in report.results.items():
        rows = told["trades"]
        summary = element("summary", f"{name.title()} result, {len(rows)} trades")
        lists.append(element("details", summary, trades_table(rows, number), open=name == "first" or None))
        number += len(rows)
    left = {name: told["open"] for name, (_, told) in report.results.items()}
    if any(left.values()):
        lists.append(open_table(left))
    hint = "A number opens the trade's chart; in the chart ← and → go to the next trade, Esc closes it."
    yield section("Trades", element("p", hint), *lists)


def settings_section(settings: Row) -> Markup:
    """Every setting a result depends on, folded."""
    plain = [(key, value) for key, value in settings.items() if not isinstance(value, dict) and key != "bars"]
    rows = [(key, _value(value)) for key, value in plain]
    nested = [
        (f"{key}.{symbol}", ", ".join(f"{name} {each}" for name, each in value.items()))
        for key in ("instruments", "funding_recorded")
        for symbol, value in settings[key].items()
    ]
    told = tables.table(("setting", "value"), [*rows, *nested], class_="settings")
    return element(
        "section",
        element("details", element("summary", element("h2", "Settings")), told),
    )


def _value(value: object) -> str:
    """A setting as the settings file spells it, without quotes."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _dialog() -> Markup:
    """Where the chart of a trade is shown."""
    buttons = (
        element("button", label, type="button", data_step=step, aria_label=name)
        for label, step, name in (("←", "-1", "the trade before"), ("→", "1", "the next trade"), ("×", "0", "close"))
    )
    return element(
        "dialog",
        element("h2", id="trade-title"),
        element("nav", *buttons),
        element("p", id="trade-told"),
        element("div", id="trade-chart"),
        id="trade",
        aria_labelledby="trade-title",
    )
