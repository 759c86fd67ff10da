"""Faults planted in a sound desk's files, each with the line of `atlas doctor` that tells of it."""

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from atlas_tui.cli.doctor import machine
from core.adapters import desk_place
from core.adapters.desk_place import listening_socket


@dataclass(frozen=True)
class Place:
    """A sound desk's files; a fault is planted in them."""

    home: Path
    state: Path
    config: Path
    patch: pytest.MonkeyPatch


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


def half_a_venue(place: Place) -> None:
    """The one fault that no options of a venue may cure."""
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


def _channel(place: Place, *lines: str) -> None:
    place.config.write_text('[alerts]\nchannels = ["json"]\n', encoding="utf-8")
    keys = place.config.parent / ".env"
    keys.touch(0o600)
    keys.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _no_address(place: Place) -> None:
    _channel(place)


def _no_way_out(place: Place) -> None:
    _channel(place, "ATLAS_JSON_URL=http://127.0.0.1:9/planted-for-all")


def _alert(place: Place, state: str, reason: str) -> None:
    with closing(sqlite3.connect(place.state / "ledger.db")) as db, db:
        db.execute(
            "INSERT INTO outbox (channel, kind, cause, batch, at, since, state, tries, due, reason)"
            " VALUES ('json', 'feed', 'down 2026-01-20T14:00:00Z', 0, '', '', ?, 3, '', ?)",
            (state, reason),
        )


def _alerts_failed(place: Place) -> None:
    _alert(place, "failed", "HTTP 404")


def _alerts_of_a_channel_gone(place: Place) -> None:
    _alert(place, "waiting", "HTTP 503")


def _socket_file(place: Place, mode: int = 0o600) -> None:
    listening_socket(place.state).close()
    (place.state / "desk.sock").chmod(mode)


def _socket_of_all(place: Place) -> None:
    _socket_file(place, 0o666)


def _no_socket(place: Place) -> None:
    (place.state / "desk.sock").touch(0o600)


def _socket_too_long(place: Place) -> None:
    place.patch.setattr(desk_place, "_LONGEST", 20)
    place.patch.setattr(desk_place, "_OPEN_FILES", place.home / "nowhere")


def _mute_desk(place: Place) -> None:
    _silent_desk(place)
    _socket_file(place)


FAULTS: dict[str, tuple[Callable[[Place], None], str, str, str]] = {
    "a key of the settings is misspelled": (_unknown_key, "fail settings", "line 2", "put it right in"),
    "others can change the settings": (_settings_of_all, "warn settings", "others can change", "chmod go-w"),
    "half a venue is named": (half_a_venue, "fail settings", "not the same venue", "name both halves"),
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
    "a channel has no address": (_no_address, "fail alerts", "the secret ATLAS_JSON_URL", ".env (mode 0600)"),
    "a channel cannot be reached": (_no_way_out, "warn alerts", "json cannot be reached", "atlas alerts test"),
    "alerts have failed": (_alerts_failed, "warn alerts", "1 for json failed: HTTP 404", "atlas alerts retry"),
    "alerts wait for nobody": (_alerts_of_a_channel_gone, "warn alerts", "no channel any more", "alerts.channels"),
    "a killed desk left its socket": (_socket_file, "warn attach", "left by a desk that was killed", "rm "),
    "others can command the desk": (_socket_of_all, "fail attach", "others can send commands", "chmod 600"),
    "something else is where the socket belongs": (_no_socket, "fail attach", "is no socket", "rm "),
    "the socket's path is too long": (_socket_too_long, "fail attach", "too long", "--state-dir"),
    "the desk lets no console in": (_mute_desk, "fail attach", "does not answer", "kill "),
    "the desk has no socket": (_silent_desk, "warn attach", "no socket to attach to", "kill "),
    "tmux is slow": (_slow_tmux, "warn tmux", "escape-time is 500 ms", "set -s escape-time 20"),
}
"""By name: what plants it, the verdict and name of the line, what it says, and of its cure."""
