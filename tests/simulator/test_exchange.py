"""The exchange as a value: where it may listen, how it starts, and that nothing is left when it stops."""

import asyncio
import socket
import threading
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from core.domain.errors import AtlasError, ConfigError
from core.domain.timeframes import Timeframe
from core.simulator.clock import SimulatedClock
from core.simulator.exchange import Exchange, ExchangeSettings
from core.simulator.market import CandleSource
from tests.simulator.venue import PREFIX, frames_until, get, has, of, send, tickers


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.com", "", "::", "10.0.0.1"])
async def test_only_loopback_is_served(host: str) -> None:
    with pytest.raises(ConfigError, match="only a loopback address"):
        await Exchange(ExchangeSettings(host=host)).__aenter__()


async def test_localhost_is_loopback() -> None:
    async with Exchange(ExchangeSettings(host="localhost")) as ex:
        assert (await get(f"{ex.rest_url}{PREFIX}/time")).status == 200


async def test_a_taken_port_is_one_clear_sentence_and_leaves_nothing_behind() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        before = threading.active_count()
        with pytest.raises(ConfigError, match=f"port {port} on 127.0.0.1 is taken"):
            await Exchange(ExchangeSettings(rest_port=port)).__aenter__()
        assert threading.active_count() == before


@pytest.mark.parametrize(
    "settings",
    [
        ExchangeSettings(speed=0),
        ExchangeSettings(speed=-1),
        ExchangeSettings(speed=1e9),
        ExchangeSettings(rest_port=70_000),
        ExchangeSettings(start=datetime(2011, 1, 1, tzinfo=UTC)),
        ExchangeSettings(frames=Path("none.jsonl")),
        ExchangeSettings(frames=Path("f"), candles=(CandleSource("BTC", Timeframe(15), Path("c")),)),
    ],
)
async def test_settings_out_of_range_are_refused(settings: ExchangeSettings) -> None:
    with pytest.raises(AtlasError):
        await Exchange(settings).__aenter__()


async def test_a_stop_ends_every_task_and_thread_with_clients_connected() -> None:
    async def session() -> None:
        async with Exchange(ExchangeSettings(speed=60)) as ex:
            ws = await connect(ex.ws_url)
            await send(ws, "subscribe", "ticker", "BTC-PERP-INTX")
            await frames_until(ws, has("ticker", 3))
            reader, writer = await asyncio.open_connection("127.0.0.1", int(ex.rest_url.rsplit(":", 1)[1]))
        await ws.close()
        assert await reader.read() == b""
        writer.close()

    tasks = asyncio.all_tasks()
    await session()
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == tasks
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("exchange-")]


async def test_the_loop_is_never_held_up_while_years_of_prices_are_computed() -> None:
    """Counted in turns of the loop, not in time: the first question costs hundreds of days of prices."""
    async with Exchange(ExchangeSettings(seed=4711)) as ex:
        until = int(datetime(2026, 1, 20, tzinfo=UTC).timestamp())
        span = f"start={until - 300 * 86_400}&end={until}&granularity=ONE_DAY"
        question = asyncio.create_task(get(f"{ex.rest_url}{PREFIX}/market/products/SOL-USD/candles?{span}"))
        turns = 0
        while not question.done():
            await asyncio.sleep(0.001)
            turns += 1
        assert (await question).status == 200
    assert turns > 20


def test_the_clock_is_a_function_of_the_monotonic_one() -> None:
    real = [100.0]
    clock = SimulatedClock(start=1_000.0, speed=60.0, monotonic=lambda: real[0], began=100.0, end=1_150.0)
    told = []
    for second in (100.0, 101.0, 101.5, 103.0):
        real[0] = second
        told.append(clock.now())
    assert told == [1_000.0, 1_060.0, 1_090.0, 1_150.0]


def write_candles(path: Path, closes: list[str]) -> Path:
    rows = [f"{1_767_708_000 + n * 900},{c},{c},{c},{c},5" for n, c in enumerate(closes)]
    path.write_text("\n".join(["ts,open,high,low,close,volume", *rows]))
    return path


async def test_recorded_candles_run_out_and_only_heartbeats_go_on(tmp_path: Path) -> None:
    source = CandleSource("BTC", Timeframe(15), write_candles(tmp_path / "c.csv", ["100", "101", "102", "103"]))
    settings = ExchangeSettings(candles=(source,), speed=3_000)
    async with Exchange(settings) as ex, connect(ex.ws_url) as ws:
        assert ex.state()["products"] == ["BTC-USD"]
        await send(ws, "subscribe", "heartbeats")
        await send(ws, "subscribe", "ticker", "BTC-USD", "ETH-USD")
        frames = await frames_until(ws, has("heartbeats", 2))
        later = await frames_until(ws, has("heartbeats"))
        told = (await get(f"{ex.rest_url}{PREFIX}/time")).json["iso"]
        query = "start=1767708000&end=1767720000&granularity=FIFTEEN_MINUTE"
        rows = (await get(f"{ex.rest_url}{PREFIX}/market/products/BTC-USD/candles?{query}")).json["candles"]
    assert [ticker["price"] for ticker in tickers(frames)][-1] == "103"
    assert of("ticker", later) == []
    assert told == "2026-01-06T15:00:00Z"
    assert [row["close"] for row in rows] == ["103", "102", "101", "100"]


async def test_a_recording_speaks_at_least_once_a_real_second(tmp_path: Path) -> None:
    source = CandleSource("BTC", Timeframe(15), write_candles(tmp_path / "c.csv", ["100"] * 40))
    async with Exchange(ExchangeSettings(candles=(source,), speed=1)) as ex, connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "heartbeats")
        await send(ws, "subscribe", "ticker", "BTC-USD")
        frames = await frames_until(ws, has("heartbeats", 3))
    between = [frame["channel"] for frame in frames]
    first = between.index("heartbeats")
    assert "ticker" in between[first : between.index("heartbeats", first + 1)]


async def test_recorded_frames_are_replayed_through_the_socket(data_dir: Path) -> None:
    path = data_dir / "ws" / "coinbase_advanced_ticker_BTC-USD_20260404T2113Z.jsonl"
    async with Exchange(ExchangeSettings(frames=path, speed=1200)) as ex, connect(ex.ws_url) as ws:
        await send(ws, "subscribe", "heartbeats")
        await send(ws, "subscribe", "ticker", "BTC-USD")
        frames = await frames_until(ws, has("heartbeats", 2))
        now = (await get(f"{ex.rest_url}{PREFIX}/time")).json["iso"]
        query = "start=1775336400&end=1775340000&granularity=FIFTEEN_MINUTE"
        rows = (await get(f"{ex.rest_url}{PREFIX}/market/products/BTC-USD/candles?{query}")).json["candles"]
    assert [frame["sequence_num"] for frame in frames] == list(range(len(frames)))
    assert tickers(frames)[-1]["price"] == "67262"
    assert len(tickers(frames)) > 1_000
    assert now == "2026-04-04T21:23:42Z"
    assert Decimal(rows[0]["close"]) == Decimal("67262")
