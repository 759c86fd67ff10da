"""Consoles of other processes on one desk: they come, leave, hang and die, and the desk goes on."""

import json
import os
import select
import signal
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from atlas_tui.cli import attach
from core.adapters.desk_place import SOCKET_FILE, listening_socket
from core.adapters.desk_wire import PROTOCOL, Hello, Watch, framed
from core.adapters.ledger_reader import LedgerReader
from core.adapters.state_dir import StateDir
from core.domain.errors import StoreError
from tests.cli.own_time import SOON_S
from tests.cli.processes import Child
from tests.cli.said import Said
from tests.cli.terminal import Terminal

Run = Callable[..., Said]
GOES_ON = "the desk goes on (pid {pid})"


@pytest.fixture
def venue(root: Path) -> Iterator[tuple[str, ...]]:
    """An exchange of its own: its address as options."""
    with Child(root, "exchange", "--speed", 60) as exchange:
        where = exchange.json()
        yield ("--rest", where["rest"], "--ws", where["ws"])


@pytest.fixture
def desk(root: Path, tmp_path: Path, venue: tuple[str, ...]) -> Iterator[Child]:
    """A desk without a screen, armed; its state directory is `tmp_path / "desk"`."""
    with Child(root, "run", *venue, "--state-dir", tmp_path / "desk") as child:
        assert child.line() == "ready"
        yield child


def ticks(state: Path) -> int:
    """How many prices the running desk has taken, as it last said beside its ledger."""
    count: int = json.loads((state / "feed.json").read_text(encoding="utf-8"))["counters"].get("ticks", 0)
    return count


def is_halted(state: Path) -> bool:
    with LedgerReader(state) as reader:
        return any(halt.scope == "" for halt in reader.halts())


def test_consoles_that_are_killed_or_frozen_cost_the_desk_and_the_others_nothing(
    root: Path, tmp_path: Path, desk: Child
) -> None:
    state = tmp_path / "desk"
    looks = ("attach", "--state-dir", state)
    with Terminal(root, *looks) as killed, Terminal(root, *looks) as frozen, Terminal(root, *looks) as other:
        for terminal in (killed, frozen, other):
            terminal.wait_for("LIVE")
        killed.process.kill()
        frozen.process.send_signal(signal.SIGSTOP)
        before = ticks(state)
        other.until(lambda: ticks(state) > before + 50)
        other.press(":halt\r")
        other.wait_for("HALTED")
        before = ticks(state)
        other.until(lambda: ticks(state) > before + 50)
        frozen.process.send_signal(signal.SIGCONT)
        frozen.wait_for("HALTED")
        other.press("q")
        assert other.wait() == 0
        assert GOES_ON.format(pid=desk.process.pid) in other.text
        frozen.press("q")
        assert frozen.wait() == 0
        assert other.restored
    code, took_s = desk.end(signal.SIGTERM)
    assert (code, took_s < SOON_S, (state / SOCKET_FILE).exists()) == (0, True, False)


def test_plain_atlas_shows_the_desk_that_runs_already(
    root: Path, tmp_path: Path, desk: Child, venue: tuple[str, ...]
) -> None:
    with Terminal(root, *venue, "--state-dir", tmp_path / "desk") as terminal:
        terminal.wait_for("LIVE")
        terminal.press("q")
        assert terminal.wait() == 0
        assert GOES_ON.format(pid=desk.process.pid) in terminal.text
    with Terminal(root, *venue, "--state-dir", tmp_path / "desk", "--record", tmp_path / "tape") as terminal:
        assert terminal.wait() == 2
        assert "only a desk that starts can --record" in terminal.text
    with Terminal(root, "--state-dir", tmp_path / "desk") as terminal:
        assert terminal.wait() == 2
        assert f"a DEMO desk with pid {desk.process.pid} runs on" in terminal.text
    with Terminal(root, "demo", "--state-dir", tmp_path / "desk") as terminal:
        assert terminal.wait() == 1
        assert f"in use by the ATLAS with pid {desk.process.pid}: open it with atlas attach" in terminal.text
    assert desk.process.poll() is None


def test_a_reload_typed_in_a_console_is_for_its_own_keys_as_well_as_for_the_desk(
    root: Path, tmp_path: Path, desk: Child
) -> None:
    def is_left(key: str) -> bool:
        if terminal.process.poll() is None:
            terminal.press(key)
        return terminal.process.poll() is not None

    config = tmp_path / "config.toml"
    config.write_text('[keys]\nhelp = "f1"\n', encoding="utf-8")
    with Terminal(root, "attach", "--config", config, "--state-dir", tmp_path / "desk") as terminal:
        terminal.wait_for("LIVE")
        config.write_text('[keys]\nquit = "f5"\n', encoding="utf-8")
        terminal.press(":reload\r")
        terminal.until(partial(is_left, "\x1b[15~"))
        assert terminal.wait() == 0
        assert GOES_ON.format(pid=desk.process.pid) in terminal.text
    config.write_text("nonsense = 1\n", encoding="utf-8")
    with Terminal(root, "attach", "--config", config, "--state-dir", tmp_path / "desk") as terminal:
        assert terminal.wait() == 2
        assert f"atlas: {config}, line 1: " in terminal.text
        assert terminal.restored


def test_a_desk_is_shut_down_from_a_console_once_that_is_confirmed(root: Path, tmp_path: Path, desk: Child) -> None:
    with Terminal(root, "attach", "--state-dir", tmp_path / "desk") as terminal:
        terminal.wait_for("LIVE")
        terminal.press(":shutdown\r")
        terminal.wait_for("Shut the desk down?")
        terminal.press("y")
        terminal.wait_for("the desk has ended")
        terminal.press("q")
        assert terminal.wait() == 0
        assert "the desk goes on" not in terminal.text
    assert desk.process.wait(20) == 0


def test_a_console_shows_the_next_desk_by_itself(
    root: Path, tmp_path: Path, desk: Child, venue: tuple[str, ...]
) -> None:
    state = tmp_path / "desk"
    with Terminal(root, "attach", "--state-dir", state) as terminal:
        terminal.wait_for("LIVE")
        desk.process.kill()
        terminal.wait_for("the desk is gone")
        terminal.raw = ""
        with Child(root, "run", *venue, "--state-dir", state) as again:
            assert again.line() == "ready"
            terminal.wait_for("LIVE")
            terminal.press("q")
            assert terminal.wait() == 0
            assert GOES_ON.format(pid=again.process.pid) in terminal.text


def test_a_desk_whose_console_lost_its_terminal_goes_on_and_is_found_again(
    root: Path, tmp_path: Path, atlas: Run
) -> None:
    state = tmp_path / "demo"
    with Terminal(root, "demo", "--seed", 5, "--state-dir", state) as first:
        first.wait_for("LIVE")
        pid = first.process.pid
        ended = os.pidfd_open(pid)
        first.drop()
        with Terminal(root, "attach", "--state-dir", state) as second:
            second.wait_for("LIVE")
            before = ticks(state)
            second.until(lambda: ticks(state) > before + 50)
            second.press(":halt\r")
            second.until(lambda: is_halted(state))
            second.drop()
            assert second.process.wait(20) == 128 + signal.SIGHUP
        with Terminal(root, "attach", "--state-dir", state) as third:
            third.wait_for("HALTED")
            os.kill(pid, signal.SIGHUP)
            third.press("q")
            assert third.wait() == 0
        assert select.select([ended], [], [], 0) == ([], [], []), "a second hang-up ends nothing"
        os.kill(pid, signal.SIGTERM)
        assert select.select([ended], [], [], 20)[0]
        os.close(ended)
    assert "the terminal is gone; the desk goes on" in (state / "atlas.log").read_text(encoding="utf-8")
    assert atlas("check", "--state-dir", state).code == 0
    assert not (state / SOCKET_FILE).exists()


def test_where_nothing_runs_attach_says_so_and_makes_nothing(root: Path, tmp_path: Path) -> None:
    with Terminal(root, "attach", "--state-dir", tmp_path / "nothing") as terminal:
        assert terminal.wait() == 1
        assert f"no desk runs on {tmp_path}" in terminal.text
    assert not (tmp_path / "nothing").exists()


def test_attach_needs_a_terminal(spawn: Run) -> None:
    done = spawn("attach")
    assert (done.code, "needs a terminal" in done.err) == (2, True)


def test_a_desk_that_is_only_starting_is_waited_for(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    state, pause, asked = StateDir.create(tmp_path / "desk"), threading.Event(), list[bytes]()

    def serve() -> None:
        pause.wait(0.3)
        with listening_socket(state.root) as listening:
            listening.setblocking(True)
            peer, _ = listening.accept()
            with peer:
                peer.sendall(framed(Hello(PROTOCOL, "1", 7, "/d", "PAPER")))
                asked.append(peer.recv(4096))

    with state.lock():
        serving = threading.Thread(target=serve)
        serving.start()
        sock, hello = attach.reached(state.root, StoreError("nobody"))
        sock.close()
        serving.join()
    assert (hello.pid, asked) == (7, [framed(Watch(PROTOCOL))]), "its picture is asked for at once"
    assert f"the desk with pid {os.getpid()} cannot be reached yet: waiting for it" in capfd.readouterr().err


def test_who_holds_the_directory_without_being_a_desk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attach, "PATIENCE_S", 0.2)
    state = StateDir.create(tmp_path / "desk")
    with state.lock(), pytest.raises(StoreError, match="nobody answers"):
        attach.reached(state.root, StoreError("nobody answers"))


def test_a_desk_that_is_stopped_is_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attach, "PATIENCE_S", 0.2)
    state = StateDir.create(tmp_path / "desk")
    with state.lock(), listening_socket(state.root), pytest.raises(StoreError, match="does not answer: it is stopped"):
        attach.reached(state.root, StoreError("nobody"))
