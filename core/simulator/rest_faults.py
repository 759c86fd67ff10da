"""Faults of REST: answers refused, spoilt on the way, or untrue."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final

import msgspec

from core.simulator.fault import Count, Counted, Seconds, Switch
from core.simulator.records import Json

_HTML: Final = b"<!DOCTYPE html><html><head><title>%d</title></head><body><h1>%s</h1></body></html>"
_MOST_SKEW: Final = 31_536_000
Skew = Annotated[float, msgspec.Meta(ge=-_MOST_SKEW, le=_MOST_SKEW)]


class Refusal(Counted, frozen=True):
    """The answer is this instead, to the next `count` requests or until switched off."""

    status: ClassVar[int]
    media: ClassVar[str] = "application/json"

    def body(self) -> bytes:
        """What is sent."""
        return b""

    def headers(self) -> dict[str, str]:
        """Beside the media type."""
        return {}


class TooManyRequests(Refusal, frozen=True, tag="429"):
    """429, with or without the seconds to wait."""

    status: ClassVar[int] = 429
    retry_after: Annotated[int, msgspec.Meta(ge=0)] | None = None

    def body(self) -> bytes:
        """As the venue words it."""
        return msgspec.json.encode({"error": "rate_limit_exceeded", "message": "too many requests"})

    def headers(self) -> dict[str, str]:
        """Retry-After where it was asked for."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


class ServerError(Refusal, frozen=True, tag="500"):
    """500 in JSON."""

    status: ClassVar[int] = 500

    def body(self) -> bytes:
        """As the venue words it."""
        return msgspec.json.encode({"error": "INTERNAL", "error_details": "", "message": "internal server error"})


class Unavailable(Refusal, frozen=True, tag="503"):
    """503 as a page of HTML, from what stands in front of the venue."""

    status: ClassVar[int] = 503
    media: ClassVar[str] = "text/html"

    def body(self) -> bytes:
        """A page."""
        return _HTML % (503, b"Service Unavailable")


class Html(Refusal, frozen=True, tag="html"):
    """200, but a page of HTML."""

    status: ClassVar[int] = 200
    media: ClassVar[str] = "text/html"

    def body(self) -> bytes:
        """A page."""
        return _HTML % (200, b"Just a moment...")


class Slow(Counted, frozen=True, tag="slow"):
    """The answer comes this many real seconds late."""

    bare: ClassVar[str] = "seconds"
    seconds: Seconds = 3.0


class Hang(Counted, frozen=True, tag="hang"):
    """The request is read and never answered; the connection stays open until the client gives up."""


class Truncated(Counted, frozen=True, tag="truncated"):
    """Half of the promised body is sent, then the connection ends."""


class Reset(Counted, frozen=True, tag="reset"):
    """The connection is reset (RST) instead of an answer."""


class RowsFault(Counted, frozen=True):
    """Candles, of one product or of all, are not what they are."""

    bare: ClassVar[str] = "product_id"
    product_id: str = ""

    def rows(self, rows: list[Json], seconds: int) -> list[Json]:
        """The rows that are sent instead, newest first; a row is a bucket of so many seconds."""
        return rows


class EmptyCandles(RowsFault, frozen=True, tag="empty_candles"):
    """No candles at all."""

    def rows(self, rows: list[Json], seconds: int) -> list[Json]:
        """None."""
        return []


class Holes(RowsFault, frozen=True, tag="holes"):
    """Every so many-th bucket is missing, the same ones in every answer."""

    bare: ClassVar[str] = "every"
    every: Annotated[int, msgspec.Meta(ge=2)] = 4

    def rows(self, rows: list[Json], seconds: int) -> list[Json]:
        """All but those."""
        return [row for row in rows if int(str(row["start"])) // seconds % self.every]


class DuplicateBucket(RowsFault, frozen=True, tag="duplicate_bucket"):
    """The newest bucket of an answer is there twice."""

    def rows(self, rows: list[Json], seconds: int) -> list[Json]:
        """One more than there are."""
        return [*rows[:1], *rows]


class ClockSkew(Counted, frozen=True, tag="clock_skew"):
    """`/time` is off by this many simulated seconds; the feed's stamps are not."""

    bare: ClassVar[str] = "seconds"
    seconds: Skew = 30.0
    count: Count | None = None


class RecordFault(Switch, frozen=True):
    """The record, of one product or of all, says so."""

    bare: ClassVar[str] = "product_id"
    product_id: str = ""

    def says(self) -> Mapping[str, object]:
        """What the record says instead."""
        return {}


class TradingDisabled(RecordFault, frozen=True, tag="trading_disabled"):
    """Listed, priced, and not to be traded."""

    def says(self) -> Mapping[str, object]:
        """The venue's flag."""
        return {"trading_disabled": True}


class Maintenance(RecordFault, frozen=True, tag="maintenance"):
    """The venue is in maintenance: orders may only be cancelled, and the session is closed."""

    def says(self) -> Mapping[str, object]:
        """The venue's flag, and the session of US futures."""
        closed = {
            "is_session_open": False,
            "session_state": "FCM_TRADING_SESSION_STATE_CLOSED",
            "closed_reason": "FCM_TRADING_SESSION_CLOSED_REASON_EXCHANGE_MAINTENANCE",
        }
        return {"cancel_only": True, "fcm_trading_session_details": closed}


class Delisting(Switch, frozen=True, tag="delisting"):
    """A product vanishes: from the list, from its own address (404) and from the feed; by default the first one."""

    bare: ClassVar[str] = "product_id"
    product_id: str = ""
