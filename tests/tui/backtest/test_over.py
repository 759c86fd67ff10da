"""The Backtest screen over a desk that goes on: what stays in view, how it is left, and what fits."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec import structs

from atlas_tui.backtest.asking import heading
from atlas_tui.backtest.talk import Answer, Passed, Refused
from atlas_tui.lines import text_of as line_text
from atlas_tui.lines import width_of
from atlas_tui.tabs import Tab
from tests.tui.as_text import screen_text
from tests.tui.backtest.runs import FOUND, STORED, Held, text_of
from tests.tui.conftest import console_over
from tests.tui.driven import Console
from tests.tui.looking import Cuts, is_told, overflowing, painted


async def test_tabs_are_a_key_away_and_nine_comes_back_to_the_same_trade(state: Path) -> None:
    async with Console(size=(80, 24)) as console:
        await console.press("9", "enter", "tab", "j", "j", "enter")
        before = text_of(console).splitlines()[3:]
        await console.press("3")
        assert (console.on_top, console.tab) == ("ConsoleScreen", Tab.POSITIONS)
        await console.press("9")
        assert "3/" in text_of(console)
        assert [line for line in text_of(console).splitlines()[3:] if "entered" in line] == [
            line for line in before if "entered" in line
        ]
        await console.press("9")
        assert console.on_top == "ConsoleScreen"


async def test_leaving_by_q_lets_go_of_the_process(held: Callable[[], Held]) -> None:
    async with Console() as console:
        await console.press("9", "q")
        assert held().stops == 1
        assert console.on_top == "ConsoleScreen"


async def test_leaving_the_console_ends_the_process(held: Callable[[], Held]) -> None:
    async with Console() as console:
        await console.press("9", "1")
        assert held().stops == 0
    assert held().stops == 1


@pytest.mark.parametrize(("answer", "word"), [(Refused("no bars"), "refused"), (FOUND, "done")])
async def test_a_run_that_was_left_says_when_it_is_over(answer: Answer, word: str, held: Callable[[], Held]) -> None:
    async with Console() as console:
        await console.press("9")
        held().heard(STORED)
        await console.press("enter", "1")
        held().heard(Passed("first result", 1, 3))
        assert console.screen.echo == ""
        held().heard(answer)
        await console.pilot.pause()
        assert f"the backtest is {word}: 9 shows it" in text_of(console)


@pytest.mark.parametrize("size", [(40, 20), (50, 30), (80, 24), (120, 40), (200, 50)])
async def test_nothing_is_cut_or_told_by_colour_alone_in_any_state(
    size: tuple[int, int], state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cuts = Cuts()
    cuts.watch(monkeypatch)
    async with Console(size=size) as console:
        for keys in (["9"], ["i"], ["enter", "enter"], ["G"], ["tab"], ["G"], ["enter"], ["enter"], ["tab"], ["n"]):
            await console.press(*keys)
            assert overflowing(console.app) == [], keys
            assert [each for each in painted(console.app) if not is_told(*each)] == [], keys
            assert cuts == [], keys


async def test_no_amount_is_shown_under_the_mask(state: Path) -> None:
    console = Console(size=(120, 40))
    console.app = console_over(console.desk, masked=True)
    async with console:
        await console.press("9", "enter")
        body = screen_text(console.app)[4:-2]
        assert any("$•••" in line for line in body)
        assert not any("$1" in line or "$-" in line or "+$" in line.replace("+$•", "") for line in body)


async def test_the_desk_stays_in_view_with_its_prices_and_open_positions(held: Callable[[], Held]) -> None:
    async with Console(size=(80, 24)) as console:
        await console.press("9")
        snapshot = console.desk.snapshot
        quote, view = snapshot.quotes[0], snapshot.positions[0]
        moved = replace(quote, price=Decimal("77777.5"))
        shown = replace(view, mark=Decimal("1234.5"))
        console.desk.publish(
            replace(snapshot, quotes=(moved, *snapshot.quotes[1:]), positions=(shown, *snapshot.positions[1:]))
        )
        await console.pilot.pause()
        top = "\n".join(screen_text(console.app)[:4])
        assert "77,777.5" in top and "1,234.5" in top


async def test_trouble_and_what_is_said_of_the_desk_are_seen_over_it(held: Callable[[], Held]) -> None:
    async with Console(size=(80, 24)) as console:
        await console.press("9")
        snapshot = console.desk.snapshot
        console.desk.publish(replace(snapshot, link=replace(snapshot.link, problem="the feed is down: trying again")))
        await console.pilot.pause()
        assert "the feed is down: trying again" in text_of(console)


async def test_the_bell_rings_over_it(held: Callable[[], Held], monkeypatch: pytest.MonkeyPatch) -> None:
    async with Console(size=(80, 24)) as console:
        await console.press("9")
        rung: list[str] = []
        monkeypatch.setattr(console.app, "bell", lambda: rung.append("rung"))
        console.screen.typed_s -= 1000
        snapshot = console.desk.snapshot
        console.desk.publish(replace(snapshot, link=replace(snapshot.link, problem="the disk is full", speed=1.0)))
        await console.pilot.pause()
        assert rung == ["rung"]
        assert "the disk is full" in text_of(console)


@pytest.mark.parametrize("width", range(40, 130, 7))
@pytest.mark.parametrize("count", [1, 3, 12])
def test_the_heading_cuts_no_date(width: int, count: int) -> None:
    line = heading(structs.replace(FOUND, symbols=tuple(f"SYM{number}" for number in range(count))), width)
    assert width_of(line) <= width
    assert "2024-04-18 to 2025-11-01 " in line_text(line)
