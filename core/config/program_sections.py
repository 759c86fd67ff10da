"""The sections of the settings file about the program around the desk: prices, disk, API, process, console."""

from typing import Annotated

from msgspec import Struct

from core.config.allowed import Address, Between, Hosts, OneOf, Switch, Text, Url
from core.config.words import Bell, OnHangup, Zone
from core.domain.symbols import ListingKind

LIVE_REST = "https://api.coinbase.com"
LIVE_WS = "wss://advanced-trade-ws.coinbase.com"
_ON = Switch()


class VenueSection(Struct, frozen=True):
    """Where prices come from."""

    rest: Annotated[str, Url("https"), "address of the REST interface"] = LIVE_REST
    ws: Annotated[str, Url("wss", path=True), "address of the websocket"] = LIVE_WS
    listings: Annotated[
        tuple[ListingKind, ...],
        OneOf(tuple(ListingKind)),
        "which listing stands for a symbol, first choice first",
    ] = tuple(ListingKind)


class RetentionSection(Struct, frozen=True):
    """How much of the disk is kept; no event of the ledger is ever cut."""

    ledger_mb: Annotated[int, Between(1, 1_000_000, "MB"), "a ledger beyond this is warned of"] = 1000
    log_mb: Annotated[int, Between(1, 10_000, "MB"), "size of the log with its older parts"] = 8
    recordings_mb: Annotated[
        int, Between(10, 1_000_000, "MB"), "size of a recording's parts together; the oldest are deleted beyond"
    ] = 2000
    backups: Annotated[int, Between(0, 10_000, "backups; 0 is all"), "how many of the newest are kept"] = 30
    archive: Annotated[int, Between(0, 10_000, "ledgers; 0 is all"), "how many ended accounts are kept"] = 0
    alerts: Annotated[
        int, Between(0, 10_000_000, "alerts; 0 is all"), "how many delivered alerts are kept; others always are"
    ] = 10_000
    alerts_days: Annotated[int, Between(0, 36_500, "days; 0 is for ever"), "how long delivered alerts are kept"] = 90


class ApiSection(Struct, frozen=True):
    """The desk over HTTP, to read only; off until it is enabled."""

    enabled: Annotated[bool, _ON, "answer over HTTP; --api does the same for one run"] = False
    host: Annotated[
        str, Address(), "address to listen on; one that other machines reach also needs expose and a token of yours"
    ] = "127.0.0.1"
    port: Annotated[int, Between(1, 65_535), "port to listen on"] = 8080
    token_file: Annotated[
        str, Text("makes one in the state directory"), "file of yours alone that holds the token, at least 32 bytes"
    ] = ""
    expose: Annotated[bool, _ON, "yes, listen where other machines reach it, without encryption"] = False
    names: Annotated[
        tuple[str, ...], Hosts(), "other hosts it is asked by, as a proxy or a tunnel is called, with a port if any"
    ] = ()


class DeskSection(Struct, frozen=True):
    """The desk as a process."""

    on_hangup: Annotated[
        OnHangup, OneOf(tuple(OnHangup)), "a console that loses its terminal leaves its desk running, or ends it"
    ] = OnHangup.KEEP


class UiSection(Struct, frozen=True):
    """What the console looks like."""

    theme: Annotated[str, Text(), "colors; t in the console shows the others"] = "dark"
    zone: Annotated[Zone, OneOf(tuple(Zone)), "clock that times are shown on"] = Zone.UTC
    ascii: Annotated[bool, _ON, "plain characters only"] = False
    flash: Annotated[bool, _ON, "a price that changes after a rest stands out for a moment"] = True
    mouse: Annotated[bool, _ON, "listen to the mouse (off leaves text selection to the terminal)"] = True
    fps: Annotated[int, Between(1, 60, "a second"), "paint changes at most so often"] = 30
    slow_after_min: Annotated[
        int, Between(0, 1440, "minutes; 0 is never"), "paint once a second after so long without a key"
    ] = 10
    bell: Annotated[Bell, OneOf(tuple(Bell)), "ring the terminal's bell for what needs a person"] = Bell.UNATTENDED
    osc9: Annotated[bool, _ON, "also send the terminal a desktop notification (OSC 9)"] = False
    mask: Annotated[bool, _ON, "hide amounts of money and sizes; percent and R stay"] = False
