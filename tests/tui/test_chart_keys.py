"""The chart's keys in the full detail, pressed."""

from dataclasses import replace
from decimal import Decimal

import pytest

from atlas_tui.lines import text_of
from atlas_tui.tabs import Tab
from atlas_tui.widgets.chart import StratChart
from atlas_tui.widgets.lines import Lines
from core.domain.commands import GiveVerdict, HaltEntries
from core.domain.snapshot import Snapshot
from core.domain.timeframes import H1, M15, W1
from tests.tui.driven import Console
from tests.tui.snapshots_data import rich


def chart_of(console: Console) -> StratChart:
    return console.app.screen.query_one(StratChart)


def shown(console: Console) -> list[str]:
    chart = chart_of(console)
    return [chart.render_line(y).text.rstrip() for y in range(chart.size.height)]


def line_of(console: Console, name: str) -> str:
    return text_of(console.app.screen.query_one(f"#detail-{name}", Lines).shown[0])


def with_price(snapshot: Snapshot, price: str) -> Snapshot:
    quotes = tuple(replace(quote, price=Decimal(price)) for quote in snapshot.quotes)
    return replace(snapshot, quotes=quotes)


async def test_h_marks_bars_and_tells_them_above_the_plot() -> None:
    async with Console(size=(120, 40)) as console:
        await console.press("2", "enter", "h", "h")
        assert shown(console)[0].startswith(" Dec 14 13:00  1  O 132.38  H 132.40  L 132.00  C 132.30  ")
        assert "setup 2U-1-? waits: LONG armed" in " ".join(shown(console)[:2])


async def test_capital_h_pans_half_a_screen_and_capital_g_returns_to_the_live_end() -> None:
    async with Console() as console:
        await console.press("2", "enter", "H")
        assert not chart_of(console).follows
        assert any("▶" in line for line in shown(console))
        await console.press("L")
        assert chart_of(console).follows
        await console.press("H", "H", "G")
        assert chart_of(console).follows
        await console.press("g")
        assert chart_of(console).window.over(chart_of(console).model).newest is not None


async def test_plus_and_minus_zoom_step_by_step() -> None:
    async with Console() as console:
        await console.press("2", "enter", "plus")
        assert chart_of(console).window.pitch == 6
        await console.press("minus", "minus")
        assert chart_of(console).window.pitch == 3


async def test_b_freezes_the_chart_while_the_price_in_the_title_goes_on() -> None:
    async with Console() as console:
        await console.press("2", "enter", "b")
        assert "FROZEN 14:32" in shown(console)[0]
        assert "frozen at 14:32" in line_of(console, "keys")
        before = shown(console)
        console.desk.publish(with_price(rich(), "132.39"))
        await console.pilot.pause()
        assert shown(console) == before
        assert "132.39" in line_of(console, "title")
        await console.press("b")
        assert "follows" in line_of(console, "keys")
        assert shown(console) != before


async def test_the_timeframe_keys_say_where_they_end() -> None:
    async with Console() as console:
        await console.press("2", "enter")
        assert chart_of(console).model.timeframe == H1
        await console.press("less_than_sign")
        assert chart_of(console).model.timeframe == M15
        assert "chart 15m" in line_of(console, "title")
        await console.press("less_than_sign")
        assert line_of(console, "keys").strip() == "15m is the shortest timeframe"
        await console.press("greater_than_sign", "greater_than_sign", "greater_than_sign", "greater_than_sign")
        assert chart_of(console).model.timeframe == W1


async def test_a_trade_shows_its_exit_and_says_it_on_the_bar() -> None:
    async with Console(size=(120, 40)) as console:
        await console.press("4", "enter")
        assert any("◆" in line for line in shown(console))
        await console.press("h")
        assert "◆ exit TARGET +2.28R" in " ".join(shown(console)[:2])


async def test_the_chart_of_a_trade_can_be_panned_away_from_its_exit() -> None:
    async with Console() as console:
        await console.press("4", *["j"] * 6, "enter")
        assert any("✕" in line for line in shown(console))
        assert any("▶" in line for line in shown(console))
        await console.press("G")
        assert not any("▶" in line for line in shown(console))
        await console.press("H", "H", "H")
        assert any("▶" in line for line in shown(console))


@pytest.mark.parametrize("size", [(40, 20), (50, 30), (80, 24), (120, 40), (200, 50)])
async def test_the_keys_below_fit_every_size(size: tuple[int, int]) -> None:
    async with Console(size=size) as console:
        await console.press("2", "enter", "h")
        keys = line_of(console, "keys")
        assert len(keys) <= size[0]
        assert keys.startswith(" h l bar ")
        assert "+ - zoom" in keys
        assert keys.rstrip().endswith("q back")
        assert all(len(line) <= size[0] for line in shown(console))


async def test_a_tab_or_the_command_line_is_one_key_away_from_the_full_detail() -> None:
    async with Console() as console:
        await console.press("2", "enter", "4")
        assert (console.on_top, console.tab) == ("ConsoleScreen", Tab.TRADES)
        await console.press("enter", "colon", *"go", "space", *"log", "enter")
        assert (console.on_top, console.tab) == ("ConsoleScreen", Tab.LOG)


async def test_keys_typed_behind_a_command_that_opens_a_chart_are_not_lost() -> None:
    async with Console() as console:
        await console.press("colon", *"go", "space", *"eth", "enter", "less_than_sign", "3")
        assert (console.on_top, console.tab) == ("ConsoleScreen", Tab.POSITIONS)


async def test_help_opens_over_the_full_detail_and_closes_back_to_it() -> None:
    async with Console() as console:
        await console.press("2", "enter", "question_mark")
        assert console.on_top == "ReadScreen"
        await console.press("q")
        assert console.on_top == "DetailScreen"


async def test_a_verdict_is_not_given_from_the_full_detail_and_it_says_so() -> None:
    async with Console() as console:
        await console.press("2", "enter", "a")
        assert line_of(console, "keys").strip() == "a is for the lists: q goes back"
        assert not [sent for sent in console.desk.sent if isinstance(sent, GiveVerdict)]


async def test_entries_are_halted_from_the_full_detail_too() -> None:
    async with Console() as console:
        await console.press("2", "enter", "K")
        assert "press K again" in line_of(console, "keys")
        await console.press("K")
        assert "entries of every symbol halted" in line_of(console, "keys")
        assert [sent.scope for sent in console.desk.sent if isinstance(sent, HaltEntries)] == [""]
