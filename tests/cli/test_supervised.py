"""`atlas run` under a service manager: told when it is armed, that it lives, and that it ends."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from atlas_tui.cli.supervised import supervised
from core.adapters.service_socket import ServiceSocket
from tests.alerts.sink import a_sink
from tests.builders import a_desk
from tests.cli.held_loop import GATE
from tests.cli.own_time import SOON_S
from tests.cli.processes import Child
from tests.service_manager import ServiceManager

PERIOD_S = 0.9
"""How often the watchdog wants to be fed."""


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServiceManager]:
    """What the environment of a service names; the watchdog included."""
    with ServiceManager(tmp_path / "notify") as stands_in:
        monkeypatch.setenv("NOTIFY_SOCKET", stands_in.place)
        monkeypatch.setenv("WATCHDOG_USEC", str(int(PERIOD_S * 1e6)))
        yield stands_in


@pytest.fixture
def venue(root: Path) -> Iterator[list[str]]:
    """An exchange in a process of its own, as options of the command; the manager is none of its business."""
    hidden = {name: os.environ.pop(name) for name in ("NOTIFY_SOCKET", "WATCHDOG_USEC") if name in os.environ}
    with Child(root, "exchange", "--speed", 60) as exchange:
        where = exchange.json()
        os.environ.update(hidden)
        yield ["--rest", where["rest"], "--ws", where["ws"]]


def test_a_desk_is_ready_once_armed_feeds_the_watchdog_and_says_that_it_stops(
    root: Path, venue: list[str], manager: ServiceManager, tmp_path: Path
) -> None:
    with Child(root, "run", *venue, "--state-dir", tmp_path / "desk") as desk:
        starting = manager.until("READY")
        assert all("EXTEND_TIMEOUT_USEC" in message for message in starting[:-1])
        assert desk.line() == "ready"
        assert "EXTEND_TIMEOUT_USEC" not in starting[-1]
        status = [message["STATUS"] for message in starting if "STATUS" in message][-1]
        assert "open day $••• · DEMO" in status
        assert manager.until("WATCHDOG", within_s=5)[-1]["WATCHDOG"] == "1"
        code, took_s = desk.end(signal.SIGTERM)
        assert (code, took_s < SOON_S) == (0, True)
    said = manager.until("STOPPING", within_s=1)
    assert said[-1] == {"STOPPING": "1", "STATUS": "stopping"}
    assert not any("READY" in message for message in said)
    assert manager.overheard() == []


def test_a_desk_without_a_terminal_reads_its_settings_again_at_a_hangup(
    root: Path, venue: list[str], manager: ServiceManager, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.touch()
    with Child(root, "run", *venue, "--config", config, "--state-dir", tmp_path / "desk", alone=True) as desk:
        manager.until("READY")
        assert desk.line() == "ready"
        config.write_text('symbols = ["BTC"]\n[guards]\nlosing_streak = 3\n', encoding="utf-8")
        desk.process.send_signal(signal.SIGHUP)
        reloading = manager.until("RELOADING")[-1]
        assert int(reloading["MONOTONIC_USEC"]) > 0
        manager.until("READY")
        assert desk.hear(" settings ").endswith(
            'info settings settings read again: now symbols = ["BTC"], guards.losing_streak = 3'
        )
        config.write_text("[guards]\nlosing_streak = -1\n", encoding="utf-8")
        desk.process.send_signal(signal.SIGHUP)
        manager.until("READY")
        refused = desk.hear(" settings ")
        assert f"warn settings {config}, line 2: guards.losing_streak: -1 is not allowed" in refused
        assert refused.endswith("; all settings stay as they were")
        assert desk.end(signal.SIGTERM)[0] == 0


def test_a_hangup_brings_a_running_desk_its_first_channel_with_the_address_of_the_key_file(
    root: Path, venue: list[str], tmp_path: Path
) -> None:
    config, keys = tmp_path / "config.toml", tmp_path / ".env"
    config.touch()
    with a_sink() as sink, Child(root, "run", *venue, "--config", config, "--state-dir", tmp_path / "desk") as desk:
        assert desk.line() == "ready"
        config.write_text('[alerts]\nchannels = ["json"]\n', encoding="utf-8")
        desk.process.send_signal(signal.SIGHUP)
        assert "needs its address as the secret ATLAS_JSON_URL; all settings stay" in desk.hear(" settings ")
        keys.touch(0o600)
        keys.write_text(f"ATLAS_JSON_URL={sink.url}/PlantedInTheKeyFile\n", encoding="utf-8")
        desk.process.send_signal(signal.SIGHUP)
        said = desk.hear(" settings ")
        assert said.endswith('settings read again: now alerts.channels = ["json"], another ATLAS_JSON_URL')
        assert desk.end(signal.SIGTERM)[0] == 0
    told = [alert["title"] for body in sink.taken for alert in body["alerts"]]
    assert told[-1] == "DESK STOPPED"
    assert "DESK STARTED" not in told
    assert sink.asked[-1]["path"] == "/PlantedInTheKeyFile"


@pytest.mark.long
def test_a_desk_whose_loop_hangs_feeds_no_watchdog_though_its_threads_live(
    root: Path, venue: list[str], manager: ServiceManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    monkeypatch.setenv(GATE, str(gate))
    with Child(root, "run", *venue, "--state-dir", tmp_path / "desk", module="tests.cli.held_loop") as desk:
        manager.until("READY")
        manager.until("WATCHDOG")
        desk.process.send_signal(signal.SIGUSR1)
        with gate.open("wb"):  # the loop is at the gate, and is held there while this is open
            manager.overheard()
            assert manager.next(3 * PERIOD_S) == {}
        assert "WATCHDOG" in manager.until("WATCHDOG", within_s=10)[-1]


def test_a_venue_that_is_down_ends_no_start(root: Path, manager: ServiceManager, tmp_path: Path) -> None:
    nowhere = ["--rest", "http://127.0.0.1:9", "--ws", "ws://127.0.0.1:9"]
    with Child(root, "run", *nowhere, "--state-dir", tmp_path / "desk") as desk:
        heard = manager.until("STATUS")
        while "venue unreachable" not in heard[-1]["STATUS"]:
            heard += manager.until("STATUS")
        heard += [manager.next(5) for _ in range(3)]
        assert all({"EXTEND_TIMEOUT_USEC", "WATCHDOG"} <= message.keys() for message in heard)
        assert desk.end(signal.SIGTERM)[0] == 0
    assert "STOPPING" in manager.until("STOPPING", within_s=1)[-1]


async def test_a_desk_that_stands_still_says_where_and_feeds_no_watchdog_until_it_moves(tmp_path: Path) -> None:
    session = SimpleNamespace(snapshot=a_desk().snapshot(), ailment=lambda: "the ledger has stood still for 70s")
    desk = SimpleNamespace(built=SimpleNamespace(session=session), armed=True, waiting="")
    with ServiceManager(tmp_path / "notify") as manager:
        async with supervised(desk, ServiceSocket(manager.place, watchdog_s=0.03)):
            first = await asyncio.to_thread(manager.next, 5)
            later = await asyncio.to_thread(manager.next, 0.2)
            session.ailment = lambda: ""
            again = await asyncio.to_thread(manager.next, 5)
        assert first == {"STATUS": "the ledger has stood still for 70s", "READY": "1"}
        assert later == {}
        assert (again["WATCHDOG"], "EXTEND_TIMEOUT_USEC" in again) == ("1", False)
        assert "STOPPING" in manager.until("STOPPING", within_s=1)[-1]


async def test_without_a_manager_nothing_is_told() -> None:
    async with supervised(SimpleNamespace(built=None, armed=False, waiting=""), None):
        assert {task.get_name() for task in asyncio.all_tasks()} & {"service"} == set()
