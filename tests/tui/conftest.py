"""The console under test: one clock, no blinking, and no crash that passes for a picture."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from textual.widgets import Input

from atlas_tui.app import AtlasApp
from atlas_tui.options import ConsoleOptions
from atlas_tui.zones import NEW_YORK_ZONE
from core.domain.snapshot import Snapshot
from tests.tui.fake_desk import FakeDesk

Compare = Callable[..., None]


@pytest.fixture(autouse=True)
def quiet_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Input, "_toggle_cursor", lambda self: None)
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")


def console_over(desk: FakeDesk, **options: Any) -> AtlasApp:
    """A console that paints every change at once, on New York's clock."""
    at_once = {"slow_s": 0, "list_s": 0, "chart_s": 0, "fps": 0}
    looks: dict[str, Any] = {"zone": NEW_YORK_ZONE, "flash": False} | at_once | options
    return AtlasApp(desk, ConsoleOptions(**looks))


@pytest.fixture
def same_picture(snap_compare: Callable[..., bool]) -> Compare:
    """Compares the console with its committed picture, and never takes a crash for one."""

    def compare(snapshot: Snapshot, size: tuple[int, int], press: Iterable[str] = (), **options: Any) -> None:
        app = console_over(FakeDesk(snapshot), **options)
        same = snap_compare(app, press=press, terminal_size=size)
        if app._exception is not None:
            raise app._exception
        assert same

    return compare
