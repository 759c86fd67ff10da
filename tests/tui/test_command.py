"""The command line, the palette and the jump letters."""

from pathlib import Path

import pytest
from textual.widgets import Input

from atlas_tui.acts.commandline import Typed, choices, ranked, typed
from atlas_tui.acts.registry import ACTS
from atlas_tui.lines import text_of
from atlas_tui.options import ConsoleOptions
from atlas_tui.screens.command import choice_lines
from atlas_tui.tabs import Tab
from atlas_tui.theme_choice import theme_names
from atlas_tui.widgets.lines import Lines
from tests.tui.driven import Console


def said(console: Console) -> str:
    return console.screen.echo


async def line(console: Console, text: str) -> None:
    await console.press("colon")
    console.app.screen.query_one("#line").value = text  # type: ignore[attr-defined]
    await console.press("enter")


def test_a_line_names_an_act_and_what_it_takes() -> None:
    found = typed(":go eth 1d", ACTS)
    assert isinstance(found, Typed)
    assert (found.act.id, found.argument) == ("go", "eth 1d")


def test_the_beginning_of_a_name_will_do_where_it_is_enough() -> None:
    found = typed("expo trades", ACTS)
    assert isinstance(found, Typed)
    assert found.act.id == "export"


def test_a_line_that_could_mean_several_things_names_them() -> None:
    assert str(typed("page", ACTS)) == "page could be page_down, page_up"


def test_a_line_that_means_nothing_names_the_nearest() -> None:
    assert typed("thme dark", ACTS) == "there is no command 'thme'; the nearest is theme"
    assert typed("", ACTS) == "there is no command ''; ? lists them"


def test_the_palette_finds_by_name_by_help_and_by_letters() -> None:
    assert ranked("filt", ACTS)[0].id == "filter"
    assert "copy" in [act.id for act in ranked("osc", ACTS)]
    assert "next_tab" in [act.id for act in ranked("nxtb", ACTS)]


def test_no_two_acts_have_one_name() -> None:
    assert len({act.id for act in ACTS}) == len(ACTS)


async def test_a_colon_asks_for_a_command_and_enter_does_it() -> None:
    async with Console() as console:
        await line(console, "trades")
        assert (console.tab, console.on_top) == (Tab.TRADES, "ConsoleScreen")


async def test_a_command_that_is_none_says_so() -> None:
    async with Console() as console:
        await line(console, "nonsense")
        assert "there is no command 'nonsense'" in said(console)


async def test_a_disabled_command_says_why() -> None:
    async with Console() as console:
        await console.press("6")
        await line(console, "filter eth")
        assert said(console) == "this tab is a page: there is no list to filter or sort"


async def test_a_filter_can_be_typed_as_a_command() -> None:
    async with Console() as console:
        await line(console, "filter tf=1d side=long")
        assert {row.cells[3].text for row in console.screen.table._rows} == {"ETH"}
        await line(console, "filter tff=1d")
        assert said(console) == "this list has no tff; the nearest is tf"


async def test_tab_again_takes_the_next_theme_and_comes_around() -> None:
    async with Console() as console:
        await console.press("colon", *"theme", "space")
        themes = []
        for _ in range(len(theme_names(console.app)) + 1):
            await console.press("tab")
            themes.append(console.app.screen.query_one("#line", Input).value)
            assert themes[-1] == f"theme {console.app.theme.removeprefix('atlas-')}"
        assert len(set(themes)) == len(theme_names(console.app))
        assert themes[0] == themes[-1]
        await console.press("backspace", "tab")
        assert console.app.screen.query_one("#line", Input).value == themes[0]


async def test_tab_completes_and_the_arrows_bring_old_lines_back() -> None:
    async with Console() as console:
        await console.press("colon", *"theme", "space", *"li", "tab", "enter")
        assert console.app.theme == "atlas-light"
        await console.press("colon", "up")
        assert console.app.screen.query_one("#line").value == "theme light"  # type: ignore[attr-defined]


@pytest.mark.parametrize("leave", ["enter", "backspace", "escape"])
async def test_an_empty_line_is_left_by_a_key_close_at_hand(leave: str) -> None:
    async with Console() as console:
        await console.press("colon", leave)
        assert (console.on_top, said(console)) == ("ConsoleScreen", "")


async def test_the_palette_lists_every_act_and_takes_the_chosen_one() -> None:
    async with Console() as console:
        await console.press("ctrl+p", *"reverse", "enter")
        assert console.screen.order.reverse
        await console.press("ctrl+p", *"export", "enter")
        assert console.on_top == "CommandScreen"
        assert console.app.screen.query_one("#line").value == "export "  # type: ignore[attr-defined]


async def test_go_opens_a_series_and_a_tab() -> None:
    async with Console() as console:
        await line(console, "go eth 1d")
        assert console.on_top == "DetailScreen"
        assert "ETH 1d" in text_of(console.app.screen.query_one("#detail-title", Lines).shown[0])
        await console.press("q")
        await line(console, "go performance")
        assert console.tab is Tab.PERFORMANCE


@pytest.mark.parametrize(
    ("text", "answer"),
    [("go", "go where? :go SYMBOL [TIMEFRAME], or :go TAB"),
     ("go doge", "there is no symbol or tab doge: BTC, ETH, SOL"),
     ("go eth 3m", "3m is none of 15m, 1h, 4h, 1d, 1w"),
     ("export nothing", "export what? :export signals|setups|positions|trades csv|json")],
)  # fmt: skip
async def test_what_cannot_be_done_is_answered_by_a_sentence(text: str, answer: str) -> None:
    async with Console() as console:
        await line(console, text)
        assert said(console) == answer


async def test_a_list_is_written_into_a_private_file(tmp_path: Path) -> None:
    async with Console() as console:
        console.screen.options = ConsoleOptions(export_dir=tmp_path)
        await line(console, "export trades csv")
        (written,) = tmp_path.iterdir()
        assert said(console).endswith(f"written to {written}")
        assert written.stat().st_mode & 0o777 == 0o600
        assert written.read_text().count("\n") == len(console.desk.snapshot.trades) + 1
        console.screen.options = ConsoleOptions(export_dir=tmp_path / "missing")
        await line(console, "export trades json")
        assert "cannot be written: no such file or directory" in said(console)


async def test_masked_amounts_are_not_exported(tmp_path: Path) -> None:
    async with Console() as console:
        console.screen.options = ConsoleOptions(export_dir=tmp_path, masked=True)
        await line(console, "export trades")
        assert list(tmp_path.iterdir()) == []


async def test_a_letter_jumps_to_its_row() -> None:
    async with Console() as console:
        await console.press("o", "d")
        assert (console.screen.table.cursor_row, console.on_top) == (2, "ConsoleScreen")
        await console.press("o", "escape")
        assert (console.screen.table.cursor_row, console.on_top) == (2, "ConsoleScreen")


@pytest.mark.parametrize("width", [38, 60, 118])
async def test_a_choice_fits_its_line(width: int) -> None:
    async with Console() as console:
        shown = choices("", console.screen)
        lines = [text_of(line) for line in choice_lines(shown, width, chosen=0)]
        assert {len(line) for line in lines} == {width}
        for choice, line in zip(shown, lines, strict=True):
            assert line.endswith(f" {choice.act.shown}")
            assert line.split()[1 if line.startswith("▶") else 0] == choice.act.id


async def test_a_theme_is_seen_while_its_name_is_typed_and_put_back_when_it_is_not_taken() -> None:
    async with Console() as console:
        await console.press("colon", *"theme", "space")
        assert console.app.theme == "atlas-dark"
        await console.press("l")
        assert console.app.theme == "atlas-light"
        await console.press("backspace", "m")
        assert console.app.theme == "mono"
        await console.press("escape")
        assert console.app.theme == "atlas-dark"
        await console.press("colon", *"theme", "space", *"mono", "enter")
        assert console.app.theme == "mono"


async def test_the_palette_shows_a_theme_under_its_arrow() -> None:
    async with Console() as console:
        await console.press("P", *"theme", "space", "down")
        assert console.app.theme == "atlas-light"
        await console.press("up", "up", "backspace")
        assert console.app.theme == "atlas-dark"
        await console.press("escape")
        assert console.app.theme == "atlas-dark"
