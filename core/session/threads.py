"""Blocking calls on threads that never hold up the end of the process."""

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a blocking call on a daemon thread and await its result.

    `asyncio.to_thread` joins its pool at the end of the loop, so one hanging request would hold up the shutdown.
    Cancelling the await abandons the call.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()
    call = partial(function, *args, **kwargs)
    name = getattr(function, "__name__", type(function).__name__)
    threading.Thread(target=_run, args=(call, future, loop), name=f"atlas-{name}", daemon=True).start()
    try:
        return await future
    finally:
        # A failure's traceback holds this frame, which would hold the failure: a circle that only the collector ends.
        del future


def _run(call: Callable[[], T], future: asyncio.Future[T], loop: asyncio.AbstractEventLoop) -> None:
    try:
        result = call()
    except BaseException as error:  # noqa: BLE001 - handed to the awaiting side, which decides
        _post(loop, partial(_fail, future, error))
    else:
        _post(loop, partial(_finish, future, result))
    finally:
        del future  # as above


def _post(loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
    if not loop.is_closed():
        try:
            loop.call_soon_threadsafe(callback)
        except RuntimeError:
            return


def _finish(future: asyncio.Future[T], result: T) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[T], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
