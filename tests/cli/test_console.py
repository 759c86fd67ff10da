"""The console and its desk: two tasks, neither of which takes the other down unasked."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from atlas_tui.cli import console
from atlas_tui.cli.plan import DeskPlan
from core.adapters.state_dir import StateDir
from core.config import load_settings
from core.domain.errors import StoreError
from core.domain.snapshot import Mode
from core.ports import DeskLink
from tests.cli import fake_wiring


class Screen:
    """What the console needs of an app."""

    def __init__(self, link: DeskLink, crash: str = "", leaves_after_s: float = 0.3) -> None:
        self.crash = crash
        self.return_code: int | None = None
        self._link = link
        self._leaves_after_s = leaves_after_s
        self._left = asyncio.Event()

    def exit(self, result: None = None, return_code: int = 0) -> None:
        """Leave."""
        self.return_code = return_code
        self._left.set()

    async def run_async(self, mouse: bool = True) -> None:
        """Look at the desk until told to leave, or for a while."""
        self._link.subscribe(lambda _: None)
        await asyncio.wait({asyncio.ensure_future(self._left.wait())}, timeout=self._leaves_after_s)


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DeskPlan:
    """A plan whose desk is the fake one."""
    monkeypatch.setattr(console, "_WIRING", fake_wiring.__name__)
    monkeypatch.setattr(console, "log_to", lambda root: root)
    monkeypatch.setattr(fake_wiring, "failure", "")
    fake_wiring.events.clear()
    return DeskPlan(load_settings(environ={}), StateDir.create(tmp_path / "desk"), Mode.PAPER)


def test_leaving_the_console_ends_the_desk(plan: DeskPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "screen_for", lambda link, settings: Screen(link))
    assert console.open_console(plan, {}) == 0
    assert fake_wiring.events == ["desk runs", "desk ends"]


def test_a_crashed_console_leaves_the_desk_running_until_sigterm(
    plan: DeskPlan, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def crashing(link: DeskLink, settings: object) -> Screen:
        asyncio.get_running_loop().call_later(0.8, notice_and_stop)
        screen = Screen(link, crash="it broke")
        screen.return_code = 1
        return screen

    def notice_and_stop() -> None:
        fake_wiring.events.append("still there")
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(console, "screen_for", crashing)
    assert console.open_console(plan, {}) == 1
    assert fake_wiring.events == ["desk runs", "still there", "desk ends"]
    assert "the desk goes on without a screen until SIGTERM" in capfd.readouterr().err


def test_a_desk_that_fails_closes_the_console_and_its_reason_is_raised(
    plan: DeskPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fake_wiring, "failure", "the ledger cannot be trusted")
    monkeypatch.setattr(console, "screen_for", lambda link, settings: Screen(link, leaves_after_s=30))
    with pytest.raises(StoreError, match="the ledger cannot be trusted"):
        console.open_console(plan, {})
