"""A play on the console: keys, the strip, and that nobody takes it for a desk that runs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from atlas_tui.acts.playing import moment
from atlas_tui.app import AtlasApp
from atlas_tui.lines import text_of, width_of
from atlas_tui.options import ConsoleOptions
from atlas_tui.screens.console import ConsoleScreen
from atlas_tui.screens.read import ReadScreen
from atlas_tui.views.signals import empty_text
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.play_strip import play_line
from atlas_tui.widgets.status_bar import echo_lines, status_line
from atlas_tui.zones import NEW_YORK_ZONE, UTC_ZONE
from core.domain.events import TimePassed
from core.domain.link import PlayState, PlayView
from core.session.player import Player
from core.session.reel import Reel
from tests.builders import TUESDAY, a_tick, after
from tests.fakes import ListStore, ListTape
from tests.session.lives import Life
from tests.tui.fake_desk import FakeDesk
from tests.tui.snapshots_data import rich

WHY = "this is a play"
ENDS = TUESDAY + timedelta(hours=3)


def an_hour() -> ListTape:
    """BTC goes up by a dollar a minute."""
    life = Life()
    for minute in range(1, 61):
        life.at = after(60 * minute)
        life.take(TimePassed(life.at))
        life.take(a_tick(100 + minute, life.at))
    return life.tape


class Watched:
    """A console on a play that begins paused, its clock turned by hand."""

    def __init__(self, size: tuple[int, int] = (120, 40)) -> None:
        self.real_s = 0.0
        self.player = Player(Reel(an_hour(), ListStore), lambda: self.real_s, 60, "recording hour.tape")
        self.player.pause()
        self.player.seek(after(30))
        self.player.turn()
        options = ConsoleOptions(
            player=self.player, only_reads=WHY, end_desk=lambda: None, slow_s=0, list_s=0, chart_s=0, fps=0
        )
        self.app = AtlasApp(self.player, options)
        self.size = size

    async def __aenter__(self) -> "Watched":
        self._test = self.app.run_test(size=self.size)
        self.pilot = await self._test.__aenter__()
        await self.pilot.pause()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._test.__aexit__(None, None, None)

    async def press(self, *keys: str) -> "Watched":
        """Press keys; the play does at once what it is asked to."""
        await self.pilot.press(*keys)
        self.player.turn()
        self.player._publisher.publish()
        await self.pilot.pause()
        return self

    def shown(self, name: str) -> str:
        """What a pane shows."""
        screen = self.app.screen_stack[1]
        assert isinstance(screen, ConsoleScreen)
        return "\n".join(text_of(line) for line in screen.query_one(f"#{name}", Lines).shown)


async def test_the_keys_step_jump_and_go_on() -> None:
    async with Watched() as play:
        await play.press("d")
        assert play.player.at == after(60)
        await play.press("D")
        assert play.player.at == after(15 * 60)
        await play.press("right_curly_bracket", "right_curly_bracket")
        assert play.player.at == after(45 * 60)
        await play.press("left_curly_bracket")
        assert play.player.at == after(30 * 60)
        await play.press("c")
        play.real_s += 2
        await play.press("right_parenthesis")
        assert play.player.at == after(32 * 60)
        assert play.player.snapshot.link.speed == 120
        await play.press("left_parenthesis", "left_parenthesis")
        assert play.player.snapshot.link.speed == 30


@pytest.mark.parametrize(("typed", "minute"), [("15:32", 32), ("+20m", 20), ("50%", 30), ("end", 60)])
async def test_a_time_that_is_typed_is_sought(typed: str, minute: int) -> None:
    async with Watched() as play:
        await play.press(
            "colon",
            *[{":": "colon", "+": "plus", "%": "percent_sign", " ": "space"}.get(c, c) for c in f"seek {typed}"],
        )
        await play.press("enter")
        assert play.player.at == after(60 * minute)


async def test_a_time_beyond_the_play_is_its_end_and_is_said_so() -> None:
    async with Watched() as play:
        await play.press("colon", *"seek", "space", "minus", *"999999d", "enter")
        assert play.player.at == TUESDAY
        assert "seeking 2026-01-06 15:00:00" in play.shown("keys")


async def test_where_a_play_stands_is_seen_at_once_however_seldom_clocks_are_painted() -> None:
    async with Watched() as play:
        screen = play.app.screen_stack[1]
        assert isinstance(screen, ConsoleScreen)
        screen._slow.interval_s = 1000.0
        await play.press("right_curly_bracket")
        assert " 15:15:00" in play.shown("status")
        await play.press("left_curly_bracket")
        assert " 15:00:00" in play.shown("status")
        await play.press("d")
        assert " 15:01:00" in play.shown("status")


@pytest.mark.parametrize("size", [(50, 30), (80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_strip_stands_also_while_an_answer_does(size: tuple[int, int]) -> None:
    async with Watched(size) as play:
        assert "PAUSED" in play.shown("status")
        await play.press("a")
        assert WHY in play.shown("keys")
        assert "NOT LIVE" in play.shown("status")
        await play.press("c")
        assert play.shown("status").startswith(" PLAY  NOT LIVE 15:00:00")
        assert "REPLAY" in play.shown("top")
        assert "LIVE" not in play.shown("top")


async def test_at_the_end_it_says_so_and_stays() -> None:
    async with Watched() as play:
        await play.press("colon", *"speed", "space", *"3600", "enter")
        await play.press("c")
        play.real_s += 10
        await play.press("j")
        assert "ENDED" in play.shown("status")
        assert "this is the end" in play.shown("status")
        assert play.app.is_running
        await play.press("d")
        assert "this is the end" in play.shown("keys")


async def test_the_footer_of_a_play_has_its_keys_and_leaves_out_what_it_refuses() -> None:
    async with Watched() as play:
        assert "c Pause" in play.shown("keys")
        assert "a Take" not in play.shown("keys")
        await play.press("question_mark")
        assert isinstance(play.app.screen, ReadScreen)


async def test_leaving_a_play_asks_nothing() -> None:
    async with Watched() as play:
        await play.pilot.press("q")
        await play.pilot.pause()
        assert not play.app.is_running


async def test_on_a_desk_that_runs_there_is_nothing_to_play() -> None:
    app = AtlasApp(FakeDesk(rich()), ConsoleOptions())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("c")
        screen = app.screen_stack[1]
        assert isinstance(screen, ConsoleScreen)
        assert screen.echo == "this desk runs, nothing is played: atlas play FILE plays"
        assert "Pause" not in "".join(text_of(line) for line in screen.query_one("#keys", Lines).shown)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15:30", TUESDAY + timedelta(minutes=30)),
        ("9:05", TUESDAY.replace(hour=9, minute=5)),
        ("15:30:15", TUESDAY + timedelta(minutes=30, seconds=15)),
        ("2026-01-20 15:00", TUESDAY.replace(day=20)),
        ("2026-01-20T15:00:00Z", datetime(2026, 1, 20, 15, tzinfo=UTC)),
        ("-90s", TUESDAY + timedelta(seconds=-30)),
        ("+1d", TUESDAY + timedelta(days=1, minutes=1)),
        ("-999999d", TUESDAY),
        ("+999999d", ENDS),
        ("start", TUESDAY),
        ("END", ENDS),
        ("50%", TUESDAY + timedelta(minutes=90)),
    ],
)
def test_times_are_written_in_many_ways(text: str, expected: datetime) -> None:
    assert moment(text, after(60), (TUESDAY, ENDS), UTC_ZONE) == expected


def test_a_time_of_day_is_on_the_clock_that_is_shown() -> None:
    assert moment("10:30", TUESDAY, (TUESDAY, ENDS), NEW_YORK_ZONE) == TUESDAY + timedelta(minutes=30)


def test_a_time_of_day_before_the_beginning_is_the_next_days_where_that_is_played() -> None:
    assert moment("01:00", TUESDAY, (TUESDAY, TUESDAY + timedelta(days=1)), UTC_ZONE) == TUESDAY + timedelta(hours=10)


def test_an_empty_list_of_a_play_names_no_key_that_would_scan() -> None:
    link = replace(rich().link, play=PlayView("recording a.tape", PlayState.PLAYING, TUESDAY, ENDS, 0.5))
    assert "scan" in empty_text(rich())
    assert empty_text(replace(rich(), link=link)) == "No signals yet."


@pytest.mark.parametrize("text", ["", "25:00", "noon", "+5", "+999999d5", "14.30", "\x1b[2J"])
def test_what_is_no_time_is_answered_with_how_to_write_one(text: str) -> None:
    answer = moment(text, TUESDAY, (TUESDAY, ENDS), UTC_ZONE)
    assert isinstance(answer, str)
    assert "write 14:30" in answer


@pytest.mark.parametrize("width", [40, 50, 80, 120, 200])
@pytest.mark.parametrize("done", [0.0, 0.431, 1.0])
def test_the_strip_fills_the_row_and_always_says_that_it_is_not_live(width: int, done: float) -> None:
    play = PlayView("candles BTC 15m", PlayState.SEEKING, TUESDAY, TUESDAY + timedelta(days=3), done, of_bars=True)
    line = play_line(rich(), play, width, UTC_ZONE)
    assert width_of(line) == width
    assert text_of(line).startswith(" SEEKING  BARS, NOT LIVE ")


def test_every_screen_that_has_a_status_bar_has_the_strip_in_its_place() -> None:
    play = PlayView("recording a.tape", PlayState.PLAYING, TUESDAY, ENDS, 0.5)
    shown = rich()
    shown = replace(shown, link=replace(shown.link, play=play))
    strip = play_line(shown, play, 80, UTC_ZONE)
    assert status_line(shown, 80, UTC_ZONE) == strip
    told = echo_lines("an answer that is far too long for a row of " + "eighty cells " * 5, shown, 80, UTC_ZONE)
    assert told[0] == strip
    assert width_of(told[1]) <= 80
