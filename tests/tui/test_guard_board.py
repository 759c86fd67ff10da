"""Guards, halts and what the trading keys ask."""

from dataclasses import replace
from decimal import Decimal
from time import monotonic

import pytest

from atlas_tui.acts import trading
from atlas_tui.lines import text_of, width_of
from atlas_tui.views import guard_board, leverage
from atlas_tui.widgets.status_bar import alert_lines
from atlas_tui.zones import UTC_ZONE
from core.domain.commands import ClosePosition, HaltEntries, MoveStopToEven, RearmGuard, ResumeEntries
from core.domain.guards import Guard, GuardPolicy, HaltSource
from core.domain.review_views import GuardView, HaltView
from core.domain.snapshot import Snapshot
from tests.tui.driven import Console
from tests.tui.snapshots_data import empty, rich

ALL = HaltView("", HaltSource.HAND, rich().at)


def gauge(guard: Guard, value: str, limit: str, tripped: bool = False) -> GuardView:
    return GuardView(guard, "", Decimal(value), Decimal(limit), "%", tripped, "entries", None, "at New York midnight")


def board(*guards: GuardView, halts: tuple[HaltView, ...] = (), width: int = 120) -> str:
    snapshot = replace(rich(), guards=guards, halts=halts)
    return "\n".join(text_of(line) for line in guard_board.block(snapshot, width, UTC_ZONE))


def test_a_gauge_tells_its_distance_and_warns_in_words_at_80_percent() -> None:
    assert "ok 3 of 10 %" in board(gauge(Guard.DAILY_LOSS, "3", "10"))
    text = board(gauge(Guard.DAILY_LOSS, "8", "10"))
    assert "████████░░ warning 8 of 10 %" in text
    assert "2 % to go; would block entries" in text


def test_a_tripped_guard_says_what_it_blocks_and_when_it_is_armed_again() -> None:
    text = board(gauge(Guard.DAILY_LOSS, "10.2", "10", tripped=True))
    assert "TRIPPED 10.2 of 10 %" in text
    assert "blocks entries; armed again at New York midnight" in text


def test_a_guard_that_is_off_names_its_setting() -> None:
    assert "off  now 3 %; [guards] drawdown_pct sets a limit" in board(gauge(Guard.DRAWDOWN, "3", "0"))


def test_the_oldest_price_is_a_gauge_too() -> None:
    assert "stale feed SOL" in board()


def test_the_maintenance_tells_when_it_begins_and_the_cool_down_that_nothing_cools() -> None:
    text = board(replace(gauge(Guard.MAINTENANCE, "0", "1"), blocks="scans and entries"))
    assert "ok  from Fri 22:00 UTC, in 5d2h; will block scans and entries" in text
    assert "cool-down       off  now 0 min; [guards] cool_down_min sets a limit" in text
    cooling = replace(rich().policy, guards=GuardPolicy(cool_down_s=900))
    lines = guard_board.block(replace(rich(), policy=cooling), 120, UTC_ZONE)
    assert any("ok 0 of 15 min  no symbol is cooling down" in text_of(line) for line in lines)


def test_on_a_phone_the_words_stand_whole_below_their_gauge() -> None:
    text = board(gauge(Guard.DAILY_LOSS, "10.2", "10", tripped=True), width=38)
    assert "day's loss      ██████████ TRIPPED\n" in text
    assert "10.2 of 10 %; blocks entries; armed again at New York midnight" in " ".join(text.split())


@pytest.mark.parametrize("width", [40, 50, 80, 120, 200])
def test_the_board_fits_every_width(width: int) -> None:
    guards = tuple(gauge(guard, "9", "10") for guard in Guard)
    snapshot = replace(rich(), guards=guards, halts=(ALL, replace(ALL, scope="SOL", source=HaltSource.FILE)))
    lines = leverage.lines(snapshot, width, UTC_ZONE)
    assert [text_of(line) for line in lines if width_of(line) > width] == []


def test_a_halt_stands_on_every_tab_with_its_way_back() -> None:
    (line,) = alert_lines(replace(rich(), halts=(ALL,)), UTC_ZONE, 120)
    assert "ENTRIES HALTED by hand since 19:32 UTC: exits go on; :resume" in text_of(line)
    (line,) = alert_lines(replace(rich(), guards=(gauge(Guard.DRAWDOWN, "21", "20", tripped=True),)), UTC_ZONE, 120)
    assert "GUARD drawdown tripped at 21 % of 20: no entries" in text_of(line)


async def asked(snapshot: Snapshot, act: str, argument: str = "") -> tuple[list[object], str]:
    async with Console(snapshot, (120, 40)) as console:
        console.screen.perform(console.screen.act_named(act), argument)
        await console.pilot.pause()
        return list(console.desk.sent), console.screen.echo


async def test_k_must_be_pressed_twice() -> None:
    async with Console() as console:
        await console.press("K")
        assert (console.desk.sent, "press K again" in console.screen.echo) == ([], True)
        await console.press("K")
        assert console.desk.sent == [HaltEntries("", HaltSource.HAND, console.desk.snapshot.at)]


async def test_k_pressed_late_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Console() as console:
        await console.press("K")
        later = monotonic() + trading.TWICE_S + 1
        monkeypatch.setattr(trading, "monotonic", lambda: later)
        await console.press("K")
        assert console.desk.sent == []


async def test_resume_takes_a_halt_by_hand_back_and_names_the_file() -> None:
    sent, _ = await asked(replace(rich(), halts=(ALL,)), "resume")
    assert sent == [ResumeEntries("", HaltSource.HAND, rich().at)]
    sent, echo = await asked(replace(rich(), halts=(replace(ALL, source=HaltSource.FILE),)), "resume")
    assert (sent, "remove the file" in echo) == ([], True)
    assert (await asked(rich(), "resume"))[1] == "no entries are halted"


async def test_p_pauses_the_symbol_of_the_row_and_lets_it_go_on() -> None:
    async with Console() as console:
        await console.go_to(next(key for key in console.screen.table.keys if key.startswith("ETH")))
        await console.press("p")
        assert console.desk.sent == [HaltEntries("ETH", HaltSource.HAND, console.desk.snapshot.at)]
        console.desk.publish(replace(console.desk.snapshot, halts=(replace(ALL, scope="ETH"),)))
        await console.pilot.pause()
        await console.press("p")
        assert console.desk.sent[1:] == [ResumeEntries("ETH", HaltSource.HAND, console.desk.snapshot.at)]


async def test_an_unknown_symbol_is_named() -> None:
    assert (await asked(rich(), "halt", "doge"))[1] == "doge is not watched: BTC, ETH, SOL"


async def test_flatten_asks_and_then_closes_everything() -> None:
    async with Console() as console:
        console.screen.perform(console.screen.act_named("flatten"))
        await console.pilot.pause()
        await console.press("y")
        held = [view.position.id for view in console.desk.snapshot.positions]
        assert console.desk.sent == [ClosePosition(each, console.desk.snapshot.at) for each in held]
    assert (await asked(empty(), "flatten"))[1] == "no position is open"


async def test_m_asks_for_break_even_on_a_position_only() -> None:
    async with Console() as console:
        await console.press("3", "m")
        held = console.desk.snapshot.positions[0].position.id
        assert [type(command) for command in console.desk.sent] == [MoveStopToEven]
        assert held in {command.position_id for command in console.desk.sent if isinstance(command, MoveStopToEven)}
        await console.press("1", "7", "m")
        assert "needs an open position" in console.screen.echo


async def test_only_guards_that_wait_for_a_person_are_armed_by_hand() -> None:
    tripped = (gauge(Guard.DRAWDOWN, "21", "20", tripped=True), gauge(Guard.DAILY_LOSS, "11", "10", tripped=True))
    snapshot = replace(rich(), guards=tripped)
    assert (await asked(snapshot, "rearm", "drawdown"))[0] == [RearmGuard(Guard.DRAWDOWN, rich().at)]
    assert "not by hand" in (await asked(snapshot, "rearm", "daily_loss"))[1]
    assert (await asked(snapshot, "rearm"))[1] == "rearm which guard? tripped: drawdown, daily_loss"
