"""`atlas doctor`: planted faults, each found under its name and with its cure; a sound machine is left in peace."""

import json
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from atlas_tui.cli.doctor import machine, service
from tests.adapters.certificates import self_signed_context
from tests.cli.processes import Child
from tests.cli.said import Said

Run = Callable[..., Said]


@dataclass(frozen=True)
class Place:
    """A sound desk's files; a fault is planted in them."""

    home: Path
    state: Path
    config: Path
    patch: pytest.MonkeyPatch


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


def _unknown_key(place: Place) -> None:
    place.config.write_text("[filters]\nmin_continuty = 3\n", encoding="utf-8")


def _settings_of_all(place: Place) -> None:
    place.config.chmod(0o666)


def _key_file_of_all(place: Place) -> None:
    (place.config.parent / ".env").write_text("COINBASE_API_KEY=planted-for-all\n", encoding="utf-8")
    (place.config.parent / ".env").chmod(0o644)


def _key_file_a_link(place: Place) -> None:
    (place.config.parent / ".env").symlink_to(place.config)


def _directory_of_all(place: Place) -> None:
    place.state.chmod(0o755)


def _log_of_all(place: Place) -> None:
    (place.state / "atlas.log").touch(mode=0o644)
    (place.state / "atlas.log").chmod(0o644)


def _ledger_damaged(place: Place) -> None:
    with (place.state / "ledger.db").open("r+b") as ledger:
        ledger.seek(4096)
        ledger.write(b"\x07" * 8192)


def _ledger_of_tomorrow(place: Place) -> None:
    with closing(sqlite3.connect(place.state / "ledger.db")) as db:
        db.execute("PRAGMA user_version = 99")


def _no_backup(place: Place) -> None:
    shutil.rmtree(place.state / "backups")


def _log_too_large(place: Place) -> None:
    place.config.write_text("[retention]\nlog_mb = 1\n", encoding="utf-8")
    (place.state / "atlas.log.1").write_bytes(b"x" * 2_000_000)
    (place.state / "atlas.log.1").chmod(0o600)


def _halt(place: Place) -> None:
    (place.state / "HALT").touch(mode=0o600)


def _silent_desk(place: Place) -> None:
    told = {"pid": os.getpid(), "written_s": time.monotonic() - 95, "state": "LIVE"}
    for name, text in (("atlas.lock", str(os.getpid())), ("feed.json", json.dumps(told))):
        (place.state / name).write_text(text, encoding="utf-8")
        (place.state / name).chmod(0o600)


def _cache_of_all(place: Place) -> None:
    (place.home / "cache").mkdir()
    (place.home / "cache").chmod(0o777)


def _cold_cache(place: Place) -> None:
    place.patch.setattr(machine, "is_warm", lambda cache: False)


def _full_disk(place: Place) -> None:
    place.patch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=3_000_000))


def _unlisted(place: Place) -> None:
    place.config.write_text('symbols = ["BTC", "DOGEX"]\n', encoding="utf-8")


def _half_a_venue(place: Place) -> None:
    place.config.write_text('[venue]\nrest = "http://127.0.0.1:9"\n', encoding="utf-8")


def _program_gone(place: Place) -> None:
    (place.home / "units").mkdir()
    unit = "[Service]\nType=notify\nWatchdogSec=30\nExecStart=/opt/gone/atlas run\n"
    (place.home / "units" / "atlas.service").write_text(unit, encoding="utf-8")


def _old_unit(place: Place) -> None:
    (place.home / "units").mkdir()
    (place.home / "units" / "atlas.service").write_text("[Service]\nExecStart=/bin/sh run\n", encoding="utf-8")


def _no_unit(place: Place) -> None:
    (place.home / "run").mkdir()


def _slow_tmux(place: Place) -> None:
    programs = place.home / "programs"
    programs.mkdir()
    tmux = programs / "tmux"
    tmux.write_text("#!/bin/sh\nprintf 'escape-time 500\\ndefault-terminal xterm\\n'\n", encoding="utf-8")
    tmux.chmod(0o755)
    place.patch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    place.patch.setenv("TMUX", "there,1,0")


FAULTS: dict[str, tuple[Callable[[Place], None], str, str, str]] = {
    "a key of the settings is misspelled": (_unknown_key, "fail settings", "line 2", "put it right in"),
    "others can change the settings": (_settings_of_all, "warn settings", "others can change", "chmod go-w"),
    "half a venue is named": (_half_a_venue, "fail settings", "not the same venue", "name both halves"),
    "others can read the key file": (_key_file_of_all, "fail secrets", "can be read by others", "chmod 600"),
    "the key file is a link": (_key_file_a_link, "fail secrets", "is a link", "put the file itself there"),
    "others can look into the directory": (_directory_of_all, "fail state", "others can look into", "chmod 700"),
    "others can read the log": (_log_of_all, "warn state", "atlas.log", "chmod -R go="),
    "the ledger is damaged": (_ledger_damaged, "fail ledger", "malformed", "atlas restore"),
    "the ledger is of a newer ATLAS": (_ledger_of_tomorrow, "fail ledger", "schema 99", "atlas restore"),
    "the ledger has no backup": (_no_backup, "warn backup", "no backup of the last 7 days", "atlas backup"),
    "the log is beyond its budget": (_log_too_large, "warn retention", "its budget is 1", "retention.log_mb"),
    "entries are halted": (_halt, "warn halt", "no entry is taken", "rm "),
    "the desk hangs": (_silent_desk, "fail desk", "has said nothing for 9", "kill "),
    "others can write compiled code": (_cache_of_all, "fail kernels", "others can put code into", "rm -r"),
    "the scanner is not compiled": (_cold_cache, "warn kernels", "not compiled yet", "make setup"),
    "the disk is full": (_full_disk, "fail disk", "3 MB left", "make room"),
    "a symbol is not listed": (_unlisted, "warn listings", "DOGEX is not listed", 'symbols = ["BTC"]'),
    "the unit starts what is not there": (_program_gone, "fail service", "/opt/gone/atlas", "--replace"),
    "the unit hears nothing": (_old_unit, "warn service", "no Type=notify", "--replace"),
    "nothing starts the desk": (_no_unit, "warn service", "no unit", "atlas service install"),
    "tmux is slow": (_slow_tmux, "warn tmux", "escape-time is 500 ms", "set -s escape-time 20"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_with_its_cure(fault: str, place: Place, venue: list[str], atlas: Run) -> None:
    plant, line, found, cure = FAULTS[fault]
    plant(place)
    asked = [] if plant is _half_a_venue else venue
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
