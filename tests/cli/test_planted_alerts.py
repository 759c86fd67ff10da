"""Secrets of alerts and of the API are found nowhere, though every channel is configured, refuses, and is retried."""

import json
import signal
import socket
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest

from tests.alerts.sink import RESET, Sink, a_sink
from tests.api.rig import Line, until
from tests.cli import planted
from tests.cli.processes import Child
from tests.cli.said import Said

Run = Callable[..., Said]
PATHS = ("/status", "/positions", "/setups", "/signals", "/trades", "/performance", "/leverage", "/metrics")


@pytest.fixture
def sink(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    """Takes alerts after some refusals; the secrets lie in a folder that is not searched. Discord is out of reach."""
    with a_sink([500, RESET, 404, (429, "1"), 302]) as sink:
        for name, value in planted.plant(tmp_path_factory.mktemp("sources"), sink.url).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
        yield sink


@pytest.fixture
def port() -> int:
    """One that is free."""
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        number: int = plug.getsockname()[1]
    return number


def asked(port: int, path: str) -> bytes:
    """The answer, status and all."""
    with socket.create_connection(("127.0.0.1", port), 10) as end, end.makefile("rb") as file:
        head = (
            f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAuthorization: Bearer {planted.OF_THE_KEY_FILE}\r\n\r\n"
        )
        end.sendall(head.encode())
        if path == "/events":
            return b"".join(islice(file, 20))
        answer = Line(end, file).read()
        assert answer.status == 200
        return repr(answer.headers).encode() + answer.body


def told(spawn: Run, where: list[object], port: int, *events: str) -> bytes:
    """What the desk says of itself to whoever may ask."""
    said = [asked(port, path) for path in (*PATHS, *events)]
    for verb in (
        ["status", "--format", "json"], ["status"], ["alerts", "pending", "--format", "json"], ["config", "show"],
        ["doctor", "--format", "json"], ["ledger", "dump"], ["alerts", "test"],
    ):  # fmt: skip
        said.append(repr(spawn(*verb, *(where[-2:] if verb[0] == "ledger" else where))).encode())
    return b"".join(said)


@pytest.mark.long  # two desks one after the other, whose hanging channel is waited for
def test_no_address_and_no_token_of_a_channel_is_told_by_a_desk_that_uses_them(
    root: Path, tmp_path: Path, sink: Sink, port: int, spawn: Run
) -> None:
    config, desk, tape = tmp_path / "config.toml", tmp_path / "desk", tmp_path / "tape"
    kinds = '["armed", "entry", "refused", "exit", "guard", "feed", "desk", "digest"]'
    config.write_text(
        f'[alerts]\nchannels = ["discord", "ntfy", "json"]\nkinds = {kinds}\n[api]\nport = {port}\n', encoding="utf-8"
    )
    where: list[object] = ["--config", config, "--state-dir", desk]
    with Child(root, "exchange", "--speed", 60) as exchange:
        venue = exchange.json()
        options = ("--rest", venue["rest"], "--ws", venue["ws"], "--api", "--record", tape)
        with Child(root, "run", *options, *where, alone=True) as run:
            heard = [run.line()]
            until(lambda: sink.script == [] and sink.taken != [], 60)
            run.process.send_signal(signal.SIGHUP)
            heard.append(run.hear(" settings "))
            said = told(spawn, where, port, "/events")
            lines = b"\n".join(planted.command_lines(run.process.pid))
            assert run.end(signal.SIGTERM)[0] == 0
            heard.append(run.errors())
    ntfy = [body.pop("topic") for body in sink.taken if "topic" in body]
    assert ntfy and {ask.get("Authorization") for ask in sink.asked} == {None, f"Bearer {planted.OF_A_TOPIC_TOKEN}"}
    assert {ask["path"] for ask in sink.asked} == {"/", f"/{planted.OF_AN_ADDRESS}"}
    for name in ("discord", "json", "ntfy"):
        assert name.encode() in said
    everything = said + lines + json.dumps([heard, sink.taken]).encode()
    assert planted.traces_in(everything) == []
    assert planted.traces_below(tmp_path) == {}
