"""The API beside a desk: its token, its port, its thread, and what it hears of the desk."""

import asyncio
import logging
import secrets
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from atlas_tui.cli.api.paths import Desk, routes
from atlas_tui.cli.books import Books
from atlas_tui.cli.plan import DeskPlan, Place
from core.adapters.api.app import Api
from core.adapters.api.gate import Gate, hosts_of
from core.adapters.api.limits import Guesses, Limits
from core.adapters.api.server import ApiThread, plug_at
from core.adapters.api.watch import Watch
from core.config.api_rules import token_made
from core.domain.events import Level
from core.domain.secret import Secret
from core.domain.snapshot import Snapshot
from core.session import Session
from core.session.threads import in_thread

_LOG = logging.getLogger("atlas.api")
_TOKEN_BYTES: Final = 32


class Served:
    """The API of a desk that may not be there yet; until then everything but its being there is refused as starting."""

    def __init__(self, place: Place, watch: Watch) -> None:
        self.place = place
        self._watch = watch
        self._loop = asyncio.get_running_loop()
        self._session: Session | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def look_at(self, session: Session) -> None:
        """Hear what this desk publishes, and say on its log where it can be read."""
        self._session = session
        session.subscribe(self._hear)
        self._tasks = [
            asyncio.create_task(self._watch.measure(), name="api-lag"),
            asyncio.create_task(self._announce(session), name="api-announce"),
        ]

    def failed(self, text: str) -> None:
        """Serving has ended by itself; called on the API's thread. The desk goes on."""
        _LOG.error("%s", text)
        self._loop.call_soon_threadsafe(self._tell, Level.ERROR, text)

    def end(self) -> None:
        """Look no more."""
        for task in self._tasks:
            task.cancel()

    async def _announce(self, session: Session) -> None:
        await session.wait_restored()
        self._tell(Level.INFO, f"the API answers on {self.place.url}; its token: {self.place.token}")

    def _hear(self, snapshot: Snapshot) -> None:
        self._watch.hear(snapshot, time.monotonic())

    def _tell(self, level: Level, text: str) -> None:
        if self._session is not None:
            self._session.note(level, "api", text)


def thread_of(
    desk: Desk, plug: socket.socket, token: Secret, limits: Limits, failed: Callable[[str], None]
) -> ApiThread:
    """The thread that answers for this desk on a listening socket; it is not started."""
    api, port = desk.books.settings.api, plug.getsockname()[1]
    gate = Gate(hosts_of(api.host, port, api.names), token, limits, Guesses(limits.guesses))
    return ApiThread(plug, lambda: Api(gate, routes(desk), limits, in_thread), limits, failed)


@asynccontextmanager
async def api_of(plan: DeskPlan) -> AsyncIterator[Served]:
    """Serve the API of this desk until the context is left.

    Raises:
        ConfigError: its settings are not safe, its token is no good, or its port is taken.
    """
    api = plan.settings.api
    token = plan.settings.check_api() or token_made(plan.state.root, secrets.token_urlsafe(_TOKEN_BYTES))
    plug = plug_at(api.host, api.port)
    host = f"[{api.host}]" if ":" in api.host else api.host
    desk = Desk(Books(plan.settings, plan.state.root), Watch())
    served = Served(Place(f"http://{host}:{api.port}", token.source), desk.watch)
    thread = thread_of(desk, plug, token.secret, Limits(), served.failed)
    thread.start()
    try:
        yield served
    finally:
        served.end()
        await in_thread(thread.stop)
