"""Frames of the venue's websocket, and a listener that remembers."""

import json

from core.domain.events import Level
from core.ports import FeedTick


def ticker(
    product_id: str,
    price: object,
    sequence: object = 0,
    timestamp: str | None = "2026-04-04T21:13:43.291084825Z",
    best_bid: object = None,
    best_ask: object = None,
) -> bytes:
    """One ticker message as the venue sends it."""
    row = {
        "type": "ticker",
        "product_id": product_id,
        "price": price,
        "volume_24_h": "2401.16054813",
        "low_24_h": "66770.64",
        "high_24_h": "67535.2",
        "price_percent_chg_24_h": "-0.54672614199923",
        "best_bid": best_bid,
        "best_ask": best_ask,
    }
    events = [{"type": "update", "tickers": [row]}]
    return json.dumps(
        {"channel": "ticker", "timestamp": timestamp, "sequence_num": sequence, "events": events}
    ).encode()


def ack(*product_ids: str, sequence: int = 1) -> bytes:
    """The acknowledgement of a subscription."""
    events = [{"subscriptions": {"ticker": list(product_ids)}}]
    return json.dumps({"channel": "subscriptions", "sequence_num": sequence, "events": events}).encode()


def heartbeat(sequence: int) -> bytes:
    """A heartbeat."""
    return json.dumps(
        {"channel": "heartbeats", "sequence_num": sequence, "events": [{"heartbeat_counter": 1}]}
    ).encode()


class Heard:
    """A listener that remembers everything."""

    def __init__(self) -> None:
        self.ticks: list[FeedTick] = []
        self.sets: list[frozenset[str]] = []
        self.lost: list[str] = []
        self.suspects: list[str] = []
        self.notes: list[tuple[Level, str]] = []

    def tick(self, tick: FeedTick) -> None:
        self.ticks.append(tick)

    def subscribed(self, product_ids: frozenset[str]) -> None:
        self.sets.append(product_ids)

    def disconnected(self, reason: str) -> None:
        self.lost.append(reason)

    def suspect(self, reason: str) -> None:
        self.suspects.append(reason)

    def noted(self, level: Level, text: str) -> None:
        self.notes.append((level, text))
