"""B1: one ticker message from the bytes of its websocket frame to the desk, beside the SDK's way to a dict.

Reading the socket is not counted; what each client makes of the bytes is, the turns of the event loop included.
"""

import asyncio
import json
import os
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from random import Random

import msgspec
from coinbase.websocket.types.websocket_response import WebsocketResponse

from benchmarks.armed import armed, pending, usual_policy
from benchmarks.table.line import Line, at_most
from benchmarks.table.rounds import interleaved, timed
from benchmarks.table.run import Run
from benchmarks.wires import OurWire, SdkWire, framed
from core.adapters.coinbase_wire import TickerFrame, decode
from core.adapters.feed_intake import FeedIntake
from core.session.intake import Intake

RECORDED = "coinbase_advanced_ticker_BTC-USD_20260404T2113Z.jsonl"
MESSAGES = 2_000
US = 1e6
SDK = 0.75
"""8 us where the SDK's dispatch and json take 10.7."""


def b1(run: Run) -> list[Line]:
    """From bytes to a dirty mark, at 0.75 of what the SDK needs to hand on a dict."""
    source, frames = messages()
    took = _measured(frames, run.rounds(25))
    sdk = f"coinbase-advanced-py {version('coinbase-advanced-py')}"
    ours = Line(
        "B1", "frame, decode, order, spikes, roll, triggers, dirty", "us", took["ours"] * US,
        note=f"{len(frames):,} {source} messages, {took['armed']:.0f} setups armed",
    )  # fmt: skip
    return [
        replace(ours, peer=f"{sdk} WSClient + json", theirs=took["sdk json"] * US, target=at_most(SDK)),
        replace(ours, peer=f"{sdk} WSClient + its types", theirs=took["sdk types"] * US, note=""),
        replace(ours, peer=f"msgspec {version('msgspec')} to dicts", theirs=took["msgspec"] * US, note=""),
        Line("B1", "decode and check alone", "us", took["decode"] * US),
    ]


def messages() -> tuple[str, list[bytes]]:
    """Recorded frames where they are at hand, else made ones with the same fields."""
    folder = Path(os.environ.get("ATLAS_DATA_DIR") or Path(__file__).parents[3] / "shared" / "data")
    if (folder / "ws" / RECORDED).is_file():
        lines = (folder / "ws" / RECORDED).read_bytes().splitlines()
        return "recorded", lines[1 : MESSAGES + 1]  # the acknowledgement behind the first is not among them: a gap
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


class _Ours:
    """The whole path over a desk with armed setups, on the running loop."""

    def __init__(self, first: bytes) -> None:
        message = decode(first, 0.0)
        if type(message) is not TickerFrame:
            raise ValueError("the first frame is no ticker")
        (tick,) = message.ticks
        self.shell = armed(tick.venue_at, tick.price, usual_policy())
        self._desk = Intake(self.shell)
        increments = {"BTC-USD": Decimal("0.01")}
        self._intake = FeedIntake(frozenset(increments), self._desk, increments, Counter(), deque(maxlen=5))
        take, real = self._intake.take, self.shell.ports.clock.real
        self._wire = OurWire(lambda frame: take(frame, real()))

    async def take(self, frames: Sequence[bytes]) -> None:
        """All of them on a new connection; the desk looks around before, as it does once a second."""
        self._intake.begin()
        self._desk.watch()
        await self._wire.take(frames)

    def checked(self, expected: int) -> int:
        """How many setups the ticks were held against. Raises ValueError where not every tick reached the desk."""
        market, beats = self.shell.desk.state.markets["BTC"], self.shell.markets["BTC"].pulse.count
        if beats != expected or market.lost_since is not None:
            raise ValueError(f"{beats} of {expected} ticks came; the feed was taken for lost: {market.lost_since}")
        return pending(self.shell)


async def _opened(first: bytes) -> tuple[_Ours, SdkWire, SdkWire]:
    """Our path, the SDK's to a dict, and the SDK's to its own types."""
    return _Ours(first), SdkWire(json.loads), SdkWire(_typed)


def _typed(text: str) -> WebsocketResponse:
    """The recorded frames lack the id that its types ask for."""
    return WebsocketResponse({"client_id": "", **json.loads(text)})


def _passed_over(values: Iterator[object]) -> None:
    """Take each and keep none, as a feed does."""
    deque(values, maxlen=0)


def _measured(messages: Sequence[bytes], rounds: int) -> dict[str, float]:
    """Seconds a message of each way; and how many setups the ticks are held against."""
    frames = framed(messages)
    with asyncio.Runner() as runner:
        ours, to_dicts, to_types = runner.run(_opened(messages[0]))
        works = {
            "ours": timed(lambda: runner.run(ours.take(frames))),
            "sdk json": timed(lambda: runner.run(to_dicts.take(frames))),
            "sdk types": timed(lambda: runner.run(to_types.take(frames))),
            "msgspec": timed(lambda: _passed_over(msgspec.json.decode(message) for message in messages)),
            "decode": timed(lambda: _passed_over(decode(message, 0.0) for message in messages)),
        }
        took = interleaved(works, rounds)
        count = ours.checked((rounds + 1) * len(frames))
    return {name: each / len(frames) for name, each in took.items()} | {"armed": count}
