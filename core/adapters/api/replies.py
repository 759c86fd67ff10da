"""Replies of the API as bytes: what every one of them says in its headers, and how a refusal is told."""

import secrets
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final, NamedTuple

import msgspec

Headers = Sequence[tuple[bytes, bytes]]

JSON: Final = "application/json"
CLOSE: Final = (b"connection", b"close")
GUARDS: Final[Headers] = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
"""On every reply. No CORS header is among them: no other page may read what is answered."""
ALLOWED: Final = b"GET, HEAD"


class Reply(NamedTuple):
    """A whole reply; `more` are headers besides those every reply has."""

    status: int
    body: bytes
    media: str = JSON
    more: Headers = ()

    def headers(self) -> list[tuple[bytes, bytes]]:
        """All headers, in small letters."""
        length = str(len(self.body)).encode()
        return [(b"content-type", self.media.encode()), (b"content-length", length), *GUARDS, *self.more]


class Refused(Exception):
    """Why a request is not answered; it becomes a reply and never leaves the API.

    Attributes:
        id: random, the same in the reply and in the log.
        status: 4xx or 5xx.
        code: a word for programs.
        message: a sentence for people; holds nothing that was sent but what is cleaned.
        more: headers that go with it.
    """

    def __init__(self, status: int, code: str, message: str, more: Headers = ()) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.id = secrets.token_hex(8)
        self.status = status
        self.code = code
        self.message = message
        self.more = more

    def reply(self) -> Reply:
        """`{"error": {"id", "code", "message"}}`."""
        told = {"error": {"id": self.id, "code": self.code, "message": self.message}}
        return Reply(self.status, msgspec.json.encode(told), more=self.more)


def raw(reply: Reply) -> bytes:
    """The reply as it goes over a connection that no request could be read from, and that ends with it."""
    lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}".encode()]
    lines += [name + b": " + value for name, value in (*reply.headers(), CLOSE)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + reply.body
