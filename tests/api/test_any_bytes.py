"""Whatever is sent, in whatever pieces: no traceback, no half reply, and the next reader is answered."""

import logging
import socket
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.probes import PROBES, Probe
from tests.api.rig import Served

SHORT = [probe for probe in PROBES if len(probe.request) < 1000 and b"events" not in probe.request]
a_probe = st.sampled_from(SHORT)


@pytest.fixture(scope="module", autouse=True)
def uncaught() -> Iterator[list[str]]:
    """What asyncio and the API tell of errors nobody took; there is none at the end."""
    told: list[str] = []
    ear = logging.Handler(logging.ERROR)
    ear.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
    logs = [logging.getLogger(name) for name in ("asyncio", "atlas.api")]
    for log in logs:
        log.addHandler(ear)
    yield told
    for log in logs:
        log.removeHandler(ear)
    assert told == []


def sent(patient: Served, *pieces: bytes) -> bytes:
    """What comes back to these bytes until the other side ends; ours ends behind them."""
    with patient.connect() as line:
        line.end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for piece in pieces:
                line.say(piece)
            line.end.shutdown(socket.SHUT_WR)
            return line.rest()
        except OSError:
            return b""


def is_well(patient: Served, told: bytes) -> bool:
    """Was it a reply or nothing, and is the next reader answered?"""
    return told[:9] in (b"", b"HTTP/1.1 ") and patient.get("/health").status == 200


@given(data=st.binary(max_size=300))
def test_bytes_of_any_kind_break_nothing(patient: Served, data: bytes) -> None:
    assert is_well(patient, sent(patient, data))


@given(probe=a_probe, places=st.lists(st.tuples(st.integers(0), st.integers(0, 255)), min_size=1, max_size=3))
@settings(max_examples=150)
def test_bytes_changed_in_a_request_break_nothing(patient: Served, probe: Probe, places: list[tuple[int, int]]) -> None:
    whole = bytearray(probe.bytes_for(patient.host))
    for place, value in places:
        whole[place % len(whole)] = value
    assert is_well(patient, sent(patient, bytes(whole)))


@given(probe=a_probe, cuts=st.lists(st.integers(0, 300), max_size=4).map(sorted))
def test_a_request_in_pieces_is_the_same_request(patient: Served, probe: Probe, cuts: list[int]) -> None:
    whole = probe.bytes_for(patient.host)
    ends = [0, *cuts, len(whole)]
    told = sent(patient, *(whole[begin:end] for begin, end in pairwise(ends) if end > begin))
    assert told.startswith(f"HTTP/1.1 {probe.status} ".encode())
    assert is_well(patient, told)
