"""A request to its reply: through the gate, to the route, on a thread where it may block, with an id where it fails."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator

from starlette.types import Receive, Scope, Send

from core.adapters.api.gate import Asked, Gate
from core.adapters.api.limits import Limits
from core.adapters.api.replies import Refused, Reply
from core.adapters.api.routes import LAST_EVENT, Query, Route, Routes, query_of
from core.domain.errors import AtlasError
from core.domain.text import one_line

_LOG = logging.getLogger("atlas.api")

InThread = Callable[[Callable[[], bytes]], Awaitable[bytes]]
"""Runs a blocking call on a thread that does not hold up the end of the process."""


class Api:
    """The application uvicorn serves; everything happens on the API's own loop."""

    def __init__(self, gate: Gate, routes: Routes, limits: Limits, in_thread: InThread) -> None:
        self._gate = gate
        self._routes = routes
        self._limits = limits
        self._in_thread = in_thread
        self._working = asyncio.Semaphore(limits.answers)
        self._streams = 0
        self.ending = asyncio.Event()
        """Streams end when this is set."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        asked = _asked(scope)
        try:
            route = self._route(asked)
            query = query_of(route, asked.query)
            if route.tell is not None:
                await self._stream(route, asked, receive, send)
                return
            reply = Reply(200, await self._body(route, query), route.media)
        except Refused as refused:
            _note(asked, refused)
            reply = refused.reply()
        except AtlasError as error:
            reply = _failed(asked, _unreadable(error), error)
        except Exception as error:  # noqa: BLE001 - whatever an answer does, the others are answered (R7)
            reply = _failed(asked, Refused(500, "failed", "this failed; the log has more under this id"), error)
        await _send(send, reply)

    def _route(self, asked: Asked) -> Route:
        self._gate.check(asked)
        path = asked.path.decode("ascii")
        route = self._routes.get(path)
        if route is None or not route.is_open:
            self._gate.check_token(asked, time.monotonic())
        if route is None:
            raise Refused(404, "path", "there is no such path; /openapi.json names all")
        return route

    async def _body(self, route: Route, query: Query) -> bytes:
        if route.is_open:
            return route.answer(query)
        try:
            async with asyncio.timeout(self._limits.answer_s):
                await self._working.acquire()
                work = asyncio.ensure_future(self._in_thread(lambda: route.answer(query)))
                work.add_done_callback(self._worked)
                return await asyncio.shield(work)
        except TimeoutError as error:
            raise _slow() from error

    def _worked(self, work: asyncio.Future[bytes]) -> None:
        """A thread is free again, also one that nobody waits for any more."""
        self._working.release()
        if not work.cancelled():
            work.exception()

    async def _stream(self, route: Route, asked: Asked, receive: Receive, send: Send) -> None:
        """Send what is new, look by look, until the reader or the desk is gone."""
        if asked.method == "HEAD":
            await _send(send, Reply(200, b"", route.media))
            return
        if self._streams >= self._limits.streams:
            raise Refused(503, "streams", "too many streams are open", [(b"retry-after", b"30")])
        assert route.tell is not None
        self._streams += 1
        gone = asyncio.create_task(_gone(receive))
        ending = asyncio.create_task(self.ending.wait())
        try:
            looks = route.tell(_last_event(asked))
            first = await self._look(looks)
            headers = [pair for pair in Reply(200, b"", route.media).headers() if pair[0] != b"content-length"]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await self._tell(asked, route, first, looks, gone, ending, send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._streams -= 1
            gone.cancel()
            ending.cancel()

    async def _tell(
        self,
        asked: Asked,
        route: Route,
        news: bytes,
        looks: Iterator[bytes],
        gone: asyncio.Task[None],
        ending: asyncio.Task[bool],
        send: Send,
    ) -> None:
        """Look by look; a look that fails ends the stream, and its reader comes back with the last id it had."""
        said_s = time.monotonic()
        while True:
            if not news and time.monotonic() - said_s >= self._limits.beat_s:
                news = route.still_here
            if news:
                await send({"type": "http.response.body", "body": news, "more_body": True})
                said_s = time.monotonic()
            pause_s = route.look_s or self._limits.tick_s
            await asyncio.wait({gone, ending}, timeout=pause_s, return_when=asyncio.FIRST_COMPLETED)
            if gone.done() or ending.done():
                return
            try:
                news = await self._look(looks)
            except (Refused, AtlasError) as error:
                _failed(asked, _unreadable(error), error)
                return

    async def _look(self, looks: Iterator[bytes]) -> bytes:
        try:
            async with asyncio.timeout(self._limits.answer_s):
                return await self._in_thread(lambda: next(looks, b""))
        except TimeoutError as error:
            raise _slow() from error


async def _gone(receive: Receive) -> None:
    """Return when the reader is gone, or has ended its side: whatever comes behind the request says so."""
    while (await receive()).get("more_body"):
        pass
    await receive()


async def _send(send: Send, reply: Reply) -> None:
    await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers()})
    await send({"type": "http.response.body", "body": reply.body, "more_body": False})


def _slow() -> Refused:
    return Refused(503, "slow", "the answer was not there in time", [(b"retry-after", b"10")])


def _last_event(asked: Asked) -> str:
    """The id of the last event the reader of a stream had; empty where it says none. Raises Refused."""
    told = asked.all(LAST_EVENT.lower().encode())
    if len(told) > 1:
        raise Refused(400, "event", f"{LAST_EVENT} is given twice")
    return told[0].decode("latin-1") if told else ""


def _asked(scope: Scope) -> Asked:
    client = scope["client"]
    return Asked(
        scope["method"],
        scope["http_version"],
        scope["raw_path"],
        scope["query_string"],
        scope["headers"],
        client[0] if client else "",
    )


def _note(asked: Asked, refused: Refused) -> None:
    """A wrong token is worth a line; what else is refused is the reader's business."""
    if refused.status == 401 and asked.all(b"authorization"):
        _LOG.warning("a wrong token from %s (%s)", one_line(asked.peer, 60), refused.id)


def _unreadable(error: Exception) -> Refused:
    return Refused(503, "unreadable", one_line(str(error)))


def _failed(asked: Asked, refused: Refused, error: Exception) -> Reply:
    """The reply to what failed; the log gets the path and the error under the same id."""
    path = one_line(asked.path.decode("ascii", "replace"), 80)
    _LOG.error("%s failed (%s): %s: %s", path, refused.id, type(error).__name__, one_line(str(error)))
    return refused.reply()
