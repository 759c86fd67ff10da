"""A place of its own for every run of the command, and a ledger with a day in it."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from atlas_tui.cli.root import main
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.config.secrets import NAMES as SECRETS
from tests.adapters.ledger_story import a_day
from tests.cli.said import Said

STOPS = '[desk]\non_hangup = "stop"\n'


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """XDG folders inside the test's own; nothing of the machine is read, and the process is given back as it was."""
    mask = os.umask(0o022)
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    for name in ("ATLAS_CONFIG", "ATLAS_STATE_DIR"):
        monkeypatch.delenv(name, raising=False)
    for place, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(place, name, getattr(place, name))
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)
    yield tmp_path
    os.umask(mask)


@pytest.fixture
def stops_on_hangup(home: Path) -> None:
    """A console that loses its terminal takes its desk along, for all that read the settings of this test."""
    file = home / "XDG_CONFIG_HOME" / "atlas" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(STOPS)


@pytest.fixture
def atlas(capfd: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run the command in this process."""

    def run(*arguments: object) -> Said:
        code = main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return Said(code, out, err)

    return run


@pytest.fixture
def spawn(root: Path) -> Callable[..., Said]:
    """Run the command in a process of its own, without a terminal."""

    def run(*arguments: object, timeout: float = 60) -> Said:
        command = [sys.executable, "-m", "atlas_tui", *(str(argument) for argument in arguments)]
        done = subprocess.run(
            command, cwd=root, env=os.environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout
        )
        return Said(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def a_day_on_paper(tmp_path: Path) -> Path:
    """A state directory whose ledger holds a day: signals, setups, positions, trades, refusals, funding."""
    folder = tmp_path / "desk"
    state = StateDir.create(folder)
    store = SqliteStore(state)
    for batch in a_day():
        store.append(batch).result(10)
    store.close()
    return folder
