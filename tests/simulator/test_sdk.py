"""The unmodified SDK as the conformance client: RESTClient's public calls, WSClient with ticker and heartbeats."""

import asyncio
import json
import queue
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from coinbase.rest import RESTClient
from coinbase.websocket import WebsocketResponse, WSClient
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import HTTPError

from core.simulator.exchange import Exchange, ExchangeSettings

START = 1_767_708_000


class PlainLoopback(HTTPAdapter):
    """Sends the SDK's https requests for a loopback host over plain http."""

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        url = urlsplit(request.url or "")
        assert url.hostname == "127.0.0.1"
        request.url = url._replace(scheme="http").geturl()
        return super().send(request, *args, **kwargs)


def rest_client(ex: Exchange) -> RESTClient:
    client = RESTClient(api_key=None, api_secret=None, base_url=ex.rest_url.removeprefix("http://"), timeout=10)
    client.session.trust_env = False
    client.session.mount("https://127.0.0.1", PlainLoopback())
    return client


async def test_every_public_rest_call_of_the_sdk_is_answered() -> None:
    async with Exchange(ExchangeSettings()) as ex:
        client = rest_client(ex)
        ask = asyncio.to_thread
        now = await ask(client.get_unix_time)
        products = await ask(client.get_public_products, product_type="FUTURE", get_all_products=True)
        some = await ask(client.get_public_products, product_ids=["BTC-USD", "SOL-USD"])
        one = await ask(client.get_public_product, "BTC-PERP-INTX")
        book = await ask(client.get_public_product_book, "BTC-USD", 4)
        got = await ask(client.get_public_candles, "BTC-USD", str(START - 18_000), str(START), "FIFTEEN_MINUTE")
        trades = await ask(client.get_public_market_trades, "BTC-USD", 3)
        client.session.close()
    assert int(now.epoch_seconds) >= START
    assert len(products.products) == 15
    assert {each.product_id for each in some.products} == {"BTC-USD", "SOL-USD"}
    assert one.future_product_details["perpetual_details"]["max_leverage"] == "10"
    assert len(book.pricebook.bids) == 4
    assert len(got.candles) == 21
    assert float(got.candles[0].high) >= float(got.candles[0].low) > 0
    assert len(trades.trades) == 3


async def test_the_sdk_raises_on_an_unknown_product() -> None:
    async with Exchange(ExchangeSettings()) as ex:
        client = rest_client(ex)
        with pytest.raises(HTTPError, match=r"404.*NOT_FOUND"):
            await asyncio.to_thread(client.get_public_product, "NO-SUCH")
        client.session.close()


def frames_of(client: WSClient, got: "queue.Queue[str]", wanted: dict[str, int]) -> Iterator[dict[str, Any]]:
    """The frames the SDK hands on until each wanted channel has come often enough (blocks)."""
    client.open()
    client.ticker(["BTC-PERP-INTX", "ETH-PERP-INTX"])
    client.heartbeats()
    left = dict(wanted)
    while any(count > 0 for count in left.values()):
        frame = json.loads(got.get(timeout=15))
        left[frame["channel"]] = left.get(frame["channel"], 0) - 1
        yield frame
    client.ticker_unsubscribe(["BTC-PERP-INTX", "ETH-PERP-INTX"])
    client.close()


async def test_the_sdks_websocket_client_gets_tickers_and_heartbeats() -> None:
    got: queue.Queue[str] = queue.Queue()
    async with Exchange(ExchangeSettings(speed=300, client_id="")) as ex:
        client = WSClient(api_key=None, api_secret=None, base_url=ex.ws_url, on_message=got.put, timeout=10)
        frames = await asyncio.to_thread(lambda: list(frames_of(client, got, {"ticker": 20, "heartbeats": 2})))
    assert [frame["sequence_num"] for frame in frames] == list(range(len(frames)))
    typed = [WebsocketResponse(frame) for frame in frames]
    prices = [float(each.events[0].tickers[0].price) for each in typed if each.channel == "ticker"]
    assert len(prices) >= 20
    assert min(prices) > 0
