"""Consoles whose backtests are run under the test's eyes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tui.backtest.runs import Held, kept, run_held, run_inline


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Held]:
    """Who is asked by the newest console; the test answers."""
    return run_held(monkeypatch)


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state directory with a history, over which consoles run at once."""
    found = kept(tmp_path)
    run_inline(monkeypatch, found)
    return found
