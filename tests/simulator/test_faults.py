"""Faults: what goes wrong when it is switched on, and that it goes right again when it is switched off."""

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from core.domain.errors import ConfigError
from core.simulator.exchange import Exchange, ExchangeSettings
from core.simulator.fault import Stroke
from core.simulator.faults import Faults, parse_fault
from core.simulator.rest_faults import Delisting, TooManyRequests
from core.simulator.socket_faults import Close
from tests.simulator.venue import PREFIX, frames_until, get, has, post, send, tickers

FAST = ExchangeSettings(speed=300)
PERP = "BTC-PERP-INTX"


async def test_a_drop_resets_every_connection_without_a_close_frame() -> None:
    async with Exchange(FAST) as ex, connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "heartbeats")
        await frames_until(ws, has("subscriptions"))
        await ex.fault("drop")
        with pytest.raises(ConnectionClosed) as ended:
            await frames_until(ws, has("never"))
        assert ended.value.rcvd is None
        async with connect(ex.ws_url) as again:
            await send(again, "subscribe", "heartbeats")
            assert (await frames_until(again, has("subscriptions")))[0]["sequence_num"] == 0


@pytest.mark.parametrize("code", [1000, 1001, 1011, 4000])
async def test_a_close_carries_its_code(code: int) -> None:
    async with Exchange(FAST) as ex, connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "heartbeats")
        await frames_until(ws, has("subscriptions"))
        await ex.fault("close", code=code)
        with pytest.raises(ConnectionClosed) as ended:
            await frames_until(ws, has("never"))
        assert ended.value.rcvd is not None
        assert ended.value.rcvd.code == code


async def test_a_stalled_exchange_answers_pings_and_says_nothing_until_it_is_switched_off() -> None:
    async with Exchange(FAST) as ex, connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "ticker", PERP)
        before = await frames_until(ws, has("ticker", 5))
        await ex.fault("stall")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.0):
                while True:
                    before.append(json.loads(await ws.recv()))
        await asyncio.wait_for(await ws.ping(), 5)
        await ex.fault("stall", on=False)
        after = await frames_until(ws, has("ticker", 2))
    assert after[0]["sequence_num"] == before[-1]["sequence_num"] + 1
    assert tickers(after)


async def test_garbage_is_sent_between_good_frames() -> None:
    async with Exchange(FAST) as ex, connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "heartbeats")
        await frames_until(ws, has("subscriptions"))
        await ex.fault("garbage")
        got: list[str | bytes] = [await asyncio.wait_for(ws.recv(), 5) for _ in range(6)]
        assert got[2:] == ["[]", "42", b"\x00\xff\xfe\x80", ""]
        for broken in got[:2]:
            with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
                json.loads(broken)
        assert (await frames_until(ws, has("heartbeats")))[0]["sequence_num"] == 1


async def test_one_variant_of_garbage_can_be_chosen() -> None:
    async with Exchange(FAST) as ex, connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "heartbeats")
        await frames_until(ws, has("subscriptions"))
        await ex.fault("garbage", variant="number")
        assert await asyncio.wait_for(ws.recv(), 5) == "42"


async def test_too_many_requests_for_a_while_with_and_without_a_time_to_wait() -> None:
    async with Exchange(FAST) as ex:
        address = f"{ex.rest_url}{PREFIX}/time"
        await ex.fault("429", count=2, retry_after=3)
        told = [await get(address) for _ in range(3)]
        assert [each.status for each in told] == [429, 429, 200]
        assert [each.headers.get("retry-after") for each in told] == ["3", "3", None]
        await ex.fault("429")
        assert "retry-after" not in (await get(address)).headers
        assert (await get(address)).status == 429
        await ex.fault("429", on=False)
        assert (await get(address)).status == 200


async def test_server_errors_until_cleared() -> None:
    async with Exchange(FAST) as ex:
        address = f"{ex.rest_url}{PREFIX}/market/products/{PERP}"
        await ex.fault("500")
        assert (await get(address)).status == 500
        assert (await get(f"{ex.rest_url}/_state")).json["faults"] == [{"kind": "500", "on": True, "count": None}]
        await ex.fault("clear")
        assert (await get(address)).status == 200


async def test_a_delisted_product_vanishes_everywhere_and_can_come_back() -> None:
    async with Exchange(FAST) as ex, connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "ticker", PERP, "ETH-USD")
        await frames_until(ws, has("subscriptions"))
        await ex.fault("delisting", product_id=PERP)
        await send(ws, "subscribe", "ticker", PERP)
        await frames_until(ws, has("subscriptions"))
        assert {each["product_id"] for each in tickers(await frames_until(ws, has("ticker", 12)))} == {"ETH-USD"}
        market = f"{ex.rest_url}{PREFIX}/market/products"
        assert (await get(f"{market}/{PERP}")).status == 404
        assert (await get(f"{market}/{PERP}/candles?start=1&end=2&granularity=ONE_DAY")).status == 404
        assert PERP not in {each["product_id"] for each in (await get(market)).json["products"]}
        await ex.fault("delisting", product_id=PERP, on=False)
        await frames_until(ws, lambda got: any(each["product_id"] == PERP for each in tickers(got)))


async def test_faults_are_switched_from_outside_by_post() -> None:
    async with Exchange(FAST) as ex:
        answer = await post(f"{ex.rest_url}/_fault", {"kind": "500", "count": 1})
        assert answer.json == {"active": [{"kind": "500", "on": True, "count": 1}]}
        assert (await get(f"{ex.rest_url}{PREFIX}/time")).status == 500
        assert (await post(f"{ex.rest_url}/_fault", {"kind": "clear"})).json == {"active": []}


@pytest.mark.parametrize(
    "payload",
    [
        {"kind": "earthquake"},
        {},
        {"kind": "close", "code": 1006},
        {"kind": "close", "code": 7},
        {"kind": "close", "code": 2000},
        {"kind": "429", "count": 0},
        {"kind": "500", "cuont": 1},
        {"kind": "garbage", "variant": "poem"},
    ],
)
def test_a_fault_that_cannot_be_meant_is_refused(payload: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="fault"):
        parse_fault(payload)


@pytest.mark.parametrize("payload", [{"kind": "earthquake"}, {"kind": "delisting", "product_id": "NO-SUCH"}])
async def test_a_running_exchange_refuses_it_on_both_ways_in(payload: dict[str, Any]) -> None:
    async with Exchange(ExchangeSettings()) as ex:
        refused = await post(f"{ex.rest_url}/_fault", payload)
        assert (refused.status, refused.json["error"]) == (400, "INVALID_ARGUMENT")
        with pytest.raises(ConfigError, match="fault"):
            await ex.fault(payload.pop("kind"), **payload)


def test_each_switch_is_found_by_its_kind() -> None:
    faults = Faults()
    faults.apply(parse_fault({"kind": "429", "count": 1}))
    faults.apply(Delisting(product_id="A"))
    faults.apply(Delisting(product_id="B"))
    assert isinstance(faults.refusal(), TooManyRequests)
    assert faults.refusal() is None
    assert [faults.delisted(each) for each in "ABC"] == [True, True, False]
    assert not faults.stalled


def test_strokes_reach_whoever_carries_them_out_and_are_not_kept() -> None:
    faults = Faults()
    done: list[Stroke] = []
    faults.carried_out_by(done.append)
    faults.apply(parse_fault({"kind": "close", "code": 1011}))
    assert done == [Close(code=1011)]
    assert faults.active() == []
