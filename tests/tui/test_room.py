"""What room each pane gets: no row that is looked at moves, and nothing stands empty that could tell something."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_tui.arrangement import LEAST_DETAIL, arrange
from atlas_tui.lines import text_of
from atlas_tui.tabs import Tab
from atlas_tui.views.cards import card_columns
from atlas_tui.views.focus import market_of
from atlas_tui.views.listing import Order
from atlas_tui.views.positions import panel
from atlas_tui.views.tables import table_of
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.ticker_strip import strip_lines
from atlas_tui.zones import NEW_YORK_ZONE
from core.domain.snapshot import Snapshot
from tests.tui.as_text import screen_text
from tests.tui.driven import Console
from tests.tui.snapshots_data import empty, failing, rich
from tests.tui.states_data import all_over

SIZES = [(40, 20), (50, 30), (80, 24), (120, 40), (200, 50)]


@given(st.integers(40, 250), st.integers(8, 60), st.integers(0, 5), st.integers(0, 30))
def test_the_panes_fill_the_body_and_a_chart_is_never_too_low(width: int, body: int, taken: int, needed: int) -> None:
    plan = arrange(width, body, body + 5, taken, needed)
    left = body - taken
    assert 1 <= plan.list_rows <= left
    if plan.is_wide:
        assert plan.list_rows + plan.positions_rows + plan.events_rows == left
        assert left - plan.side_rows >= LEAST_DETAIL
    elif plan.chart:
        assert left - plan.list_rows >= LEAST_DETAIL
    else:
        assert plan.list_rows == left


@given(st.integers(40, 250), st.integers(12, 60), st.integers(1, 4))
def test_rows_taken_at_the_bottom_cost_the_list_no_more_than_themselves(width: int, body: int, taken: int) -> None:
    before, after = arrange(width, body, body + 5), arrange(width, body, body + 5, taken)
    assert after.list_rows >= before.list_rows - taken


@pytest.mark.parametrize("size", SIZES)
async def test_trouble_moves_no_row_above_it(size: tuple[int, int]) -> None:
    async with Console(rich(), size) as console:
        await console.press("1", "j")
        before = console.screen.table.region.y, console.screen.table.cursor_row, console.screen.table.scroll_offset
        console.desk.publish(failing())
        await console.pilot.pause()
        assert console.screen.query_one("#alert").display
        after = console.screen.table.region.y, console.screen.table.cursor_row, console.screen.table.scroll_offset
        assert after == before


@pytest.mark.parametrize("tab", [Tab.SETUPS, Tab.POSITIONS])
async def test_where_no_row_is_the_chart_shows_the_first_market(tab: Tab) -> None:
    async with Console(all_over(), (80, 24)) as console:
        await console.press(tab.value)
        assert "BTC 1h" in text_of(console.screen.query_one("#chart-title", Lines).shown[0])


def test_without_symbols_there_is_no_market_to_show() -> None:
    assert market_of(replace(empty(), quotes=())) is None


@pytest.mark.parametrize("snapshot", [rich(), all_over()], ids=["two open", "flat"])
async def test_the_chart_takes_the_rows_a_short_list_has_no_use_for(snapshot: Snapshot) -> None:
    async with Console(snapshot, (50, 30)) as console:
        await console.press("1")
        many = console.screen.arrangement.list_rows
        for tab in (Tab.TICKER, Tab.POSITIONS):
            await console.press(tab.value)
            assert console.screen.arrangement.list_rows < many
            assert console.screen.arrangement.list_rows == console.screen.needed_rows


async def test_a_fourth_position_gets_its_row() -> None:
    base = rich()
    one = base.positions[0]
    more = tuple(replace(one, position=replace(one.position, setup_id=f"more|{number}")) for number in range(3))
    async with Console(base, (80, 24)) as console:
        await console.press("3")
        console.desk.publish(replace(base, positions=(*base.positions, *more)))
        await console.pilot.pause()
        assert console.screen.arrangement.list_rows == 1 + 5


async def test_the_wide_screen_tells_of_the_positions_once() -> None:
    async with Console(all_over(), (200, 50)) as console:
        for tab, times in (("2", 1), ("3", 1)):
            await console.press(tab)
            assert "\n".join(screen_text(console.app)).count("Flat.") == times


@pytest.mark.parametrize(
    ("held", "lines", "last"), [(2, 4, "S"), (3, 6, "S"), (4, 4, "SOL"), (7, 7, "SOL"), (9, 7, "3 more on tab 3")]
)
def test_the_panel_of_positions_tells_of_all_or_how_many_more(held: int, lines: int, last: str) -> None:
    told = panel(replace(rich(), positions=rich().positions[:1] * held), 102, 7)
    assert len(told) == lines
    assert text_of(told[-1]).strip().startswith(last)


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_symbol_without_a_price_has_no_spread_to_tell(rows: int) -> None:
    told = " ".join(text_of(line) for line in strip_lines(empty(), 120, rows))
    assert "no price yet" in told
    assert "sprd" not in told


def test_a_trade_on_a_card_tells_its_side_its_way_and_what_it_brought() -> None:
    table = table_of(rich(), Tab.TRADES, 40, Order(), NEW_YORK_ZONE)
    shown = [cell.text for cell in table.rows[0].cells]
    assert {"▼ SHORT", "3,098.00", "→", "3,070.00", "+$21.86", "+2.28R", "TGT"} <= set(shown)
    assert [column.key for column in card_columns(Tab.TRADES, 39)] == [column.key for column in table.columns]


@pytest.mark.parametrize(("width", "paired"), [(50, False), (80, True), (99, True)])
async def test_the_full_detail_puts_continuity_beside_the_plan_where_there_is_room(width: int, paired: bool) -> None:
    async with Console(rich(), (width, 30)) as console:
        await console.press("enter")
        heads = [line.split()[0:1] + line.split()[-1:] for line in screen_text(console.app) if " TFC " in f" {line}"]
        assert [head[0] == "plan" for head in heads] == [paired]
