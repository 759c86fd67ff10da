"""The websocket protocol over real sockets, as the live venue speaks it."""

import asyncio
import json
from decimal import Decimal
from itertools import pairwise

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from core.simulator.exchange import Exchange, ExchangeSettings
from core.simulator.feed import Limits
from tests.simulator.venue import PREFIX, Frame, frames_until, get, has, of, send, tickers

PERP = "BTC-PERP-INTX"


async def test_the_snapshot_comes_first_then_the_ack_with_the_whole_set() -> None:
    async with Exchange(ExchangeSettings()) as ex, connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "ticker", PERP, "ETH-PERP-INTX", "NO-SUCH")
        await send(ws, "subscribe", "heartbeats")
        frames = await frames_until(ws, has("subscriptions", 2))
    first, second = of("subscriptions", frames)
    assert [frame["events"][0]["type"] for frame in frames[:2]] == ["snapshot", "snapshot"]
    assert frames[2] is first
    assert first["events"] == [{"subscriptions": {"ticker": [PERP, "ETH-PERP-INTX"]}}]
    assert second["events"][0]["subscriptions"]["heartbeats"] == ["heartbeats"]
    assert second["events"][0]["subscriptions"]["ticker"] == [PERP, "ETH-PERP-INTX"]


async def test_the_sequence_counts_every_message_of_a_connection_from_zero() -> None:
    async with Exchange(ExchangeSettings(speed=600)) as ex, connect(ex.ws_url) as one, connect(ex.ws_url) as other:
        await send(one, "subscribe", "heartbeats")
        await send(one, "subscribe", "ticker", PERP)
        await send(other, "subscribe", "ticker", PERP)
        for ws in (one, other):
            frames = await frames_until(ws, has("ticker", 30))
            assert [frame["sequence_num"] for frame in frames] == list(range(len(frames)))


async def test_envelopes_look_like_the_live_ones() -> None:
    async with Exchange(ExchangeSettings()) as ex, connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "ticker", PERP)
        frames = await frames_until(ws, has("ticker", 2))
    assert set(frames[0]) == {"channel", "timestamp", "sequence_num", "events"}
    live = "type product_id price volume_24_h low_24_h high_24_h low_52_w high_52_w price_percent_chg_24_h"
    quoted = "best_bid best_ask best_bid_quantity best_ask_quantity"
    for ticker in tickers(frames):
        assert set(ticker) == set(f"{live} {quoted}".split())
        assert all(isinstance(value, str) for value in ticker.values())


async def test_a_client_id_is_sent_where_it_is_asked_for() -> None:
    async with Exchange(ExchangeSettings(client_id="")) as ex, connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "heartbeats")
        assert (await frames_until(ws, has("subscriptions")))[0]["client_id"] == ""


@pytest.mark.parametrize("speed", [120, 2000])
async def test_at_any_speed_every_price_of_the_closed_candles_is_told(speed: float) -> None:
    async with Exchange(ExchangeSettings(speed=speed)) as ex, connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "ticker", PERP)

        def three_minutes(frames: list[Frame]) -> bool:
            return len({frame["timestamp"][:16] for frame in of("ticker", frames)}) >= 4

        frames = await frames_until(ws, three_minutes)
        address = f"{ex.rest_url}{PREFIX}/market/products/{PERP}/candles"
        query = "granularity=ONE_MINUTE&start=1768917600&end=1768921200"
        candles = {int(c["start"]): c for c in (await get(f"{address}?{query}")).json["candles"]}
    minutes = sorted({frame["timestamp"][:16] for frame in of("ticker", frames)})[1:-1]
    for minute in minutes:
        told = [f["events"][0]["tickers"][0]["price"] for f in of("ticker", frames) if f["timestamp"][:16] == minute]
        candle = candles[1_768_917_600 + 60 * int(minute[-2:])]
        assert max(map(Decimal, told)) == Decimal(candle["high"])
        assert min(map(Decimal, told)) == Decimal(candle["low"])
        assert told[-1] == candle["close"]


async def test_timestamps_do_not_run_backwards() -> None:
    async with Exchange(ExchangeSettings(speed=600)) as ex, connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "heartbeats")
        await send(ws, "subscribe", "ticker", PERP, "SOL-USD")
        frames = await frames_until(ws, has("ticker", 60))
    stamps = [frame["timestamp"].rstrip("Z").ljust(29, "0").replace(":000", ":00.000") for frame in frames]
    whole = [stamp if "." in stamp else stamp[:19] + ".000000000" for stamp in stamps]
    assert whole == sorted(whole)


async def test_at_real_speed_the_price_mostly_stays_while_the_book_changes() -> None:
    async with Exchange(ExchangeSettings(speed=1)) as ex, connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "ticker", PERP)
        told = tickers(await frames_until(ws, has("ticker", 9)))
    assert sum(a["price"] == b["price"] for a, b in pairwise(told)) >= 5
    assert len({(ticker["best_bid_quantity"], ticker["best_ask_quantity"]) for ticker in told}) >= 5


async def test_heartbeats_count_up_without_any_product() -> None:
    async with Exchange(ExchangeSettings()) as ex, connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "heartbeats")
        beats = of("heartbeats", await frames_until(ws, has("heartbeats", 2)))
    one, two = (beat["events"][0]["heartbeat_counter"] for beat in beats)
    assert two == one + 1
    assert " UTC m=+" in beats[0]["events"][0]["current_time"]


async def test_an_unknown_channel_is_refused_and_the_socket_stays_open() -> None:
    async with Exchange(ExchangeSettings()) as ex, connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "user")
        assert json.loads(await ws.recv()) == {"type": "error", "message": "authentication failure"}
        await send(ws, "subscribe", "heartbeats")
        assert (await frames_until(ws, has("subscriptions")))[0]["sequence_num"] == 0


@pytest.mark.parametrize("text", ["{", "[]", "7", '{"type":5}', "\x00", '{"type":"subscribe","product_ids":"BTC"}'])
async def test_what_cannot_be_read_gets_an_error_frame(text: str) -> None:
    async with Exchange(ExchangeSettings()) as ex, connect(ex.ws_url) as ws:
        await ws.send(text)
        refused = json.loads(await ws.recv())
        assert refused["type"] == "error"
        assert refused["message"].startswith("failure to parse message")


async def test_unsubscribing_stops_the_channel_and_acks_what_is_left() -> None:
    async with Exchange(ExchangeSettings(speed=60)) as ex, connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "heartbeats")
        await send(ws, "subscribe", "ticker", PERP, "ETH-USD")
        await send(ws, "unsubscribe", "ticker", PERP)
        frames = await frames_until(ws, has("subscriptions", 3))
        assert frames[-1]["events"][0]["subscriptions"] == {"heartbeats": ["heartbeats"], "ticker": ["ETH-USD"]}
        later = tickers(await frames_until(ws, has("ticker", 5)))
    assert {ticker["product_id"] for ticker in later} == {"ETH-USD"}


async def test_a_connection_that_does_not_subscribe_is_closed() -> None:
    limits = Limits(subscribe_within_s=0.2)
    async with Exchange(ExchangeSettings(limits=limits)) as ex, connect(ex.ws_url) as ws:
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(ws.recv(), 5)
        assert ws.protocol.close_code == 1008


async def test_a_connection_on_which_nothing_happens_is_closed() -> None:
    limits = Limits(idle_close_s=0.3)
    async with Exchange(ExchangeSettings(limits=limits)) as ex, connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "ticker", "NO-SUCH")
        with pytest.raises(ConnectionClosed):
            await frames_until(ws, has("ticker"))
        assert ws.protocol.close_code == 1001


async def test_every_other_channel_speaks_in_its_own_shape() -> None:
    channels = ("ticker_batch", "candles", "market_trades", "level2", "status")
    async with Exchange(ExchangeSettings(speed=60)) as ex, connect(ex.ws_url) as ws:
        for channel in channels:
            await send(ws, "subscribe", channel, "BTC-USD")
        frames = await frames_until(ws, lambda got: all(of(each, got)[1:] for each in ("market_trades", "l2_data")))
        if not of("status", frames):
            frames += await frames_until(ws, has("status"))
    assert "best_bid" not in of("ticker_batch", frames)[0]["events"][0]["tickers"][0]
    assert len(of("candles", frames)[0]["events"][0]["candles"]) == 100
    trade = of("market_trades", frames)[1]["events"][0]["trades"][0]
    assert set(trade) == {
        "trade_id",
        "product_id",
        "price",
        "size",
        "time",
        "side",
    }
    assert of("status", frames)[0]["events"][0]["products"][0]["status"] == "online"


async def test_level2_changes_keep_a_book_that_does_not_cross() -> None:
    async with Exchange(ExchangeSettings(speed=60)) as ex, connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "level2", "BTC-USD")
        frames = of("l2_data", await frames_until(ws, has("l2_data", 6)))
    book: dict[str, dict[Decimal, Decimal]] = {"bid": {}, "offer": {}}
    for frame in frames:
        for change in frame["events"][0]["updates"]:
            book[change["side"]][Decimal(change["price_level"])] = Decimal(change["new_quantity"])
        bids, asks = ([price for price, size in book[side].items() if size] for side in ("bid", "offer"))
        assert (len(bids), len(asks)) == (25, 25)
        assert max(bids) < min(asks)


async def test_a_consumer_that_does_not_read_is_cut_off_and_others_are_not() -> None:
    async with Exchange(ExchangeSettings(speed=20_000)) as ex, connect(ex.ws_url) as good:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(ex.ws_url.rsplit(":", 1)[1]))
        key = b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        writer.write(key + b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        ids = [name.encode() for name in ex.state()["products"]]  # type: ignore[attr-defined]
        asked = b'{"type":"subscribe","channel":"ticker","product_ids":["' + b'","'.join(ids) + b'"]}'
        writer.write(bytes([0x81, 0x80 | 126]) + len(asked).to_bytes(2, "big") + b"\0\0\0\0" + asked)
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        await send(good, "subscribe", "heartbeats")
        async with asyncio.timeout(30):
            while len(ex.state()["connections"]) == 2:  # type: ignore[arg-type]
                await asyncio.sleep(0.05)
        assert (await frames_until(good, has("heartbeats")))[0]["sequence_num"] == 0
        writer.transport.abort()
