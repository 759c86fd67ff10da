"""One fast exchange for all tests of a file that spoil only what they ask to be spoilt."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from core.simulator.exchange import Exchange, ExchangeSettings

FAST = ExchangeSettings(speed=600)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[Exchange]:
    """One for all of these: every test leaves it without faults."""
    async with Exchange(FAST) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def ex(shared: Exchange) -> AsyncIterator[Exchange]:
    """The exchange, without any fault, and without a connection that would use one up."""
    async with asyncio.timeout(20):
        while shared.state()["connections"]:
            await asyncio.sleep(0.01)
    yield shared
    await shared.fault("clear")
