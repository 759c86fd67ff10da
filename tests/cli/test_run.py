"""`atlas run`: the desk without a screen, over real sockets."""

import json
import signal
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.adapters.ledger_reader import LedgerReader
from core.domain.ends import StopCause
from core.domain.facts import DeskStopped
from tests.cli.own_time import SOON_S
from tests.cli.processes import Child
from tests.cli.said import Said
from tests.cli.terminal import Terminal

Run = Callable[..., Said]


@pytest.fixture
def venue(root: Path) -> Iterator[list[str]]:
    """An exchange in a process of its own, as options of the command."""
    with Child(root, "exchange", "--speed", 60) as exchange:
        where = exchange.json()
        yield ["--rest", where["rest"], "--ws", where["ws"]]


def _armed(desk: Child) -> dict[str, Any]:
    assert desk.line() == "ready"
    facts: dict[str, Any] = desk.json()
    return facts


def test_it_says_ready_then_who_runs_on_what_and_lives_through_signals(
    root: Path, venue: list[str], tmp_path: Path, atlas: Run, spawn: Run
) -> None:
    state = tmp_path / "desk"
    arguments = ["run", *venue, "--state-dir", str(state), "--preset", "demo"]
    with Child(root, *arguments) as desk:
        facts = _armed(desk)
        assert (facts["pid"], facts["state_dir"]) == (desk.process.pid, str(state))
        assert [facts["rest"], facts["ws"], facts["speed"]] == [venue[1], venue[3], 60.0]
        assert [one["product_id"] for one in facts["listings"]] == ["BTC-PERP-INTX", "ETH-PERP-INTX", "SOL-PERP-INTX"]
        status = atlas("status", "--state-dir", state, "--format", "json").json
        assert (status["running"], status["mode"], status["preset"]) == (True, "DEMO", "demo")
        deadline = time.monotonic() + 10
        while status["feed"]["state"] != "LIVE" and time.monotonic() < deadline:
            status = atlas("status", "--state-dir", state, "--format", "json").json
        assert (status["feed"]["state"], status["feed"]["bad_frames"]) == ("LIVE", [])
        assert status["feed"]["counters"]["ticks"] > 0
        began = time.monotonic()
        second = spawn(*arguments)
        assert second.code == 1
        assert f"pid {desk.process.pid}" in second.sentence
        assert time.monotonic() - began < 5
        assert stat.S_IMODE(state.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in state.iterdir() if path.is_file()} == {0o600}
        desk.process.kill()
        desk.process.wait()
    with Child(root, *arguments) as again:
        assert _armed(again)["pid"] == again.process.pid
        assert any("resumed from" in again.line() for _ in range(6))
        code, took_s = again.end(signal.SIGTERM)
        assert (code, "Traceback" in again.errors()) == (0, False)
        assert took_s < SOON_S
    checked = atlas("check", "--state-dir", state, "--format", "json")
    assert (checked.code, checked.json["ok"]) == (0, True)


def test_a_venue_behind_the_ledger_is_refused(root: Path, tmp_path: Path, a_day_on_paper: Path) -> None:
    with Child(root, "exchange", "--start", "2026-01-01T00:00:00Z") as exchange:
        where = exchange.json()
        with Child(root, "run", "--rest", where["rest"], "--ws", where["ws"], "--state-dir", a_day_on_paper) as desk:
            assert desk.process.wait(30) == 2
            said = desk.errors()
    assert "the venue's clock says 2026-01-01T00:00" in said
    assert "choose another --state-dir" in said
    assert len(said.splitlines()) == 1


def test_an_unreachable_venue_is_said_once_and_tried_again(root: Path, a_day_on_paper: Path, atlas: Run) -> None:
    nowhere = ["--rest", "http://127.0.0.1:9", "--ws", "ws://127.0.0.1:9"]
    with Child(root, "run", *nowhere, "--state-dir", a_day_on_paper) as desk:
        assert desk.process.stderr is not None
        line = desk.process.stderr.readline()
        assert line.startswith("atlas: venue unreachable: ")
        status = atlas("status", "--state-dir", a_day_on_paper, "--format", "json").json
        assert (status["running"], status["feed"]["state"]) == (True, "CONNECTING")
        code, took_s = desk.end(signal.SIGINT)
        assert code == 0
        assert took_s < SOON_S


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--rest", "http://example.com"], "http:// only for this machine"),
        (["--ws", "ws://example.com"], "ws:// only for this machine"),
        (["--rest", "http://127.0.0.1:9"], "give --rest and --ws together"),
        (["--config", "none.toml"], "there is no such settings file"),
    ],
)
def test_a_wrong_option_is_one_sentence(atlas: Run, tmp_path: Path, arguments: list[str], says: str) -> None:
    said = atlas("run", "--state-dir", tmp_path / "desk", *arguments)
    assert said.code == 2
    assert says in said.sentence


def test_a_state_directory_that_is_a_file_is_one_sentence(atlas: Run, tmp_path: Path) -> None:
    (tmp_path / "desk").write_text("", encoding="utf-8")
    said = atlas("run", "--state-dir", tmp_path / "desk")
    assert said.code == 2
    assert str(tmp_path / "desk") in said.sentence


def test_scan_and_bars_ask_the_venue_and_name_what_it_lists(venue: list[str], spawn: Run, atlas: Run) -> None:
    rest = venue[:2]
    found = json.loads(spawn("scan", *rest, "--symbol", "btc", "--format", "json").out)
    assert {row["symbol"] for row in found["signals"] + found["setups"]} <= {"BTC"}
    rows = atlas("bars", "ETH", *rest, "--timeframe", "4h", "--limit", 5, "--format", "json").json
    assert len(rows) == 5
    assert [row["complete"] for row in rows] == [True] * 4 + [False]
    for said in (atlas("bars", "XYZ", *rest), spawn("scan", *rest, "--symbol", "XYZ")):
        assert said.code == 1
        assert said.sentence.startswith("atlas: XYZ is not listed by the venue; it lists ADA, AVAX, BCH, BTC, ")


def test_a_desk_started_on_a_terminal_ends_with_it_and_says_so(root: Path, venue: list[str], tmp_path: Path) -> None:
    with Terminal(root, "run", *venue, "--state-dir", tmp_path / "desk") as terminal:
        terminal.wait_for("ready")
        code, took_s = terminal.end(signal.SIGHUP)
    assert (code, took_s < SOON_S) == (0, True)
    with LedgerReader(tmp_path / "desk") as reader:
        (end,) = [fact for fact in reader.facts() if isinstance(fact, DeskStopped)]
    assert end.cause is StopCause.HANGUP
