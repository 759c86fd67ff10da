import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.coinbase_wire import (
    EXCERPT,
    AckFrame,
    BadFrame,
    ErrorFrame,
    HeartbeatFrame,
    OtherFrame,
    TickerFrame,
    decode,
)
from core.domain.events import DayStats
from core.ports import FeedTick
from tests.adapters.frames import ticker

TICKER = ticker("BTC-USD", "67223.5")


def test_a_ticker_becomes_a_tick_with_its_book_and_day() -> None:
    frame = decode(ticker("BTC-USD", "67223.5", best_bid="67223.49", best_ask="67223.5", sequence=7), real_s=1.5)
    at = datetime(2026, 4, 4, 21, 13, 43, 291085, UTC)
    day = DayStats(Decimal("67535.2"), Decimal("66770.64"), Decimal("2401.16054813"), Decimal("-0.54672614199923"))
    tick = FeedTick("BTC-USD", Decimal("67223.5"), Decimal("67223.49"), Decimal("67223.5"), at, 1.5, day)
    assert frame == TickerFrame(7, (tick,), ())


def test_a_client_id_and_other_keys_are_nothing_to_stumble_over() -> None:
    payload = json.loads(TICKER) | {"client_id": "", "novel": {"deep": [1]}}
    assert isinstance(decode(json.dumps(payload).encode(), 0.0), TickerFrame)


@pytest.mark.parametrize(
    "price", [None, "", "NaN", "1e-05", 67000.5, "0", "-1", "1_000", " 12\n", "١٢", "9" * 5000, [1], {}]
)
def test_a_price_that_is_none_is_dropped_and_its_neighbours_stay(price: object) -> None:
    payload = json.loads(TICKER)
    good = payload["events"][0]["tickers"][0]
    payload["events"][0]["tickers"] = [good | {"price": price}, good | {"product_id": "ETH-USD"}]
    frame = decode(json.dumps(payload).encode(), 0.0)
    assert isinstance(frame, TickerFrame)
    assert [tick.product_id for tick in frame.ticks] == ["ETH-USD"]
    assert len(frame.dropped) == 1
    assert len(frame.dropped[0]) < 200


def test_a_bad_bid_leaves_the_price() -> None:
    frame = decode(ticker("BTC-USD", "67223.5", best_bid="NaN", best_ask=None), 0.0)
    assert isinstance(frame, TickerFrame)
    assert (frame.ticks[0].bid, frame.ticks[0].ask) == (None, None)


@pytest.mark.parametrize("digits", range(10))
def test_timestamps_carry_0_to_9_fraction_digits(digits: int) -> None:
    fraction = "." + "123456789"[:digits] if digits else ""
    frame = decode(ticker("BTC-USD", "1", timestamp=f"2026-04-04T21:13:43{fraction}Z"), 0.0)
    assert isinstance(frame, TickerFrame)
    assert abs((frame.ticks[0].venue_at - datetime(2026, 4, 4, 21, 13, 43, tzinfo=UTC)).total_seconds()) < 0.1235


def test_the_ack_holds_the_whole_current_set() -> None:
    channels = b'{"heartbeats":["heartbeats"],"ticker":["A","B"]}'
    text = b'{"channel":"subscriptions","sequence_num":3,"events":[{"subscriptions":%b}]}'
    assert decode(text % channels, 0.0) == AckFrame(3, frozenset({"A", "B"}))


def test_heartbeats_errors_and_other_channels_are_told_apart() -> None:
    assert decode(
        b'{"channel":"heartbeats","sequence_num":4,"events":[{"heartbeat_counter":9}]}', 0.0
    ) == HeartbeatFrame(4)
    assert decode(b'{"type":"error","message":"auth\\u001b[2J failed"}', 0.0) == ErrorFrame("auth[2J failed")
    assert decode(b'{"channel":"status","sequence_num":5,"events":{"shape":"other"}}', 0.0) == OtherFrame(5, "status")
    assert decode(b'{"channel":"l2_data","sequence_num":6,"events":[{"updates":[{}]}]}', 0.0) == OtherFrame(
        6, "l2_data"
    )


HOSTILE = {
    "empty": b"",
    "blank": b"  \n",
    "bad UTF-8": b'{"channel":"\xff\xfe"}',
    "binary": b"\x00\xff\xfe\x80",
    "html": b"<html>502</html>",
    "number": b"42",
    "array": b"[]",
    "string": b'"ticker"',
    "null": b"null",
    "truncated": TICKER[:120],
    "two documents": TICKER + TICKER,
    "depth": b'{"channel":' + b"[" * 200_000,
    "depth in a price": TICKER.replace(b'"67223.5"', b"[" * 5000 + b"]" * 5000),
    "5000 digits": b'{"channel":"ticker","sequence_num":' + b"9" * 5000 + b"}",
    "no channel": b'{"sequence_num":1}',
    "no timestamp": ticker("BTC-USD", "1", timestamp=None),
    "zoneless": ticker("BTC-USD", "1", timestamp="2026-04-04T21:13:43"),
    "no such day": ticker("BTC-USD", "1", timestamp="2026-02-30T21:13:43Z"),
    "before time": ticker("BTC-USD", "1", timestamp="0001-01-01T00:00:00+23:00"),
    "NaN literal": TICKER.replace(b'"67223.5"', b"NaN"),
    "tickers no list": b'{"channel":"ticker","timestamp":"2026-04-04T21:13:43Z","events":[{"tickers":5}]}',
    "events no list": b'{"channel":"ticker","timestamp":"2026-04-04T21:13:43Z","events":{}}',
    "doubled key, escaped": TICKER.replace(b'"price"', b'"price":"1","pr\\u0069ce"'),
    "doubled product": TICKER.replace(b'"product_id"', b'"product_id":"ETH-USD","product_id"'),
    "doubled key": TICKER.replace(b'"price"', b'"price":"1","price"'),
    "ack no table": b'{"channel":"subscriptions","events":[{"subscriptions":[1]}]}',
    "ack no list": b'{"channel":"subscriptions","events":[{"subscriptions":{"ticker":"BTC"}}]}',
    "huge": b'{"channel":"ticker","x":"' + b"A" * 3_000_000,
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_frame_is_a_bad_frame_with_a_short_clean_excerpt(data: bytes) -> None:
    frame = decode(data, 0.0)
    assert isinstance(frame, BadFrame)
    assert frame.reason
    assert len(frame.excerpt) <= EXCERPT
    assert len(frame.reason) <= EXCERPT
    assert (frame.excerpt + frame.reason).isprintable()


@pytest.mark.parametrize(
    "literal", [b"1e999", b"-0", b"123", b"true", b"9" * 4290, b"9" * 4400, b"null", b"{}", b"[[]]"]
)
def test_wrong_types_never_become_prices(literal: bytes) -> None:
    frame = decode(TICKER.replace(b'"67223.5"', literal), 0.0)
    assert isinstance(frame, BadFrame) or (isinstance(frame, TickerFrame) and frame.ticks == () and frame.dropped)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.binary(max_size=300))
def test_no_bytes_raise(data: bytes) -> None:
    assert not isinstance(decode(data, 0.0), TickerFrame)


@given(st.integers(0, len(TICKER) - 1), st.binary(min_size=1, max_size=6))
def test_no_damaged_ticker_raises_or_yields_an_absurd_price(place: int, bits: bytes) -> None:
    frame = decode(TICKER[:place] + bits + TICKER[place + len(bits) :], 0.0)
    if isinstance(frame, TickerFrame):
        assert all(tick.price.is_finite() and tick.price > 0 for tick in frame.ticks)


@given(
    st.fixed_dictionaries(
        {"channel": st.sampled_from(["ticker", "subscriptions", "heartbeats", "x"]) | json_values},
        optional={
            "timestamp": json_values,
            "sequence_num": json_values,
            "type": json_values,
            "message": json_values,
            "events": st.lists(
                st.fixed_dictionaries({}, optional={"tickers": json_values, "subscriptions": json_values})
            )
            | json_values,
        },
    )
)
def test_no_well_formed_nonsense_raises(payload: dict[str, object]) -> None:
    decode(json.dumps(payload).encode("utf-8", "surrogatepass"), 0.0)


@pytest.mark.parametrize("name", ["ticker_BTC-USD_20260404T2113Z", "frames_BTC-PERP-INTX_20260905"])
def test_the_recorded_frames_of_the_live_venue_are_all_understood(data_dir: Path, name: str) -> None:
    lines = (data_dir / "ws" / f"coinbase_advanced_{name}.jsonl").read_bytes().splitlines()
    frames = [decode(line, 0.0) for line in lines if line.strip()]
    assert [frame for frame in frames if isinstance(frame, BadFrame | OtherFrame)] == []
    assert [frame.dropped for frame in frames if isinstance(frame, TickerFrame) and frame.dropped] == []
    assert any(isinstance(frame, TickerFrame) for frame in frames)


def test_fields_nobody_knows_are_passed_over_and_told_of() -> None:
    plain, strange = decode(TICKER, 0.0), decode(TICKER.replace(b'"price"', b'"mark":null,"price"'), 0.0)
    assert isinstance(plain, TickerFrame)
    assert isinstance(strange, TickerFrame)
    assert plain.ticks == strange.ticks
    assert (plain.strange, strange.strange) == (False, True)
