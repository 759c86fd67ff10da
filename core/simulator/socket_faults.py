"""Faults of the websocket: strokes, faults of connecting, and faults of the way from the feed to the client."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Literal

import msgspec

from core.simulator.fault import Count, Counted, Seconds, Stroke, Switch
from core.simulator.wire import Message, error_frame, message


class RawText(bytes):
    """Bytes for a text frame, whatever they are."""


GARBAGE: Final[Mapping[str, str | bytes]] = {
    "text": "<html>502 Bad Gateway</html>",
    "truncated": '{"channel":"ticker","timestamp":"2026-01-06T14:00:00Z","sequence_num":7,"events":[{"ty',
    "array": "[]",
    "number": "42",
    "binary": b"\x00\xff\xfe\x80",
    "empty": "",
    "utf8": RawText(b'{"channel":"\xff\xfe"}'),
    "deep": "[" * 100_000,
}
"""What each variant of `garbage` sends."""

_HARSH: Final = frozenset({"utf8", "deep"})
"""Variants that many a client closes its connection for; `all` leaves them out."""


class Drop(Stroke, frozen=True, tag="drop"):
    """Every connection is reset (RST), without a close frame."""


class Close(Stroke, frozen=True, tag="close"):
    """Every connection is closed with this code."""

    bare: ClassVar[str] = "code"
    code: Annotated[int, msgspec.Meta(ge=1000, le=4999)] = 1000


class SequenceReset(Stroke, frozen=True, tag="seq_reset"):
    """Every connection's sequence goes on from this number."""

    bare: ClassVar[str] = "to"
    to: Annotated[int, msgspec.Meta(ge=0)] = 0


class Garbage(Stroke, frozen=True, tag="garbage"):
    """One frame that is no envelope; `all` sends each variant once but `utf8` and `deep`."""

    bare: ClassVar[str] = "variant"
    variant: Literal["text", "truncated", "array", "number", "binary", "empty", "utf8", "deep", "all"] = "all"

    def frames(self) -> list[str | bytes]:
        """What is sent as it is."""
        if self.variant != "all":
            return [GARBAGE[self.variant]]
        return [frame for name, frame in GARBAGE.items() if name not in _HARSH]


class ErrorFrame(Stroke, frozen=True, tag="error_frame"):
    """An error as the venue sends it; the connection stays open."""

    bare: ClassVar[str] = "message"
    message: str = "rate limit exceeded"

    def frames(self) -> list[str | bytes]:
        """What is sent as it is."""
        return [error_frame(self.message)]


class UnknownChannel(Stroke, frozen=True, tag="unknown_channel"):
    """One well-formed message of a channel nobody subscribed to, its events of no known shape."""

    bare: ClassVar[str] = "channel"
    channel: Annotated[str, msgspec.Meta(pattern="^[a-z0-9_]{1,40}$")] = "futures_balance_summary"

    def message(self, at: float) -> Message:
        """What is sent with the next number."""
        return message(self.channel, at, {"type": "snapshot", "tickers": {"price": None}})


class BigFrame(Stroke, frozen=True, tag="big_frame"):
    """One well-formed message of this many bytes; the default is more than a careful client takes."""

    bare: ClassVar[str] = "bytes"
    bytes: Annotated[int, msgspec.Meta(ge=1, le=64 * 2**20)] = 5 * 2**20

    def message(self, at: float) -> Message:
        """What is sent with the next number."""
        return message("status", at, {"type": "snapshot", "padding": "0" * self.bytes})


class Stall(Switch, frozen=True, tag="stall"):
    """Pings are answered, nothing else is sent; what would have been sent meanwhile is never sent."""

    bare: ClassVar[str] = "on"


class HalfOpen(Switch, frozen=True, tag="half_open"):
    """TCP connections stay, but nobody is behind them: nothing is read, written or answered, new handshakes hang.

    Switched off, the old connections are reset, as by a machine that knows nothing of them any more.
    """

    bare: ClassVar[str] = "on"


class RefuseConnections(Counted, frozen=True, tag="refuse_connections"):
    """New connections are reset, or answered with this HTTP status; open ones stay."""

    bare: ClassVar[str] = "status"
    status: Annotated[int, msgspec.Meta(ge=400, le=599)] | None = None


class AcceptThenMute(Counted, frozen=True, tag="accept_then_mute"):
    """New connections are accepted and never told anything, also after it is switched off; pings are answered."""


class SlowHandshake(Counted, frozen=True, tag="slow_handshake"):
    """The answer to a websocket handshake comes this many real seconds late."""

    bare: ClassVar[str] = "seconds"
    seconds: Seconds = 12.0


class DropDuringSubscribe(Counted, frozen=True, tag="drop_during_subscribe"):
    """The next subscriptions to products are answered by a reset instead of the ack."""

    count: Count | None = 1


class AckWithoutProduct(Switch, frozen=True, tag="ack_without_product"):
    """New subscriptions leave one product out, as if the venue did not know it; by default the first one asked for."""

    bare: ClassVar[str] = "product_id"
    product_id: str = ""


class Delay(Counted, frozen=True, tag="delay"):
    """Messages arrive this many real seconds late, in order."""

    bare: ClassVar[str] = "seconds"
    seconds: Seconds = 2.0


class Duplicate(Counted, frozen=True, tag="duplicate"):
    """Messages are sent twice, number and all."""


class Skip(Counted, frozen=True, tag="skip"):
    """The next messages get their numbers and are lost."""

    count: Count | None = 3


class OutOfOrder(Counted, frozen=True, tag="out_of_order"):
    """Messages change places with the one after them."""
