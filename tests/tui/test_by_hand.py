"""Entries by hand and break-even at the console."""

from dataclasses import replace
from decimal import Decimal

import pytest

from atlas_tui.lines import text_of
from atlas_tui.tabs import Tab
from atlas_tui.views import positions, trades
from atlas_tui.views.tables import columns_of
from atlas_tui.widgets.lines import Lines
from atlas_tui.zones import UTC_ZONE
from core.domain.commands import EnterByHand, MoveStopToEven
from core.domain.patterns import Side
from core.domain.positions import OpenPosition, Origin
from core.domain.review_views import ExpectedEntry
from core.domain.snapshot import PositionView, Snapshot
from tests.tui.driven import Console
from tests.tui.snapshots_data import rich

SIZES = [(40, 20), (50, 30), (80, 24), (120, 40)]


def taken(command: EnterByHand) -> ExpectedEntry:
    """A desk that would take every part of SOL's size but the whole."""
    if command.fraction == 1:
        return ExpectedEntry(None, "LEVERAGE", (("leverage", "9.1"), ("maximum", "8")))
    whole = rich().positions[0].position
    return ExpectedEntry(replace(whole, size=whole.size * command.fraction, leverage=Decimal(9) * command.fraction))


async def asking(console: Console) -> str:
    """The window's text, once it is open on the first armed setup."""
    console.desk.entry = taken
    await console.press("2", "E")
    return shown(console)


def shown(console: Console) -> str:
    return "\n".join(text_of(line) for line in console.app.screen.query_one("#question", Lines).shown)


@pytest.mark.parametrize("size", SIZES)
async def test_the_window_shows_every_part_what_it_comes_to_and_fits(size: tuple[int, int]) -> None:
    async with Console(size=size) as console:
        text = await asking(console)
        assert console.on_top == "EntryScreen"
        for part in ("full  LEVERAGE", "1/2", "1/4", "1/8", "Now refused: LEVERAGE, it needs more leverage"):
            assert part in text.replace("\n", " ")
        block = console.app.screen.query_one("#question", Lines)
        assert block.region.bottom < size[1] and block.region.right < size[0]
        assert len(text.splitlines()) == block.region.height


async def test_side_and_part_are_one_key_each_and_y_sends_them() -> None:
    async with Console(size=(120, 40)) as console:
        await asking(console)
        await console.press("s", "4")
        assert "▶s ▼ SHORT" in shown(console) and "▶4  1/4" in shown(console)
        assert "at risk to the stop" in shown(console).replace("\n", " ")
        await console.press("l", "z", "y")
        (command,) = console.desk.sent
        assert isinstance(command, EnterByHand)
        assert (command.side, command.fraction) == (Side.LONG, Decimal("0.25"))
        assert console.on_top == "ConsoleScreen"


@pytest.mark.parametrize("key", ["n", "q", "enter", "escape", "backspace"])
async def test_no_is_close_at_hand_and_sends_nothing(key: str) -> None:
    async with Console() as console:
        await asking(console)
        await console.press(key)
        assert (console.on_top, console.desk.sent) == ("ConsoleScreen", [])


async def test_a_typed_part_is_a_line_of_its_own() -> None:
    async with Console(size=(120, 40)) as console:
        console.desk.entry = taken
        await console.press("2")
        console.screen.perform(console.screen.act_named("enter"), "short 30%")
        await console.pilot.pause()
        assert "▶0  30%" in shown(console)
        await console.press("y")
        (command,) = console.desk.sent
        assert isinstance(command, EnterByHand)
        assert (command.side, command.fraction) == (Side.SHORT, Decimal("0.3"))
        for wrong in ("500", "half"):
            console.screen.perform(console.screen.act_named("enter"), wrong)
            assert "1 to 100" in console.screen.echo


async def test_the_window_follows_the_market() -> None:
    async with Console(size=(120, 40)) as console:
        await asking(console)
        await console.press("2")
        console.desk.entry = lambda command: ExpectedEntry(None, "its price is stale; try again")
        console.desk.publish(console.desk.snapshot)
        await console.pilot.pause()
        assert "Now refused: its price is stale" in shown(console)


def holding(**changes: object) -> Snapshot:
    """One position whose stop could go to 131.99."""
    view = replace(rich().positions[0], break_even=Decimal("131.99"), **changes)  # type: ignore[arg-type]
    return replace(rich(), positions=(view,))


async def test_m_says_with_numbers_why_the_stop_stays() -> None:
    async with Console(holding(mark=Decimal("131.95")), (120, 40)) as console:
        await console.press("3", "m")
        assert console.desk.sent == []
        assert "mark 131.95 is not above break-even 131.99 yet (0.04 to go; the entry 131.92" in console.screen.echo


async def test_m_moves_the_stop_once_the_mark_is_beyond_and_says_where_to() -> None:
    async with Console(holding(mark=Decimal("132.10")), (120, 40)) as console:
        await console.press("3", "m")
        assert [type(command) for command in console.desk.sent] == [MoveStopToEven]
        assert "from 130.88 to 131.99" in console.screen.echo


def by_hand(item: OpenPosition) -> OpenPosition:
    return replace(item, origin=Origin.HAND)


def at_even(view: PositionView) -> PositionView:
    moved = replace(view.position.plan, stop=Decimal("131.99"))
    return replace(view, position=replace(view.position, plan=moved))


@pytest.mark.parametrize("width", [38, 49, 79, 119, 199])
def test_what_a_person_opened_and_what_stands_at_break_even_is_marked(width: int) -> None:
    (plain,) = holding().positions
    marked = at_even(replace(plain, position=by_hand(plain.position)))
    assert positions.marks(plain) == () and positions.marks(marked) == ("H", "BE")
    (entry,) = positions.rows(replace(rich(), positions=(marked,)))
    keys = {column.key for column in columns_of(Tab.POSITIONS, width)}
    assert {"mark", "tag"} & keys
    assert (entry.cells["mark"].text, entry.cells["tag"].text) == ("H BE", "HB")
    trade = replace(rich().trades[0], position=by_hand(rich().trades[0].position))
    (closed,) = trades.rows(replace(rich(), trades=(trade,)), UTC_ZONE)
    assert closed.cells["mark"].text == "H"
    assert "mark" in {column.key for column in columns_of(Tab.TRADES, width)}


async def test_positions_show_the_marks_on_a_phone_too() -> None:
    (plain,) = holding().positions
    snapshot = replace(rich(), positions=(at_even(replace(plain, position=by_hand(plain.position))),))
    for size in ((40, 20), (50, 30)):
        async with Console(snapshot, size) as console:
            await console.press(Tab.POSITIONS.value)
            texts = [cell.text.strip() for row in console.screen.table._rows for cell in row.cells]
            assert "H BE" in texts or "HB" in texts
