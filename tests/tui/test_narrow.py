"""What goes down the line for one changed cell."""

import pytest
from rich.console import Console
from rich.segment import Segment
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from atlas_tui.narrow import NarrowUpdate, narrowed

LEFT, RIGHT = Strip([Segment("BTC 90,387.5")]), Strip([Segment("ETH 3,121.40")])


def sent(*spans: tuple[int, int, int]) -> str:
    """What two widgets side by side in the second row send for these spans."""
    chops: list[dict[int, Strip | None]] = [{}, {0: LEFT, 12: RIGHT}]
    update = narrowed(ChopsUpdate(chops, list(spans), [[], [12, 24]]))
    assert isinstance(update, NarrowUpdate)
    return update.render_segments(Console(color_system=None))


@pytest.mark.parametrize(
    ("span", "text"),
    [
        ((1, 11, 12), "\x1b[2;12H5"),
        ((1, 0, 12), "\x1b[2;1HBTC 90,387.5"),
        ((1, 4, 6), "\x1b[2;5H90"),
        ((1, 16, 24), "\x1b[2;17H3,121.40"),
        ((1, 10, 15), "\x1b[2;11H.5\x1b[2;13HETH"),
    ],
)
def test_a_span_sends_its_own_cells_only(span: tuple[int, int, int], text: str) -> None:
    assert sent(span) == text


def test_several_spans_are_sent_one_after_the_other() -> None:
    assert sent((1, 0, 3), (1, 12, 15)) == "\x1b[2;1HBTC\x1b[2;13HETH"


def test_a_widget_that_is_not_to_be_painted_sends_nothing() -> None:
    update = narrowed(ChopsUpdate([{0: None}], [(0, 0, 4)], [[12]]))
    assert isinstance(update, NarrowUpdate)
    assert update.render_segments(Console(color_system=None)) == ""


def test_a_whole_screen_is_left_as_it_is() -> None:
    whole = LayoutUpdate([[LEFT]], Region(0, 0, 12, 1))
    assert narrowed(whole) is whole
    assert narrowed(None) is None
