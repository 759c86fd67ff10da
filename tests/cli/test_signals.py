"""Every way to be told to end, at any moment of a start and of a run: soon, with the terminal as it was, all saved."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.own_time import SOON_S
from tests.cli.processes import Child
from tests.cli.said import Said
from tests.cli.terminal import Terminal

Run = Callable[..., Said]
pytestmark = pytest.mark.usefixtures("stops_on_hangup")
SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def ended_well(terminal: Terminal, took_s: float, atlas: Run, state: Path) -> None:
    assert took_s < SOON_S
    assert terminal.left_on == set()
    assert "Traceback" not in terminal.text
    if (state / "ledger.db").exists():
        assert atlas("check", "--state-dir", state).code == 0
        assert not (state / "atlas.lock").read_text()


@pytest.mark.parametrize("after_s", [0.1, 0.3, 0.5, 0.7, 0.9, 1.2, 1.6])
def test_a_console_that_is_told_to_end_while_it_starts(after_s: float, root: Path, tmp_path: Path, atlas: Run) -> None:
    state = tmp_path / "demo"
    number = SIGNALS[round(after_s * 20) % 3]
    with Terminal(root, "demo", "--state-dir", state) as terminal:
        ends = time.monotonic() + after_s
        while (left_s := ends - time.monotonic()) > 0:
            terminal.read(left_s)
        code, took_s = terminal.end(number)
        assert code in (128 + number, -number, 130)
        ended_well(terminal, took_s, atlas, state)


@pytest.mark.parametrize("names", ["TERM TERM", "INT TERM HUP"])
def test_a_running_console_that_is_told_more_than_once(names: str, root: Path, tmp_path: Path, atlas: Run) -> None:
    state = tmp_path / "demo"
    with Terminal(root, "demo", "--state-dir", state) as terminal:
        terminal.wait_for("LIVE")
        numbers = [getattr(signal, f"SIG{name}") for name in names.split()]
        code, took_s = terminal.end(*numbers)
        assert code in {128 + number for number in numbers}  # of those that come together the system chooses the first
        assert terminal.restored
        ended_well(terminal, took_s, atlas, state)


def test_a_suspended_console_goes_on_and_ends_well(root: Path, tmp_path: Path, atlas: Run) -> None:
    state = tmp_path / "demo"
    with Terminal(root, "demo", "--state-dir", state) as terminal:
        terminal.wait_for("LIVE")
        terminal.process.send_signal(signal.SIGSTOP)
        terminal.read(1.0)
        terminal.process.send_signal(signal.SIGCONT)
        terminal.raw = terminal.raw[: terminal.raw.rfind("\x1b[?1049h") + 8]
        terminal.press("2")
        terminal.wait_for("Setups")
        code, took_s = terminal.end(signal.SIGTERM)
        assert code == 128 + signal.SIGTERM
        ended_well(terminal, took_s, atlas, state)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_desk_without_a_screen_told_twice_ends_once_and_well(
    number: signal.Signals, root: Path, tmp_path: Path, atlas: Run
) -> None:
    state = tmp_path / "desk"
    with Child(root, "exchange", "--speed", 60) as exchange:
        where = exchange.json()
        arguments = ["run", "--rest", where["rest"], "--ws", where["ws"], "--state-dir", state]
        with Child(root, *arguments) as desk:
            assert desk.line() == "ready"
            desk.process.send_signal(number)
            code, took_s = desk.end(number)
            assert (code, desk.errors()) == (0, "")
            assert took_s < SOON_S
    assert atlas("check", "--state-dir", state).code == 0
