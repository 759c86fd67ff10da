"""A console that reads a desk by its API: the real command, the real desk."""

from collections.abc import Callable, Iterator
from pathlib import Path
from socket import create_server

import pytest

from tests.cli.processes import Child
from tests.cli.said import Said
from tests.cli.terminal import Terminal

Run = Callable[..., Said]


@pytest.fixture
def port() -> int:
    """One that was free a moment ago."""
    with create_server(("127.0.0.1", 0)) as plug:
        found: int = plug.getsockname()[1]
        return found


@pytest.fixture
def desk(root: Path, tmp_path: Path, port: int) -> Iterator[Child]:
    """A desk without a screen that answers over HTTP; its state directory is `tmp_path / "desk"`."""
    config = tmp_path / "desk.toml"
    config.write_text(f"[api]\nport = {port}\n", encoding="utf-8")
    with Child(root, "exchange", "--speed", 60) as exchange:
        where = exchange.json()
        venue = ("--rest", where["rest"], "--ws", where["ws"])
        with Child(root, "run", "--api", "--config", config, *venue, "--state-dir", tmp_path / "desk") as child:
            assert child.line() == "ready"
            yield child


def test_a_console_shows_a_desk_by_its_api_asks_nothing_and_tells_when_it_is_gone(
    root: Path, tmp_path: Path, desk: Child, port: int
) -> None:
    url, token = f"http://127.0.0.1:{port}", tmp_path / "desk" / "api.token"
    own = tmp_path / "own"
    by_url = ("attach", "--url", url, "--token-file", token, "--state-dir", own)
    with Terminal(root, *by_url) as console:
        console.wait_for("LIVE")
        console.wait_for("only reads")
        console.press("r")
        console.wait_for("can act")
        desk.process.kill()
        console.wait_for("its last picture")
        console.press("q")
        assert console.wait() == 0
        assert console.restored
    assert token.read_text().strip() not in console.raw
    assert not [path for path in own.rglob("*") if path.is_file() and token.read_bytes().strip() in path.read_bytes()]
    with Terminal(root, *by_url) as console:
        assert console.wait() == 1
        assert f"atlas: {url}: it cannot be reached" in console.text


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (("--url", "http://192.0.2.7:8080"), 2, "http:// only for this machine"),
        (("--url", "http://127.0.0.1:9"), 2, "--token-file FILE, or ATLAS_API_TOKEN"),
        (("--token-file", "somewhere"), 2, "--token-file is for --url"),
    ],
)
def test_what_will_not_do_is_told_before_anything_is_asked(
    options: tuple[str, ...], code: int, told: str, root: Path, tmp_path: Path
) -> None:
    with Terminal(root, "attach", *options, "--state-dir", tmp_path / "own") as console:
        assert console.wait() == code
        assert told in console.text
