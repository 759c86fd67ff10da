"""Where the venue is: addresses checked, plain http and ws for this machine only (COINBASE.md section 4, rule 7)."""

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from core.domain.errors import ConfigError
from core.domain.text import one_line

LIVE_REST: Final = "https://api.coinbase.com"
LIVE_SOCKET: Final = "wss://advanced-trade-ws.coinbase.com"


@dataclass(frozen=True, slots=True)
class RestAddress:
    """A checked REST address: `host` is a bare `host[:port]`; `plain` is http, which only a loopback host may have."""

    host: str
    plain: bool
    loopback: bool


def is_loopback(host: str) -> bool:
    """Does the host name or address stand for this machine?"""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def rest_address(url: str) -> RestAddress:
    """Check a REST URL such as `https://api.coinbase.com` or `http://127.0.0.1:8080`.

    Raises:
        ConfigError: not a bare http(s) address, or plain http to another machine.
    """
    parts = _split(url, "REST", ("https", "http"))
    if parts.path.strip("/") or parts.query:
        raise ConfigError(f"REST address {one_line(url, 80)!r} must end after the host and port")
    return RestAddress(parts.netloc, parts.scheme == "http", is_loopback(parts.hostname or ""))


def socket_url(url: str) -> str:
    """Check a websocket URL such as `wss://advanced-trade-ws.coinbase.com` and give it back.

    Raises:
        ConfigError: not a ws(s) address, or plain ws to another machine.
    """
    _split(url, "websocket", ("wss", "ws"))
    return url


def _split(url: str, what: str, schemes: tuple[str, str]) -> SplitResult:
    secure, plain = schemes
    shown = one_line(url, 80)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigError(f"{what} address {shown!r} cannot be read: {one_line(str(error), 80)}") from error
    if parts.scheme not in schemes or not host or port == 0 or shown != url or " " in url:
        raise ConfigError(
            f"{what} address {shown!r} must look like {secure}://host or, on this machine, {plain}://127.0.0.1:port"
        )
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ConfigError(f"{what} address of {host} must hold no user, password or fragment")
    if parts.scheme == plain and not is_loopback(host):
        raise ConfigError(f"{what} address {shown!r}: {plain} is for this machine only; use {secure}://")
    return parts
