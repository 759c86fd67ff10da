"""A desk behind its socket: consoles see what it shows and ask what they may; none of them can hold it up."""

import asyncio
import os
import stat
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from core.adapters import desk_server, remote_desk
from core.adapters.desk_greeting import greeted
from core.adapters.desk_place import SOCKET_FILE, listening_socket
from core.adapters.desk_server import MOST, DeskServer
from core.adapters.desk_talk import Answer, Ask, sent
from core.adapters.desk_wire import PROTOCOL, Farewell, Watch, framed
from core.domain.commands import ClosePosition, EnterByHand, WithdrawVerdict
from core.domain.errors import StoreError
from core.domain.patterns import Side
from core.domain.review_views import ExpectedEntry
from core.domain.snapshot import FeedState, Snapshot
from tests.adapters.attached import hello, looking, serving, slowly, until, version
from tests.builders import TUESDAY, a_desk, a_setup, a_tick, after
from tests.tui.fake_desk import FakeDesk

ENTRY = EnterByHand("BTC|15m|x", Side.LONG, Decimal("0.5"), TUESDAY)


def a_picture(price: object = 100, at_s: float = 0) -> Snapshot:
    desk = a_desk(a_setup())
    desk.handle(a_tick(price, after(at_s)))
    return desk.snapshot()


def longer(picture: Snapshot, lines: int) -> Snapshot:
    """The picture with a log that shares nothing with any other."""
    return replace(picture, log=tuple(replace(picture.log[0], text=f"line {n}") for n in range(lines)))


async def test_every_console_sees_the_desks_picture_and_asks_the_same_desk(tmp_path: Path) -> None:
    desk = FakeDesk(a_picture())
    async with serving(desk, tmp_path), looking(tmp_path) as one, looking(tmp_path) as other:
        desk.publish(a_picture(101, 1))
        for console in (one, other):
            await console.until(lambda picture: picture == desk.snapshot)
        one.desk.send(ClosePosition("p1", TUESDAY))
        other.desk.send(WithdrawVerdict("BTC|15m|x", TUESDAY))
        other.desk.scan_now()
        await until(lambda: len(desk.sent) == 2 and desk.scans == 1)
        assert set(desk.sent) == {ClosePosition("p1", TUESDAY), WithdrawVerdict("BTC|15m|x", TUESDAY)}


async def test_a_console_that_comes_later_has_the_whole_picture_at_once(tmp_path: Path) -> None:
    desk = FakeDesk(a_picture())
    async with serving(desk, tmp_path):
        desk.publish(a_picture(101, 1))
        async with looking(tmp_path) as late:
            assert await late.until(lambda _: True) == desk.snapshot


async def test_consoles_in_step_share_one_encoding(tmp_path: Path) -> None:
    desk = FakeDesk(a_picture())
    async with serving(desk, tmp_path) as server, looking(tmp_path) as one, looking(tmp_path) as other:
        desk.publish(a_picture(100, 1))
        for console in (one, other):
            await console.until(lambda picture: picture == desk.snapshot)
        desk.publish(a_picture(101, 2))
        assert len(server._encoded) == 1
        for console in (one, other):
            await console.until(lambda picture: picture == desk.snapshot)


async def test_a_console_that_takes_nothing_costs_one_picture_and_the_others_go_on(tmp_path: Path) -> None:
    desk = FakeDesk(a_picture())
    async with serving(desk, tmp_path) as server, slowly(tmp_path) as frozen, looking(tmp_path) as other:
        desk.publish(longer(a_picture(), 1_000))
        await other.until(lambda picture: picture == desk.snapshot)
        largest = 0
        for turn in range(300):
            desk.publish(replace(longer(a_picture(), 1_000), tier_seconds=turn))
            await asyncio.sleep(0)
            largest = max(largest, *(peer.untaken for peer in server.peers))
        await other.until(lambda picture: picture.tier_seconds == 299)
        assert 0 < largest < 2 * len(server.change_from(None)), "no more than a picture waits for it"
        desk.publish(a_picture(105, 5))
        await frozen.take(lambda it: it.picture == desk.snapshot)
        assert frozen.pictures < 300, "what it missed is never sent"


async def test_a_frozen_console_that_asks_without_end_gets_no_answers_to_keep(tmp_path: Path) -> None:
    desk = FakeDesk(a_picture())
    async with serving(desk, tmp_path) as server, slowly(tmp_path) as frozen:
        await until(lambda: server.peers)
        (peer,) = server.peers
        desk.entry = lambda command: ExpectedEntry(None, "x" * 10_000)
        for number in range(2_000):
            await frozen.say(framed(Ask(number, ENTRY)))
        await until(lambda: peer.untaken)
        assert peer.untaken < 20_000


async def test_requests_of_one_console_are_done_some_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_server, "_AT_ONCE", 4)
    desk = FakeDesk(a_picture())
    async with serving(desk, tmp_path), slowly(tmp_path) as eager:
        await eager.say(framed(sent(ClosePosition("p1", TUESDAY))) * 40)
        done: list[int] = []
        async with asyncio.timeout(10):
            while len(desk.sent) < 40:
                done.append(len(desk.sent))
                await asyncio.sleep(0)
        assert max(now - before for before, now in pairwise(done)) <= 4


@pytest.mark.parametrize(
    "nonsense",
    [b"\xff\xff\xff\xff", b"\x00\x00\x00\x01\xc1", framed(Farewell("bye")), framed(hello(Path("/d")))],
    ids=["too large", "no message", "a desk's own words", "a greeting"],
)
async def test_who_speaks_nonsense_is_sent_away_and_counted(nonsense: bytes, tmp_path: Path) -> None:
    desk = FakeDesk(a_picture())
    async with serving(desk, tmp_path) as server, slowly(tmp_path) as odd, looking(tmp_path) as other:
        await odd.say(nonsense)
        await odd.take(lambda it: any(isinstance(each, Farewell) for each in it.told))
        assert server.dropped == 1
        desk.publish(a_picture(101, 1))
        await other.until(lambda picture: picture == desk.snapshot)


async def test_one_console_too_many_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_server, "MOST", 1)
    assert MOST > 3
    async with serving(FakeDesk(a_picture()), tmp_path), slowly(tmp_path):
        with pytest.raises(StoreError, match="attached already"):
            await asyncio.to_thread(greeted, tmp_path, version)


async def test_another_users_process_is_sent_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_server, "is_ours", lambda _: False)
    async with serving(FakeDesk(a_picture()), tmp_path) as server:
        with pytest.raises(StoreError, match="does not let this console in"):
            await asyncio.to_thread(greeted, tmp_path, version)
        assert server.dropped == 1


async def test_a_console_shows_what_the_desk_would_do_with_an_entry(tmp_path: Path) -> None:
    desk = FakeDesk(a_picture())
    desk.entry = lambda command: ExpectedEntry(None, f"part {command.fraction}")
    async with serving(desk, tmp_path), looking(tmp_path) as console:
        desk.publish(a_picture(101, 1))
        await console.until(lambda picture: picture == desk.snapshot)
        assert console.desk.expected(ENTRY).why_not == "the desk is being asked"
        seen = len(console.seen)
        await until(lambda: console.desk.expected(ENTRY).why_not == "part 0.5")
        assert len(console.seen) == seen + 1, "the window paints again"
        desk.entry = lambda command: ExpectedEntry(None, "HALTED")
        desk.publish(a_picture(102, 2))
        await console.until(lambda picture: picture == desk.snapshot)
        await until(lambda: console.desk.expected(ENTRY).why_not == "HALTED")


async def test_a_console_ends_the_desk_when_it_asks_for_that(tmp_path: Path) -> None:
    asked = asyncio.Event()
    desk = FakeDesk(a_picture())
    async with DeskServer(desk, tmp_path, hello(tmp_path), asked.set), looking(tmp_path) as console:
        desk.publish(a_picture(101, 1))
        await console.until(lambda _: True)
        console.desk.shut_down()
        await asyncio.wait_for(asked.wait(), 10)


async def test_a_console_whose_desk_is_gone_says_so_and_shows_the_next_one(tmp_path: Path) -> None:
    async with looking(tmp_path) as console:
        desk = FakeDesk(a_picture())
        async with serving(desk, tmp_path):
            desk.publish(a_picture(101, 1))
            await console.until(lambda picture: picture == desk.snapshot)
        stale = await console.until(lambda picture: picture.link.state is FeedState.STALE)
        assert stale.link.problem.startswith("the desk has ended")
        assert stale.quotes == desk.snapshot.quotes, "its last picture stands"
        console.desk.send(ClosePosition("p1", TUESDAY))
        console.desk.scan_now()
        again = FakeDesk(a_picture())
        async with serving(again, tmp_path):
            again.publish(a_picture(102, 2))
            back = await console.until(lambda picture: picture == again.snapshot)
            assert back.link.problem == ""
            assert again.sent == [], "what was asked of a desk that is gone is asked of no other"


async def test_a_console_that_paints_its_first_picture_is_told_the_newest_one_when_it_goes_on(tmp_path: Path) -> None:
    desk = FakeDesk(a_picture())
    async with serving(desk, tmp_path):
        desk.publish(a_picture(101, 1))
        async with looking(tmp_path) as console:
            await console.desk.first_picture()
            for turn in range(2, 40):
                desk.publish(longer(a_picture(100 + turn, turn), 1_000))
                await asyncio.sleep(0)
            assert len(console.seen) == 1
            console.desk.go_on()
            await console.until(lambda picture: picture == desk.snapshot)
            assert len(console.seen) < 38, "those between are not told"


async def test_a_desk_that_says_nothing_is_shown_as_such_until_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_desk, "SILENT_S", 0.05)
    desk = FakeDesk(a_picture())
    async with serving(desk, tmp_path), looking(tmp_path) as console:
        desk.publish(a_picture(101, 1))
        silent = await console.until(lambda picture: "does not answer" in picture.link.problem)
        assert (silent.link.state, silent.account) == (FeedState.STALE, desk.snapshot.account)
        desk.publish(a_picture(102, 2))
        await console.until(lambda picture: picture == desk.snapshot)


@pytest.mark.parametrize(("protocol", "older"), [(PROTOCOL - 1, "the running desk"), (PROTOCOL + 1, "this console")])
async def test_programs_of_different_age_say_which_is_the_older(protocol: int, older: str, tmp_path: Path) -> None:
    async with serving(FakeDesk(a_picture()), tmp_path, protocol):
        with pytest.raises(StoreError, match=rf"^{older} \(ATLAS 0\.1.*is older than"):
            await asyncio.to_thread(greeted, tmp_path, version)


async def test_a_console_of_another_protocol_gets_no_pictures(tmp_path: Path) -> None:
    desk = FakeDesk(a_picture())
    async with serving(desk, tmp_path), slowly(tmp_path) as other:
        await other.say(framed(Watch(PROTOCOL + 1)))
        await other.say(framed(Ask(1, ENTRY)))
        await other.take(lambda it: any(isinstance(each, Answer) for each in it.told))
        desk.publish(a_picture(101, 1))
        await other.say(framed(Ask(2, ENTRY)))
        await other.take(lambda it: sum(isinstance(each, Answer) for each in it.told) == 2)
        assert other.pictures == 0


async def test_the_socket_is_its_owners_alone_and_goes_with_the_desk(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        async with serving(FakeDesk(a_picture()), tmp_path):
            assert stat.S_IMODE((tmp_path / SOCKET_FILE).stat().st_mode) == 0o600
    finally:
        assert os.umask(before) == 0o022
    assert not (tmp_path / SOCKET_FILE).exists()


async def test_the_socket_of_a_dead_desk_is_replaced(tmp_path: Path) -> None:
    listening_socket(tmp_path).close()
    assert (tmp_path / SOCKET_FILE).exists()
    with pytest.raises(ConnectionRefusedError):
        greeted(tmp_path, version)
    async with serving(FakeDesk(a_picture()), tmp_path), looking(tmp_path) as console:
        await until(lambda: console.desk.hello)


async def test_what_is_no_socket_stays_where_it_is(tmp_path: Path) -> None:
    (tmp_path / SOCKET_FILE).write_text("mine")
    with pytest.raises(StoreError, match="something else has its name"):
        async with serving(FakeDesk(a_picture()), tmp_path):
            pass
    assert (tmp_path / SOCKET_FILE).read_text() == "mine"


async def test_a_state_directory_with_a_long_name_serves_as_well(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    desk = FakeDesk(a_picture())
    async with serving(desk, deep), looking(deep) as console:
        desk.publish(a_picture(101, 1))
        await console.until(lambda picture: picture == desk.snapshot)
    assert not (deep / SOCKET_FILE).exists()


def test_a_desk_that_does_not_say_a_word_is_not_waited_for(tmp_path: Path) -> None:
    with listening_socket(tmp_path), pytest.raises(TimeoutError):
        greeted(tmp_path, version, timeout_s=0.05)
