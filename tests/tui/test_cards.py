"""Lists as cards of two lines on a narrow phone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_tui.tabs import Tab
from atlas_tui.views.cards import ROOMY_BELOW, card_columns, cards_below
from atlas_tui.views.listing import Order
from atlas_tui.views.log import split_text
from atlas_tui.views.tables import columns_of, table_of
from atlas_tui.widgets.table_rows import Cell, Column, Row
from atlas_tui.widgets.table_shape import TableShape
from atlas_tui.zones import NEW_YORK_ZONE
from core.domain.positions import Origin
from tests.tui.as_text import screen_text
from tests.tui.driven import Console
from tests.tui.snapshots_data import rich

LISTS = [Tab.TICKER, Tab.SIGNALS, Tab.SETUPS, Tab.POSITIONS, Tab.TRADES, Tab.LOG]


@pytest.mark.parametrize("tab", LISTS)
def test_every_list_has_cards_that_fit_into_forty_cells(tab: Tab) -> None:
    columns = columns_of(tab, 39)
    shape = TableShape(columns)
    assert shape.height == 2
    for line in shape.lines:
        assert sum(column.width + 1 for column in line) <= 39, tab
    assert TableShape(columns_of(tab, cards_below(tab))).height == 1


@pytest.mark.parametrize("tab", [Tab.SIGNALS, Tab.SETUPS, Tab.POSITIONS, Tab.TRADES])
def test_a_card_names_the_timeframe_and_cuts_nothing(tab: Tab) -> None:
    table = table_of(rich(), tab, 40, Order(), NEW_YORK_ZONE)
    assert "timeframe" in [column.key for column in table.columns]
    for row in table.rows:
        cut = [
            (column.key, cell.text)
            for column, cell in zip(table.columns, row.cells, strict=True)
            if len(cell.text) > column.width
        ]
        assert cut == []


@pytest.mark.parametrize("width", [39, 49])
def test_a_position_on_a_phone_says_long_or_short_in_words(width: int) -> None:
    table = table_of(rich(), Tab.POSITIONS, width, Order(), NEW_YORK_ZONE)
    assert table.rows
    for row in table.rows:
        assert {"▲ LONG", "▼ SHORT"} & {cell.text for cell in row.cells}


def test_the_marks_of_a_position_stand_whole_on_a_card() -> None:
    plain = rich()
    view = plain.positions[0]
    even = replace(view, position=replace(view.position, origin=Origin.HAND), break_even=view.position.plan.stop)
    table = table_of(replace(plain, positions=(even,)), Tab.POSITIONS, 39, Order(), NEW_YORK_ZONE)
    (row,) = table.rows
    widths = {cell.text: column.width for column, cell in zip(table.columns, row.cells, strict=True)}
    assert widths["H BE"] == len("H BE")
    assert TableShape(table.columns).height == 2


def test_a_list_can_be_sorted_by_what_stands_on_the_second_line() -> None:
    order = Order()
    seen = []
    for _ in range(12):
        order = order.turned(card_columns(Tab.SIGNALS, 40))
        seen.append(order.column)
    assert {"symbol", "away", "verdict"} <= set(seen)
    assert not any(key.startswith("'") for key in seen)


async def test_the_smallest_phone_lists_cards_and_the_cursor_steps_by_whole_ones() -> None:
    async with Console(size=(40, 20)) as console:
        lines = screen_text(console.app)
        assert lines[4].startswith(" ▶ SOL   15m 2D-1-2U ▲ LONG  OPEN")
        assert lines[5].startswith("   132.04     away —      3/4▲ OK")
        table = console.screen.table
        first = table.cursor_key
        await console.press("G")
        assert table.cursor_row == table.row_count - 1
        assert table.cursor_key in table.keys_in_view
        shown = screen_text(console.app)
        assert "▼ SHORT" in shown[-4] and "LOW R:R" in shown[-3]
        await console.press("g")
        assert (table.cursor_key, table.scroll_offset.y) == (first, 0)


async def test_a_tap_takes_the_card_on_either_of_its_lines() -> None:
    async with Console(size=(40, 20)) as console:
        table = console.screen.table
        for line, row in ((1, 0), (4, 1), (5, 2), (6, 2)):
            await console.pilot.click(table, offset=(5, line))
            await console.pilot.pause()
            if console.on_top != "ConsoleScreen":
                await console.press("q")
            assert table.cursor_row == row


async def test_a_wider_terminal_shows_rows_again() -> None:
    async with Console(size=(40, 20)) as console:
        await console.pilot.resize_terminal(80, 24)
        await console.pilot.pause()
        assert {column.line for column in console.screen.table.columns} == {0}
        assert any("trigger" in line and "R:R" in line for line in screen_text(console.app))


@given(st.integers(0, 60), st.integers(0, 150), st.integers(1, 40))
def test_a_row_that_was_scrolled_to_is_in_view(index: int, top: int, room: int) -> None:
    shape = TableShape((Column("a", "a", 3), Column("b", "b", 3, line=1)))
    wanted = shape.scrolled(index, top, room)
    assert room < shape.height or shape.is_visible(index, wanted, room)
    if shape.is_visible(index, top, room) and room >= shape.height:
        assert wanted == top


def test_cells_of_a_card_are_on_their_own_lines() -> None:
    shape = TableShape((Column("a", "a", 3), Column("b", "b", 3, line=1)))
    row = Row("k", (Cell("one"), Cell("two")))
    assert [shape.part(row, line).cells for line in (0, 1)] == [(Cell("one"),), (Cell("two"),)]
    assert [(place.x, place.y, place.width) for place in shape.cells(3, 10)] == [(0, 6, 4), (0, 7, 4)]


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=200), st.integers(39, ROOMY_BELOW - 1))
def test_a_note_is_split_at_a_blank_and_loses_nothing_but_that(text: str, width: int) -> None:
    first, rest = split_text(text, width)
    assert len(first) <= width - 10
    assert "".join((first + rest).split()) == "".join(text.split())
