"""What only a real terminal shows: how the console leaves, and that it is silent when nothing happens."""

import os
import signal
from pathlib import Path
from time import monotonic

import pytest

from tests.tui.pty_console import PtyConsole

ENTERED, LEFT = b"\x1b[?1049h", b"\x1b[?1049l"
FOOTER = b"Keys"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it_with_the_terminal_restored(number: signal.Signals, root: Path) -> None:
    console = PtyConsole(root)
    assert FOOTER in console.read_until(FOOTER)
    console.signal(number)
    assert console.wait() == 128 + number
    assert ENTERED in console.written
    assert LEFT in console.written
    assert b"listeners 0" in console.written


def test_ctrl_c_ends_it_with_the_terminal_restored(root: Path) -> None:
    console = PtyConsole(root)
    console.read_until(FOOTER)
    console.type(b"\x03")
    assert console.wait() == 0
    assert LEFT in console.written


def test_a_crash_says_one_line_without_locals_and_leaves_the_loop_to_the_desk(root: Path) -> None:
    console = PtyConsole(root, "crash")
    assert console.wait() == 1
    after = console.written.split(LEFT)[-1]
    lines = [line for line in after.decode().replace("\r", "").splitlines() if "atlas: the console stopped" in line]
    assert lines[0].endswith("atlas: the console stopped (ValueError: cannot paint[31m this)")
    assert b"after: 1" in after
    assert b"hunter2" not in console.written
    assert b"Traceback" not in console.written


def test_it_writes_nothing_while_nothing_changes(root: Path) -> None:
    console = PtyConsole(root)
    console.read_until(FOOTER)
    console.bytes_within(1.0)
    assert console.bytes_within(2.0) == 0
    console.type(b"\x03")
    console.wait()


def test_an_escape_alone_is_the_key(root: Path) -> None:
    console = PtyConsole(root)
    console.read_until(FOOTER)
    console.type(b"?")
    assert b"Navigate" in console.read_until(b"Navigate")
    console.written = b""
    console.type(b"\x1b")
    assert FOOTER in console.read_until(FOOTER)
    console.type(b"\x03")
    assert console.wait() == 0


def test_a_terminal_that_is_taken_away_ends_it(root: Path) -> None:
    console = PtyConsole(root)
    console.read_until(FOOTER)
    os.close(console.terminal)
    end, ended = monotonic() + 20, 0
    while not ended and monotonic() < end:
        ended, _ = os.waitpid(console.pid, os.WNOHANG)
    assert ended == console.pid
