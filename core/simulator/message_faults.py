"""Faults of what is said: a message is changed, or left out, before it gets its number."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, ClassVar, Final, Literal

import msgspec

from core.simulator.fault import Count, Counted
from core.simulator.records import Json
from core.simulator.wire import Message

_TICKERS: Final = frozenset({"ticker", "ticker_batch"})

WRONG: Final[dict[str, object]] = {
    "null": None,
    "empty": "",
    "nan": "NaN",
    "exponent": "1e-05",
    "number": 67_223.5,
    "underscore": "1_000",
    "blanks": " 12\n",
    "arabic": "٦٧٢٢٣",
    "long": "9" * 5000,
    "negative": "-67223.5",
    "zero": "0",
    "table": {"amount": "67223.5"},
}
"""What each variant of `wrong_types` puts where the price should be."""


class MessageFault(Counted, frozen=True):
    """A fault of what is said."""

    def change(self, message: Message, nth: int) -> Message | None:
        """What is sent instead: the same object where this is none of its business, None where nothing is sent.

        Args:
            message: what would be sent.
            nth: how often this fault has struck before.
        """
        return message


class HeartbeatsStop(MessageFault, frozen=True, tag="heartbeats_stop"):
    """No heartbeats, while everything else flows."""

    def change(self, message: Message, nth: int) -> Message | None:
        """Leave heartbeats out."""
        return None if message.channel == "heartbeats" else message


class _TickerFault(MessageFault, frozen=True):
    """A fault of tickers, of one product or of all."""

    bare: ClassVar[str] = "product_id"
    product_id: str = ""

    def hit(self, events: list[Json]) -> Iterator[Json]:
        """The tickers this fault is meant for."""
        for event in events:
            tickers = event.get("tickers")
            for ticker in tickers if isinstance(tickers, list) else ():
                if self.product_id in ("", ticker.get("product_id")):
                    yield ticker

    def change(self, message: Message, nth: int) -> Message | None:
        """Spoil the tickers that are meant."""
        if message.channel not in _TICKERS:
            return message
        events: list[Json] = msgspec.json.decode(message.events)
        found = list(self.hit(events))
        return self.spoilt(message, events, found, nth) if found else message

    def spoilt(self, message: Message, events: list[Json], found: list[Json], nth: int) -> Message | None:
        """The message with those of its tickers spoilt, which belong to `events`."""
        for ticker in found:
            self.spoil(ticker, nth)
        return message._replace(events=msgspec.json.encode(events).decode())

    def spoil(self, ticker: Json, nth: int) -> None:
        """Change one ticker where it stands."""


class TickerStop(_TickerFault, frozen=True, tag="ticker_stop"):
    """No tickers, snapshots included, while heartbeats flow."""

    def spoilt(self, message: Message, events: list[Json], found: list[Json], nth: int) -> Message | None:
        """Nothing is sent."""
        return None


class StaleTimestamps(_TickerFault, frozen=True, tag="stale_timestamps"):
    """Tickers are stamped this many simulated seconds too early."""

    bare: ClassVar[str] = "seconds"
    seconds: Annotated[float, msgspec.Meta(gt=0, le=31_536_000)] = 3600.0

    def spoilt(self, message: Message, events: list[Json], found: list[Json], nth: int) -> Message | None:
        """The same, stamped earlier."""
        return message._replace(at=message.at - self.seconds)


class WrongTypes(_TickerFault, frozen=True, tag="wrong_types"):
    """Prices are no plain decimal strings; `all` takes the variants in turn."""

    bare: ClassVar[str] = "variant"
    variant: Literal[
        "null", "empty", "nan", "exponent", "number", "underscore", "blanks", "arabic", "long", "negative", "zero",
        "table", "all",
    ] = "all"  # fmt: skip

    def spoil(self, ticker: Json, nth: int) -> None:
        """Put something else where the price is."""
        names = list(WRONG)
        ticker["price"] = WRONG[names[nth % len(names)] if self.variant == "all" else self.variant]


class PriceSpike(_TickerFault, frozen=True, tag="price_spike"):
    """Prices are off by this many percent, the book is not; once by default."""

    bare: ClassVar[str] = "percent"
    percent: Annotated[float, msgspec.Meta(gt=-100, le=10_000)] = 10.0
    count: Count | None = 1

    def spoil(self, ticker: Json, nth: int) -> None:
        """Move the price, keeping its digits."""
        price = Decimal(str(ticker.get("price")))
        ticker["price"] = format((price * (100 + Decimal(str(self.percent))) / 100).quantize(price), "f")


class CrossedBook(_TickerFault, frozen=True, tag="crossed_book"):
    """The best bid is above the best ask."""

    def spoil(self, ticker: Json, nth: int) -> None:
        """Exchange bid and ask."""
        if "best_bid" in ticker:
            ticker["best_bid"], ticker["best_ask"] = ticker["best_ask"], ticker["best_bid"]


class UnknownKeys(_TickerFault, frozen=True, tag="unknown_keys"):
    """Tickers carry keys that no documentation names."""

    def spoil(self, ticker: Json, nth: int) -> None:
        """Add them."""
        ticker |= {"mark_price": None, "session": {"open": [1, 2.5, {"deep": True}]}, "": "?"}
