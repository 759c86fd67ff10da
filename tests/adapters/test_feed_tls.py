"""The feed trusts only certificates that somebody it knows vouches for (COINBASE.md section 4, rule 7)."""

import datetime as dt
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets.asyncio.server import ServerConnection, serve

from tests.adapters.frames import Heard
from tests.adapters.socket_venue import SocketVenue, hear_subscriptions, listening, send_prices, until


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    """A server context with a certificate for localhost that nobody vouches for; its file is cert.pem."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2120, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, *private)
    pem += certificate.public_bytes(serialization.Encoding.PEM)
    (tmp_path / "cert.pem").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem")
    return context


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
