"""What the service manager hears, and that nothing is lost when it does not listen."""

import os
import uuid
from pathlib import Path

import pytest

from core.adapters.service_socket import ServiceSocket
from tests.service_manager import ServiceManager


@pytest.mark.parametrize("abstract", [False, True], ids=["a path", "an abstract name"])
def test_assignments_arrive_as_one_message(tmp_path: Path, abstract: bool) -> None:
    with ServiceManager(f"@atlas-{uuid.uuid4()}" if abstract else tmp_path / "notify") as manager:
        service = ServiceSocket.taken_from({"NOTIFY_SOCKET": manager.place})
        assert service is not None
        assert service.tell("READY=1", "STATUS=BTC▲ 2/3 open = well")
        service.close()
        assert manager.next(1) == {"READY": "1", "STATUS": "BTC▲ 2/3 open = well"}


def test_no_child_can_speak_for_this_process() -> None:
    environ = {"NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "1", "PATH": "/bin"}
    service = ServiceSocket.taken_from(environ)
    assert environ == {"PATH": "/bin"}
    assert service is not None
    service.close()


@pytest.mark.parametrize(
    ("variables", "watchdog_s"),
    [
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "500000", "WATCHDOG_PID": str(os.getpid())}, 0.5),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_fed_only_where_this_process_is_watched(
    variables: dict[str, str], watchdog_s: float | None
) -> None:
    service = ServiceSocket.taken_from({"NOTIFY_SOCKET": "/run/notify", **variables})
    assert service is not None
    assert service.watchdog_s == watchdog_s
    service.close()


@pytest.mark.parametrize("address", ["", "/", "@", "relative/path", "vsock:2:1234"])
def test_where_no_manager_listens_there_is_nothing_to_tell(address: str) -> None:
    assert ServiceSocket.taken_from({"NOTIFY_SOCKET": address}) is None


def test_a_manager_that_is_gone_or_reads_no_more_costs_nothing_but_the_message(tmp_path: Path) -> None:
    service = ServiceSocket(str(tmp_path / "nobody"))
    assert not service.tell("READY=1")
    service.close()
    with ServiceManager(tmp_path / "notify") as manager:
        service = ServiceSocket(manager.place)
        taken = [service.tell("WATCHDOG=1") for _ in range(5_000)]
        service.close()
    assert taken[0]
    assert not taken[-1]
