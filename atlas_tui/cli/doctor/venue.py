"""The venue: does it answer, what time is it there, and does it list what is watched?"""

import ssl
from collections.abc import Sequence
from typing import Final

import msgspec
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from atlas_tui.cli.doctor.finding import Case, Finding, fail, unread, warn, well
from core.adapters.coinbase_rest import CoinbaseVenue
from core.adapters.system_clock import SystemClock
from core.config import Settings
from core.domain.errors import AtlasError
from core.domain.retries import Retries
from core.domain.text import one_line

SKEW_WARNED_S: Final = 2.0
SKEW_TOO_FAR_S: Final = 10.0
"""Beyond this every price is taken to be stamped too long ago, and none is used (RELIABILITY.md P1)."""
_OPEN_S: Final = 4.0
_ANSWER_S: Final = 3.0
_NETWORK: Final = "look at this machine's network: curl -sS -I {url}; a desk goes on trying by itself"
_TRUST: Final = "set this machine's clock, install ca-certificates, or take away a proxy that reads along"


def look_at_rest(case: Case) -> Sequence[Finding]:
    """REST, the clocks, and the listings of the symbols that are watched."""
    settings = case.settings
    if settings is None:
        return (unread("venue"),)
    venue = CoinbaseVenue(settings.venue.rest, Retries(tries=1))
    try:
        clock = SystemClock()
        asked = clock.now()
        told = venue.server_time()
        skew_s = (told - asked - (clock.now() - asked) / 2).total_seconds()
        reached = well("venue", f"{settings.venue.rest} answers")
        return (reached, clock_finding(skew_s, venue.is_loopback), *_listings(venue, settings))
    except AtlasError as error:
        cure = _TRUST if "certificate" in str(error) else _NETWORK.format(url=settings.venue.rest)
        return (fail("venue", str(error), cure),)
    finally:
        venue.close()


def look_at_socket(case: Case) -> Sequence[Finding]:
    """The websocket: a handshake, a subscription, an answer."""
    if case.settings is None:
        return (unread("socket"),)
    url = case.settings.venue.ws
    try:
        with connect(url, open_timeout=_OPEN_S, close_timeout=0.5) as socket:
            socket.send(msgspec.json.encode({"type": "subscribe", "channel": "heartbeats"}).decode())
            socket.recv(timeout=_ANSWER_S)
    except ssl.SSLError as error:
        return (fail("socket", f"{url}: its TLS certificate cannot be trusted ({error.reason})", _TRUST),)
    except TimeoutError:
        cure = "a proxy or firewall may hold up websockets: let the address through"
        return (fail("socket", f"{url} does not answer in time", cure),)
    except (OSError, EOFError, WebSocketException, ValueError) as error:
        text = one_line(f"{url}: no connection ({type(error).__name__}: {error})", 200)
        return (fail("socket", text, "look at this machine's network; a proxy may not let websockets through"),)
    return (well("socket", f"{url} answers"),)


def clock_finding(skew_s: float, loopback: bool) -> Finding:
    """The venue's clock against this machine's."""
    if loopback:
        return well("clock", "an exchange on this machine sets the desk's clock")
    found = f"the venue's clock is {skew_s:+.1f} s from this machine's"
    cure = "set it by the network: timedatectl set-ntp true"
    if abs(skew_s) > SKEW_TOO_FAR_S:
        return fail("clock", f"{found}: prices will look stale", cure)
    return warn("clock", found, cure) if abs(skew_s) > SKEW_WARNED_S else well("clock", found)


def _listings(venue: CoinbaseVenue, settings: Settings) -> Sequence[Finding]:
    symbols = settings.policy.symbols
    resolution = venue.resolve(symbols, settings.venue.listings)
    listed = [f"{one.symbol} is {one.product_id}" for one in resolution.instruments]
    found = [well("listings", ", ".join(listed))] if listed else []
    for symbol, why in resolution.unlisted.items():
        names = ", ".join(f'"{other}"' for other in symbols if other != symbol)
        cure = f"take it out of symbols in {settings.config_path}: symbols = [{names}]"
        found.append((warn if listed else fail)("listings", why, cure))
    return found
