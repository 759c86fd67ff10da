"""The window over a series: panning, zooming, marking and the way back to the live end."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_tui.chart.drawing import ChartModel
from atlas_tui.chart.layout import PITCHES, Layout, layout_of
from atlas_tui.chart.model import index_of
from atlas_tui.chart.window import Window
from tests.tui.chart_data import MODEL, PRICES, START, bar, kinds_of

BARS = tuple(bar(index, PRICES[index % len(PRICES)]) for index in range(100))
RUN = replace(MODEL, bars=BARS, kinds=kinds_of(BARS), levels=(), zone=None)
SIZE = (64, 16)
END = len(BARS) - 1


def view(window: Window, model: ChartModel = RUN, size: tuple[int, int] = SIZE) -> Layout:
    found = layout_of(window.over(model), *size)
    assert found is not None
    return found


def marked(window: Window, model: ChartModel = RUN) -> int | None:
    return index_of(model.bars, window.marked)


def test_the_first_move_marks_the_newest_bar_in_view() -> None:
    assert marked(Window().moved(RUN, *SIZE, -1)) == END
    assert marked(Window(newest=BARS[50].start).moved(RUN, *SIZE, 1)) == 50


def test_the_view_pans_when_the_mark_comes_near_its_edge_and_no_longer_follows() -> None:
    window = Window().moved(RUN, *SIZE, -1)
    count = len(view(window).lefts)
    for _ in range(count - 4):
        window = window.moved(RUN, *SIZE, -1)
    assert window.follows
    window = window.moved(RUN, *SIZE, -1)
    assert not window.follows
    assert view(window).last == END - 1


def test_new_bars_do_not_move_a_panned_view_and_move_a_following_one() -> None:
    longer = (*BARS, bar(100, PRICES[0]))
    grown = replace(RUN, bars=longer, kinds=kinds_of(longer))
    panned = Window().panned(RUN, *SIZE, -1)
    assert view(panned, grown).last == view(panned).last
    assert view(Window(), grown).last == END + 1


def test_bars_that_fall_off_the_old_end_leave_the_view_on_the_same_bars() -> None:
    window = Window().panned(RUN, *SIZE, -2).moved(RUN, *SIZE, -1)
    fewer = replace(RUN, bars=BARS[10:], kinds=kinds_of(BARS)[10:])
    assert view(window, fewer).bars(fewer) == view(window).bars(RUN)
    assert marked(window, fewer) == (marked(window) or 0) - 10


def test_a_window_on_bars_that_are_gone_shows_the_oldest_there_are() -> None:
    window = Window(newest=START - timedelta(days=100), marked=START - timedelta(days=100))
    assert view(window).first == 0
    assert window.over(RUN).cursor is None


def test_half_a_screen_back_and_on_again_is_the_live_end() -> None:
    back = Window().panned(RUN, *SIZE, -1)
    assert view(back).last == END - len(view(back).lefts) // 2
    assert back.panned(RUN, *SIZE, 1).follows


def test_panning_takes_the_mark_along() -> None:
    window = Window().moved(RUN, *SIZE, 0)
    back = window.panned(RUN, *SIZE, -2)
    assert END - (marked(back) or 0) == END - view(back).last
    assert view(back).first <= (marked(back) or 0) <= view(back).last


def test_the_ends_can_be_reached_at_once() -> None:
    oldest = Window(marked=BARS[40].start).at_edge(RUN, *SIZE, "top")
    assert (view(oldest).first, marked(oldest), oldest.follows) == (0, 0, False)
    newest = oldest.at_edge(RUN, *SIZE, "bottom")
    assert (view(newest).last, marked(newest), newest.follows) == (END, END, True)
    assert Window().at_edge(RUN, *SIZE, "top").marked is None


def test_zooming_goes_step_by_step_and_stops_at_the_last() -> None:
    window = Window()
    pitches = []
    for _ in range(5):
        window = window.zoomed(RUN, *SIZE, 1)
        pitches.append(window.pitch)
    for _ in range(7):
        window = window.zoomed(RUN, *SIZE, -1)
        pitches.append(window.pitch)
    assert pitches == [6, 8, 8, 8, 8, 6, 4, 3, 2, 1, 1, 1]
    assert window.zoomed(RUN, *SIZE, 0).pitch == 0


def test_zooming_keeps_the_marked_bar_in_view() -> None:
    window = Window(pitch=1).moved(RUN, *SIZE, 0).moved(RUN, *SIZE, -30)
    for _ in PITCHES:
        window = window.zoomed(RUN, *SIZE, 1)
        assert view(window).first <= END - 30 <= view(window).last


@pytest.mark.parametrize("size", [(10, 3), (0, 0)])
def test_without_room_every_key_is_taken(size: tuple[int, int]) -> None:
    window = Window().moved(RUN, *size, -1).panned(RUN, *size, -1).zoomed(RUN, *size, 1).at_edge(RUN, *size, "top")
    assert window.follows


def test_the_users_mark_goes_before_the_models_own() -> None:
    model = replace(RUN, cursor=3)
    assert Window().over(model).cursor == 3
    assert not Window().over(model).told
    assert (Window(marked=BARS[7].start).over(model).cursor, Window(marked=BARS[7].start).over(model).told) == (7, True)


def test_a_bar_the_model_points_at_opens_the_view_is_marked_first_and_does_not_hold_it() -> None:
    model = replace(RUN, cursor=20)
    assert view(Window(), model).first < 20 < view(Window(), model).last
    assert marked(Window().moved(model, *SIZE, -1), model) == 20
    there = Window().at_edge(model, *SIZE, "bottom")
    assert view(there, model).last == END
    assert view(there.panned(model, *SIZE, -1), model).last < END
    assert marked(there.moved(model, *SIZE, -1), model) == END


steps = st.lists(
    st.one_of(
        st.tuples(st.just("moved"), st.integers(-150, 150)),
        st.tuples(st.just("panned"), st.integers(-30, 30)),
        st.tuples(st.just("zoomed"), st.integers(-2, 2)),
        st.tuples(st.just("at_edge"), st.sampled_from(["top", "bottom"])),
    ),
    max_size=12,
)


@given(steps=steps, count=st.integers(0, 100), width=st.integers(0, 130), height=st.integers(0, 40))
def test_whatever_is_pressed_the_view_is_full_and_the_mark_is_in_it(
    steps: list[tuple[str, int]], count: int, width: int, height: int
) -> None:
    model = replace(RUN, bars=BARS[:count], kinds=kinds_of(BARS)[:count])
    window = Window()
    for name, value in steps:
        window = getattr(window, name)(model, width, height, value)
    layout = layout_of(window.over(model), width, height) if count else None
    if layout is None:
        return
    room = layout_of(replace(window.over(model), newest=0, cursor=None), width, height)
    assert room is not None
    assert len(layout.lefts) == len(room.lefts)
    assert 0 <= layout.first <= layout.last < count
    at = marked(window, model)
    if at is not None:
        assert layout.first <= at <= layout.last
        assert layout.bar_at(layout.lefts[at - layout.first]) == at
