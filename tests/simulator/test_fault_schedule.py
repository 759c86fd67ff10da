"""Faults that come by themselves, and the list of all of them."""

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from core.domain.errors import ConfigError
from core.simulator.exchange import Exchange, ExchangeSettings
from core.simulator.fault_schedule import TimedFault
from core.simulator.faults import KINDS, parse_fault
from tests.simulator.venue import frames_until, has, send

OF_THE_WEBSOCKET = (
    "drop close delay stall half_open duplicate skip out_of_order seq_reset garbage wrong_types unknown_channel "
    "unknown_keys error_frame heartbeats_stop ticker_stop stale_timestamps price_spike crossed_book big_frame "
    "refuse_connections accept_then_mute slow_handshake drop_during_subscribe ack_without_product"
)
OF_REST = (
    "429 500 503 html slow hang truncated reset empty_candles holes duplicate_bucket clock_skew trading_disabled "
    "maintenance delisting"
)


def test_every_fault_is_there_and_means_something_without_arguments() -> None:
    assert set(KINDS) == {*OF_THE_WEBSOCKET.split(), *OF_REST.split(), "clear"}
    for kind in KINDS:
        assert parse_fault({"kind": kind}) == TimedFault.parse(f"{kind}@0").fault


@pytest.mark.parametrize(
    ("text", "payload", "after_s"),
    [
        ("close:1001@5", {"kind": "close", "code": 1001}, 5.0),
        ("skip:3@10", {"kind": "skip", "count": 3}, 10.0),
        ("stall@20", {"kind": "stall"}, 20.0),
        ("stall:on=false@40.5", {"kind": "stall", "on": False}, 40.5),
        ("429:count=2,retry_after=3@0", {"kind": "429", "count": 2, "retry_after": 3}, 0.0),
        ("price_spike:-20,product_id=BTC-USD@1", {"kind": "price_spike", "percent": -20.0, "product_id": "BTC-USD"}, 1),
        ("error_frame:message=a@b@1", {"kind": "error_frame", "message": "a@b"}, 1.0),
    ],
)
def test_a_fault_is_written_in_one_word(text: str, payload: dict[str, object], after_s: float) -> None:
    assert TimedFault.parse(text) == TimedFault(after_s, parse_fault(payload))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("clos@3", "nearest known one is close"),
        ("stal:on=false@3", "nearest known one is stall"),
        ("stall", "KIND[:ARGS]@SECONDS"),
        ("stall@soon", "KIND[:ARGS]@SECONDS"),
        ("stall@-1", "KIND[:ARGS]@SECONDS"),
        ("stall@nan", "KIND[:ARGS]@SECONDS"),
        ("close:99@1", "code"),
        ("close:1006@1", "not a code"),
        ("close:cod=1001@1", "its arguments: code"),
        ("drop:5@1", "KEY=VALUE"),
        ("429:2,3@1", "KEY=VALUE"),
        ("skip:three@1", "its arguments: count, on"),
    ],
)
def test_a_wrong_one_is_one_sentence(text: str, says: str) -> None:
    with pytest.raises(ConfigError) as refused:
        TimedFault.parse(text)
    assert says in str(refused.value)


async def test_they_come_at_their_times() -> None:
    faults = tuple(TimedFault.parse(text) for text in ("stall@0.4", "close:4001@0.2", "stall:on=false@0.6"))
    async with Exchange(ExchangeSettings(speed=60, faults=faults)) as ex, connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "heartbeats")
        with pytest.raises(ConnectionClosed) as ended:
            await frames_until(ws, has("never"), 5)
        assert ended.value.rcvd is not None
        assert ended.value.rcvd.code == 4001
        async with connect(ex.ws_url) as again:
            await send(again, "subscribe", "ticker", "BTC-USD")
            await frames_until(again, has("ticker", 6), 10)
        assert ex.state()["faults"] == []


async def test_a_product_that_is_not_sold_is_refused_at_the_start() -> None:
    settings = ExchangeSettings(faults=(TimedFault.parse("ticker_stop:BTC-EUR@5"),))
    with pytest.raises(ConfigError, match="BTC-EUR is not sold here"):
        async with Exchange(settings):
            pass
