"""Blocking calls on threads: what a failed one leaves behind."""

import asyncio
import threading
import weakref

import pytest

from core.domain.errors import FeedError
from core.session.threads import in_thread


class Candles:
    """What a call has in its hands when it fails."""


@pytest.mark.usefixtures("no_collector")
async def test_a_failed_call_lets_go_of_what_it_held_without_the_collector() -> None:
    held: list[weakref.ref[Candles]] = []

    def fails() -> None:
        candles = Candles()
        held.append(weakref.ref(candles))
        raise FeedError("no answer")

    with pytest.raises(FeedError) as failed:
        await in_thread(fails)
    for thread in [each for each in threading.enumerate() if each.name == "atlas-fails"]:
        thread.join()
    assert str(failed.value) == "no answer"
    del failed
    await asyncio.sleep(0)  # the loop lets go of what has just woken this test
    assert held[0]() is None
