"""The feed and the REST client trust only certificates that somebody they know vouches for (COINBASE.md section 4)."""

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve

from core.adapters import rest_transport
from core.adapters.coinbase_rest import CoinbaseVenue
from core.domain.errors import FeedError
from tests.adapters.certificates import self_signed_context
from tests.adapters.frames import Heard
from tests.adapters.rest_venue import QUICK, TIME, as_json
from tests.adapters.socket_venue import SocketVenue, hear_subscriptions, listening, send_prices, until


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    """A server context with a certificate for localhost that nobody vouches for; its file is cert.pem."""
    return self_signed_context(tmp_path / "cert.pem")


@pytest.mark.parametrize("trusted", [False, True])
async def test_only_a_trusted_certificate_is_spoken_to(
    self_signed: ssl.SSLContext, tmp_path: Path, trusted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    spoken: list[int] = []

    async def talk(socket: ServerConnection) -> None:
        spoken.append(1)
        await hear_subscriptions(SocketVenue(), socket)
        await send_prices(socket, count=20)

    heard = Heard()
    async with serve(talk, "localhost", 0, ssl=self_signed, close_timeout=0.1) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with listening(f"wss://localhost:{port}", heard):
            await until(lambda: heard.ticks or heard.notes)
    assert bool(heard.ticks) is bool(spoken) is trusted
    if not trusted:
        assert "certificate" in heard.notes[0][1].lower()


class _Time(BaseHTTPRequestHandler):
    """Answers the venue's time to whoever asks."""

    def do_GET(self) -> None:
        body = as_json(TIME).body
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        pass


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
@pytest.mark.parametrize("verified", [True, False])
def test_a_self_signed_exchange_is_refused_by_rest(
    self_signed: ssl.SSLContext, verified: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And would be spoken to by a client that did not look: the test sees what it is there to see."""
    plain = rest_transport.BoundedAdapter.send

    def careless(adapter: rest_transport.BoundedAdapter, *arguments: object, **named: object) -> object:
        return plain(adapter, *arguments, **{**named, "verify": False})  # type: ignore[arg-type]

    if not verified:
        monkeypatch.setattr(rest_transport.BoundedAdapter, "send", careless)
    with ThreadingHTTPServer(("localhost", 0), _Time) as server:
        server.socket = self_signed.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign] # the handshake that is broken off
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        venue = CoinbaseVenue(f"https://localhost:{server.server_address[1]}", QUICK)
        try:
            if verified:
                with pytest.raises(FeedError, match="TLS certificate cannot be trusted"):
                    venue.server_time()
            else:
                assert venue.server_time().year == 2026
        finally:
            venue.close()
            server.shutdown()
