"""Every fault of REST, as it is on the wire, and that all is well once it is off."""

import asyncio
import http.client
import time
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from core.simulator.exchange import Exchange, ExchangeSettings
from tests.simulator.venue import PREFIX, get

pytestmark = pytest.mark.asyncio(loop_scope="module")

PERP = "BTC-PERP-INTX"
MARKET = f"{PREFIX}/market/products"
MINUTES = f"{MARKET}/{PERP}/candles?granularity=ONE_MINUTE&start=1768912200&end=1768917000"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[Exchange]:
    """One for all of these: every test leaves it without faults."""
    async with Exchange(ExchangeSettings()) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def ex(shared: Exchange) -> AsyncIterator[Exchange]:
    """The exchange, without any fault."""
    yield shared
    await shared.fault("clear")


def broken(ex: Exchange, path: str, timeout: float = 5.0) -> bytes:
    """What a request gets before its connection breaks; raises what it broke with."""
    line = http.client.HTTPConnection(urlsplit(ex.rest_url).netloc, timeout=timeout)
    try:
        line.request("GET", path, body=b"{}")
        return line.getresponse().read()
    finally:
        line.close()


@pytest.mark.parametrize(
    ("kind", "status", "media"),
    [
        ("429", 429, "application/json"),
        ("500", 500, "application/json"),
        ("503", 503, "text/html"),
        ("html", 200, "text/html"),
    ],
)
async def test_refusals_speak_as_asked_and_count(ex: Exchange, kind: str, status: int, media: str) -> None:
    await ex.fault(kind, count=1)
    told = await get(f"{ex.rest_url}{PREFIX}/time")
    assert (told.status, told.headers["content-type"].split(";")[0]) == (status, media)
    assert ("<html>" in told.body) == (media == "text/html")
    assert (await get(f"{ex.rest_url}{PREFIX}/time")).json["epochSeconds"]


async def test_slow_answers_are_late_and_right(ex: Exchange) -> None:
    await ex.fault("slow", seconds=0.4, count=1)
    began = time.monotonic()
    assert (await get(f"{ex.rest_url}{PREFIX}/time")).status == 200
    assert time.monotonic() - began >= 0.4


async def test_a_request_hangs_until_the_client_gives_up_and_the_next_does_not(ex: Exchange) -> None:
    await ex.fault("hang", count=1)
    with pytest.raises(TimeoutError):
        await asyncio.to_thread(broken, ex, f"{PREFIX}/time", 0.4)
    assert (await get(f"{ex.rest_url}{PREFIX}/time")).status == 200


@pytest.mark.parametrize(("kind", "arguments"), [("hang", {}), ("slow", {"seconds": 60})])
async def test_the_exchange_ends_quickly_while_requests_wait(kind: str, arguments: dict[str, object]) -> None:
    async with Exchange(ExchangeSettings()) as ex:
        await ex.fault(kind, **arguments)
        hanging = asyncio.create_task(asyncio.to_thread(broken, ex, f"{PREFIX}/time", 20))
        await asyncio.sleep(0.2)
        began = time.monotonic()
    assert time.monotonic() - began < 2
    await asyncio.wait([hanging])


async def test_a_truncated_answer_is_half_of_what_it_promised(ex: Exchange) -> None:
    whole = await get(f"{ex.rest_url}{MINUTES}")
    await ex.fault("truncated", count=1)
    with pytest.raises(http.client.IncompleteRead) as cut:
        await asyncio.to_thread(broken, ex, MINUTES)
    assert len(cut.value.partial) == len(whole.body) // 2
    assert (await get(f"{ex.rest_url}{MINUTES}")).body == whole.body


async def test_a_reset_answers_nothing(ex: Exchange) -> None:
    await ex.fault("reset", count=1)
    with pytest.raises(ConnectionResetError):
        await asyncio.to_thread(broken, ex, f"{PREFIX}/time")
    assert (await get(f"{ex.rest_url}{PREFIX}/time")).status == 200


async def test_candles_are_missing_or_there_twice(ex: Exchange) -> None:
    address = f"{ex.rest_url}{MINUTES}"
    whole = (await get(address)).json["candles"]
    await ex.fault("empty_candles", count=1)
    assert (await get(address)).json == {"candles": []}
    await ex.fault("holes", every=5)
    kept = (await get(address)).json["candles"]
    assert [row for row in whole if int(row["start"]) // 60 % 5] == kept
    assert 0.7 * len(whole) < len(kept) < len(whole)
    await ex.fault("clear")
    await ex.fault("duplicate_bucket", product_id=PERP)
    assert (await get(address)).json["candles"] == [whole[0], *whole]
    other = address.replace(PERP, "ETH-USD")
    starts = [row["start"] for row in (await get(other)).json["candles"]]
    assert len(starts) == len(set(starts))


async def test_the_clock_is_off_by_what_was_asked(ex: Exchange) -> None:
    await ex.fault("clock_skew", seconds=-500)
    told = int((await get(f"{ex.rest_url}{PREFIX}/time")).json["epochSeconds"])
    await ex.fault("clock_skew", on=False)
    assert -501 <= told - int((await get(f"{ex.rest_url}{PREFIX}/time")).json["epochSeconds"]) <= -499


async def test_records_say_disabled_or_in_maintenance(ex: Exchange) -> None:
    address = f"{ex.rest_url}{MARKET}"
    await ex.fault("trading_disabled", product_id=PERP)
    flags = {each["product_id"]: each["trading_disabled"] for each in (await get(address)).json["products"]}
    assert [product for product, disabled in flags.items() if disabled] == [PERP]
    assert (await get(f"{address}/{PERP}")).json["trading_disabled"] is True
    await ex.fault("clear")
    await ex.fault("maintenance")
    records = (await get(address)).json["products"]
    assert all(each["cancel_only"] for each in records)
    sessions = [each["fcm_trading_session_details"] for each in records if each["fcm_trading_session_details"]]
    assert [each["is_session_open"] for each in sessions] == [False] * 3
    await ex.fault("clear")
    assert not any(each["cancel_only"] for each in (await get(address)).json["products"])


async def test_delisting_without_a_name_takes_the_first_product(ex: Exchange) -> None:
    await ex.fault("delisting")
    assert ex.state()["faults"] == [{"kind": "delisting", "on": True, "product_id": "ADA-PERP-INTX"}]
    await ex.fault("delisting", on=False)
    assert ex.state()["faults"] == []


async def test_no_fault_keeps_anyone_from_switching_it_off(ex: Exchange) -> None:
    for kind in ("hang", "reset", "truncated", "503"):
        await ex.fault(kind)
    assert (await get(f"{ex.rest_url}/_state")).status == 200
