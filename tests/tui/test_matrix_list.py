"""The STRAT matrix: every symbol on every timeframe."""

import pytest

from atlas_tui.lines import text_of
from atlas_tui.views import matrix_list
from atlas_tui.views.matrix_list import agreement, nearest, series_of
from atlas_tui.widgets.lines import Lines
from core.domain.bars import BarKind
from core.domain.timeframes import D1, H4, SCANNED
from tests.builders import a_bar
from tests.tui.driven import Console
from tests.tui.snapshots_data import empty, rich


def test_every_symbol_has_a_row_for_each_timeframe_from_the_week_down() -> None:
    keys = [entry.key for entry in matrix_list.rows(rich())]
    assert keys[:5] == ["BTC|1w", "BTC|1d", "BTC|4h", "BTC|1h", "BTC|15m"]
    assert len(keys) == len(rich().quotes) * len(SCANNED)


@pytest.mark.parametrize(
    ("opened", "closed", "kind", "word"),
    [(100, 101, BarKind.UP, "with"), (101, 100, BarKind.UP, "against"), (101, 100, BarKind.DOWN, "with"),
     (100, 101, BarKind.DOWN, "against"), (100, 101, BarKind.INSIDE, ""), (100, 100, BarKind.UP, "")],
)  # fmt: skip
def test_a_body_stands_with_its_class_or_against_it(opened: int, closed: int, kind: BarKind, word: str) -> None:
    bar = a_bar(rich().at, opened, 102, 98, closed)
    assert agreement(bar, kind) == word
    assert agreement(None, kind) == ""


def test_the_nearest_triggers_are_those_of_waiting_setups_of_the_series() -> None:
    above, below = nearest(rich(), "ETH", D1)
    waiting = [v.setup for v in rich().setups if v.pending and (v.setup.symbol, v.setup.timeframe) == ("ETH", D1)]
    assert above in {setup.long_trigger for setup in waiting}
    assert below is None or below in {setup.short_trigger for setup in waiting}
    assert nearest(empty(), "ETH", D1) == (None, None)


def test_without_bars_or_prices_the_matrix_says_nothing_it_does_not_know() -> None:
    entry = matrix_list.rows(empty())[0]
    assert (entry.cells["last"].text, entry.cells["now"].text, entry.cells["above"].text) == ("?", "—", "—")
    assert entry.dim


@pytest.mark.parametrize("width", [39, 49, 79, 119, 199])
def test_the_columns_fit(width: int) -> None:
    assert sum(column.width + 1 for column in matrix_list.columns(width)) <= width


def test_a_key_names_its_series() -> None:
    assert series_of("BTC|4h") == ("BTC", H4)
    assert series_of("nothing") is None


async def test_enter_opens_the_chart_of_the_series() -> None:
    async with Console(size=(120, 40)) as console:
        await console.press("8")
        await console.go_to("ETH|1d")
        await console.press("enter")
        assert console.on_top == "DetailScreen"
        assert text_of(console.app.screen.query_one("#detail-title", Lines).shown[0]).startswith("ETH 1d")
