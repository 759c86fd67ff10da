"""A sweep as one page of HTML: the best of many with what it is worth, the walk on unseen bars, and heat maps."""

from collections.abc import Iterator, Sequence

from core.research.backtest.summary import Row
from core.research.report import figures, sweep_words, tables, words
from core.research.report.markup import Markup, element, joined
from core.research.report.page import settings_section
from core.research.report.shell import asset, figure, section, shell

_PLACE = "account, period"


def sweep_page(told: Row, library: str) -> str:
    """The whole page.

    Args:
        told: the sweep as `--format json` tells it.
        library: Plotly's script.
    """
    title = f"ATLAS sweep: {'; '.join(told['accounts'])}"
    main = element("main", *_sections(title, told))
    return shell(title, (main,), {"figures": map_figures(told)}, (library, asset("figures.js")))


def map_figures(told: Row) -> dict[str, figures.Figure]:
    """The heat maps, by the names the page draws them under."""
    unit = "USD" if told["choose_by"] == "net" else ""
    return {
        f"map-{number}": figures.heat(
            each["rows"], each["columns"], each["median"], (each["down"], each["across"]), unit
        )
        for number, each in enumerate(told["maps"])
    }


def _sections(title: str, told: Row) -> Iterator[Markup]:
    yield element("header", element("h1", title), *(element("p", line) for line in sweep_words.head(told)))
    yield section(
        f"Best of {told['runs_tried']:,}",
        element("p", sweep_words.chosen(told)),
        tables.table((_PLACE, "setting", "result", *tables.NUMBERS), _best_rows(told), class_="groups"),
        *(element("p", f"{sweep_words.place(each)}: {_worth(each, told)}", class_="said") for each in told["best"]),
    )
    if told["walk_forward"]:
        yield section(
            "Walk forward",
            element("p", "Chosen on the bars of every window, and tried on those behind it; in sample is no proof."),
            element("p", sweep_words.walks_among(told)),
            tables.table(
                (_PLACE, "result", "in sample", "n there", *tables.NUMBERS), _walk_rows(told), class_="groups"
            ),
            *_said(told),
        )
    if told["maps"]:
        maps = (
            figure(f"map-{number}", f"{each['account']}: median {told['choose_by']}, the lower of both results.")
            for number, each in enumerate(told["maps"])
        )
        yield section("Heat maps", element("p", sweep_words.MAPS), *maps)
    yield settings_section(told["settings"])


def _best_rows(told: Row) -> Iterator[Sequence[object]]:
    for best in told["best"]:
        values = [] if best["setting"] is None else [f"{key} = {value}" for key, value in best["values"].items()]
        for place, result in enumerate(sweep_words.RESULTS if values else ()):
            where = element("span", sweep_words.place(best), class_="again" if place else None)
            yield where, "" if place else joined(values, Markup("<br>")), result, *tables.numbers(best[result])


def _worth(best: Row, told: Row) -> str:
    return "no setting has trades enough." if best["setting"] is None else sweep_words.worth(best, told)


def _walk_rows(told: Row) -> Iterator[Sequence[object]]:
    for walked in told["walk_forward"]:
        for place, result in enumerate(sweep_words.RESULTS):
            where = element("span", sweep_words.place(walked), class_="again" if place else None)
            yield (
                where,
                result,
                *sweep_words.in_sample(walked, result),
                *tables.numbers(walked["out_of_sample"][result]),
            )


def _said(told: Row) -> Iterator[Markup]:
    for walked in told["walk_forward"]:
        for result in sweep_words.RESULTS:
            said = f"{sweep_words.place(walked)}, {result} result: {words.verdict(walked['out_of_sample'][result])}"
            yield element("p", said, class_="said")
        yield from (element("p", f"{sweep_words.place(walked)}: {line}") for line in sweep_words.notes(walked))
