"""`e` explains what the cursor is on, `v` goes to the other end, and both say why where they cannot."""

import re
from collections.abc import Iterable

import pytest

from atlas_tui.lines import text_of, width_of
from atlas_tui.tabs import Tab
from atlas_tui.views.evidence import explanation_of
from atlas_tui.views.explained import explained, text_of_parts
from atlas_tui.widgets.lines import Lines
from atlas_tui.zones import NEW_YORK_ZONE, UTC_ZONE
from core.domain.explaining.case import known_of
from core.domain.signals import short_hash
from core.domain.snapshot import Snapshot
from tests.tui.as_text import screen_text
from tests.tui.conftest import console_over
from tests.tui.driven import Console
from tests.tui.explained_data import desk_in_the_afternoon
from tests.tui.fake_desk import FakeDesk
from tests.tui.snapshots_data import empty, rich

SIZES = [(40, 20), (50, 30), (80, 24), (120, 40), (200, 50)]
DAY = desk_in_the_afternoon()
TRADE, HELD = DAY.trades[0].id, DAY.positions[0].position.id


def ids(snapshot: Snapshot) -> list[str]:
    return list(dict.fromkeys(known_of(snapshot).ids()))


def shown(lines: Iterable[str]) -> str:
    return "\n".join(lines)


@pytest.mark.parametrize("width", [34, 44, 74, 100, 110])
@pytest.mark.parametrize("snapshot", [DAY, rich()], ids=["a desk's", "an older ledger's"])
def test_every_item_is_explained_at_every_width_and_nothing_is_cut(snapshot: Snapshot, width: int) -> None:
    for item_id in ids(snapshot):
        found = explanation_of(snapshot, item_id)
        assert found is not None
        lines = explained(found, width, UTC_ZONE)
        assert max(width_of(line) for line in lines) <= width
        told = "".join(text_of(line) for line in lines).replace(" ", "")
        for section in found.sections:
            for row in section.rows:
                words = text_of_parts(row.how, UTC_ZONE).replace(" ", "")
                assert words in told, (item_id, section.title, row.name)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_e_opens_the_explanation_that_scrolls_and_e_closes_it(size: tuple[int, int]) -> None:
    async with Console(DAY, size) as console:
        await console.press("4", "e")
        assert console.on_top == "ReadScreen"
        top = shown(screen_text(console.app))
        assert "In short" in top and "BTC 4h 2U-1-2U LONG MANUAL" in top
        block = console.app.screen.query_one(Lines)
        for line in block.shown[: block.size.height]:
            assert text_of(line).rstrip() in top
        await console.press("pagedown", "j")
        assert shown(screen_text(console.app)) != top
        await console.press("G")
        assert short_hash(TRADE) in shown(screen_text(console.app))
        await console.press("e")
        assert (console.on_top, console.tab) == ("ConsoleScreen", Tab.TRADES)


@pytest.mark.parametrize("closing", ["q", "escape", "e"])
async def test_the_explanation_closes_by_q_esc_and_its_own_key(closing: str) -> None:
    async with Console(DAY) as console:
        await console.press("3", "e", closing)
        assert console.on_top == "ConsoleScreen"


@pytest.mark.parametrize("tab", ["1", "2", "3", "4"])
async def test_e_explains_on_every_list_and_inside_the_detail(tab: str) -> None:
    async with Console(DAY, (120, 40)) as console:
        await console.press(tab, "enter", "e")
        assert console.on_top == "ReadScreen"
        await console.press("e")
        assert console.on_top == "DetailScreen"


async def test_what_the_deadline_would_ask_stands_in_the_explanation_of_a_position() -> None:
    async with Console(DAY, (120, 40)) as console:
        await console.press("3", "e", "G")
        text = shown(screen_text(console.app))
        assert re.search(r"to cut +[\d.]+", text) and "At this price it would be closed at" in text


async def test_v_goes_from_a_position_and_a_trade_to_the_setup_and_back() -> None:
    async with Console(DAY, (120, 40)) as console:
        for tab, item_id in ((Tab.POSITIONS, HELD), (Tab.TRADES, TRADE)):
            await console.press(tab.value, "v")
            assert (console.tab, console.screen.table.cursor_key) == (Tab.SIGNALS, item_id.rpartition("|")[0])
            await console.press("v")
            assert (console.tab, console.screen.table.cursor_key) == (tab, item_id)


async def test_v_says_why_where_there_is_no_other_end() -> None:
    async with Console(DAY, (120, 40)) as console:
        await console.press("2", "v")
        assert console.screen.echo == "no position came of it"
        await console.press("6", "v")
        assert "there is no setup, position or trade" in console.screen.echo
    async with Console(rich()) as console:
        await console.press("4", "v")
        assert "has left the lists" in console.screen.echo


@pytest.mark.parametrize("tab", ["0", "5", "6", "7"])
async def test_e_says_what_it_needs_where_there_is_nothing_to_explain(tab: str) -> None:
    async with Console(empty()) as console:
        await console.press(tab, "e")
        assert (console.on_top, console.screen.echo[:8]) == ("ConsoleScreen", "there is")


async def test_explain_takes_an_id_or_its_hash_after_the_colon() -> None:
    async with Console(DAY, (120, 40)) as console:
        for name in (TRADE, short_hash(HELD)):
            await console.press("6", "colon", *f"explain {name}", "enter")
            assert console.on_top == "ReadScreen"
            await console.press("q")
        await console.press("colon", *"explain deadbeef", "enter")
        assert "deadbeef is no id" in console.screen.echo


async def test_a_masked_explanation_tells_no_money_and_no_size() -> None:
    app = console_over(FakeDesk(DAY), masked=True)
    async with app.run_test(size=(120, 40)) as pilot:
        for keys in ("3 e", "e 4 e"):
            await pilot.press(*keys.split())
            await pilot.pause()
            text = "\n".join(text_of(line) for line in app.screen.query_one(Lines).shown)
            assert "Sizing" in text and not re.search(r"\$\s?[\d,]", text)
            assert f"{DAY.positions[0].position.size}" not in text


def test_the_screen_and_the_command_line_write_the_same_lines() -> None:
    found = explanation_of(DAY, TRADE)
    assert found is not None
    text = "\n".join(text_of(line) for line in explained(found, 100, NEW_YORK_ZONE))
    trade = DAY.trades[0]
    assert re.search(rf"net +\${trade.net.normalize():f} +=", text)
    assert "2026-01-06 10:01 ET" in text
