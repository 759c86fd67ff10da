"""`atlas doctor`: planted faults, each found under its name and with its cure; a sound machine is left in peace."""

import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from atlas_tui.cli.doctor import machine, service
from tests.adapters.certificates import self_signed_context
from tests.alerts.sink import a_sink
from tests.cli.planted_faults import FAULTS, Place, half_a_venue
from tests.cli.processes import Child
from tests.cli.said import Said

Run = Callable[..., Said]


@pytest.fixture(scope="module")
def venue(root: Path) -> Iterator[list[str]]:
    """An exchange in a process of its own, as options of the command."""
    with Child(root, "exchange", "--speed", 60) as exchange:
        where = exchange.json()
        yield ["--rest", where["rest"], "--ws", where["ws"]]


@pytest.fixture
def place(home: Path, a_day_on_paper: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A desk's ledger with a backup of today, settings, a private cache; no tmux, no systemd."""
    backups = a_day_on_paper / "backups"
    backups.mkdir(mode=0o700)
    shutil.copyfile(a_day_on_paper / "ledger.db", backups / "ledger-20260101T000000Z.db")
    (backups / "ledger-20260101T000000Z.db").chmod(0o600)
    config = home / "XDG_CONFIG_HOME" / "atlas" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('symbols = ["BTC", "ETH"]\n', encoding="utf-8")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(home / "cache"))
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.setattr(machine, "is_warm", lambda cache: True)
    monkeypatch.setattr(service, "SYSTEM_UNITS", home / "units")
    monkeypatch.setattr(service, "SYSTEMD", home / "run")
    return Place(home, a_day_on_paper, config, monkeypatch)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_with_its_cure(fault: str, place: Place, venue: list[str], atlas: Run) -> None:
    plant, line, found, cure = FAULTS[fault]
    plant(place)
    asked = [] if plant is half_a_venue else venue
    said = atlas("doctor", *asked, "--state-dir", place.state, "--format", "json")
    lines = [one for one in said.json["checks"] if f"{one['verdict']} {one['name']}" == line]
    assert [one for one in lines if found in one["found"] and cure in one["cure"]] != [], said.json["checks"]
    verdicts = {one["verdict"] for one in said.json["checks"]}
    assert said.code == int("fail" in verdicts)
    assert said.json["ok"] is ("fail" not in verdicts)
    assert "planted-for-all" not in said.out


def _files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_sound_machine_is_left_in_peace(place: Place, venue: list[str], atlas: Run) -> None:
    before = _files(place.home)
    said = atlas("doctor", *venue, "--state-dir", place.state)
    assert (said.code, said.err) == (0, "")
    assert [line for line in said.out.splitlines() if line.startswith(("warn", "fail"))] == []
    assert said.out.splitlines()[-1].endswith(" ok, 0 warn, 0 fail")
    after = _files(place.home)
    assert {path: after[path] for path in before} == before


def test_before_the_first_start_nothing_is_wrong_or_made(place: Place, venue: list[str], atlas: Run) -> None:
    place.config.unlink()
    said = atlas("doctor", *venue, "--state-dir", place.home / "new")
    assert said.code == 0
    assert "is made at the first start" in said.out
    assert not (place.home / "new").exists()


def test_a_venue_that_is_gone_is_two_lines_and_the_rest_stands(place: Place, atlas: Run) -> None:
    nowhere = ["--rest", "http://127.0.0.1:9", "--ws", "ws://127.0.0.1:9"]
    said = atlas("doctor", *nowhere, "--state-dir", place.state, "--format", "json")
    failed = {one["name"]: one for one in said.json["checks"] if one["verdict"] == "fail"}
    assert (said.code, set(failed)) == (1, {"venue", "socket"})
    assert "no connection" in failed["venue"]["found"]
    assert "network" in failed["socket"]["cure"]


def test_a_certificate_nobody_vouches_for_is_said_to_be_that(place: Place, atlas: Run, tmp_path: Path) -> None:
    with ThreadingHTTPServer(("localhost", 0), BaseHTTPRequestHandler) as server:
        server.socket = self_signed_context(tmp_path / "cert.pem").wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign] # the handshake that is broken off
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        port = server.server_address[1]
        there = ["--rest", f"https://localhost:{port}", "--ws", f"wss://localhost:{port}"]
        said = atlas("doctor", *there, "--state-dir", place.state, "--format", "json")
        server.shutdown()
    failed = {one["name"]: one for one in said.json["checks"] if one["verdict"] == "fail"}
    assert set(failed) == {"venue", "socket"}
    assert all("certificate cannot be trusted" in one["found"] for one in failed.values())
    assert all("ca-certificates" in one["cure"] for one in failed.values())


def test_a_desk_that_runs_answers_by_its_socket_and_its_channel_is_reached(
    root: Path, place: Place, venue: list[str], atlas: Run, tmp_path: Path
) -> None:
    place.config.write_text('[alerts]\nchannels = ["json"]\n', encoding="utf-8")
    with a_sink() as sink:
        place.patch.setenv("ATLAS_JSON_URL", f"{sink.url}/planted-for-all")
        with Child(root, "run", *venue, "--config", place.config, "--state-dir", tmp_path / "new") as desk:
            assert desk.line() == "ready"
            before = len(sink.asked)
            told = atlas("doctor", *venue, "--state-dir", tmp_path / "new", "--format", "json").json["checks"]
            assert len(sink.asked) == before
    said = {one["name"]: (one["verdict"], one["found"]) for one in told}
    assert said["attach"] == ("ok", f"pid {desk.process.pid} answers: atlas attach opens a console on it")
    assert said["alerts"] == ("ok", "json can be reached; atlas alerts test sends a message")
