"""However the console ends, the terminal is as it was, soon, and the desk has written down that it ended."""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.own_time import SOON_S
from tests.cli.said import Said
from tests.cli.terminal import Terminal

pytestmark = pytest.mark.usefixtures("stops_on_hangup")
SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


@pytest.mark.parametrize(
    "end", [*SIGNALS, "qy", "\x03"], ids=lambda end: repr(end) if end in ("qy", "\x03") else end.name
)
def test_every_mode_is_switched_back_and_the_state_is_flushed_within_two_seconds(
    end: signal.Signals | str, root: Path, tmp_path: Path, atlas: Callable[..., Said]
) -> None:
    state = tmp_path / "desk"
    with Terminal(root, "demo", "--state-dir", state) as terminal:
        terminal.wait_for("LIVE")
        code, took_s = terminal.end(end)
        assert code == (0 if isinstance(end, str) else 128 + end)
        assert took_s < SOON_S
        assert terminal.restored
        assert "?1049" in terminal.raw
        assert terminal.left_on == set()
    assert atlas("check", "--state-dir", state).code == 0
    assert [path.name for path in state.glob("*-wal") if path.stat().st_size] == []
