"""The console and its desk: two tasks, neither of which takes the other down unasked."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from atlas_tui.cli import console
from atlas_tui.cli.glance import Glance, glance_of
from atlas_tui.cli.plan import DeskPlan
from atlas_tui.console import Console
from core.adapters.state_dir import StateDir
from core.config import load_settings
from core.domain.errors import StoreError
from core.domain.link import LinkView, Mode
from tests.cli import fake_wiring


class Screen:
    """What the console needs of a shell."""

    def __init__(self, crash: str = "", leaves_after_s: float = 0.6) -> None:
        self.crash = crash
        self.return_code: int | None = None
        self.painted = asyncio.Event()
        self._leaves_after_s = leaves_after_s
        self._left = asyncio.Event()

    def exit(self, result: None = None, return_code: int = 0) -> None:
        """Leave."""
        self.return_code = return_code
        self._left.set()

    async def run_async(self, mouse: bool = True) -> None:
        """Be there until told to leave, or for a while."""
        self.painted.set()
        await asyncio.wait({asyncio.ensure_future(self._left.wait())}, timeout=self._leaves_after_s)

    def play(self, play: Console) -> None:
        """Look at the desk."""
        play.link.subscribe(lambda _: None)

    def call_later(self, callback: Callable[[Console], None], play: Console) -> None:
        """At once."""
        callback(play)


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DeskPlan:
    """A plan whose desk is the fake one."""
    monkeypatch.setattr(console, "_WIRING", fake_wiring.__name__)
    monkeypatch.setattr(console, "log_to", lambda root: root)
    monkeypatch.setattr(fake_wiring, "failure", "")
    fake_wiring.events.clear()
    return DeskPlan(load_settings(environ={}), StateDir.create(tmp_path / "desk"), Mode.PAPER)


def opened(plan: DeskPlan) -> int:
    """The exit code of a console over the plan's desk."""
    return console.open_console(glance_of(plan.settings, LinkView()), plan.state, lambda: plan, {})


def test_leaving_the_console_ends_the_desk(plan: DeskPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Glance, "shell", lambda _: Screen())
    assert opened(plan) == 0
    assert fake_wiring.events == ["desk runs", "desk ends"]


def test_a_crashed_console_leaves_the_desk_running_until_sigterm(
    plan: DeskPlan, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def crashing(*_: object) -> Screen:
        asyncio.get_running_loop().call_later(1.2, notice_and_stop)
        screen = Screen(crash="it broke")
        screen.return_code = 1
        return screen

    def notice_and_stop() -> None:
        fake_wiring.events.append("still there")
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(Glance, "shell", crashing)
    assert opened(plan) == 1
    assert fake_wiring.events == ["desk runs", "still there", "desk ends"]
    assert "the desk goes on without a screen until SIGTERM" in capfd.readouterr().err


def test_a_desk_that_fails_closes_the_console_and_its_reason_is_raised(
    plan: DeskPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fake_wiring, "failure", "the ledger cannot be trusted")
    monkeypatch.setattr(Glance, "shell", lambda _: Screen(leaves_after_s=30))
    with pytest.raises(StoreError, match="the ledger cannot be trusted"):
        opened(plan)
