"""Every fault of the websocket, as it is on the wire, and that all is well once it is off."""

import asyncio
import json
import time
from decimal import Decimal
from itertools import pairwise

import pytest
from websockets.asyncio.client import ClientConnection

from core.simulator.exchange import Exchange
from core.simulator.message_faults import WRONG
from tests.simulator.venue import Frame, fence, frames_until, has, of, send, subscribed, tickers

pytestmark = pytest.mark.asyncio(loop_scope="module")

PERP, OTHER = "BTC-PERP-INTX", "ETH-USD"


def numbers(frames: list[Frame]) -> list[int]:
    return [frame["sequence_num"] for frame in frames]


def is_whole(frames: list[Frame]) -> bool:
    """Is no number missing between the first and the last?"""
    return len(frames) < 2 or frames[-1]["sequence_num"] - frames[0]["sequence_num"] == len(frames) - 1


async def silence_of(ws: ClientConnection, channel: str, seconds: float) -> None:
    """For so long nothing of this channel, while others speak."""
    loop = asyncio.get_running_loop()
    await fence(ws)
    began = loop.time()
    while loop.time() - began < seconds:
        assert json.loads(await ws.recv())["channel"] != channel


async def test_delay_keeps_the_order_and_moves_the_time(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        began = time.monotonic()
        await ex.fault("delay", seconds=0.5)
        await fence(ws)
        frames = [frame for frame in await frames_until(ws, has("ticker", 5)) if "channel" in frame]
        assert numbers(frames) == sorted(numbers(frames))
        assert time.monotonic() - began > 0.5


async def test_duplicates_come_with_their_number(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("duplicate", count=2)
        got = numbers(await frames_until(ws, lambda frames: len(frames) - len(set(numbers(frames))) == 2))
        one, two = sorted(number for number in set(got) if got.count(number) == 2)
        assert two == one + 1


async def test_skipped_messages_leave_a_gap_of_as_many_numbers(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        last = numbers(await frames_until(ws, has("ticker")))[-1]
        await ex.fault("skip", count=4)
        got = numbers(await frames_until(ws, lambda frames: not is_whole(frames)))
        assert len(set(range(last + 1, got[-1] + 1)) - set(got)) == 4


async def test_messages_change_places(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("out_of_order", count=1)
        got = numbers(await frames_until(ws, lambda frames: numbers(frames) != sorted(numbers(frames))))
        falls = [(one, two) for one, two in pairwise(got) if two < one]
        assert len(falls) == 1
        assert falls[0][0] == falls[0][1] + 1


async def test_the_sequence_begins_again(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        await frames_until(ws, has("ticker", 3))
        await ex.fault("seq_reset")
        got = numbers(await frames_until(ws, lambda frames: 1 in numbers(frames)))
        assert got[-2:] == [0, 1]


@pytest.mark.parametrize("variant", ["utf8", "deep"])
async def test_the_harsh_garbage_is_sent_where_it_is_asked_for(ex: Exchange, variant: str) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("garbage", variant=variant)
        async with asyncio.timeout(5):
            while b"sequence_num" in (got := bytes(await ws.recv(decode=False))):  # type: ignore[arg-type]
                continue
        with pytest.raises((UnicodeDecodeError, RecursionError)):
            json.loads(got.decode())


@pytest.mark.parametrize("variant", sorted(WRONG))
async def test_prices_of_wrong_types(ex: Exchange, variant: str) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("wrong_types", variant=variant, count=1)
        frames = await frames_until(ws, lambda got: WRONG[variant] in [each["price"] for each in tickers(got)])
        assert WRONG[variant] in [each["price"] for each in tickers(frames)]


async def test_wrong_types_take_turns_and_can_be_meant_for_one_product(ex: Exchange) -> None:
    async with subscribed(ex, PERP, OTHER) as ws:
        await ex.fault("wrong_types", product_id=PERP, count=3)
        told = tickers(await frames_until(ws, lambda got: [each["price"] for each in tickers(got)].count("NaN") == 1))
        wrong = [each for each in told if each["price"] in (None, "", "NaN")]
        assert [each["price"] for each in wrong] == [None, "", "NaN"]
        assert {each["product_id"] for each in wrong} == {PERP}


async def test_unknown_channels_and_keys_are_well_formed(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("unknown_channel")
        await ex.fault("unknown_keys")
        frames = await frames_until(ws, lambda got: any("mark_price" in each for each in tickers(got)))
        assert of("futures_balance_summary", frames)[0]["events"][0]["tickers"] == {"price": None}
        assert numbers(frames) == list(range(frames[0]["sequence_num"], frames[0]["sequence_num"] + len(frames)))


async def test_an_error_frame_leaves_the_connection_open(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("error_frame", message="go away")
        frames = await frames_until(ws, lambda got: any(each.get("type") == "error" for each in got))
        assert frames[-1] == {"type": "error", "message": "go away"}
        await frames_until(ws, has("ticker"))


async def test_heartbeats_stop_while_prices_flow(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("heartbeats_stop")
        await silence_of(ws, "heartbeats", 1.3)
        await ex.fault("heartbeats_stop", on=False)
        await frames_until(ws, has("heartbeats"))


async def test_prices_stop_while_heartbeats_flow_snapshots_included(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("ticker_stop", product_id=PERP)
        await send(ws, "subscribe", "ticker", PERP, OTHER)
        frames = await frames_until(ws, lambda got: has("heartbeats", 2)(got) and has("subscriptions")(got))
        after = frames[frames.index(of("subscriptions", frames)[0]) :]
        assert {each["product_id"] for each in tickers(after)} == {OTHER}
        await ex.fault("ticker_stop", on=False)
        await frames_until(ws, lambda got: any(each["product_id"] == PERP for each in tickers(got)))


async def test_stale_stamps_are_early_by_what_was_asked(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        fresh = (await frames_until(ws, has("ticker")))[-1]["timestamp"]
        await ex.fault("stale_timestamps", seconds=86_400)
        frames = await frames_until(ws, lambda got: any(each["timestamp"][:10] < fresh[:10] for each in got))
        assert frames[-1]["channel"] == "ticker"


async def test_a_spike_moves_one_price_and_not_the_book(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        before = Decimal(tickers(await frames_until(ws, has("ticker")))[-1]["price"])
        await ex.fault("price_spike", percent=150)
        told = tickers(
            await frames_until(
                ws, lambda got: Decimal(tickers(got)[-1]["price"]) > before * 2 if tickers(got) else False
            )
        )
        told += tickers(await frames_until(ws, has("ticker", 5)))
        spikes = [each for each in told if Decimal(each["price"]) > before * Decimal("1.4")]
        assert len(spikes) == 1
        assert Decimal(spikes[0]["best_bid"]) < before * Decimal("1.1")


async def test_a_crossed_book_has_its_bid_above_its_ask(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("crossed_book", product_id=PERP)
        await frames_until(
            ws, lambda got: any(Decimal(each["best_bid"]) > Decimal(each["best_ask"]) for each in tickers(got))
        )


async def test_a_big_frame_is_as_big_as_was_asked(ex: Exchange) -> None:
    async with subscribed(ex) as ws:
        await ex.fault("big_frame", bytes=300_000)
        frames = await frames_until(ws, has("status"))
        assert len(frames[-1]["events"][0]["padding"]) == 300_000
