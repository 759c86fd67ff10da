"""`atlas exchange`: alone, in a process of its own."""

import json
import signal
import socket
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from atlas_tui.cli.common import instant
from core.domain.errors import ConfigError
from tests.cli.own_time import SOON_S
from tests.cli.processes import Child
from tests.cli.said import Said

Run = Callable[..., Said]


def test_it_prints_where_it_is_serves_and_ends_quietly(root: Path) -> None:
    with Child(root, "exchange", "--seed", 3, "--speed", 60, "--start", "2026-02-03T10:00:00Z") as exchange:
        where = exchange.json()
        assert set(where) == {"rest", "ws"}
        with urllib.request.urlopen(f"{where['rest']}/api/v3/brokerage/time", timeout=10) as answer:
            assert json.load(answer)["iso"].startswith("2026-02-03T10:")
        code, took_s = exchange.end(signal.SIGTERM)
        assert (code, exchange.errors()) == (0, "")
        assert took_s < SOON_S


def test_a_taken_port_is_one_sentence(spawn: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = spawn("exchange", "--port", taken.getsockname()[1])
    assert said.code == 2
    assert "taken" in said.sentence


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--host", "0.0.0.0"], "only a loopback address"),
        (["--speed", "0"], "must be above 0"),
        (["--start", "yesterday"], "write an ISO 8601 time"),
        (["--candles", "BTC"], "write SYMBOL:TIMEFRAME=FILE"),
        (["--start", "1999-01-01"], "must lie between"),
    ],
)
def test_a_wrong_option_is_one_sentence(atlas: Run, arguments: list[str], says: str) -> None:
    said = atlas("exchange", *arguments)
    assert said.code == 2
    assert says in said.sentence


def test_a_missing_recording_is_one_sentence(atlas: Run, tmp_path: Path) -> None:
    said = atlas("exchange", "--frames", tmp_path / "none.jsonl")
    assert said.code == 1
    assert "none.jsonl" in said.sentence


def test_an_instant_without_a_zone_is_utc() -> None:
    assert instant("2026-01-06T14:00", "--start") == instant("2026-01-06T15:00:00+01:00", "--start")
    with pytest.raises(ConfigError):
        instant("14 o'clock", "--start")


def test_faults_come_by_themselves_at_the_seconds_given(root: Path) -> None:
    with Child(root, "exchange", "--fault", "503:count=1@0", "--fault", "delisting:BTC-USD@0.2") as exchange:
        state = f"{exchange.json()['rest']}/_state"
        deadline = time.monotonic() + 10
        kinds: list[str] = []
        while kinds != ["503", "delisting"] and time.monotonic() < deadline:
            with urllib.request.urlopen(state, timeout=10) as answer:
                kinds = [fault["kind"] for fault in json.load(answer)["faults"]]
        assert kinds == ["503", "delisting"]


def test_a_fault_nobody_knows_is_refused_with_the_nearest_one(atlas: Run) -> None:
    said = atlas("exchange", "--fault", "half-open@3")
    assert said.code == 2
    assert "nearest known one is half_open" in said.sentence
    assert "is not sold here" in atlas("exchange", "--fault", "ticker_stop:BTC-EUR@3").sentence
