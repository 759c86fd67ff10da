"""A console on a desk elsewhere, by its API: the very pictures, nothing to be asked, one sentence for trouble."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server, socket
from typing import Any

import pytest

from atlas_tui.cli.api.paths import Desk
from core.adapters import remote_desk
from core.adapters.api import pictures
from core.adapters.desk_wire import PROTOCOL
from core.adapters.remote_desk import RemoteDesk
from core.adapters.url_way import Address, UrlWay, address_of, token_for
from core.domain.commands import ClosePosition
from core.domain.errors import ConfigError, StoreError
from core.domain.secret import Secret
from core.domain.snapshot import FeedState, Snapshot
from tests.adapters.attached import until
from tests.adapters.certificates import self_signed_context
from tests.api.rig import TOKEN, Served, a_desk_of, a_ledger, serving
from tests.serving import serving as served_by

WRONG = "another-token-of-this-test-0123456789-abcdefghij"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks at the desk come fast, and tries to reach it, too."""
    monkeypatch.setattr(pictures, "LOOK_S", 0.01)
    monkeypatch.setattr(UrlWay, "latest_s", 0.1)


@pytest.fixture
def own_desk(tmp_path: Path) -> Desk:
    """A desk of the test's own, whose pictures it may change."""
    return a_desk_of(a_ledger(tmp_path / "desk"))


def a_console(url: str, token: str = TOKEN, **ways: Any) -> RemoteDesk:
    return RemoteDesk(UrlWay(address_of(url), Secret(token), "FILE", **ways), lambda: "0.1")


@asynccontextmanager
async def reading(served: Served) -> AsyncIterator[tuple[RemoteDesk, list[Snapshot]]]:
    """A console that has its first picture, and all it is shown."""
    console, seen = a_console(f"http://{served.host}"), list[Snapshot]()
    console.subscribe(seen.append)
    await console.meet()
    task = asyncio.create_task(console.run())
    try:
        await until(lambda: seen)
        yield console, seen
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def why_not(url: str, token: str = TOKEN, **ways: Any) -> str:
    """The sentence with which a console is refused."""
    with pytest.raises(StoreError) as refused:
        await a_console(url, token, **ways).meet()
    assert TOKEN not in str(refused.value)
    assert token not in str(refused.value)
    assert str(refused.value).startswith(f"{url}: ")
    return str(refused.value).removeprefix(f"{url}: ")


def shown_next(desk: Desk) -> Snapshot:
    """The desk shows another picture."""
    assert desk.watch.snapshot is not None
    newest = replace(desk.watch.snapshot, tier_seconds=desk.watch.snapshot.tier_seconds + 1)
    desk.watch.hear(newest, 0.0)
    return newest


async def test_a_console_elsewhere_sees_the_desks_pictures_as_they_come(own_desk: Desk) -> None:
    with serving(own_desk) as served:
        async with reading(served) as (console, seen):
            assert seen[-1] == own_desk.watch.snapshot
            assert console.hello is not None
            assert (console.hello.protocol, console.hello.mode) == (PROTOCOL, "PAPER")
            newest = shown_next(own_desk)
            await until(lambda: seen[-1] == newest)
            assert seen[-1].signals is seen[0].signals, "what has not changed is not sent again"


async def test_what_is_asked_of_a_desk_that_is_only_read_goes_nowhere(own_desk: Desk) -> None:
    with serving(own_desk) as served:
        async with reading(served) as (console, seen):
            console.send(ClosePosition("p1", seen[-1].at))
            console.scan_now()
            console.shut_down()
            newest = shown_next(own_desk)
            await until(lambda: seen[-1] == newest)
            assert console.is_there


async def test_a_stream_that_stops_shows_the_last_picture_as_stale_and_goes_on_when_the_desk_is_back(
    own_desk: Desk,
) -> None:
    with serving(own_desk) as served:
        port = served.port
        looking = reading(served)
        _, seen = await looking.__aenter__()
    await until(lambda: seen[-1].link.state is FeedState.STALE and "cannot be reached" in seen[-1].link.problem)
    assert seen[-1].account == seen[0].account
    with serving(own_desk, at=port):
        newest = shown_next(own_desk)
        await until(lambda: seen[-1] == newest)
    await looking.__aexit__(None, None, None)


async def test_a_desk_that_stands_still_is_shown_as_stale_although_its_api_answers(
    own_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_desk, "SILENT_S", 0.05)
    with serving(own_desk, beat_s=0.01) as served:
        async with reading(served) as (_, seen):
            await until(lambda: "does not answer" in seen[-1].link.problem)


async def test_a_wrong_token_is_told_by_its_source_and_not_by_its_value(served: Served) -> None:
    assert await why_not(f"http://{served.host}", WRONG) == (
        "the token is not the one of its API: FILE holds another one"
    )


async def test_a_port_forwarded_from_another_one_is_told_with_the_cure(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Address, "named", "127.0.0.1:9000")
    assert "forward the same port" in await why_not(f"http://{served.host}")


async def test_an_api_without_pictures_is_called_an_older_one(served: Served) -> None:
    assert await why_not(f"http://{served.host}/elsewhere") == (
        "what answers there is no API of ATLAS, or that of an older one"
    )


async def test_programs_of_different_age_say_which_is_the_older(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("atlas_tui.cli.api.paths.PROTOCOL", PROTOCOL + 1)
    assert "this console (ATLAS 0.1) is older than the running desk" in await why_not(f"http://{served.host}")


@contextmanager
def a_server(status: int, headers: dict[str, str], body: bytes = b"") -> Iterator[str]:
    """A web server of somebody else; its address."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    with served_by(server, threading.Event()):
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.mark.parametrize(
    ("status", "headers", "told"),
    [
        (200, {"Content-Type": "text/html"}, "no API of ATLAS"),
        (302, {"Location": "http://127.0.0.1:9/"}, "answers with status 302"),
        (404, {}, "no API of ATLAS"),
        (500, {}, "answers with status 500"),
    ],
)
async def test_whatever_else_answers_is_told_in_a_sentence(status: int, headers: dict[str, str], told: str) -> None:
    with a_server(status, headers) as url:
        assert told in await why_not(url)


async def test_frames_that_are_none_are_told_in_a_sentence() -> None:
    with a_server(200, {"Content-Type": "application/vnd.atlas.pictures"}, b"\xff\xff\xff\xff") as url:
        assert "cannot be understood" in await why_not(url)


def speak(plug: socket) -> None:
    with plug.accept()[0] as peer:
        peer.sendall(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
        peer.recv(4096)


async def test_what_speaks_no_http_is_no_api_of_ours() -> None:
    with create_server(("127.0.0.1", 0)) as plug:
        speaking = threading.Thread(target=speak, args=(plug,))
        speaking.start()
        assert "no API of ATLAS" in await why_not(f"http://127.0.0.1:{plug.getsockname()[1]}")
        speaking.join()


async def test_where_nobody_listens_that_is_said() -> None:
    with create_server(("127.0.0.1", 0)) as plug:
        port = plug.getsockname()[1]
    assert await why_not(f"http://127.0.0.1:{port}") == "it cannot be reached: connection refused"


async def test_a_certificate_nobody_vouches_for_is_refused_before_the_token_is_sent(tmp_path: Path) -> None:
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(100))
        writer.close()

    context = self_signed_context(tmp_path / "pem")
    async with await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context) as server:
        port = server.sockets[0].getsockname()[1]
        assert "its certificate is not to be trusted" in await why_not(f"https://localhost:{port}")
    assert heard == []


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://192.0.2.7:8080", "http:// only for this machine"),
        ("http://vps.example", "http:// only for this machine"),
        ("ftp://127.0.0.1", "write http://127.0.0.1:8080"),
        ("127.0.0.1:8080", "write http://127.0.0.1:8080"),
        ("http://127.0.0.1:99999", "write http://127.0.0.1:8080"),
        ("https://me:word@vps.example", "the token stays in its file"),
        ("https://vps.example/?token=1", "the token stays in its file"),
        ("https://vps.example/a b", "only plain visible characters"),
    ],
)
def test_an_address_that_will_not_do_is_refused(url: str, told: str) -> None:
    with pytest.raises(ConfigError, match="--url"):
        address_of(url)
    with pytest.raises(ConfigError) as refused:
        address_of(url)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("url", "named", "prefix"),
    [
        ("http://127.0.0.1:8080", "127.0.0.1:8080", ""),
        ("http://[::1]:8080/", "[::1]:8080", ""),
        ("https://vps.example", "vps.example", ""),
        ("https://vps.example:8443/atlas/", "vps.example:8443", "/atlas"),
    ],
)
def test_an_address_is_named_as_its_host_knows_it(url: str, named: str, prefix: str) -> None:
    address = address_of(url)
    assert (address.named, address.prefix) == (named, prefix)


def test_the_token_comes_from_a_private_file_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    file.chmod(0o600)
    monkeypatch.delenv("ATLAS_API_TOKEN", raising=False)
    assert token_for(file).secret.reveal() == TOKEN
    with pytest.raises(ConfigError, match="--token-file FILE, or ATLAS_API_TOKEN"):
        token_for(None, tmp_path / "config.toml")
    monkeypatch.setenv("ATLAS_API_TOKEN", WRONG)
    assert token_for(None, tmp_path / "config.toml").secret.reveal() == WRONG
    file.chmod(0o644)
    with pytest.raises(ConfigError, match="can be read by others"):
        token_for(file)
