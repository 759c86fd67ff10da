"""The SDK's REST client, opened so that it can hang, downgrade, redirect or print nowhere (COINBASE.md section 2).

Importing this module imports coinbase and requests; only `coinbase_rest` does so, when it first needs them.
"""

import logging
import re
import time
from collections.abc import Mapping
from typing import Final, NamedTuple

import requests
from coinbase.rest import RESTClient
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError as TransportError

from core.adapters.loopback import RestAddress

CONNECT_S: Final = 5.0
READ_S: Final = 10.0
WHOLE_S: Final = 20.0
"""A body may drip, each byte in time; the whole of it may not take longer than this."""
LARGEST: Final = 32 * 2**20
KEPT: Final = 2
"""Connections kept open between requests; those that more threads ask for at once are closed when answered.

So few that the first minute of any desk opens them all, and a desk that runs for weeks has no more than it began with.
"""
_SECONDS: Final = re.compile(r"[0-9]{1,8}(\.[0-9]{1,6})?")

_Timeout = float | tuple[float, float] | tuple[float, None] | None


class BoundedAdapter(HTTPAdapter):
    """Reads the body at once, bounded in size and in time; on a plain loopback venue rewrites https to http.

    Raises:
        requests.RequestException: as the library does, for a body too long, too late or cut short too.
    """

    def __init__(self, plain: bool, whole_s: float | None = None) -> None:
        """
        Args:
            plain: speak http.
            whole_s: how long reading the answer may take; WHOLE_S where none is given.
        """
        self._whole_s = whole_s
        self._scheme = "http://" if plain else "https://"
        super().__init__(max_retries=0, pool_maxsize=KEPT)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: _Timeout = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send, and read the answer to its end. `stream` is ignored: nothing is left unread."""
        request.url = self._scheme + (request.url or "").partition("://")[2]
        deadline = time.monotonic() + (WHOLE_S if self._whole_s is None else self._whole_s)
        response = super().send(request, True, timeout or (CONNECT_S, READ_S), verify, cert, proxies)
        try:
            body = _body_of(response, deadline)
        except TransportError as error:
            response.close()
            raise requests.ConnectionError(f"the answer broke off: {error}", request=request) from error
        response._content = body
        response.raw.release_conn()
        return response


def _body_of(response: requests.Response, deadline: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := response.raw.read1(65_536, decode_content=True):
        parts.append(part)
        size += len(part)
        if size > LARGEST:
            response.close()
            raise requests.ConnectionError(f"the answer is larger than {LARGEST // 2**20} MiB")
        if time.monotonic() > deadline:
            response.close()
            raise requests.ReadTimeout("the answer took too long")
    return b"".join(parts)


def open_client(address: RestAddress) -> RESTClient:
    """A client for public calls to this venue only: no keys, no redirects, no proxies on loopback, nothing printed."""
    client = RESTClient(
        api_key=None, api_secret=None, key_file=None, base_url=address.host, timeout=(CONNECT_S, READ_S)
    )
    session = client.session
    session.max_redirects = 0
    session.adapters.clear()  # every other address, and every redirect to one, has no way out
    session.mount(f"https://{address.host}/", BoundedAdapter(address.plain))
    if address.loopback:
        session.trust_env = False
    for name in ("coinbase.RESTClient", "coinbase.WSClient"):
        _quieten(logging.getLogger(name))
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)  # it warns of each that is not kept: KEPT
    return client


class Failure(NamedTuple):
    """What went wrong in a few words, what may be done about it, and the venue's Retry-After in seconds."""

    words: str
    again: bool = False
    slow: bool = False
    unknown: bool = False
    retry_after_s: float | None = None


def failure_of(error: Exception) -> Failure:
    """Judge what a call raised: whether a GET may be tried again, took too long, or named what the venue has not."""
    if isinstance(error, requests.HTTPError) and error.response is not None:
        response = error.response
        status = response.status_code
        again = status == requests.codes.too_many_requests or status >= requests.codes.internal_server_error
        return Failure(
            f"HTTP {status}{_message_of(response)}",
            again=again,
            unknown=status == requests.codes.not_found,
            retry_after_s=retry_after_s(response.headers.get("Retry-After")),
        )
    if isinstance(error, requests.TooManyRedirects | requests.exceptions.InvalidSchema):
        return Failure("it redirects elsewhere")
    if isinstance(error, requests.Timeout | TimeoutError):
        return Failure("no answer in time", again=True, slow=True)
    if isinstance(error, requests.exceptions.SSLError):
        return Failure("its TLS certificate cannot be trusted")
    if isinstance(error, requests.ConnectionError | TransportError | OSError) and not isinstance(error, ValueError):
        return Failure("no connection", again=True)
    return Failure("it answered what is no data of this call")


def _message_of(response: requests.Response) -> str:
    """The venue's own sentence, where its error is JSON."""
    try:
        told = response.json()
    except (ValueError, RecursionError):
        return ""
    message = told.get("message") or told.get("error") if isinstance(told, dict) else None
    return f": {message}" if isinstance(message, str) else ""


def retry_after_s(value: str | None) -> float | None:
    """The seconds of a Retry-After header, which Discord gives with decimals; None for a date or anything else."""
    return float(value) if value is not None and _SECONDS.fullmatch(value) else None


def _quieten(logger: logging.Logger) -> None:
    """What the SDK says goes where everything of this process goes, the log file; without one, nowhere."""
    for handler in tuple(logger.handlers):
        logger.removeHandler(handler)
    logger.addHandler(logging.NullHandler())
    logger.setLevel(logging.WARNING)
