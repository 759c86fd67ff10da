"""In front of the REST side: requests refused, kept waiting, cut short or cut off, each by a fault."""

import asyncio
from collections.abc import Coroutine
from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.simulator.faults import Faults
from core.simulator.http_server import TRANSPORT
from core.simulator.plug import reset
from core.simulator.rest_faults import Hang, Reset, Slow, Truncated

_OURS: Final = "/_"
"""Paths of the exchange itself, which no fault touches."""


class RestGate:
    """An ASGI application around another; each request meets at most one fault besides slowness.

    Args:
        app: the REST side.
        faults: what is to go wrong.
    """

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults
        self._closed = asyncio.Event()

    def close(self) -> None:
        """Keep nobody waiting any more."""
        self._closed.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, well or badly."""
        if scope["type"] != "http" or scope["path"].startswith(_OURS):
            await self._app(scope, receive, send)
            return
        faults, transport = self._faults, scope[TRANSPORT]
        if (slow := faults.use(Slow)) is not None:
            await self._waited(asyncio.sleep(slow.seconds))
        if faults.use(Reset):
            await _read(receive)
            reset(transport)
        elif faults.use(Hang):
            await _read(receive)
            await self._waited(_gone(receive))
            transport.abort()
        elif faults.use(Truncated):
            await self._app(scope, receive, _halved(send))
            transport.close()
        elif (refusal := faults.refusal()) is not None:
            await _read(receive)
            answer = Response(refusal.body(), refusal.status, refusal.headers(), refusal.media)
            await answer(scope, receive, send)
            return
        else:
            await self._app(scope, receive, send)
            return
        await _gone(receive)  # the server must have seen the end, or it would add an answer of its own

    async def _waited(self, what: Coroutine[None, None, object]) -> None:
        """Wait for something, but not beyond the exchange's end."""
        tasks = {asyncio.create_task(what), asyncio.create_task(self._closed.wait())}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()


async def _read(receive: Receive) -> None:
    """The request to its end: what is left of it would be taken for the next one."""
    while True:
        part = await receive()
        if part["type"] != "http.request" or not part.get("more_body"):
            return


async def _gone(receive: Receive) -> None:
    """Until the connection has ended."""
    while (await receive())["type"] != "http.disconnect":
        continue


def _halved(send: Send) -> Send:
    """Sends half of the body that its header promises."""

    async def cut(part: Message) -> None:
        if part["type"] == "http.response.body":
            body = part.get("body", b"")
            part = {"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True}
        await send(part)

    return cut
