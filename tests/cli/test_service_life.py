"""A desk started and stopped as systemd would by the printed unit: its command, its variables, nothing else."""

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.cli.processes import Child
from tests.cli.said import Said
from tests.service_manager import ServiceManager


def _unit(text: str, name: str) -> list[str]:
    return [line.partition("=")[2] for line in text.splitlines() if line.startswith(f"{name}=")]


def test_the_printed_unit_starts_and_stops_a_desk_that_finds_its_position_again(
    root: Path, home: Path, a_day_on_paper: Path, atlas: Callable[..., Said]
) -> None:
    empty = home / "empty"
    empty.mkdir()
    with Child(root, "exchange", "--start", "2026-03-02T22:45:00Z") as exchange:
        where = exchange.json()
        asked = ["--rest", where["rest"], "--ws", where["ws"], "--state-dir", str(a_day_on_paper)]
        unit = atlas("service", "print", "--user", *asked, "--config", empty / "atlas" / "config.toml").out
        command = shlex.split(_unit(unit, "ExecStart")[0])
        variables = dict(line.split("=", 1) for line in _unit(unit, "Environment"))
        variables["NUMBA_CACHE_DIR"] = ""  # the one that make setup filled
        with ServiceManager(home / "notify") as manager:
            told = {"NOTIFY_SOCKET": manager.place, "WATCHDOG_USEC": "30000000", "HOME": str(empty)}
            for life in ("first", "second"):
                environ = {"PATH": os.environ["PATH"], **told, **variables}
                desk = subprocess.Popen(command, cwd="/", env=environ, stdout=subprocess.PIPE, text=True)
                try:
                    manager.until("READY")
                    desk.send_signal(signal.SIGTERM)
                    said, _ = desk.communicate(timeout=60)
                finally:
                    desk.kill()
                assert desk.returncode == 0
                assert manager.until("STOPPING", within_s=1)[-1]["STATUS"] == "stopping"
                assert ("1 open positions, 1 trades" if life == "first" else "resumed from") in said
    assert shutil.which(command[0]) == command[0]
    assert atlas("check", "--state-dir", a_day_on_paper).code == 0
    assert [path for path in empty.rglob("*") if path.is_file()] == []
