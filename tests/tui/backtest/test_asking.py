"""The Backtest screen: a question, a run that can be cancelled, both results, and the bars of every trade."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.widgets import Input

from atlas_tui.backtest.talk import Look, Passed, Refused, Run, Stored
from tests.research.history.kept import keep_walk
from tests.tui.as_text import screen_text
from tests.tui.backtest.runs import NOTHING, STORED, Held, screen_of, text_of
from tests.tui.driven import Console


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


async def test_of_two_listings_one_is_named_by_the_key_that_is_told(state: Path) -> None:
    keep_walk(state, "BTC-PERP")
    async with Console() as console:
        await console.press("9", "enter")
        words = " ".join(text_of(console).split())
        assert "BTC may mean BTC-PERP-USD or BTC-USD: say which; s goes through them, i takes a line" in words
        await console.press("s", "s", "enter")
        assert screen_of(console).backtest.found is not None
        assert screen_of(console).backtest.choice.symbols == ("BTC-USD",)


async def test_a_damaged_month_is_named_before_anything_is_run(held: Callable[[], Held]) -> None:
    async with Console() as console:
        await console.press("9")
        held().heard(Stored(STORED.series, ("2024-07 of BTC-USD 15m is damaged: moved to the quarantine",)))
        await console.pilot.pause()
        assert "2024-07 of BTC-USD 15m is damaged" in text_of(console)


async def test_both_results_stand_together_with_n_and_standard_error(state: Path) -> None:
    async with Console(size=(120, 40)) as console:
        await console.press("9", "enter")
        first, second = (line for line in screen_text(console.app) if " n " in line and "% won" in line)
        assert first.startswith(" ▶first") and second.startswith("  second")
        assert all("R ±0." in line for line in (first, second))
        await console.press("v")
        assert any(line.startswith(" ▶second") for line in screen_text(console.app))
        assert "Second result: mean" in text_of(console)


async def test_a_trade_is_shown_on_its_bars_with_entry_stop_target_and_exit(state: Path) -> None:
    async with Console(size=(80, 24)) as console:
        await console.press("9", "enter", "tab", "enter")
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
        await console.press("9", "enter", "tab", "enter", "right_square_bracket")
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
        assert screen.page.display and not screen.table.display
        await console.press("escape")
        assert console.on_top == "ConsoleScreen" and screen.backtest.state == "found"
        await console.press("9", "n")
        assert screen.backtest.state == "asking"


async def test_a_trade_is_seen_on_a_longer_timeframe(state: Path) -> None:
    async with Console(size=(80, 24)) as console:
        await console.press("9", "enter", "tab", "enter")
        screen = screen_of(console)
        own = screen.chart.model.timeframe
        await console.press("greater_than_sign")
        shown = screen.chart.model.timeframe
        assert own is not None and shown is not None and shown > own
        assert f"chart {shown}" in text_of(console)


async def test_no_trade_is_no_error(state: Path) -> None:
    (state.parent / "loose.toml").write_text("[filters]\nmin_magnitude_pct = 90\n")
    async with Console(size=(80, 24)) as console:
        await console.press("9", "enter", "tab")
        assert "No trade: nothing passed every gate" in text_of(console)
        await console.press("enter", "v", "tab", "G")
        assert "0 trades: too few to say anything" in text_of(console)
