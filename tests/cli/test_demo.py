"""`atlas demo`: the console on an exchange of its own, in a terminal."""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from atlas_tui.cli.demo import named_recording, recording
from core.domain.errors import ConfigError
from core.domain.timeframes import H1, M15
from tests.cli.own_time import SOON_S
from tests.cli.said import Said
from tests.cli.terminal import Terminal

Run = Callable[..., Said]


def test_the_demo_trades_in_a_terminal_and_leaves_it_as_it_was(root: Path, tmp_path: Path, atlas: Run) -> None:
    state = tmp_path / "demo"
    with Terminal(root, "demo", "--seed", 5, "--state-dir", state) as terminal:
        terminal.wait_for("DEMO x60")
        terminal.wait_for("LIVE")
        terminal.wait_for("BTC-PERP")
        code, took_s = terminal.end(signal.SIGTERM)
        assert (code, terminal.restored) == (128 + signal.SIGTERM, True)
        assert took_s < SOON_S
        assert "Traceback" not in terminal.text
    first = atlas("status", "--state-dir", state, "--format", "json").json
    assert (first["running"], first["preset"]) == (False, "demo")
    assert atlas("check", "--state-dir", state).code == 0
    with Terminal(root, "demo", "--keep", "--state-dir", state) as terminal:
        terminal.wait_for("LIVE")
        terminal.press("qy")
        assert (terminal.wait(), terminal.restored) == (0, True)
    kept = atlas("status", "--state-dir", state, "--format", "json").json
    assert kept["last_event_at"] > first["last_event_at"]
    assert not (state / "archive").exists()


def test_a_demo_never_archives_a_ledger_that_is_not_a_demos(root: Path, a_day_on_paper: Path) -> None:
    with Terminal(root, "demo", "--state-dir", a_day_on_paper) as terminal:
        assert terminal.wait() == 2
        assert "holds a ledger that no demo has written" in " ".join(terminal.text.split())
    assert (a_day_on_paper / "ledger.db").exists()


def test_a_desk_that_cannot_be_built_closes_the_console_and_says_why(root: Path, tmp_path: Path) -> None:
    with Terminal(root, "demo", "--speed", "-1", "--state-dir", tmp_path / "demo") as terminal:
        assert terminal.wait() == 2
        assert "must be above 0" in " ".join(terminal.text.split())
        assert terminal.restored


def test_the_console_of_a_venue_that_is_down_says_so_and_keeps_trying(root: Path, tmp_path: Path) -> None:
    nowhere = ["--rest", "http://127.0.0.1:9", "--ws", "ws://127.0.0.1:9"]
    with Terminal(root, *nowhere, "--state-dir", tmp_path / "desk") as terminal:
        terminal.wait_for("venue unreachable")
        terminal.press("qy")
        assert (terminal.wait(), terminal.restored) == (0, True)


@pytest.mark.parametrize(
    ("name", "symbol", "timeframe"),
    [
        ("COINBASE_BTC-USD_15m.csv.gz", "BTC-USD", M15),
        ("BINANCEPERP_SOLUSDT_1h.csv", "SOL", H1),
        ("eth_15m.csv", "ETH", M15),
        ("candles.csv", "BTC", None),
    ],
)
def test_a_recordings_name_tells_symbol_and_timeframe(name: str, symbol: str, timeframe: object) -> None:
    assert named_recording(Path(name)) == (symbol, timeframe)


def test_a_recording_is_frames_or_candles(tmp_path: Path) -> None:
    frames, candles = tmp_path / "frames.jsonl", tmp_path / "COINBASE_BTC-USD_15m.csv"
    for path in (frames, candles):
        path.write_text("", encoding="utf-8")
    assert recording(str(frames)) == {"frames": frames}
    assert recording(str(candles)) == {"candles": (f"BTC-USD:15m={candles}",)}
    assert recording(f"SOL:1h={candles}") == {"candles": (f"SOL:1h={candles}",)}
    with pytest.raises(ConfigError, match="there is no such file"):
        recording(str(tmp_path / "none.csv"))
