"""`atlas sweep --html`: the page of a sweep holds the numbers of its JSON, and what the best of many is worth."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from plotly import graph_objects

from tests.cli.said import Said
from tests.cli.sweep_folder import asked, sweep_folder
from tests.research.read_page import ReadPage

Run = Callable[..., Said]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Candles, settings and a grid."""
    return sweep_folder(tmp_path)


@pytest.fixture
def both(atlas: Run, folder: Path) -> tuple[ReadPage, Any]:
    """The page, and the JSON of the same run."""
    said = atlas(*asked(folder, "--html", folder / "page.html", "--format", "json"))
    assert f"The report is {folder / 'page.html'}: open it in a browser." in said.err
    return ReadPage((folder / "page.html").read_text(encoding="utf-8")), said.json


def test_the_maps_of_the_page_are_those_of_the_json_and_plotly_takes_them(both: tuple[ReadPage, Any]) -> None:
    page, told = both
    drawn = page.data["figures"]
    assert len(drawn) == len(told["maps"]) == 2
    for figure, each in zip(drawn.values(), told["maps"], strict=True):
        cells = figure["data"][0]
        assert (cells["x"], cells["y"], cells["z"]) == (each["columns"], each["rows"], each["median"])
        assert graph_objects.Figure(figure).data[0].type == "heatmap"
    assert [attributes["data-figure"] for _, attributes in page.tags if "data-figure" in attributes] == list(drawn)


def test_every_mean_stands_with_n_and_error_and_the_best_with_what_it_is_worth(both: tuple[ReadPage, Any]) -> None:
    page, told = both
    rows = page.table_with("setting", "mean R ± s.e.")
    wanted = [best[result] for best in told["best"] for result in ("first", "second")]
    assert [row[3] for row in rows] == [str(each["trades"]) for each in wanted]
    assert [row[4] for row in rows] == [f"{e['average_r']:+z.2f} ± {e['standard_error_r']:.2f}" for e in wanted]
    assert page.text.count("Deflated Sharpe") == 2
    walks = page.table_with("in sample", "n there")
    outs = [walk["out_of_sample"][result] for walk in told["walk_forward"] for result in ("first", "second")]
    assert [row[4] for row in walks] == [str(each["trades"]) for each in outs]
    assert "at least one in twenty does so by chance" in page.text
    assert page.closed


def test_a_page_that_cannot_be_written_is_refused_before_anything_runs(atlas: Run, folder: Path) -> None:
    (folder / "page.html").write_text("mine")
    assert "exists already" in atlas(*asked(folder, "--html", folder / "page.html")).sentence
    assert not (folder.parent / "out").exists()
