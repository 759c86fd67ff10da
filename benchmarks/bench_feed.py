"""What one ticker message costs (PERFORMANCE.md B1), the socket not counted: medians of interleaved rounds.

`python -m benchmarks.bench_feed [rounds]`
"""

import json
import os
import sys
from collections import Counter, deque
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter_ns

import msgspec
from coinbase.websocket.types.websocket_response import WebsocketResponse

from core.adapters.coinbase_wire import decode
from core.adapters.feed_intake import FeedIntake
from core.domain.events import Level
from core.ports import FeedTick

RECORDED = "coinbase_advanced_ticker_BTC-USD_20260404T2113Z.jsonl"
MESSAGES = 2_000
TARGET_US = 8.0


class Deaf:
    """A listener that does nothing."""

    def tick(self, tick: FeedTick) -> None:
        """Nothing."""

    def subscribed(self, product_ids: frozenset[str]) -> None:
        """Nothing."""

    def disconnected(self, reason: str) -> None:
        """Nothing."""

    def suspect(self, reason: str) -> None:
        """Nothing."""

    def noted(self, level: Level, text: str) -> None:
        """Nothing."""


def messages() -> tuple[str, list[bytes]]:
    """Recorded frames where they are at hand, else made ones with the same fields."""
    folder = Path(os.environ.get("ATLAS_DATA_DIR") or Path(__file__).parents[2] / "shared" / "data")
    if (folder / "ws" / RECORDED).is_file():
        return "recorded", (folder / "ws" / RECORDED).read_bytes().splitlines()[:MESSAGES]
    random = Random(7)
    price = 67_223.5
    lines = []
    for number in range(MESSAGES):
        price += random.choice((0, 0, 0, 0, 0, 0, 1)) * random.gauss(0, 2)
        row = {"type": "ticker", "product_id": "BTC-USD", "price": f"{price:.2f}", "volume_24_h": "2401.16054813"}
        row |= {"low_24_h": "66770.64", "high_24_h": "67535.2", "low_52_w": "60001", "high_52_w": "126296"}
        row |= {"price_percent_chg_24_h": "0.5467", "best_bid": f"{price - 0.01:.2f}", "best_ask": f"{price:.2f}"}
        row |= {"best_bid_quantity": f"{random.random():.8f}", "best_ask_quantity": f"{random.random():.8f}"}
        envelope = {"channel": "ticker", "timestamp": "2026-04-04T21:13:43.291084825Z", "sequence_num": number}
        lines.append(json.dumps(envelope | {"events": [{"type": "update", "tickers": [row]}]}).encode())
    return "made", lines


def taken(frames: Sequence[bytes]) -> None:
    """Decode, order, spike rule, increment, listener: the whole path of the feed."""
    intake = FeedIntake(frozenset({"BTC-USD"}), Deaf(), {"BTC-USD": Decimal("0.01")}, Counter(), deque(maxlen=5))
    intake.begin()
    for frame in frames:
        intake.take(frame, 0.0)


def decoded(frames: Sequence[bytes]) -> None:
    """Decode to typed, checked ticks only."""
    for frame in frames:
        decode(frame, 0.0)


def plain_json(frames: Sequence[bytes]) -> None:
    """The standard library's json, nothing checked."""
    for frame in frames:
        json.loads(frame)


def sdk_types(frames: Sequence[bytes]) -> None:
    """json and the SDK's response objects, nothing checked."""
    for frame in frames:
        WebsocketResponse(json.loads(frame) | {"client_id": ""})


def bare_msgspec(frames: Sequence[bytes]) -> None:
    """msgspec to plain dicts, nothing checked."""
    for frame in frames:
        msgspec.json.decode(frame)


WORKS: dict[str, Callable[[Sequence[bytes]], None]] = {
    "ATLAS: decode, check, order, spikes, emit": taken,
    "ATLAS: decode and check": decoded,
    "msgspec to dicts, unchecked": bare_msgspec,
    "json to dicts, unchecked": plain_json,
    "json and the SDK's types, unchecked": sdk_types,
}


def main(rounds: int) -> None:
    """Print microseconds a message of each, and whether the target is met."""
    source, frames = messages()
    took: dict[str, list[float]] = {name: [] for name in WORKS}
    for _ in range(rounds):
        for name, work in WORKS.items():
            began = perf_counter_ns()
            work(frames)
            took[name].append((perf_counter_ns() - began) / len(frames) / 1000)
    print(f"feed: {len(frames)} {source} ticker messages, {rounds} rounds, microseconds a message (median, best)")
    for name, each in took.items():
        print(f"  {name:44} {median(each):6.2f} {min(each):6.2f}")
    ours = median(took["ATLAS: decode, check, order, spikes, emit"])
    sdk = median(took["json and the SDK's types, unchecked"])
    verdict = "met" if ours <= TARGET_US else "missed"
    print(f"  target {TARGET_US:.0f} us: {verdict}; {sdk / ours:.1f} times as fast as the SDK's types")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
