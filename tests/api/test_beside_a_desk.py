"""`atlas run --api` over real sockets: it says where it is, answers, and ends with its desk."""

import signal
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.adapters.api.limits import Limits
from core.adapters.api.server import ApiThread, plug_at
from core.domain.errors import ConfigError
from tests.api.rig import Line, until
from tests.cli.own_time import SOON_S
from tests.cli.processes import Child


@pytest.fixture
def port() -> int:
    """One that is free."""
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        number: int = plug.getsockname()[1]
    return number


@pytest.fixture
def options(root: Path, tmp_path: Path, port: int) -> Iterator[list[object]]:
    """Of a desk on an exchange of its own."""
    (tmp_path / "config.toml").write_text(f"[api]\nport = {port}\n", encoding="utf-8")
    with Child(root, "exchange", "--speed", 60) as exchange:
        where = exchange.json()
        yield [
            *("--rest", where["rest"], "--ws", where["ws"], "--preset", "demo"),
            *("--state-dir", tmp_path / "desk", "--config", tmp_path / "config.toml"),
        ]


def asked(port: int, path: str, token: str = "") -> tuple[int, object]:
    """Status and JSON of one question."""
    with socket.create_connection(("127.0.0.1", port), 10) as end, end.makefile("rb") as file:
        bearer = f"Authorization: Bearer {token}\r\n" if token else ""
        end.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n{bearer}\r\n".encode())
        answer = Line(end, file).read()
    return answer.status, answer.json


def test_it_says_where_it_is_answers_like_the_desk_and_ends_with_it(
    root: Path, options: list[object], port: int, tmp_path: Path
) -> None:
    with Child(root, "run", "--api", *options) as desk:
        assert desk.line() == "ready"
        facts = desk.json()
        token = tmp_path / "desk" / "api.token"
        assert (facts["api"], facts["api_token"]) == (f"http://127.0.0.1:{port}", str(token))
        assert stat.S_IMODE(token.stat().st_mode) == 0o600
        secret = token.read_text("ascii").strip()
        assert asked(port, "/health") == (200, {"status": "ok"})
        assert asked(port, "/status")[0] == 401
        status, told = asked(port, "/status", secret)
        assert isinstance(told, dict)
        assert (status, told["pid"], told["running"], told["live"]["feed"]) == (200, facts["pid"], True, "LIVE")
        desk.hear("the API answers on")
        with socket.create_connection(("127.0.0.1", port), 10) as half:
            half.sendall(b"GET /health HTTP/1.1\r\n")
            code, took_s = desk.end(signal.SIGTERM)
        assert (code, "Traceback" in desk.errors(), took_s < SOON_S) == (0, False, True)
    log = tmp_path / "desk" / "atlas.log"
    assert not log.exists() or secret not in log.read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('host = "0.0.0.0"', "expose"),
        ('host = "0.0.0.0"\nexpose = true', "needs a token of yours"),
        ('token_file = "nowhere"', "cannot be read"),
    ],
)
def test_what_is_not_safe_is_refused_at_the_start_in_one_sentence(
    root: Path, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "config.toml").write_text(f"[api]\nenabled = true\n{text}\n", encoding="utf-8")
    where = ["--rest", "http://127.0.0.1:9", "--ws", "ws://127.0.0.1:9", "--state-dir", tmp_path / "desk"]
    with Child(root, "run", "--config", tmp_path / "config.toml", *where) as desk:
        assert desk.process.wait(30) == 2
        (sentence,) = desk.errors().splitlines()
    assert said in sentence
    assert not (tmp_path / "desk" / "api.token").exists()


def test_a_port_that_is_taken_is_refused_in_one_sentence() -> None:
    with plug_at("127.0.0.1", 0) as plug:
        number = plug.getsockname()[1]
        with pytest.raises(ConfigError, match=f"127.0.0.1 port {number}: address already in use; choose another"):
            plug_at("127.0.0.1", number)
    with pytest.raises(ConfigError, match=r"cannot listen on 203\.0\.113\.7"):
        plug_at("203.0.113.7", 0)


def test_the_second_family_of_addresses_is_listened_on_alone() -> None:
    try:
        plug = plug_at("::1", 0)
    except ConfigError:
        pytest.skip("this machine has no IPv6")
    with plug:
        assert plug.family is socket.AF_INET6
        assert plug.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY) == 1


def test_an_api_that_fails_says_so_and_nothing_else_happens() -> None:
    def make() -> None:
        raise RuntimeError("of whatever kind")

    said: list[str] = []
    plug = plug_at("127.0.0.1", 0)
    thread = ApiThread(plug, make, Limits(), said.append)
    thread.start()
    until(lambda: said != [] and plug.fileno() == -1)
    assert said == ["the API has ended: RuntimeError: of whatever kind"]
    thread.stop()
    assert "atlas-api" not in {one.name for one in threading.enumerate()}
