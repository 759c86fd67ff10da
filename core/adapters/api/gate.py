"""Who may ask: size, host, origin, method, body and token of a request, judged in this order. Pure.

Whatever is wrong with a request is told before its token is looked at, and which paths there are only after it.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple

from core.adapters.api.limits import Guesses, Limits
from core.adapters.api.replies import ALLOWED, CLOSE, Refused
from core.domain.secret import Secret

_METHODS: Final = ("GET", "HEAD")
_VERSIONS: Final = ("1.0", "1.1")
_HERE: Final = ("127.0.0.1", "localhost", "[::1]")
_ANYWHERE: Final = ("0.0.0.0", "::")
_PLAIN_PORT: Final = 80


class Asked(NamedTuple):
    """A request as it came: `path` and `query` undecoded, header names in small letters, `peer` an address."""

    method: str
    version: str
    path: bytes
    query: bytes
    headers: Sequence[tuple[bytes, bytes]]
    peer: str

    def all(self, name: bytes) -> list[bytes]:
        """Every value of a header."""
        return [value for key, value in self.headers if key == name]


def hosts_of(host: str, port: int, names: Iterable[str] = ()) -> frozenset[bytes]:
    """What may stand in `Host`: this machine's own names and the address, with the port, and the names as written."""
    own = [*_HERE, *([] if host in _ANYWHERE else [f"[{host}]" if ":" in host else host])]
    known = {f"{one}:{port}" for one in own} | set(names)
    if port == _PLAIN_PORT:
        known |= set(own)
    return frozenset(name.encode() for name in known)


class Gate:
    """Lets a request in, or says why not."""

    def __init__(self, hosts: Collection[bytes], token: Secret, limits: Limits, guesses: Guesses) -> None:
        self._hosts = hosts
        self._token = token
        self._limits = limits
        self._guesses = guesses

    def check(self, asked: Asked) -> None:
        """Is this a request that could be answered at all? Raises Refused."""
        self._check_size(asked)
        if asked.version not in _VERSIONS:
            raise Refused(505, "version", "HTTP/1.1 is spoken here")
        self._check_host(asked)
        if asked.method not in _METHODS:
            raise Refused(405, "method", "the API is only read: GET and HEAD", [(b"allow", ALLOWED), CLOSE])
        if asked.all(b"transfer-encoding") or any(value.strip(b" 0") for value in asked.all(b"content-length")):
            raise Refused(413, "body", "a request here has no body", [CLOSE])
        if any(value.lower() == b"websocket" for value in asked.all(b"upgrade")):
            raise Refused(400, "upgrade", "no websocket is spoken here; /events is a stream", [CLOSE])
        if not asked.path.startswith(b"/"):
            raise Refused(400, "target", "ask for a path, as in /status")

    def check_token(self, asked: Asked, now_s: float) -> None:
        """Does it bring the token? Raises Refused.

        Args:
            asked: the request.
            now_s: real monotonic seconds.
        """
        values = asked.all(b"authorization")
        scheme, _, offered = values[0].partition(b" ") if len(values) == 1 else (b"", b"", b"")
        offered = offered.strip(b" ")
        if scheme.lower() != b"bearer" or not offered:
            raise self._unknown("the token is missing: Authorization: Bearer TOKEN")
        if self._token.matches(offered):
            return
        if wait_s := self._guesses.wait_s(asked.peer, now_s):
            raise Refused(429, "guesses", "too many wrong tokens", [(b"retry-after", str(wait_s).encode())])
        self._guesses.wrong(asked.peer, now_s)
        raise self._unknown("the token is wrong")

    def _check_size(self, asked: Asked) -> None:
        limits = self._limits
        if len(asked.path) + len(asked.query) > limits.target_bytes:
            raise Refused(414, "target", f"path and query are longer than {limits.target_bytes} bytes", [CLOSE])
        size = sum(len(name) + len(value) + 4 for name, value in asked.headers)
        if size > limits.head_bytes or len(asked.headers) > limits.headers:
            raise Refused(431, "head", f"more than {limits.headers} headers or {limits.head_bytes} bytes", [CLOSE])

    def _check_host(self, asked: Asked) -> None:
        """A page elsewhere can lead a browser here under a name of its own; neither that nor its origin is let in."""
        hosts = asked.all(b"host")
        if len(hosts) != 1:
            raise Refused(400, "host", "one Host must be named", [CLOSE])
        if hosts[0].lower() not in self._hosts:
            raise Refused(403, "host", "this host is not served here: api.names in the settings adds one", [CLOSE])
        for origin in asked.all(b"origin"):
            scheme, _, host = origin.lower().partition(b"://")
            if scheme not in (b"http", b"https") or host not in self._hosts:
                raise Refused(403, "origin", "no other page may read this", [CLOSE])

    @staticmethod
    def _unknown(message: str) -> Refused:
        return Refused(401, "token", message, [(b"www-authenticate", b"Bearer")])
