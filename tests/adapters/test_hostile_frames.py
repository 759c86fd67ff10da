"""Hostile frames: mutations of real ones, straight into the intake. It never raises and takes only plain prices."""

import json
import re
import unicodedata
from collections import Counter, deque
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.adapters.feed_intake import BAD, DROPPED, FeedIntake
from core.simulator.message_faults import WRONG
from tests.adapters.frames import Heard, ack, heartbeat, ticker

PRODUCT = "BTC-USD"
PLAIN = re.compile(rb'"(0*[0-9]{1,15}(?:\.[0-9]{1,18})?)"', re.ASCII)
FAIR = Decimal("67223.5")
REAL = (
    ticker(PRODUCT, str(FAIR), 5, best_bid="67223.4", best_ask="67223.6"),
    ack(PRODUCT, sequence=6),
    heartbeat(7),
    b'{"type":"error","message":"authentication failure"}',
    json.dumps({"channel": "l2_data", "sequence_num": 8, "events": [{"updates": [{"side": "bid"}]}]}).encode(),
)
ODD = (
    *WRONG.values(), "Infinity", "1e400", "+1", "0x10", "1,000", "１２", "12.", ".5", "--1", "1 ", "\u202e12",
    "\x1b[2J", True, [], {}, 10**400, -0.0, "0.0000000000000000001", "9999999999999999",
)  # fmt: skip


TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def harmless(char: str) -> bool:
    """Is it no control, no lone surrogate, no end of a line, and does it turn no direction?"""
    return unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp") and unicodedata.bidirectional(char) not in TURNING


def fed(frames: list[bytes]) -> tuple[Heard, Counter[str]]:
    """An intake that has heard these frames, after a good price."""
    heard, counters, kept = Heard(), Counter[str](), deque[str](maxlen=5)
    intake = FeedIntake(frozenset({PRODUCT}), heard, {PRODUCT: Decimal("0.01")}, counters, kept)
    intake.begin()
    intake.take(REAL[0], 0.0)
    for at, frame in enumerate(frames):
        intake.take(frame, at / 1000)
        assert all(harmless(char) for text in kept for char in text)
    return heard, counters


def plain_prices(frames: list[bytes]) -> set[Decimal]:
    """Every plain positive number that stands anywhere in the frames as a string."""
    return {Decimal(found.decode()) for frame in frames for found in PLAIN.findall(frame)} | {FAIR}


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A real frame with a few bytes cut, doubled, replaced or put in."""
    frame = bytearray(draw(st.sampled_from(REAL)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(frame) - 1, 0)))
        to = draw(st.integers(at, min(len(frame), at + 30)))
        what = draw(st.sampled_from(["cut", "double", "put", "replace"]))
        put = draw(st.sampled_from([b"\x00", b"\xff", b'"', b"{", b"[", b"\\u", b"9", b"-", b"e", b"null", b"\x1b[2J"]))
        if what == "cut":
            del frame[at:to]
        elif what == "double":
            frame[at:at] = frame[at:to]
        else:
            frame[at : to if what == "replace" else at] = put
    return bytes(frame)


@st.composite
def odd_values(draw: st.DrawFn) -> bytes:
    """A ticker in which one field, at any depth, holds something odd, or is missing, or has a stranger beside it."""
    frame: Any = json.loads(REAL[0])
    node: Any = draw(st.sampled_from([frame, frame["events"][0], frame["events"][0]["tickers"][0]]))
    name = draw(st.sampled_from(sorted(node)))
    act = draw(st.sampled_from(["put", "drop", "add"]))
    value = draw(st.sampled_from(ODD))
    if act == "put":
        node[name] = value
    elif act == "drop":
        del node[name]
    else:
        node[f"{name}_"] = value
    return json.dumps(frame, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")


@settings(max_examples=250)
@given(st.lists(st.one_of(mutated(), odd_values(), st.binary(max_size=80)), min_size=1, max_size=8))
def test_nothing_raises_and_only_plain_prices_that_were_sent_are_taken(frames: list[bytes]) -> None:
    heard, counters = fed(frames)
    assert counters["messages"] == len(frames) + 1
    assert {tick.product_id for tick in heard.ticks} == {PRODUCT}
    assert {tick.price for tick in heard.ticks} <= plain_prices(frames)
    assert all(tick.price.is_finite() and tick.price > 0 for tick in heard.ticks)


@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:24])
def test_no_odd_price_is_ever_taken(value: object) -> None:
    heard, counters = fed([ticker(PRODUCT, value, 6)])
    assert [tick.price for tick in heard.ticks] == [FAIR]
    assert counters[BAD] + counters[DROPPED] == 1


def test_recorded_frames_with_a_field_spoilt_do_not_raise(data_dir: Path) -> None:
    recording = data_dir / "ws" / "coinbase_advanced_ticker_BTC-USD_20260404T2113Z.jsonl"
    with recording.open("rb") as lines:
        frames = [line.strip() for line, _ in zip(lines, range(200), strict=False)]
    spoilt = [
        frame.replace(b'"price":', f'"price":{json.dumps(odd)},"was":'.encode()) for frame in frames for odd in ODD[:10]
    ]
    heard, counters = fed(spoilt)
    assert len(heard.ticks) == 1
    assert counters["messages"] == len(spoilt) + 1
