"""What may be sent to a socket, and what must come back: a table, one line a rule.

`HOST`, `PORT` and `TOKEN` in a request stand for those of the served desk.
"""

from dataclasses import dataclass

from tests.api.rig import TOKEN

HOST = b"Host: HOST\r\n"
BEARER = b"Authorization: Bearer TOKEN\r\n"
END = b"\r\n"


@dataclass(frozen=True)
class Probe:
    """One request as bytes, with the status and the code of the refusal; an answer has no code."""

    name: str
    request: bytes
    status: int
    code: str = ""
    method: str = "GET"

    def bytes_for(self, host: str) -> bytes:
        told = self.request.replace(b"HOST", host.encode()).replace(b"PORT", host.partition(":")[2].encode())
        return told.replace(b"TOKEN", TOKEN.encode())


def ask(
    target: bytes = b"/leverage",
    *more: bytes,
    method: bytes = b"GET",
    host: bytes = HOST,
    bearer: bytes = BEARER,
    version: bytes = b"HTTP/1.1",
) -> bytes:
    """A request with these parts."""
    headers = b"".join(line + END for line in more)
    return method + b" " + target + b" " + version + END + host + bearer + headers + END


def asked(name: str, status: int, code: str, target: bytes = b"/leverage", *more: bytes, **parts: bytes) -> Probe:
    """A probe of one request."""
    return Probe(name, ask(target, *more, **parts), status, code)


PATHS = (
    *(b"/status", b"/positions", b"/signals", b"/setups", b"/trades"),
    *(b"/performance", b"/leverage", b"/metrics", b"/openapi.json"),
)

ANSWERED = (
    *(asked(f"{path.decode()} with the token", 200, "", path) for path in (b"/health", *PATHS)),
    asked("health needs no token", 200, "", b"/health", bearer=b""),
    asked("a name in capitals is the same host", 200, "", host=b"host: LocalHost:PORT\r\n"),
    asked("localhost is this machine", 200, "", host=b"Host: localhost:PORT\r\n"),
    asked("the address of IPv6 is this machine", 200, "", host=b"Host: [::1]:PORT\r\n"),
    asked("the scheme bearer in small letters", 200, "", bearer=b"authorization: bearer TOKEN\r\n"),
    asked("blanks before the token", 200, "", bearer=b"Authorization: Bearer   TOKEN \r\n"),
    asked("our own origin", 200, "", b"/leverage", b"Origin: http://HOST"),
    asked("the origin of a TLS proxy under our name", 200, "", b"/leverage", b"Origin: https://HOST"),
    asked("HTTP/1.0 with a host", 200, "", version=b"HTTP/1.0"),
    asked("a body of no bytes", 200, "", b"/leverage", b"Content-Length: 0"),
    asked("an upgrade to HTTP/2 is passed over", 200, "", b"/leverage", b"Connection: Upgrade", b"Upgrade: h2c"),
    asked("an expectation without a body", 200, "", b"/leverage", b"Expect: 100-continue"),
    asked("an unknown header", 200, "", b"/leverage", b"X-Anything: at all"),
    asked("a forwarded address is not believed and not needed", 200, "", b"/leverage", b"X-Forwarded-For: 1.2.3.4"),
    asked("an empty query", 200, "", b"/leverage?"),
    asked("a method asked for by a header is passed over", 200, "", b"/leverage", b"X-HTTP-Method-Override: DELETE"),
)

UNKNOWN = (
    *(asked(f"{path.decode()} without a token", 401, "token", path, bearer=b"") for path in PATHS),
    asked("/events without a token", 401, "token", b"/events", bearer=b""),
    asked("an unknown path without a token", 401, "token", b"/secret", bearer=b""),
    asked("a wrong token", 401, "token", bearer=b"Authorization: Bearer " + b"x" * 40 + END),
    asked("a token cut short", 401, "token", bearer=b"Authorization: Bearer " + TOKEN[:-1].encode() + END),
    asked("a token with more behind it", 401, "token", bearer=b"Authorization: Bearer TOKENx\r\n"),
    asked("a token in other letters", 401, "token", bearer=b"Authorization: Bearer " + TOKEN.upper().encode() + END),
    asked("a token that is no text", 401, "token", bearer=b"Authorization: Bearer \xff\xfe\r\n"),
    asked("a token without a scheme", 401, "token", bearer=b"Authorization: TOKEN\r\n"),
    asked("another scheme", 401, "token", bearer=b"Authorization: Basic TOKEN\r\n"),
    asked("a scheme alone", 401, "token", bearer=b"Authorization: Bearer\r\n"),
    asked("nothing at all", 401, "token", bearer=b"Authorization: \r\n"),
    asked("two tokens", 401, "token", bearer=BEARER + BEARER),
    asked("a token in the query", 401, "token", b"/status?token=TOKEN", bearer=b""),
    asked("an access token in the query", 401, "token", b"/status?access_token=TOKEN", bearer=b""),
    asked("a token in a cookie", 401, "token", b"/status", b"Cookie: token=TOKEN", bearer=b""),
    asked("a token in a header of its own", 401, "token", b"/status", b"X-Api-Key: TOKEN", bearer=b""),
)

ELSEWHERE = (
    asked("another host", 403, "host", host=b"Host: evil.example\r\n"),
    asked("another host with our port", 403, "host", host=b"Host: evil.example:PORT\r\n"),
    asked("our address without its port", 403, "host", host=b"Host: 127.0.0.1\r\n"),
    asked("our address with another port", 403, "host", host=b"Host: 127.0.0.1:1\r\n"),
    asked("a name that only begins like ours", 403, "host", host=b"Host: localhost:PORT.evil.example\r\n"),
    asked("a name with a dot behind it", 403, "host", host=b"Host: localhost.:PORT\r\n"),
    asked("a user before the host", 403, "host", host=b"Host: HOST@evil.example\r\n"),
    asked("an empty host", 403, "host", host=b"Host: \r\n"),
    asked("a forwarded host does not count", 403, "host", b"/health", b"X-Forwarded-Host: HOST", host=b"Host: e.x\r\n"),
    asked("another host for health", 403, "host", b"/health", host=b"Host: evil.example\r\n"),
    asked("no host in HTTP/1.0", 400, "host", host=b"", version=b"HTTP/1.0"),
    asked("no host in HTTP/1.1", 400, "request", host=b""),
    asked("two hosts", 400, "request", host=HOST + b"Host: evil.example\r\n"),
    asked("the same host twice", 400, "request", host=HOST + HOST),
    asked("a foreign origin", 403, "origin", b"/leverage", b"Origin: https://evil.example"),
    asked("a foreign origin for health", 403, "origin", b"/health", b"Origin: https://evil.example"),
    asked("no origin to name", 403, "origin", b"/leverage", b"Origin: null"),
    asked("an origin of another port", 403, "origin", b"/leverage", b"Origin: http://127.0.0.1:1"),
    asked("an origin of a file", 403, "origin", b"/leverage", b"Origin: file://HOST"),
    asked("one foreign origin of two", 403, "origin", b"/leverage", b"Origin: http://HOST", b"Origin: http://e.x"),
)

METHODS = (
    *(
        Probe(f"{method} is refused", ask(method=method.encode()), 405, "method", method)
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get", "Head")
    ),
    Probe("POST without a token", ask(method=b"POST", bearer=b""), 405, "method", "POST"),
    Probe("POST of a body", ask(b"/leverage", b"Content-Length: 3", method=b"POST") + b"a=1", 405, "method", "POST"),
    Probe("POST to an unknown path", ask(b"/nowhere", method=b"POST"), 405, "method", "POST"),
    Probe("a preflight", ask(b"/status", b"Access-Control-Request-Method: GET", method=b"OPTIONS"), 405, "method"),
    Probe("OPTIONS of everything", ask(b"*", method=b"OPTIONS"), 405, "method", "OPTIONS"),
    Probe("CONNECT", ask(b"evil.example:443", method=b"CONNECT"), 405, "method", "POST"),
)

TARGETS = (
    asked("an unknown path", 404, "path", b"/nowhere"),
    asked("the root", 404, "path", b"/"),
    asked("a slash behind a path", 404, "path", b"/health/", bearer=BEARER),
    asked("two slashes before it", 404, "path", b"//health"),
    asked("two slashes within", 404, "path", b"/openapi.json//"),
    asked("a dot", 404, "path", b"/./health"),
    asked("a way out", 404, "path", b"/../../etc/passwd"),
    asked("a way out within", 404, "path", b"/status/../health"),
    asked("a way out, encoded", 404, "path", b"/%2e%2e/%2e%2e/etc/passwd"),
    asked("a way out, encoded twice", 404, "path", b"/%252e%252e/etc/passwd"),
    asked("a slash, encoded", 404, "path", b"/%2fhealth"),
    asked("a path, encoded", 404, "path", b"/%68ealth"),
    asked("a NUL, encoded", 404, "path", b"/health%00"),
    asked("a line break, encoded", 404, "path", b"/health%0d%0aX-Split:%20yes"),
    asked("a parameter of the path", 404, "path", b"/health;x=1"),
    asked("another case", 404, "path", b"/Status"),
    asked("a backslash", 400, "target", b"\\health"),
    asked("a whole address", 400, "target", b"http://evil.example/status"),
    asked("no path", 400, "target", b"status"),
    asked("a long path", 414, "target", b"/" + b"a" * 3000),
    asked("a long query", 414, "target", b"/status?" + b"a" * 3000),
    asked("a long query for health", 414, "target", b"/health?q=" + b"a" * 3000, bearer=b""),
    asked("a query beyond every buffer", 431, "head", b"/status?" + b"a" * 400_000),
    asked("an unknown parameter", 400, "parameter", b"/status?a=1"),
    asked("a token in the query beside the right one", 400, "parameter", b"/status?token=TOKEN"),
    asked("a query that is none", 400, "query", b"/trades?limit"),
    asked("a query of broken text", 400, "query", b"/trades?symbol=%ff%fe"),
    asked("too many parameters", 400, "query", b"/trades?" + b"&".join([b"limit=1"] * 40)),
    asked("a parameter twice", 400, "parameter", b"/trades?limit=1&limit=2"),
)

BROKEN = (
    Probe("no HTTP at all", b"hello\r\n\r\n", 400, "request"),
    Probe(
        "a TLS greeting", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 40 + b"\r\n\r\n", 400, "request"
    ),
    Probe("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "version"),
    Probe("HTTP/3.0", ask(version=b"HTTP/3.0"), 505, "version"),
    Probe("no version", b"GET /health\r\n\r\n", 400, "request"),
    Probe("a NUL in the target", ask(b"/hea\x00lth"), 400, "request"),
    Probe("a blank in the target", ask(b"/hea lth"), 400, "request"),
    Probe("bytes beyond ASCII in the target", ask("/h\u00e9alth".encode()), 400, "request"),
    Probe("a NUL in a header", ask(b"/health", b"X-A: a\x00b"), 400, "request"),
    Probe("a blank before the colon", ask(b"/health", b"X-A : b"), 400, "request"),
    Probe("a header without a name", ask(b"/health", b": b"), 400, "request"),
    Probe("a header without a colon", ask(b"/health", b"nothing"), 400, "request"),
    Probe("two lengths", ask(b"/health", b"Content-Length: 0", b"Content-Length: 5"), 400, "request"),
    Probe("a length below nothing", ask(b"/health", b"Content-Length: -1"), 400, "request"),
    Probe("a length in hexadecimal", ask(b"/health", b"Content-Length: 0x0"), 400, "request"),
    Probe("an unknown transfer", ask(b"/health", b"Transfer-Encoding: gzip"), 501, "encoding"),
    Probe("a body", ask(b"/health", b"Content-Length: 5") + b"hello", 413, "body"),
    Probe("a huge body", ask(b"/health", b"Content-Length: 10000000000"), 413, "body"),
    Probe("a body in chunks", ask(b"/health", b"Transfer-Encoding: chunked") + b"5\r\nhello\r\n0\r\n\r\n", 413, "body"),
    Probe("both lengths", ask(b"/health", b"Content-Length: 4", b"Transfer-Encoding: chunked"), 413, "body"),
    Probe("a long header", ask(b"/health", b"X-A: " + b"a" * 9000), 431, "head"),
    Probe("a header beyond every buffer", ask(b"/health", b"X-A: " + b"a" * 400_000), 431, "head"),
    Probe("many headers", ask(b"/health", *(b"X-%d: a" % number for number in range(80))), 431, "head"),
    Probe("a header that never ends", b"GET /health HTTP/1.1\r\nX-A: " + b"a" * 400_000, 431, "head"),
    Probe(
        "a websocket",
        ask(b"/events", b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA=="),
        400,
        "upgrade",
    ),
)

PROBES = (*ANSWERED, *UNKNOWN, *ELSEWHERE, *METHODS, *TARGETS, *BROKEN)
