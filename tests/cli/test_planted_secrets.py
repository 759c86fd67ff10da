"""Three planted secrets are found nowhere: not on a screen, in a file, in an answer, or on a command line."""

import signal
import stat
from collections.abc import Callable
from functools import partial
from itertools import product
from pathlib import Path

import pytest

from core.adapters.ledger_reader import LedgerReader
from tests.cli import planted
from tests.cli.processes import Child
from tests.cli.said import Said
from tests.cli.terminal import Terminal

Run = Callable[..., Said]


@pytest.fixture(autouse=True)
def sources(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The secrets, in a folder that is not searched."""
    for name, value in planted.plant(tmp_path_factory.mktemp("sources")).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PYTHONFAULTHANDLER", "1")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """The state directory."""
    return tmp_path / "desk"


def _open_to_others(folder: Path) -> dict[str, str]:
    """By path: the mode, where anybody but the owner may do anything."""
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")]}
    return {str(path): oct(mode) for path, mode in modes.items() if mode & 0o077}


def _notes(desk: Path) -> list[str]:
    """Every note in the ledger."""
    with LedgerReader(desk) as reader:
        return [note.text for view in reader.reviews().values() for note in view.notes]


def _is_exported(folder: Path, kind: str, style: str) -> bool:
    return _exported(folder, kind, style) != ""


def _exported(folder: Path, kind: str, style: str) -> str:
    """The list of this kind that was exported in this format; nothing before."""
    return "".join(path.read_text(encoding="utf-8") for path in folder.glob(f"atlas-{kind}-*.{style}"))


def test_a_console_that_breaks_with_them_in_its_hands_tells_none(root: Path, tmp_path: Path, desk: Path) -> None:
    program = ("-c", planted.FAILING)
    with Terminal(root, "demo", "--seed", 5, "--state-dir", desk, program=program) as terminal:
        terminal.wait_for("the desk goes on without a screen")
        lines = b"\n".join(planted.command_lines(terminal.process.pid))
        code, _ = terminal.end(signal.SIGTERM)
        screen = terminal.raw.encode()
    assert code == 1
    assert "the console stopped (ValueError: cannot paint" in terminal.text
    assert "Traceback" not in terminal.text
    assert planted.traces_in(lines) == []
    assert planted.traces_in(screen) == []
    log = (desk / "atlas.log").read_text(encoding="utf-8")
    for told in ("a task with", "an error in the thread", "the kit says", "cannot paint"):
        assert told in log
    assert log.count("***") >= 12
    assert planted.traces_below(tmp_path) == {}
    assert _open_to_others(desk) == {}


def test_a_console_at_work_and_all_that_is_asked_of_its_ledger_tell_none(
    tmp_path: Path, desk: Path, spawn: Run
) -> None:
    said: list[bytes] = []
    tape = tmp_path / "tape"
    with Terminal(tmp_path, "demo", "--seed", 5, "--state-dir", desk, "--record", tape) as terminal:
        terminal.wait_for("LIVE")
        terminal.wait_for("-1-?")  # a setup among the signals, for the note
        for tab in "2345671":
            terminal.press(tab)
            terminal.read(0.3)
        for verb in ("status", "line"):
            said.append(repr(spawn(verb, "--state-dir", desk)).encode())
        said += planted.command_lines(terminal.process.pid)
        assert planted.traces_in(terminal.raw.encode()) == []
        terminal.press(":note " + planted.OF_THE_KEY_FILE + "\r")  # may be shown while it is typed; kept nowhere
        terminal.until(lambda: bool(_notes(desk)))
        assert _notes(desk) == ["***"]
        terminal.wait_for("***")  # on the screen too: an export writes what that shows
        for kind, style in product(("setups", "signals"), ("csv", "json")):
            terminal.press(f":export {kind} {style}\r")
            terminal.until(partial(_is_exported, tmp_path, kind, style))
        assert terminal.end(signal.SIGTERM)[0] == 128 + signal.SIGTERM
    for arguments in (
        ["config", "show", "--state-dir", desk],
        ["status", "--state-dir", desk, "--format", "json"],
        ["signals", "--state-dir", desk, "--format", "csv"],
        ["setups", "--state-dir", desk, "--format", "json"],
        ["trades", "--state-dir", desk],
        ["check", "--state-dir", desk, "--format", "json"],
        ["screenshot", "--state-dir", desk, tmp_path / "picture.svg"],
        ["bars", planted.OF_THE_KEY_FILE],
        ["no-such-verb", planted.OF_THE_KEY_FILE],
    ):
        said.append(repr(spawn(*arguments)).encode())
    # The note is on the list of the row it was given to, so that its text would be found if it were kept.
    for style in ("csv", "json"):
        assert "***" in _exported(tmp_path, "setups", style) + _exported(tmp_path, "signals", style)
    assert '"WriteNote"' in tape.read_text(encoding="utf-8") and "***" in tape.read_text(encoding="utf-8")
    assert b"# ATLAS_API_TOKEN: ***  # key file" in b"".join(said)
    assert planted.traces_in(b"".join(said)) == []
    assert planted.traces_below(tmp_path) == {}
    assert _open_to_others(desk) == {}
    for path in (tape, tmp_path / "picture.svg", *tmp_path.glob("atlas-s*-*")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_desk_without_a_screen_tells_none(root: Path, tmp_path: Path, desk: Path) -> None:
    with Child(root, "exchange", "--speed", 60) as exchange:
        where = exchange.json()
        venue = ("--rest", where["rest"], "--ws", where["ws"])
        with Child(root, "run", *venue, "--state-dir", desk, "--record", tmp_path / "tape") as run:
            said = [run.line(), run.line()]
            lines = b"\n".join(planted.command_lines(run.process.pid))
            assert run.end(signal.SIGTERM)[0] == 0
            said.append(run.errors())
    assert said[0] == "ready"
    assert b'{"Frame":"{' in (tmp_path / "tape").read_bytes()
    assert planted.traces_in(lines + "".join(said).encode()) == []
    assert planted.traces_below(tmp_path) == {}
    assert _open_to_others(desk) == {}
