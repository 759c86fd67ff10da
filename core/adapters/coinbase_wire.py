"""Coinbase's websocket frames to typed messages; pure, and never an exception whatever the bytes.

Format: COINBASE.md section 3. A frame that cannot be used is a `BadFrame`; single prices that cannot be used are named
in `TickerFrame.dropped`.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import msgspec

from core.adapters.coinbase_numbers import amount_of, price_of, rate_of
from core.domain.events import DayStats
from core.domain.text import one_line
from core.ports import FeedTick

EXCERPT: Final = 160
_MOST_IDS: Final = 10_000
_KEPT_FRAME: Final = 16_384
"""Bytes of the largest frame whose strings may stay in memory."""


class TickerFrame(msgspec.Struct, frozen=True, gc=False):
    """Prices of a ticker message; `dropped` gives the reason for each price that could not be used.

    `strange` says that the message holds fields nobody here knows; they are passed over.
    """

    sequence: int | None
    ticks: tuple[FeedTick, ...]
    dropped: tuple[str, ...] = ()
    strange: bool = False


class HeartbeatFrame(msgspec.Struct, frozen=True):
    """The venue is there."""

    sequence: int | None


class AckFrame(msgspec.Struct, frozen=True):
    """The `subscriptions` ack: the whole current set of the ticker channel."""

    sequence: int | None
    product_ids: frozenset[str]


class ErrorFrame(msgspec.Struct, frozen=True):
    """The venue refused something; `message` is clean."""

    message: str


class OtherFrame(msgspec.Struct, frozen=True):
    """A well-formed message of a channel nobody here asked for."""

    sequence: int | None
    channel: str


class BadFrame(msgspec.Struct, frozen=True):
    """Bytes that are no message of this feed; both texts are clean and short."""

    reason: str
    excerpt: str


Frame = TickerFrame | HeartbeatFrame | AckFrame | ErrorFrame | OtherFrame | BadFrame


class _Ticker(msgspec.Struct, gc=False):
    product_id: Any = None
    price: Any = None
    best_bid: Any = None
    best_ask: Any = None
    high_24_h: Any = None
    low_24_h: Any = None
    volume_24_h: Any = None
    price_percent_chg_24_h: Any = None


class _Event(msgspec.Struct, gc=False):
    tickers: list[_Ticker] = []
    subscriptions: Any = None


class _Envelope(msgspec.Struct, gc=False):
    channel: str = ""
    timestamp: datetime | None = None
    sequence_num: Any = None
    type: Any = None
    message: Any = None
    events: list[_Event] = []


class _KnownTicker(_Ticker, gc=False, forbid_unknown_fields=True):
    """With every field the venue documents."""

    type: Any = None
    low_52_w: Any = None
    high_52_w: Any = None
    best_bid_quantity: Any = None
    best_ask_quantity: Any = None


class _KnownEvent(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    type: Any = None
    tickers: list[_KnownTicker] = []
    subscriptions: Any = None
    current_time: Any = None
    heartbeat_counter: Any = None


class _KnownEnvelope(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    channel: str = ""
    client_id: Any = None
    timestamp: datetime | None = None
    sequence_num: Any = None
    type: Any = None
    message: Any = None
    events: list[_KnownEvent] = []


class _Outline(msgspec.Struct):
    channel: str = ""
    sequence_num: Any = None


_KNOWN: Final = msgspec.json.Decoder(_KnownEnvelope)
_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)
_OUTLINE: Final = msgspec.json.Decoder(_Outline)
_UNDECODABLE: Final = (msgspec.MsgspecError, ValueError, RecursionError, OverflowError, MemoryError)
_OURS: Final = frozenset({"", "ticker", "heartbeats", "subscriptions"})


def decode(frame: bytes, real_s: float) -> Frame:
    """Read one frame received at `real_s`, real monotonic seconds. Never raises."""
    envelope: _KnownEnvelope | _Envelope
    strange = False
    try:
        envelope = _KNOWN.decode(frame)
    except _UNDECODABLE:
        try:
            envelope = _ENVELOPE.decode(frame)
        except _UNDECODABLE as error:
            return _undecoded(frame, error)
        strange = True
    channel = envelope.channel
    if channel == "ticker":
        return _ticker(envelope, frame, real_s, strange)
    sequence = _sequence(envelope.sequence_num)
    if channel == "heartbeats":
        return HeartbeatFrame(sequence)
    if channel == "subscriptions":
        return _ack(envelope, sequence, frame)
    if envelope.type == "error":
        return ErrorFrame(_shown(envelope.message))
    if channel:
        return OtherFrame(sequence, one_line(channel, 40))
    return bad_frame("no channel", frame)


def bad_frame(reason: str, frame: bytes) -> BadFrame:
    """A BadFrame with a clean, short excerpt."""
    return BadFrame(one_line(reason, EXCERPT), one_line(frame[: EXCERPT * 4].decode("utf-8", "replace"), EXCERPT))


def _undecoded(frame: bytes, error: Exception) -> Frame:
    """Other channels may have events of any shape; ours may not."""
    try:
        outline = _OUTLINE.decode(frame)
    except _UNDECODABLE:
        return bad_frame(str(error), frame)
    if outline.channel in _OURS:
        return bad_frame(str(error), frame)
    return OtherFrame(_sequence(outline.sequence_num), one_line(outline.channel, 40))


def _shown(value: object) -> str:
    """A value of any type in a few clean characters; only strings are spelled out, the rest may be huge or deep."""
    return one_line(value, EXCERPT // 2) or "(empty)" if isinstance(value, str) else f"({type(value).__name__})"


def _sequence(number: object) -> int | None:
    return number if type(number) is int else None


def _ticker(envelope: _KnownEnvelope | _Envelope, frame: bytes, real_s: float, strange: bool) -> Frame:
    at = envelope.timestamp
    if at is None or at.tzinfo is None:
        return bad_frame("ticker without a timestamp and zone", frame)
    if at.tzinfo is not UTC:
        try:
            at = at.astimezone(UTC)
        except (OverflowError, ValueError):
            return bad_frame("timestamp out of range", frame)
    ticks: list[FeedTick] = []
    dropped: list[str] = []
    for event in envelope.events:
        for ticker in event.tickers:
            price = price_of(ticker.price)
            product_id = ticker.product_id
            if price is None or type(product_id) is not str:
                dropped.append(f"{_shown(product_id)}: price {_shown(ticker.price)}")
                continue
            bid, ask = price_of(ticker.best_bid), price_of(ticker.best_ask)
            ticks.append(FeedTick(product_id, price, bid, ask, at, real_s, _day_of(ticker, frame)))
    if _looks_doubled(frame, len(ticks) + len(dropped)) and _repeats_a_key(frame):
        return bad_frame("a key occurs twice", frame)
    return TickerFrame(_sequence(envelope.sequence_num), tuple(ticks), tuple(dropped), strange)


def _looks_doubled(frame: bytes, tickers: int) -> bool:
    """May a key that decides what a price is, or whose, occur twice? A quick look; an escape could hide one."""
    return frame.count(b'"price"') > tickers or frame.count(b'"product_id"') > tickers or b"\\" in frame


def _repeats_a_key(frame: bytes) -> bool:
    """Does any object of the frame hold a key twice? Asked only when its keys look odd."""
    repeated = False

    def look(pairs: list[tuple[str, object]]) -> None:
        nonlocal repeated
        repeated = repeated or len({name for name, _ in pairs}) < len(pairs)

    try:
        json.loads(frame, object_pairs_hook=look)
    except (ValueError, RecursionError):
        return True
    return repeated


def _day_of(ticker: _Ticker, frame: bytes) -> DayStats:
    """The 24 hours; most messages repeat them, so the last ones read are kept."""
    fields = ticker.high_24_h, ticker.low_24_h, ticker.volume_24_h, ticker.price_percent_chg_24_h
    if len(frame) <= _KEPT_FRAME:
        try:
            return _kept_day(*fields)
        except TypeError:  # a table or a list where a string should be: not hashable
            pass
    return _day(*fields)


def _day(high: object, low: object, volume: object, change: object) -> DayStats:
    return DayStats(price_of(high), price_of(low), amount_of(volume), rate_of(change))


_kept_day: Final = lru_cache(maxsize=256)(_day)


def _ack(envelope: _KnownEnvelope | _Envelope, sequence: int | None, frame: bytes) -> Frame:
    subscribed: set[str] = set()
    for event in envelope.events:
        if not isinstance(event.subscriptions, Mapping):
            return bad_frame("subscriptions are no table", frame)
        ids = event.subscriptions.get("ticker", [])
        if not isinstance(ids, Sequence) or isinstance(ids, str):
            return bad_frame("subscribed products are no list", frame)
        subscribed.update(product for product in ids[:_MOST_IDS] if type(product) is str and len(product) <= EXCERPT)
    return AckFrame(sequence, frozenset(subscribed))
