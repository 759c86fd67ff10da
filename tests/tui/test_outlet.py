"""Writing to a terminal that may not read: nothing is lost, nothing waits."""

import asyncio
import os
import termios
from collections.abc import Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, cast

import pytest
from textual.app import App

from atlas_tui.glass.outlet import Outlet
from atlas_tui.glass.terminal import LoopDriver, held_back

MUCH = "".join(f"{number:07}\r\n" for number in range(60_000))
"""More than any pseudo-terminal keeps."""


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    """Both ends of a pseudo-terminal: the one that is read, and the program's."""
    reader, terminal = os.openpty()
    os.set_blocking(reader, False)
    yield reader, terminal
    for end in (reader, terminal):
        with suppress(OSError):
            os.close(end)


def read(reader: int) -> bytes:
    found = b""
    with suppress(BlockingIOError):
        while chunk := os.read(reader, 1 << 16):
            found += chunk
    return found


async def read_until(reader: int, length: int) -> bytes:
    """What comes, turn by turn of the loop, until it is so long."""
    found = b""
    async with asyncio.timeout(20):
        while len(found) < length:
            found += read(reader)
            await asyncio.sleep(0)
    return found


def raw(terminal: int) -> None:
    """As the console sets it: what is written arrives as it is."""
    modes = termios.tcgetattr(terminal)
    modes[1] &= ~termios.OPOST
    termios.tcsetattr(terminal, termios.TCSANOW, modes)


async def test_what_there_is_room_for_is_written_with_the_flush(ends: tuple[int, int]) -> None:
    outlet = Outlet(ends[1], "utf-8")
    outlet.write("90,387.5 ")
    outlet.write("▲")
    outlet.flush()
    assert read(ends[0]) == "90,387.5 ▲".encode()
    assert not outlet.behind
    outlet.stop()


async def test_what_nobody_flushes_is_written_at_the_end_of_the_turn(ends: tuple[int, int]) -> None:
    outlet = Outlet(ends[1], "ascii")
    outlet.write("a▲")
    await asyncio.sleep(0)
    assert read(ends[0]) == b"a\\u25b2"
    outlet.stop()


async def test_a_terminal_that_does_not_read_holds_up_nobody_and_gets_everything_in_order(
    ends: tuple[int, int],
) -> None:
    raw(ends[1])
    outlet, caught_up = Outlet(ends[1], "utf-8"), asyncio.Event()
    outlet.write(MUCH)
    outlet.flush()
    assert outlet.behind
    outlet.when_caught_up(caught_up.set)
    outlet.write("the end")
    found = await read_until(ends[0], len(MUCH) + len("the end"))
    assert found.decode() == f"{MUCH}the end"
    async with asyncio.timeout(20):
        await caught_up.wait()
    assert not outlet.behind
    outlet.stop()


async def test_the_program_s_own_descriptor_goes_on_blocking(ends: tuple[int, int]) -> None:
    outlet = Outlet(ends[1], "utf-8")
    assert os.get_blocking(ends[1])
    outlet.stop()


async def test_a_terminal_that_is_gone_is_written_to_in_vain(ends: tuple[int, int]) -> None:
    outlet = Outlet(ends[1], "utf-8")
    os.close(ends[0])
    outlet.write("nobody is there")
    outlet.flush()
    assert not outlet.behind
    outlet.stop()


async def test_nothing_is_painted_for_a_terminal_that_is_behind_until_it_has_caught_up(ends: tuple[int, int]) -> None:
    outlet, painted = Outlet(ends[1], "utf-8"), asyncio.Event()
    driver = LoopDriver.__new__(LoopDriver)
    driver.outlet = outlet
    app = cast("App[Any]", SimpleNamespace(_driver=driver))
    assert not held_back(app, painted.set)
    outlet.write(MUCH)
    outlet.flush()
    assert held_back(app, painted.set)
    async with asyncio.timeout(20):
        while not painted.is_set():
            read(ends[0])
            await asyncio.sleep(0)
    assert not held_back(app, painted.set)
    outlet.stop()
