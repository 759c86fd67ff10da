"""The first frame, and what is pressed while it is all there is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_tui.acts.registry import ACTS
from atlas_tui.acts.stage import PLAY
from atlas_tui.arrangement import LEAST_HEIGHT, LEAST_WIDTH
from atlas_tui.console import Console
from atlas_tui.lines import text_of, width_of
from atlas_tui.options import ConsoleOptions
from atlas_tui.screens.console import ConsoleScreen
from atlas_tui.screens.opening import PANES, Opening, OpeningScreen, opening_lines
from atlas_tui.shell import Shell
from atlas_tui.tabs import Tab
from atlas_tui.widgets.key_bar import key_line
from core.domain.link import LinkView, Mode
from tests.tui.as_text import screen_text
from tests.tui.fake_desk import FakeDesk
from tests.tui.snapshots_data import empty, rich

OPENING = Opening(LinkView(mode=Mode.DEMO, speed=60, preset="demo", loading="starting"), ("BTC", "ETH", "SOL"))


def shown(width: int, height: int, opening: Opening = OPENING) -> list[str]:
    """The first frame as text."""
    panes = opening_lines(opening, width, height)
    return [text_of(line).rstrip() for name in PANES for line in panes[name]]


@given(
    st.integers(20, 240),
    st.integers(5, 80),
    st.lists(st.from_regex(r"[A-Z]{1,10}", fullmatch=True), min_size=1, max_size=30, unique=True),
)
def test_it_fills_every_size_and_never_more(width: int, height: int, symbols: list[str]) -> None:
    panes = opening_lines(Opening(OPENING.link, tuple(symbols)), width, height)
    assert sum(len(lines) for lines in panes.values()) == height
    if width >= LEAST_WIDTH and height >= LEAST_HEIGHT:
        assert max(width_of(line) for lines in panes.values() for line in lines) <= width


def test_it_tells_what_is_traded_and_that_the_rest_is_being_loaded() -> None:
    lines = shown(120, 40)
    assert lines[0] == " ATLAS  DEMO x60  demo rules ● CONNECTING"
    assert [lines[1].count(f"{symbol} no price yet") for symbol in OPENING.symbols] == [1, 1, 1]
    assert lines[3].startswith(" 0 Ticker  1 Signals  2 Setups")
    assert lines[-2].startswith(" ● ws │ ▒ starting")
    told = [line.strip() for line in lines]
    assert told[told.index("▒ starting") + 1] == "keys you press now are kept"


@pytest.mark.parametrize("width", [40, 50, 80, 120, 200])
def test_its_footer_is_the_consoles_own(width: int) -> None:
    live = [act for act in ACTS if act.group != PLAY]
    assert shown(width, 30)[-1] == text_of(key_line(live, Tab.SIGNALS, width)).rstrip()


def test_keys_that_were_set_anew_are_left_to_the_registry() -> None:
    assert shown(120, 40, OPENING._replace(remapped=True))[-1] == ""


def test_a_terminal_that_is_too_small_is_told_so_at_once() -> None:
    assert [line for line in shown(39, 11) if line] == ["     ATLAS needs 40x12 (now 39x11)"]


@pytest.mark.parametrize("size", [(40, 12), (50, 30), (80, 24), (120, 40), (200, 50)])
async def test_its_bars_lie_where_the_consoles_own_will_lie(size: tuple[int, int]) -> None:
    desk = FakeDesk(empty())
    app = Shell(opening=Opening(desk.snapshot.link, tuple(quote.symbol for quote in desk.snapshot.quotes)))
    async with app.run_test(size=size) as pilot:
        assert app.painted.is_set()
        first = screen_text(app)
        app.call_later(app.play, Console(app, desk, ConsoleOptions(), {}))
        await pilot.pause()
        assert isinstance(app.screen, ConsoleScreen)
        then = screen_text(app)
    assert first[-1] == then[-1]
    tabs = next(row for row, line in enumerate(then) if line.startswith((" 0 ", " 0Tic")))
    assert then[tabs].startswith(first[tabs])
    assert first[0].split()[:2] == then[0].split()[:2]
    headed = [
        [row for row, line in enumerate(frame) if line.startswith((" chart ──", " BTC 1h"))] for frame in (first, then)
    ]
    assert headed[0] == headed[1]


async def test_keys_pressed_before_the_console_is_there_are_done_in_their_order() -> None:
    desk = FakeDesk(rich())
    app = Shell(opening=OPENING)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("r", "2", "j")
        assert (desk.scans, desk.attended) == (0, [])
        app.call_later(app.play, Console(app, desk, ConsoleOptions(), {}))
        await pilot.pause()
        await pilot.press("j")
        await pilot.pause()
        console = app.screen
        assert isinstance(console, ConsoleScreen)
        assert (desk.scans, console.tab, console.table.cursor_row) == (1, Tab.SETUPS, 2)
        assert len(desk.attended) == 1


async def test_ctrl_c_ends_a_console_that_is_still_starting() -> None:
    app = Shell(opening=OPENING)
    async with app.run_test() as pilot:
        await pilot.press("q")
        assert app.is_running
        await pilot.press("ctrl+c")
        await pilot.pause()
    assert app.return_code == 0


async def test_it_follows_the_size_of_the_terminal() -> None:
    app = Shell(opening=OPENING)
    async with app.run_test(size=(120, 40)) as pilot:
        assert isinstance(app.screen, OpeningScreen)
        await pilot.resize_terminal(40, 12)
        await pilot.pause()
        assert screen_text(app) == shown(40, 12)


async def test_the_wanted_theme_is_there_from_the_first_frame_on_and_keeps_its_place_among_the_others() -> None:
    app = Shell("light", opening=OPENING)
    assert app.theme == "atlas-light"
    async with app.run_test() as pilot:
        app.call_later(app.play, Console(app, FakeDesk(rich()), ConsoleOptions(theme="light"), {}))
        await pilot.pause()
        await pilot.press("t")
        assert app.theme == "colour-blind"
