"""What a console and a desk say arrives as it was said, in whatever pieces; what nobody may say is refused."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.desk_talk import Ask, Reload, Request, Scan, ShutDown, command_of, requested, said, sent
from core.adapters.desk_wire import LARGEST_REQUEST, Frames, Hello, Watch, framed
from core.domain.commands import (
    Attend,
    ClosePosition,
    Command,
    EnterByHand,
    GiveVerdict,
    HaltEntries,
    MarkReviewed,
    MoveFunds,
    MoveStopToEven,
    RearmGuard,
    ResumeEntries,
    WithdrawVerdict,
    WriteNote,
)
from core.domain.guards import Guard, HaltSource
from core.domain.patterns import Side
from core.domain.review import ReviewVerdict
from tests.builders import TUESDAY

COMMANDS: tuple[Command, ...] = (
    GiveVerdict("BTC|1h|x", ReviewVerdict.TAKEN, TUESDAY, Side.LONG, "news", True),
    WithdrawVerdict("BTC|1h|x", TUESDAY),
    WriteNote("BTC|1h|x", "wait for the close", TUESDAY),
    MarkReviewed("BTC|1h|x", TUESDAY),
    ClosePosition("p1", TUESDAY),
    MoveStopToEven("p1", TUESDAY),
    EnterByHand("BTC|1h|x", Side.SHORT, Decimal("0.5"), TUESDAY),
    HaltEntries("", HaltSource.HAND, TUESDAY),
    ResumeEntries("BTC", HaltSource.HAND, TUESDAY),
    RearmGuard(Guard.DRAWDOWN, TUESDAY),
    MoveFunds(Decimal("-250.50"), "rent", TUESDAY),
    Attend(TUESDAY, back=True),
)
REQUESTS: tuple[Request, ...] = (Watch(1), Scan(), Reload(), ShutDown(), *(sent(command) for command in COMMANDS))


def frames_of(pieces: Sequence[bytes], largest: int = LARGEST_REQUEST) -> list[bytes]:
    frames, found = Frames(largest), list[bytes]()
    for piece in pieces:
        frames.feed(piece)
        found += frames.whole()
    return found


def test_every_request_a_person_can_make_arrives() -> None:
    assert {type(command) for command in COMMANDS} == set(Command.__args__)
    for command in COMMANDS:
        (body,) = frames_of([framed(sent(command))])
        message = requested(body)
        assert not isinstance(message, Watch | Ask | Scan | Reload | ShutDown)
        assert command_of(message) == command


@given(st.lists(st.sampled_from(REQUESTS), max_size=8), st.integers(1, 40))
def test_frames_are_found_in_whatever_pieces_they_come(messages: list[Request], size: int) -> None:
    stream = b"".join(framed(message) for message in messages)
    pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
    assert [requested(body) for body in frames_of(pieces)] == messages


def test_a_frame_that_is_too_large_is_refused_before_it_has_come() -> None:
    with pytest.raises(ValueError, match="at most 65536"):
        frames_of([(LARGEST_REQUEST + 1).to_bytes(4, "big")])


@given(st.binary(max_size=100))
def test_rubbish_is_neither_a_request_nor_an_answer(body: bytes) -> None:
    for read in (requested, said):
        with pytest.raises(ValueError, match=r".+"):
            read(body)


@pytest.mark.parametrize("fraction", ["NaN", "Infinity", "0", "-0.5", "1.01"])
def test_an_entry_of_no_such_part_is_refused(fraction: str) -> None:
    command = EnterByHand("BTC|1h|x", Side.LONG, Decimal(fraction), TUESDAY)
    with pytest.raises(ValueError, match="no such part"):
        command_of(sent(command))
    with pytest.raises(ValueError, match="no such part"):
        requested(framed(Ask(1, command))[4:])


def test_no_console_speaks_for_the_file_that_halts_entries() -> None:
    for command in (HaltEntries("", HaltSource.FILE, TUESDAY), ResumeEntries("", HaltSource.FILE, TUESDAY)):
        with pytest.raises(ValueError, match="not by hand"):
            command_of(sent(command))


def test_a_request_of_an_unknown_kind_is_refused() -> None:
    (body,) = frames_of([framed(sent(COMMANDS[0]))])
    message = msgspec.msgpack.decode(body)
    message["kind"] = "Snapshot"
    read = requested(msgspec.msgpack.encode(message))
    assert not isinstance(read, Watch | Ask | Scan | Reload | ShutDown)
    with pytest.raises(ValueError, match="unknown kind"):
        command_of(read)


def test_the_first_words_can_be_read_by_programs_of_another_age() -> None:
    later = {"type": "hello", "protocol": 9, "version": "2.0", "pid": 7, "state_dir": "/d", "mode": "PAPER", "more": 1}
    assert said(msgspec.msgpack.encode(later)) == Hello(9, "2.0", 7, "/d", "PAPER")
