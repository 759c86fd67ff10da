"""Bell and desktop notification: when, and with what text."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_tui.app import AtlasApp
from atlas_tui.attention import UNATTENDED_S, Call, call_for, is_unattended, last_key_s, notification
from atlas_tui.notices import Notice
from atlas_tui.options import ConsoleOptions
from atlas_tui.screens.announcing import announce
from atlas_tui.screens.console import ConsoleScreen
from core.config import Bell
from core.domain.review_views import AbsenceView
from core.domain.snapshot import LinkView
from tests.builders import TUESDAY
from tests.tui.fake_desk import FakeDesk
from tests.tui.snapshots_data import rich

ENTRY = Notice("▲ ENTRY", "BTC 1h LONG 0.1 @ 90,000.0")
BELL = "\x07"


def called(idle_s: float, environ: Mapping[str, str] | None = None, **options: Any) -> Call:
    return call_for([ENTRY], ConsoleOptions(**options), 1000.0, 1000.0 + idle_s, environ or {})


@pytest.mark.parametrize(
    ("bell", "idle_s", "rings"),
    [
        (Bell.ALWAYS, 0, True),
        (Bell.ALWAYS, 500, True),
        (Bell.UNATTENDED, 0, False),
        (Bell.UNATTENDED, UNATTENDED_S - 1, False),
        (Bell.UNATTENDED, UNATTENDED_S, True),
        (Bell.NEVER, 500, False),
    ],
)
def test_the_bell_rings_when_it_was_asked_to(bell: Bell, idle_s: float, rings: bool) -> None:
    assert called(idle_s, bell=bell) == Call(rings)


def test_nothing_of_note_calls_nobody() -> None:
    always = ConsoleOptions(bell=Bell.ALWAYS, osc9=True)
    assert call_for([], always, 0, 500, {}) == Call()


def test_a_new_setup_rings_and_is_told() -> None:
    always = ConsoleOptions(bell=Bell.ALWAYS, osc9=True)
    call = call_for([], always, 0, 500, {}, new_setup=True)
    assert call == Call(True, "\x1b]9;ATLAS: a new setup is armed\x07")


def test_a_desktop_notification_is_sent_only_when_asked_for_and_nobody_is_there() -> None:
    assert called(500).escape == ""
    assert called(5, osc9=True).escape == ""
    assert called(500, osc9=True).escape == f"\x1b]9;ATLAS: ▲ ENTRY {ENTRY.text}{BELL}"
    assert called(500, osc9=True, bell=Bell.NEVER) == Call(False, called(500, osc9=True).escape)


def test_inside_tmux_it_is_wrapped_to_be_passed_on() -> None:
    escape = called(500, {"TMUX": "socket,1,0"}, osc9=True).escape
    assert escape.startswith("\x1bPtmux;\x1b\x1b]9;ATLAS: ")
    assert escape.endswith(BELL + "\x1b\\")


def test_what_would_be_progress_is_text() -> None:
    assert notification("4;1;50") == "\x1b]9; 4;1;50\x07"


@given(st.text(max_size=600))
def test_no_text_can_steer_the_terminal(text: str) -> None:
    sequence = notification(text)
    assert sequence.startswith("\x1b]9;")
    inside = sequence[4:-1]
    assert len(inside) <= 201
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in inside)


def test_two_minutes_without_a_key_is_nobody() -> None:
    assert not is_unattended(10.0, 10.0)
    assert is_unattended(10.0, 10.0 + UNATTENDED_S)


@pytest.mark.parametrize(
    ("desk_s", "speed", "own_s", "last_s"),
    [
        (30.0, 1.0, 0.0, 970.0),
        (30.0, 1.0, 990.0, 990.0),
        (1800.0, 60.0, 0.0, 970.0),
        (-5.0, 1.0, 0.0, 1000.0),
    ],
    ids=["a key elsewhere", "a later one here", "a desk whose clock runs faster", "a clock that was set back"],
)
def test_a_key_in_any_console_counts_for_all(desk_s: float, speed: float, own_s: float, last_s: float) -> None:
    at = TUESDAY
    picture = replace(
        rich(), at=at, absence=AbsenceView(since=at - timedelta(seconds=desk_s)), link=LinkView(speed=speed)
    )
    assert last_key_s(own_s, picture, 1000.0) == pytest.approx(last_s)


def test_where_the_desk_knows_of_no_key_only_those_here_count() -> None:
    assert last_key_s(7.0, replace(rich(), absence=AbsenceView()), 1000.0) == 7.0


async def test_the_bell_stays_silent_while_somebody_types_in_another_console(monkeypatch: pytest.MonkeyPatch) -> None:
    before, rung = rich(), list[str]()
    after = replace(before, trades=(), positions=before.positions[:0], link=replace(before.link, problem="the disk"))
    for away_s in (10, 500):
        app = AtlasApp(FakeDesk(before))
        async with app.run_test(size=(120, 40)):
            monkeypatch.setattr(app, "bell", lambda away_s=away_s: rung.append(f"{away_s}"))
            stage = app.screen_stack[1]
            assert isinstance(stage, ConsoleScreen)
            stage.typed_s -= 1000
            seen = replace(after, absence=AbsenceView(since=after.at - timedelta(seconds=away_s)))
            announce(stage, before, replace(seen, link=replace(after.link, speed=1.0)))
    assert rung == ["500"]
