"""The Backtest screen: a question, a run that can be cancelled, both results, and the bars of every trade."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from textual.widgets import Input

from atlas_tui.backtest.talk import Look, Passed, Refused, Run, Series, Stored
from atlas_tui.screens.backtest import BacktestScreen
from atlas_tui.tabs import Tab
from tests.tui.as_text import screen_text
from tests.tui.backtests import NOTHING, Held, kept, run_held, run_inline
from tests.tui.conftest import console_over
from tests.tui.driven import Console
from tests.tui.looking import overflowing

STORED = Stored(
    (
        Series("BTC-USD", 15, datetime(2024, 4, 18, tzinfo=UTC), datetime(2025, 11, 1, tzinfo=UTC)),
        Series("BTC-USD", 60, datetime(2024, 4, 18, tzinfo=UTC), datetime(2025, 11, 1, tzinfo=UTC)),
    )
)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Held]:
    return run_held(monkeypatch)


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = kept(tmp_path)
    run_inline(monkeypatch, found)
    return found


def text_of(console: Console) -> str:
    return "\n".join(screen_text(console.app))


def screen_of(console: Console) -> BacktestScreen:
    assert isinstance(console.app.screen, BacktestScreen)
    return console.app.screen


async def test_nine_opens_it_and_looks_at_what_is_stored(held: Callable[[], Held]) -> None:
    async with Console() as console:
        await console.press("9")
        assert held().asks == [Look()]
        assert "looking at what is stored" in text_of(console)


async def test_without_a_history_it_says_what_to_type(held: Callable[[], Held]) -> None:
    async with Console() as console:
        await console.press("9")
        held().heard(NOTHING)
        await console.pilot.pause()
        words = " ".join(text_of(console).split())
        watched = " ".join(console.desk.snapshot.policy.symbols)
        assert "No history is stored yet." in words
        assert f"atlas history fetch {watched} --timeframe 15m --since 2025-01-01" in words
        await console.press("enter")
        assert held().asks == [Look(), Look()]


async def test_keys_change_the_question_and_enter_asks_it(held: Callable[[], Held]) -> None:
    async with Console() as console:
        await console.press("9")
        held().heard(STORED)
        await console.press("s", "d", "d", "b", "b", "l", "enter")
        first = console.desk.snapshot.policy.symbols[0]
        since = datetime(2025, 8, 3, tzinfo=UTC)
        assert held().asks[-1] == Run((first,), since, None, 60, "ideal")
        assert "starting" in text_of(console)


async def test_the_question_can_be_typed_in_one_line(held: Callable[[], Held]) -> None:
    async with Console() as console:
        await console.press("9")
        held().heard(STORED)
        await console.press("i")
        line = console.app.screen.query_one("#line", Input)
        line.value = "btc 2025-01-01..2025-02-01 1h harsh"
        await console.press("enter", "enter")
        january, february = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC)
        assert held().asks[-1] == Run(("BTC",), january, february, 60, "harsh")


async def test_the_command_line_asks_too_and_refuses_what_means_nothing(held: Callable[[], Held]) -> None:
    async with Console() as console:
        await console.press("colon", *"backtest", "space", "E", "T", "H", "space", *"90d", "enter")
        held().heard(STORED)
        await console.press("enter")
        assert held().asks[-1] == Run(("ETH",), datetime(2025, 8, 3, tzinfo=UTC))
        await console.press("c", "q", "colon", *"backtest", "space", "underscore", "enter")
        assert console.on_top == "ConsoleScreen"
        assert "is no symbol, period, length or slippage" in console.screen.echo


async def test_a_run_tells_how_many_bars_are_done(held: Callable[[], Held]) -> None:
    async with Console() as console:
        await console.press("9")
        held().heard(STORED)
        await console.press("enter")
        held().heard(Passed("first result", 161_562, 484_686))
        await console.pilot.pause()
        text = text_of(console)
        assert "first result" in text and "33%" in text and "161,562 of 484,686 bars" in text


@pytest.mark.parametrize("key", ["c", "escape"])
async def test_a_run_is_cancelled_at_once_and_says_so(key: str, held: Callable[[], Held]) -> None:
    async with Console() as console:
        await console.press("9")
        held().heard(STORED)
        await console.press("enter")
        held().heard(Passed("first result", 161_562, 484_686))
        await console.press(key)
        assert held().stops == 1
        assert "cancelled after 161,562 of 484,686 bars: nothing is kept of it" in " ".join(text_of(console).split())
        await console.press("enter")
        assert isinstance(held().asks[-1], Run)


async def test_what_is_refused_stands_over_the_question(held: Callable[[], Held]) -> None:
    async with Console() as console:
        await console.press("9")
        held().heard(STORED)
        await console.press("enter")
        held().heard(Refused("2024-07 of BTC-USD 15m is damaged (its checksum differs): take it in again"))
        await console.pilot.pause()
        assert "2024-07 of BTC-USD 15m is damaged" in text_of(console)
        assert "enter run it" in text_of(console)


async def test_a_damaged_month_is_named_before_anything_is_run(held: Callable[[], Held]) -> None:
    async with Console() as console:
        await console.press("9")
        held().heard(Stored(STORED.series, ("2024-07 of BTC-USD 15m is damaged: moved to the quarantine",)))
        await console.pilot.pause()
        assert "2024-07 of BTC-USD 15m is damaged" in text_of(console)


async def test_both_results_stand_together_with_n_and_standard_error(state: Path) -> None:
    async with Console(size=(120, 40)) as console:
        await console.press("9", "s", "enter")
        first, second = (line for line in screen_text(console.app) if " n " in line and "% won" in line)
        assert first.startswith(" ▶first") and second.startswith("  second")
        assert all("R ±0." in line for line in (first, second))
        await console.press("v")
        assert any(line.startswith(" ▶second") for line in screen_text(console.app))
        assert "Second result: mean" in text_of(console)


async def test_a_trade_is_shown_on_its_bars_with_entry_stop_target_and_exit(state: Path) -> None:
    async with Console(size=(80, 24)) as console:
        await console.press("9", "s", "enter", "tab", "enter")
        screen = screen_of(console)
        model = screen.chart.model
        assert [level.kind.value for level in model.levels] == ["E", "S", "T"]
        entry, left = model.fills
        assert entry.kind.is_entry and not left.kind.is_entry
        starts = [bar.start for bar in model.bars]
        assert entry.start in starts and left.start in starts
        assert "1/" in text_of(console) and "entered" in text_of(console)


async def test_brackets_go_from_trade_to_trade_and_escape_goes_back(state: Path) -> None:
    async with Console(size=(80, 24)) as console:
        await console.press("9", "s", "enter", "tab", "enter", "right_square_bracket")
        screen = screen_of(console)
        first, second = screen.backtest.trades(0)[:2]
        assert screen.backtest.drawn is not None and screen.backtest.drawn.trade.exit.at == second.closed
        await console.press("left_square_bracket")
        assert screen.backtest.drawn.trade.exit.at == first.closed
        await console.press("left_square_bracket")
        assert "this is the first trade" in text_of(console)
        await console.press("escape")
        assert screen.table.display and screen.table.cursor_row == 0
        await console.press("escape")
        assert screen.backtest.state == "asking"


async def test_a_trade_is_seen_on_a_longer_timeframe(state: Path) -> None:
    async with Console(size=(80, 24)) as console:
        await console.press("9", "s", "enter", "tab", "enter")
        screen = screen_of(console)
        own = screen.chart.model.timeframe
        await console.press("greater_than_sign")
        shown = screen.chart.model.timeframe
        assert own is not None and shown is not None and shown > own
        assert f"chart {shown}" in text_of(console)


async def test_no_trade_is_no_error(state: Path) -> None:
    (state.parent / "loose.toml").write_text("[filters]\nmin_magnitude_pct = 90\n")
    async with Console(size=(80, 24)) as console:
        await console.press("9", "s", "enter", "tab")
        assert "No trade: nothing passed every gate" in text_of(console)
        await console.press("enter", "v", "tab", "G")
        assert "0 trades: too few to say anything" in text_of(console)


async def test_tabs_are_a_key_away_and_nine_comes_back_to_the_same_trade(state: Path) -> None:
    async with Console(size=(80, 24)) as console:
        await console.press("9", "s", "enter", "tab", "j", "j", "enter")
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


@pytest.mark.parametrize("size", [(40, 20), (50, 30), (80, 24), (120, 40), (200, 50)])
async def test_nothing_is_wider_than_the_screen_in_any_state(size: tuple[int, int], state: Path) -> None:
    async with Console(size=size) as console:
        for keys in (["9"], ["s", "enter"], ["G"], ["tab"], ["G"], ["enter"], ["enter"], ["escape"], ["escape"]):
            await console.press(*keys)
            assert overflowing(console.app) == [], keys


async def test_no_amount_is_shown_under_the_mask(state: Path) -> None:
    console = Console(size=(120, 40))
    console.app = console_over(console.desk, masked=True)
    async with console:
        await console.press("9", "s", "enter")
        body = screen_text(console.app)[4:-2]
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
