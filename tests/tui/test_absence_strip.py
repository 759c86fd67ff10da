"""What happened since you left: the strip of the first frame, and its key."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from atlas_tui import formats
from atlas_tui.lines import text_of, width_of
from atlas_tui.tabs import Tab
from atlas_tui.views import absence
from atlas_tui.views.absence import Telling
from atlas_tui.zones import NEW_YORK_ZONE, UTC_ZONE
from core.domain.review_views import AbsenceView, StopKind, StopView
from core.domain.sizing import Refusal
from core.domain.snapshot import Snapshot
from tests.tui.absence_data import DROPPED, ENTRY, EXIT, HARD, NIGHT, QUIET, SIGNALS
from tests.tui.as_text import screen_text
from tests.tui.driven import Console
from tests.tui.series_data import NOW
from tests.tui.snapshots_data import rich

SIZES = [(40, 5), (50, 8), (80, 7), (120, 8)]
"""Width, and the rows the strip has there at 20, 30, 24 and 40 rows of the terminal."""


def told(view: AbsenceView, width: int = 120, rows: int = 8, telling: Telling = "start") -> list[str]:
    lines = absence.strip(replace(rich(), absence=view), telling, UTC_ZONE, width, rows)
    assert [text_of(line) for line in lines if width_of(line) > width] == []
    return [text_of(line).strip() for line in lines]


def asked(running: AbsenceView, last: AbsenceView | None = None) -> list[str]:
    snapshot = replace(rich(), absence=running, last_absence=last)
    return [text_of(line).strip() for line in absence.strip(snapshot, "asked", UTC_ZONE, 120, 8)]


NIGHT_AS_TEXT = {
    40: """
since 11:02: 3 signals, 1 trigger,
1 exit, -1.01R, net -$20.10
exit ETH 1h STOP -1.01R
link dropped at 14:32, down 4h59m
entry SOL 15m ▼ SHORT, 8 more
""",
    50: """
since 11:02: 3 signals, 1 trigger, 1 exit,
-1.01R, net -$20.10
exit ETH 1h STOP -1.01R
link dropped at 14:32, down 4h59m
entry SOL 15m ▼ SHORT, 1 guard tripped,
entries halted, 5 refused (3 LOW TFC),
2 feed gaps 14m in all, 4 more
any key closes this, ~ opens it again
""",
    80: """
since 11:02 UTC: 3 signals, 1 trigger, 1 exit, -1.01R, net -$20.10
exit ETH 1h STOP -1.01R
the link dropped at 14:32, the desk stopped with it, down 4h59m
entry SOL 15m ▼ SHORT, 1 guard tripped, entries halted, 5 refused (3 LOW TFC),
2 feed gaps 14m in all, 2 restarts (1 hard), down 5h11m in all,
funding -$0.12, 1 missed, 5 armed
any key closes this, ~ opens it again
""",
    120: """
since 11:02 UTC: 3 signals, 1 trigger, 1 exit, -1.01R, net -$20.10
exit ETH 1h STOP -1.01R
the link dropped at 14:32, the desk stopped with it, down 4h59m
entry SOL 15m ▼ SHORT, 1 guard tripped, entries halted, 5 refused (3 LOW TFC), 2 feed gaps 14m in all,
2 restarts (1 hard), down 5h11m in all, funding -$0.12, 1 missed, 5 armed
any key closes this, ~ opens it again
""",
}


@pytest.mark.parametrize(("width", "rows"), SIZES)
def test_a_night_is_told_in_the_rows_there_are(width: int, rows: int) -> None:
    assert told(NIGHT, width, rows) == NIGHT_AS_TEXT[width].strip().split("\n")


@pytest.mark.parametrize(("width", "rows"), SIZES)
def test_a_calm_night_is_one_sentence_and_the_way_to_close_it(width: int, rows: int) -> None:
    name = " UTC" if width >= 60 else ""
    assert " ".join(told(SIGNALS, width, rows)) == (
        f"since 11:02{name}: 3 signals, 1 trigger, 0 exits any key closes this, ~ opens it again"
    )


def test_what_nobody_left_is_not_told() -> None:
    assert told(QUIET) == []
    assert told(AbsenceView(signals=12, restarts=1)) == [], "the very first start"
    asked_to_stop = StopView(StopKind.ASKED, NOW - timedelta(hours=1), NOW)
    assert told(replace(QUIET, restarts=1, stops=(asked_to_stop,))) == [], "a person's own restart"
    assert told(replace(SIGNALS), telling="") == []


@pytest.mark.parametrize(("height", "shown"), [(12, 0), (20, 3), (30, 5)])
def test_on_a_phone_every_exit_comes_before_the_rest_of_a_busy_night(height: int, shown: int) -> None:
    deals = [replace(EXIT, position_id=str(number), r_multiple=Decimal(number)) for number in range(4)]
    lines = told(replace(NIGHT, exits=4, deals=(*deals, ENTRY)), 40, absence.room(40, height, 3))
    exits = [line for line in lines if line.startswith("exit ")]
    assert len(lines) <= 8
    assert len(exits) == min(4, max(1, shown))
    assert exits[0].startswith("exit ETH 1h STOP +3.00R"), "the newest first"
    assert ("link dropped at 14:32, down 4h59m" in lines) == (height > 12)


def test_the_time_without_a_desk_is_the_same_before_it_has_begun_again_as_after() -> None:
    began = replace(NIGHT, stops=(replace(DROPPED, until=NOW),))
    assert told(replace(NIGHT, stops=(replace(DROPPED, until=None),))) == told(began)


def test_a_ledger_that_never_saw_a_key_is_told_from_its_beginning() -> None:
    assert told(AbsenceView(signals=12, stops=(replace(HARD, until=None),)))[:2] == [
        "since the beginning: 12 signals, 0 triggers, 0 exits",
        "the desk was stopped hard after 12:32, down 7h00m",
    ]


def test_times_are_on_the_consoles_clock_and_name_the_day_when_it_is_not_this_one() -> None:
    snapshot = replace(rich(), absence=replace(SIGNALS, since=NOW - timedelta(days=2)))
    (first, *_) = absence.strip(snapshot, "start", NEW_YORK_ZONE, 120, 8)
    assert text_of(first).strip().startswith("since Fri 14:32 ET:")
    old = replace(SIGNALS, since=NOW - timedelta(days=12))
    assert told(old)[0].startswith("since 12-02 19:32 UTC:")


def test_one_refusal_is_named_and_the_commonest_of_many() -> None:
    assert told(replace(QUIET, refusals=((Refusal.LEVERAGE, 2),)))[1] == "2 refused LEVERAGE"


def test_masked_amounts_are_hidden_and_r_stays() -> None:
    formats.mask_money(True)
    text = " ".join(told(NIGHT))
    assert "-1.01R, net $•••" in text
    assert "funding $•••" in text


def test_asked_for_it_tells_of_the_last_absence_too_and_of_nothing_in_a_calm_sentence() -> None:
    last = replace(SIGNALS, until=NOW - timedelta(hours=1))
    assert asked(QUIET, last)[0] == "away 11:02-18:32 UTC: 3 signals, 1 trigger, 0 exits"
    running = replace(QUIET, since=NOW - timedelta(hours=1), signals=1)
    assert [line.partition(":")[0] for line in asked(running, last)[:2]] == ["since 18", "away 11"]
    assert asked(QUIET)[0] == "nothing has happened since 11:02 UTC"
    assert asked(AbsenceView())[0] == "nobody has been away yet"


def test_no_room_is_no_strip() -> None:
    assert told(NIGHT, 40, 0) == []


def away(view: AbsenceView = NIGHT) -> Snapshot:
    return replace(rich(), absence=view)


@pytest.mark.parametrize("size", [(40, 12), (40, 20), (50, 30), (80, 24), (120, 40), (200, 50)])
async def test_it_stands_on_the_first_picture_above_the_list(size: tuple[int, int]) -> None:
    async with Console(away(), size) as console:
        lines = screen_text(console.app)
        at = next(y for y, line in enumerate(lines) if line.startswith(" since "))
        assert at < console.screen.table.region.y
        assert console.screen.since_rows <= 8
        assert console.screen.table.row_count > 0
        assert console.screen.table.size.height >= 3


@pytest.mark.parametrize("tab", ["0", "3", "8"])
@pytest.mark.parametrize("size", [(40, 20), (50, 30), (80, 24), (120, 40)])
async def test_beside_it_a_short_list_keeps_its_rows(size: tuple[int, int], tab: str) -> None:
    async with Console(away(), size) as console:
        console.screen.show_tab(Tab(tab))
        await console.pilot.pause()
        assert console.screen.since_rows > 0
        assert console.screen.table.size.height >= 4


async def test_a_key_does_its_act_closes_the_strip_and_says_that_somebody_is_there() -> None:
    async with Console(away(), (50, 30)) as console:
        await console.press("2")
        assert console.tab == "2"
        assert not any("since 0" in line or "the link dropped" in line for line in screen_text(console.app))
        assert [command.back for command in console.desk.attended] == [True]
        await console.press(*"13131")
        assert len(console.desk.attended) == 1, "five taps are one word to the ledger"


async def test_whoever_quits_has_seen_all_up_to_that_key() -> None:
    async with Console(replace(away(), positions=()), (50, 30)) as console:
        await console.press("2")
        later = replace(console.desk.snapshot, at=console.desk.snapshot.at + timedelta(seconds=50))
        console.desk.publish(later)
        await console.press("q", "y")
        assert [command.at for command in console.desk.attended][1:] == [later.at]


async def test_whoever_stays_after_all_has_not_left() -> None:
    async with Console(away(), (50, 30)) as console:
        await console.press("2", "q", "n")
        assert len(console.desk.attended) == 1


async def test_tilde_opens_it_again_until_the_next_key() -> None:
    async with Console(away(QUIET), (80, 24)) as console:
        assert console.screen.since_rows == 0
        await console.press("tilde")
        assert any("nothing has happened since" in line for line in screen_text(console.app))
        await console.press("tilde")
        assert console.screen.since_rows == 2
        await console.press("j")
        assert console.screen.since_rows == 0


async def test_the_strip_follows_the_desks_own_count_until_a_key() -> None:
    async with Console(away(QUIET), (80, 24)) as console:
        console.desk.publish(away())
        await console.pilot.pause()
        await console.pilot.pause()
        assert console.screen.since_rows == 7
        await console.press("j")
        console.desk.publish(away(replace(NIGHT, signals=9)))
        await console.pilot.pause()
        await console.pilot.pause()
        assert console.screen.since_rows == 0


async def test_a_terminal_that_is_too_small_shows_only_what_it_needs() -> None:
    async with Console(away(), (39, 11)) as console:
        assert [line.strip() for line in screen_text(console.app) if line] == ["ATLAS needs 40x12 (now 39x11)"]
