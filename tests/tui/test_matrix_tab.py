"""The STRAT matrix: a row a symbol, a column a timeframe, and a cursor that stands on a cell."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_tui.lines import text_of, width_of
from atlas_tui.tabs import Tab
from atlas_tui.views import matrix_tab
from atlas_tui.views.focus import focus_of
from atlas_tui.views.listing import Order, arranged
from atlas_tui.views.matrix_detail import FULL, detail
from atlas_tui.views.series_cell import SHOWN, series_cell
from atlas_tui.views.tables import table_of
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.table_rows import Row
from atlas_tui.zones import NEW_YORK_ZONE
from core.domain.bars import BarKind, SeriesKey
from core.domain.guards import HaltSource
from core.domain.review_views import HaltView
from core.domain.snapshot import SetupView, Snapshot
from core.domain.timeframes import D1, H1, H4, M15, W1, Timeframe
from tests.tui.as_text import screen_text
from tests.tui.driven import Console
from tests.tui.snapshots_data import empty, failing, rich, stale

STATES = [rich, empty, stale, failing]


def cells(snapshot: Snapshot, symbol: str, timeframe: Timeframe, width: int = 119) -> tuple[str, str]:
    """Both lines of a cell."""
    entry = next(entry for entry in matrix_tab.rows(snapshot, width) if entry.key == symbol)
    return entry.cells[str(timeframe)].text, entry.cells[f"{timeframe}{matrix_tab.AWAY}"].text


def with_body(close: str, kind: BarKind, snapshot: Snapshot | None = None) -> Snapshot:
    """BTC's forming hour of this class, opened at 100."""
    found = snapshot or rich()
    view = found.series[SeriesKey("BTC", H1)]
    assert view.forming is not None
    bar = replace(view.forming, open=Decimal(100), close=Decimal(close))
    return replace(found, series={**found.series, SeriesKey("BTC", H1): replace(view, forming=bar, forming_kind=kind)})


def crowd(count: int) -> Snapshot:
    """A desk that watches this many symbols."""
    base = rich()
    names = [f"C{number:02}" for number in range(count)]
    return replace(
        base,
        quotes=tuple(replace(base.quotes[number % 3], symbol=name) for number, name in enumerate(names)),
        series={
            SeriesKey(name, key.timeframe): view
            for name in names
            for key, view in base.series.items()
            if key.symbol == "BTC"
        },
        scores=dict.fromkeys(names, base.scores["BTC"]),
        standings=dict.fromkeys(names, base.standings["BTC"]),
    )


def test_there_is_a_row_for_every_symbol_and_a_column_for_every_timeframe_from_the_week_down() -> None:
    assert [entry.key for entry in matrix_tab.rows(rich(), 79)] == ["BTC", "ETH", "SOL"]
    titles = [column.key for column in matrix_tab.columns(79) if column.key in {str(each) for each in SHOWN}]
    assert titles == ["1w", "1d", "4h", "1h", "15m"]


def test_a_cell_tells_the_last_class_the_forming_one_and_the_way_to_the_trigger() -> None:
    assert cells(rich(), "BTC", H4) == ("1  1▲?  armed", "▲0.43% 0.3 ATR")
    assert cells(rich(), "BTC", W1) == ("2U 2U▲?", "—")
    assert cells(rich(), "BTC", H4, 199)[1] == "▲0.43% 0.3A  ▼0.28% 0.2A"


def test_a_narrow_cell_keeps_the_forming_class_and_the_percent() -> None:
    assert cells(rich(), "BTC", H4, 49) == ("1  1▲?", "▲0.43%")
    assert cells(rich(), "BTC", H4, 39) == (" 1▲?", "▲0.4%")


@pytest.mark.parametrize(
    ("close", "kind", "shown", "against"),
    [("101", BarKind.UP, "2U▲?", False), ("99", BarKind.UP, "2U▼?", True), ("101", BarKind.DOWN, "2D▲?", True),
     ("99", BarKind.DOWN, "2D▼?", False), ("100", BarKind.INSIDE, "1·?", False), ("99", BarKind.OUTSIDE, "3▼", False),
     ("99", BarKind.UNKNOWN, "—", False)],
)  # fmt: skip
def test_the_body_stands_beside_its_class_and_a_question_mark_while_that_may_change(
    close: str, kind: BarKind, shown: str, against: bool
) -> None:
    snapshot = with_body(close, kind)
    cell = series_cell(snapshot, "BTC", H1)
    assert (cell.forming_text, cell.is_against) == (shown, against)
    told = text_of(detail(snapshot, "BTC", H1, 60, NEW_YORK_ZONE)[1])
    assert ("AGAINST class" in told) is against


def test_of_two_triggers_the_armed_one_is_told_and_the_cell_says_both() -> None:
    cell = series_cell(rich(), "ETH", D1)
    assert cell.above is not None
    assert cell.below is not None
    assert cell.above.armed
    assert not cell.below.armed
    assert cell.nearest is cell.above
    lines = [text_of(line) for line in detail(rich(), "ETH", D1, 60, NEW_YORK_ZONE)]
    assert lines[2] == "▲ 3,153.75 1.04% 0.5 ATR 2D-1-? armed"
    assert lines[3] == "▼ 3,116.31 0.16% 0.1 ATR 2D-1-? LOW R:R"


def test_a_price_beyond_the_trigger_is_told_as_past() -> None:
    found = rich()
    high = tuple(replace(quote, price=Decimal(1_000_000)) for quote in found.quotes)
    beyond = replace(found, quotes=high, setups=_only_long(found))
    assert cells(beyond, "BTC", H4)[1] == "▲past"


def _only_long(snapshot: Snapshot) -> tuple[SetupView, ...]:
    return tuple(replace(view, setup=replace(view.setup, legs=view.setup.legs[:1])) for view in snapshot.setups)


def test_the_heading_tells_when_the_bars_close() -> None:
    titles = {column.key: column.title for column in matrix_tab.columns(79, rich())}
    assert (titles["1w"], titles["4h"], titles["15m"]) == ("1w 4h", "4h 27m", "15m 12m")
    assert matrix_tab.short_time(20) == "<1m"


def test_the_cell_in_words_tells_the_hour_of_the_close_and_the_range() -> None:
    lines = [text_of(line) for line in detail(rich(), "BTC", H4, 60, NEW_YORK_ZONE)]
    assert lines[0] == "BTC 4h  closes in 27m at 15:00 ET"
    assert lines[4] == "TFC 3/4▲ 0/4▼  opens 4/4▲ 0/4▼"
    assert lines[6].startswith("ATR(14) 1,179.4, 1.30% of the price")


def test_what_cannot_be_told_is_said() -> None:
    bare = empty()
    assert cells(bare, "BTC", H4) == ("·  ·", "—")
    assert text_of(detail(bare, "BTC", H4, 60, NEW_YORK_ZONE)[1]) == "no 4h bars of BTC yet"
    gone = replace(bare, quotes=tuple(replace(q, instrument=None, reason="delisted") for q in bare.quotes))
    assert text_of(detail(gone, "BTC", H4, 60, NEW_YORK_ZONE)[1]) == "not listed: delisted"
    assert matrix_tab.rows(gone, 119)[0].cells["price_away"].text == "not listed"
    assert text_of(detail(bare, "DOGE", H4, 60, NEW_YORK_ZONE)[1]) == "DOGE is not watched"
    assert table_of(replace(bare, quotes=()), Tab.MATRIX, 80, Order(), NEW_YORK_ZONE).empty_text == matrix_tab.EMPTY


def test_a_stale_price_is_marked_and_a_halted_symbol_says_so() -> None:
    assert matrix_tab.rows(stale(), 79)[0].cells["symbol_away"].text == "!42s"
    halted = replace(rich(), halts=(HaltView("BTC", HaltSource.HAND, rich().at),))
    assert [entry.cells["symbol_away"].text for entry in matrix_tab.rows(halted, 79)] == ["halt", "", "!11s"]


@given(width=st.integers(39, 260), state=st.sampled_from(STATES))
def test_the_columns_fit_at_every_width_and_no_cell_is_cut(width: int, state: Callable[[], Snapshot]) -> None:
    layout = matrix_tab.columns(width, state())
    for line in (0, 1):
        assert sum(column.width + 1 for column in layout if column.line == line) <= width
    rows = arranged(matrix_tab.rows(state(), width), layout, Order())
    for row in matrix_tab.pointed(rows, layout, "ETH", D1):
        cut = [(c.key, cell.text) for c, cell in zip(layout, row.cells, strict=True) if len(cell.text) > c.width]
        assert cut == []


@given(width=st.integers(38, 200), state=st.sampled_from(STATES), timeframe=st.sampled_from(SHOWN))
def test_the_words_fit_at_every_width(width: int, state: Callable[[], Snapshot], timeframe: Timeframe) -> None:
    for symbol in ("BTC", "ETH", "SOL", "NONE"):
        lines = detail(state(), symbol, timeframe, width, NEW_YORK_ZONE)
        assert len(lines) <= FULL
        assert max(map(width_of, lines)) <= width


def test_the_cursor_is_a_mark_in_one_cell() -> None:
    layout = matrix_tab.columns(79)
    rows: list[Row] = arranged(matrix_tab.rows(rich(), 79), layout, Order())
    shown = matrix_tab.pointed(rows, layout, "ETH", D1)
    marked = [(row.key, cell.text) for row in shown for cell in row.cells if "▶" in cell.text]
    assert marked == [("ETH", "1 ▶1▼?")]
    assert matrix_tab.pointed([], layout, None, D1) == []


def test_the_cell_is_the_setup_that_waits_there_or_the_series() -> None:
    setup = focus_of(rich(), Tab.MATRIX, "BTC|4h")
    assert setup is not None
    assert isinstance(setup.item, SetupView)
    plain = focus_of(rich(), Tab.MATRIX, "BTC|15m")
    assert plain is not None
    assert (plain.title, plain.timeframe, plain.levels) == ("BTC 15m  1 3▲", M15, None)
    assert focus_of(rich(), Tab.MATRIX, "BTC|9d") is None
    assert focus_of(rich(), Tab.MATRIX, "DOGE|4h") is None


def _marked(console: Console) -> str:
    """Which cell the screen marks."""
    table = console.screen.table
    return f"{table.cursor_key}|{console.screen.column}"


async def test_arrows_and_letters_move_from_cell_to_cell_and_stop_at_the_ends() -> None:
    async with Console() as console:
        await console.press("8")
        assert _marked(console) == "BTC|4h"
        await console.press("h", "left", "j")
        assert _marked(console) == "ETH|1w"
        await console.press("h", "k")
        assert _marked(console) == "BTC|1w"
        await console.press("l", "right", "greater_than_sign", "less_than_sign")
        assert _marked(console) == "BTC|4h"
        await console.press("l", "l", "l", "G")
        assert _marked(console) == "SOL|15m"
        assert sum(line.count("▶") for line in screen_text(console.app)) == 1


async def test_the_chart_is_that_of_the_cell_and_enter_opens_it_there() -> None:
    async with Console(size=(120, 40)) as console:
        await console.press("8", "h", "j")
        assert any(line.startswith(" ETH 1d  2D-1-?") for line in screen_text(console.app))
        await console.press("enter")
        assert console.on_top == "DetailScreen"
        assert text_of(console.app.screen.query_one("#detail-title", Lines).shown[0]).startswith("ETH 1d")
        await console.press("q", "l", "l", "enter")
        assert text_of(console.app.screen.query_one("#detail-title", Lines).shown[0]).startswith("ETH 1h  2D 2U▲?")


async def test_in_the_chart_pane_the_same_keys_move_along_the_bars() -> None:
    async with Console(size=(120, 40)) as console:
        await console.press("8", "tab", "h")
        assert _marked(console) == "BTC|4h"
        await console.press("tab", "h")
        assert _marked(console) == "BTC|1d"


async def test_p_pauses_the_symbol_of_the_cell() -> None:
    async with Console() as console:
        await console.press("8", "j", "p")
        assert [command.scope for command in console.desk.sent if hasattr(command, "scope")] == ["ETH"]


@pytest.mark.parametrize("size", [(40, 12), (40, 20), (50, 30), (80, 24), (120, 40), (200, 50)])
async def test_thirty_symbols_can_be_walked_at_every_size(size: tuple[int, int]) -> None:
    async with Console(crowd(30), size) as console:
        await console.press("8", "G")
        text = "\n".join(screen_text(console.app))
        assert "C29" in text
        assert "▶" in text
        assert "C29 4h" in text or size == (40, 12)


async def test_an_empty_desk_says_what_it_waits_for() -> None:
    async with Console(empty(), (50, 30)) as console:
        await console.press("8")
        assert "no 4h bars of BTC yet" in "\n".join(screen_text(console.app))
