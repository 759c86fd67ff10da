"""The way to a desk by its HTTP API: the frames of its own socket, in the body of one long answer. To read only."""

import asyncio
import os
import ssl
from collections.abc import Callable
from pathlib import Path
from socket import gaierror
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import h11

from core.adapters.desk_connection import Connection
from core.adapters.desk_wire import PICTURES, Hello
from core.config.api_rules import TOKEN, Token, token_in, token_set
from core.config.program_sections import ApiSection
from core.config.secrets import read_secrets
from core.config.words import is_loopback
from core.domain.errors import ConfigError, StoreError
from core.domain.secret import Secret
from core.domain.text import one_line

PATH: Final = "/pictures"
ANSWER_S: Final = 10.0
"""Real seconds from the first try to the desk's first words."""
_PORTS: Final = {"http": 80, "https": 443}
_REFUSALS: Final = {
    401: "the token is not the one of its API: {token} holds another one",
    403: "it is not served under this name: forward the same port (ssh -L 8080:127.0.0.1:8080), or set api.names",
    404: "what answers there is no API of ATLAS, or that of an older one",
    429: "too many wrong tokens were tried: wait a minute",
    503: "the desk is starting, or as many consoles look at it as may: try again in a moment",
}


class Address(NamedTuple):
    """Where an API is; `prefix` is what a proxy has before its paths."""

    url: str
    is_safe: bool
    host: str
    port: int
    prefix: str

    @property
    def named(self) -> str:
        """As the header `Host` has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS["https" if self.is_safe else "http"] else f"{host}:{self.port}"


def address_of(url: str) -> Address:
    """The address in a person's words.

    Raises:
        ConfigError: it is no such address, or a token would go over the network in the open.
    """
    shown = one_line(url, 100)
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError) as error:
        raise ConfigError(f"--url {shown}: write http://127.0.0.1:8080, or https:// and a name") from error
    if not parts.hostname or parts.username is not None or parts.query or parts.fragment:
        raise ConfigError(f"--url {shown}: only scheme, name, port and path belong there; the token stays in its file")
    if parts.scheme == "http" and not is_loopback(url):
        raise ConfigError(f"--url {shown}: http:// only for this machine; come by ssh -L, or by https://")
    prefix = parts.path.rstrip("/")
    if not (url.isascii() and url.isprintable() and " " not in url):
        raise ConfigError(f"--url {shown}: only plain visible characters belong there")
    return Address(shown, parts.scheme == "https", parts.hostname, port, prefix)


def token_for(file: Path | None, config: Path | None = None) -> Token:
    """The token of the file, or without one that of ATLAS_API_TOKEN.

    Raises:
        ConfigError: there is none, it is no good, or its file is not private.
    """
    found = token_in(file) if file is not None else token_set(ApiSection(), read_secrets(config))
    if found is None:
        raise ConfigError(f"--url asks for the token of that API: --token-file FILE, or {TOKEN} in the environment")
    return found


class UrlWay:
    """Fits `core.adapters.remote_desk.Way`.

    Args:
        address: of the API.
        token: what it is read with.
        source: where the token was found, for sentences.
        trusted: who may vouch for the other side; None takes those whom the system trusts.
    """

    latest_s = 15.0
    reads_only = True

    def __init__(self, address: Address, token: Secret, source: str, trusted: ssl.SSLContext | None = None) -> None:
        self._address = address
        self._token = token
        self._source = source
        self._trusted = trusted

    async def meet(self, make: Callable[[], Connection]) -> tuple[Connection, Hello]:
        """As a `Way` does; whatever fails is a StoreError that names the address."""
        where, made = self._address, _Answer(make(), self._request(), self._source)
        try:
            async with asyncio.timeout(ANSWER_S):
                await asyncio.get_running_loop().create_connection(
                    lambda: made, where.host, where.port, ssl=self._context() if where.is_safe else None
                )
                return made.connection, await made.greeting()
        except TimeoutError as error:
            raise self._failed(made, "it does not answer") from error
        except ssl.SSLCertVerificationError as error:
            raise self._failed(made, f"its certificate is not to be trusted: {error.verify_message}") from error
        except OSError as error:
            raise self._failed(made, f"it cannot be reached: {_reason(error)}") from error
        except StoreError as error:
            raise self._failed(made, str(error)) from error

    def _context(self) -> ssl.SSLContext:
        return self._trusted or ssl.create_default_context()

    def _failed(self, made: "_Answer", why: str) -> StoreError:
        made.connection.close()
        return StoreError(f"{self._address.url}: {one_line(why)}")

    def _request(self) -> h11.Request:
        headers = [
            ("Host", self._address.named),
            ("Authorization", f"Bearer {self._token.reveal()}"),
            ("Accept", PICTURES),
        ]
        return h11.Request(method="GET", target=self._address.prefix + PATH, headers=headers)


class _Answer(asyncio.Protocol):
    """The request, and the body of its answer handed on as it comes."""

    def __init__(self, connection: Connection, request: h11.Request, source: str) -> None:
        self.connection = connection
        self._request = request
        self._source = source
        self._http = h11.Connection(h11.CLIENT)
        self._transport: asyncio.Transport | None = None

    async def greeting(self) -> Hello:
        """The desk's first words. Raises StoreError where something else is answered."""
        ended, greeting = self.connection.ended, self.connection.greeting
        either: set[asyncio.Future[Any]] = {ended, greeting}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not greeting.done():
            raise StoreError(ended.result())
        return greeting.result()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.connection.connection_made(transport)
        for event in (self._request, h11.EndOfMessage()):
            transport.write(self._http.send(event) or b"")

    def connection_lost(self, exc: Exception | None) -> None:
        self.connection.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        try:
            self._http.receive_data(data)
            while (event := self._http.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
                if self.connection.ended.done():
                    return
                self._take(event)
        except h11.RemoteProtocolError:
            self._end(_REFUSALS[404])

    def _take(self, event: object) -> None:
        match event:
            case h11.Response(status_code=status, headers=headers):
                if status != 200 or (b"content-type", PICTURES.encode()) not in list(headers):
                    self._end(_refusal(status, self._source))
            case h11.Data(data=data):
                self.connection.data_received(bytes(data))
            case h11.EndOfMessage() | h11.ConnectionClosed():
                self._end("its API has ended")

    def _end(self, why: str) -> None:
        self.connection.end(why)
        self.connection.close()


def _reason(error: OSError) -> str:
    """Asyncio writes the address into it once more, as Python has it."""
    if isinstance(error, gaierror) or not error.errno:
        return (error.strerror or "nobody answers").lower()
    return os.strerror(error.errno).lower()


def _refusal(status: int, source: str) -> str:
    if status == 200:
        return _REFUSALS[404]
    told = _REFUSALS.get(status, f"it answers with status {status}, which this console does not follow")
    return told.format(token=source)
