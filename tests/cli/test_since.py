"""The strip on the first frame is the one the console shows once it is there."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from atlas_tui.cli.glance import Glance
from atlas_tui.cli.since import Since, lines_of, read_since
from atlas_tui.console import Console
from atlas_tui.lines import text_of
from atlas_tui.options import ConsoleOptions
from atlas_tui.screens.console import ConsoleScreen
from atlas_tui.screens.opening import Opening, OpeningScreen
from atlas_tui.shell import Shell
from atlas_tui.zones import NEW_YORK_ZONE
from core.adapters.system_clock import SystemClock
from core.domain.facts import DeskStarted, MarketSeen
from core.domain.link import Mode
from core.domain.oversight import PersonSeen
from core.domain.review_views import AbsenceView
from core.domain.snapshot import Snapshot
from tests.adapters.judged import Story, write
from tests.adapters.ledger_story import NOON, a_day
from tests.tui.absence_data import NIGHT, QUIET
from tests.tui.as_text import screen_text
from tests.tui.fake_desk import FakeDesk
from tests.tui.series_data import NOW
from tests.tui.snapshots_data import empty

KEYS = {"since": "f5, @"}


def away(view: AbsenceView = NIGHT) -> Snapshot:
    """What the console finds behind the first frame."""
    return replace(empty(), at=NOW, absence=view)


def seen_of(snapshot: Snapshot, masked: bool = False) -> Glance:
    """A glance at settings with a clock and a key of their own."""
    opening = Opening(snapshot.link, tuple(quote.symbol for quote in snapshot.quotes))
    return Glance(Path(), "dark", Path(), False, True, opening, "New York", masked, KEYS["since"])


def strip_in(lines: list[str], size: tuple[int, int]) -> tuple[int, list[str]]:
    """The strip's first row on the screen, and as much of it as should be there."""
    count = len(lines_of(Since(NOW, NIGHT), seen_of(away()), *size))
    top = next(row for row, line in enumerate(lines) if line.startswith(" since "))
    return top, lines[top : top + count]


@pytest.mark.parametrize("size", [(40, 12), (40, 20), (50, 30), (80, 24), (120, 40), (200, 50)])
async def test_nothing_of_it_moves_when_the_console_takes_over(size: tuple[int, int]) -> None:
    snapshot = away()
    desk, seen = FakeDesk(snapshot), seen_of(snapshot)
    app = Shell(opening=seen.opening)
    async with app.run_test(size=size) as pilot:
        app.tell(partial(lines_of, Since(NOW, NIGHT), seen))
        await pilot.pause()
        assert app.painted.is_set()
        assert isinstance(app.screen, OpeningScreen)
        first = screen_text(app)
        app.call_later(app.play, Console(app, desk, ConsoleOptions(zone=NEW_YORK_ZONE), KEYS))
        await pilot.pause()
        assert isinstance(app.screen, ConsoleScreen)
        then = screen_text(app)
        rows = app.screen.since_rows
        title = app.screen.query_one("#chart-title").region
    top, told = strip_in(first, size)
    assert told == [text_of(line).rstrip() for line in lines_of(Since(NOW, NIGHT), seen, *size)]
    assert len(told) == rows
    assert strip_in(then, size) == (top, told)
    headed = [row for row, line in enumerate(first) if line.startswith(" chart ──")]
    assert headed == ([title.y] if title and title.x == 0 else [])


async def test_it_follows_the_size_of_the_terminal_and_leaves_one_that_is_too_small() -> None:
    seen = seen_of(away())
    app = Shell(opening=seen.opening)
    async with app.run_test(size=(120, 40)) as pilot:
        app.tell(partial(lines_of, Since(NOW, NIGHT), seen))
        await pilot.resize_terminal(50, 30)
        await pilot.pause()
        _, told = strip_in(screen_text(app), (50, 30))
        assert told == [text_of(line).rstrip() for line in lines_of(Since(NOW, NIGHT), seen, 50, 30)]
        await pilot.resize_terminal(39, 11)
        await pilot.pause()
        assert [line.strip() for line in screen_text(app) if line] == ["ATLAS needs 40x12 (now 39x11)"]


def test_amounts_are_hidden_from_the_first_frame_on() -> None:
    text = " ".join(text_of(line) for line in lines_of(Since(NOW, NIGHT), seen_of(away(), masked=True), 120, 40))
    assert "-1.01R, net $•••" in text


def test_no_news_is_no_strip() -> None:
    assert lines_of(Since(NOW, QUIET), seen_of(away()), 120, 40) == ()


def test_a_venue_on_this_machine_goes_on_where_its_ledger_ends_and_another_by_the_clock(tmp_path: Path) -> None:
    last = NOON + timedelta(minutes=5)
    story: Story = [*a_day(), [DeskStarted(NOON)], [PersonSeen(NOON)], [MarketSeen("BTC", last)]]
    ledger = write(tmp_path, story).ledger
    on_demo, on_paper = read_since(ledger, Mode.DEMO), read_since(ledger, Mode.PAPER)
    assert on_demo is not None
    assert on_paper is not None
    assert on_demo.at == last
    assert abs(SystemClock().now() - on_paper.at) < timedelta(minutes=1)
    assert on_demo.absence == on_paper.absence
    assert on_demo.absence.stops[-1].at == last, "nobody runs it, and it left no last word"


def test_where_there_is_no_ledger_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert read_since(tmp_path / "none.db", Mode.DEMO) is None
    assert read_since(tmp_path / "none.db", Mode.PAPER) is None


async def test_a_key_kept_from_the_first_frame_acts_but_leaves_what_nobody_can_have_read() -> None:
    desk = FakeDesk(away())
    app = Shell(opening=seen_of(desk.snapshot).opening)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("r", "2")
        app.call_later(app.play, Console(app, desk, ConsoleOptions(), {}))
        await pilot.pause()
        console = app.screen
        assert isinstance(console, ConsoleScreen)
        assert (desk.scans, console.tab) == (1, "2")
        assert console.since_rows == 7
        assert desk.attended == [], "nobody is back before that"
        await pilot.press("1")
        await pilot.pause()
        assert (console.tab, console.since_rows, [command.back for command in desk.attended]) == ("1", 0, [True])
