"""`atlas backtest --html`: a page that needs no network, with the numbers of the JSON and n and error beside them."""

import re
import sys
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from plotly import graph_objects

from tests.cli.said import Said
from tests.cli.traded_folder import asked, traded_folder
from tests.research.read_page import ReadPage

Run = Callable[..., Said]
MEAN = re.compile(r"[+-]\d+\.\d\d ± (\d+\.\d\d|—)")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Candles that trade."""
    return traded_folder(tmp_path)


@pytest.fixture
def both(atlas: Run, folder: Path) -> tuple[ReadPage, Any]:
    """The page, and the JSON of the same run."""
    said = atlas(*asked(folder, "--html", folder / "page.html", "--format", "json"))
    assert said.code == 0 and f"The report is {folder / 'page.html'}: open it in a browser." in said.err
    return ReadPage((folder / "page.html").read_text(encoding="utf-8")), said.json


def test_the_page_fetches_nothing_and_runs_its_own_scripts_alone(both: tuple[ReadPage, Any]) -> None:
    page, _ = both
    fetching = {"src", "href", "srcset", "data", "action", "poster", "background"}
    assert [tag for tag, attributes in page.tags if fetching & set(attributes)] == []
    assert {tag for tag, _ in page.tags} & {"link", "img", "iframe", "object", "embed", "base"} == set()
    styles = "".join(data for tag, data in page.texts if tag == "style")
    assert "url(" not in styles and "@import" not in styles
    (policy,) = [attributes["content"] for _, attributes in page.tags if "http-equiv" in attributes]
    assert policy is not None and policy.startswith("default-src 'none'; ") and "http" not in policy
    digests = [b64encode(sha256(script.encode()).digest()).decode() for script in page.scripts]
    assert re.findall(r"'sha256-([^']+)'", policy) == digests and len(digests) == 3
    assert page.closed


def test_the_trades_of_the_page_are_those_of_the_json(both: tuple[ReadPage, Any]) -> None:
    page, told = both
    trades = [*told["trades"], *told["second"]["trades"]]
    assert len(page.data["trades"]) == len(trades) > 10
    for drawn, row in zip(page.data["trades"], trades, strict=True):
        shared = set(drawn) & set(row)
        assert {"symbol", "entry_price", "exit_price", "stop", "target", "net", "exit_reason", "opened_at"} <= shared
        assert {key: drawn[key] for key in shared} == {key: row[key] for key in shared}
    rows = page.table_with("trade", "R", "target")
    assert [row[-2] for row in rows] == [row["stop"] for row in told["trades"]]
    buttons = [attributes["data-trade"] for tag, attributes in page.tags if "data-trade" in attributes]
    assert buttons == [str(number) for number in range(len(trades))]


def test_the_figures_end_where_the_json_does(both: tuple[ReadPage, Any]) -> None:
    page, told = both
    figures = page.data["figures"]
    for place, summary in enumerate((told["summary"], told["second"]["summary"])):
        balance, below = (figures[name]["data"][place]["y"] for name in ("balance", "below"))
        assert (balance[0], balance[-1]) == (float(summary["start_balance"]), float(summary["end_balance"]))
        assert -min(below) == summary["max_drawdown_pct"] > 0
        bins = figures["multiples"]["data"][place]
        assert sum(bins["y"]) == summary["trades"]
        won = sum(count for middle, count in zip(bins["x"], bins["y"], strict=True) if middle > 0)
        assert won == summary["wins"]


def test_plotly_itself_takes_every_figure(both: tuple[ReadPage, Any]) -> None:
    page, _ = both
    drawn = {name: graph_objects.Figure(figure) for name, figure in page.data["figures"].items()}
    assert {name: len(figure.data) for name, figure in drawn.items()} == {"balance": 2, "below": 2, "multiples": 2}


def test_n_and_standard_error_stand_beside_every_mean(both: tuple[ReadPage, Any]) -> None:
    page, told = both
    seen = 0
    for head, *rows in page.tables:
        if "mean R ± s.e." in head:
            place = head.index("mean R ± s.e.")
            for row in rows:
                assert row[place - 1].isdigit()
                assert MEAN.fullmatch(row[place]) or row[place - 1] == "0"
                seen += 1
    assert seen > 30
    cells = [cell for rows in page.tables if rows[0][0] == "pattern, timeframe" for row in rows[1:] for cell in row[1:]]
    assert all(re.fullmatch(rf"{MEAN.pattern} n \d+", cell) for cell in cells if cell)
    shown = {cell.split(" n ")[0] for cell in cells if cell}
    for row in told["summary"]["by_pattern_and_timeframe"]:
        error = "—" if row["standard_error_r"] is None else f"{row['standard_error_r']:.2f}"
        assert f"{row['average_r']:+z.2f} ± {error}" in shown


def test_the_pair_its_verdicts_costs_and_the_bias_guard_are_told(atlas: Run, folder: Path) -> None:
    atlas(*asked(folder, "--html", folder / "page.html", "--guard"))
    text = ReadPage((folder / "page.html").read_text(encoding="utf-8")).text
    for words in (
        "Neither stands alone.", "First result: mean", "Second result: mean", "Costs: fees 0.03 % a side",
        "0 trades changed", "first, measured targets", "second, structural targets", "at least one in twenty",
        "filters.min_magnitude_pct",
    ):  # fmt: skip
        assert words in text


def test_a_backtest_without_a_trade_gives_a_page_that_says_so(atlas: Run, tmp_path: Path) -> None:
    folder = traded_folder(tmp_path, rows=3)
    said = atlas(*asked(folder, "--html", folder / "page.html"))
    page = ReadPage((folder / "page.html").read_text(encoding="utf-8"))
    assert said.code == 0 and page.closed
    assert "No trade closed in these bars" in page.text and "0 trades: too few to say anything." in page.text
    assert page.data["trades"] == []
    assert not any("data-figure" in attributes for _, attributes in page.tags)


def test_what_cannot_be_written_is_one_sentence_before_anybody_waits(
    atlas: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = folder / "kept.html"
    kept.write_text("mine")
    there = atlas("backtest", "--data", "gone", "--html", kept).sentence
    assert there == f"atlas: {kept} exists already: choose another name"
    assert kept.read_text() == "mine"
    assert "there is no folder" in atlas("backtest", "--data", "gone", "--html", folder / "no" / "page.html").sentence
    monkeypatch.setitem(sys.modules, "plotly.offline", None)
    missing = atlas("backtest", "--data", "gone", "--html", folder / "page.html").sentence
    assert "install ATLAS with the extra report" in missing


def test_a_page_that_fails_at_the_last_leaves_nothing_behind(atlas: Run, folder: Path) -> None:
    name = "x" * 250 + ".html"  # Beyond what a file system takes once the name of the unfinished file is longer still.
    said = atlas(*asked(folder, "--html", folder / name))
    assert said.code == 2 and "cannot be written" in said.err
    assert not list(folder.glob("*.html*")) and not list(folder.glob(".*"))
