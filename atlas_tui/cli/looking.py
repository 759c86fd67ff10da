"""The console on a desk of another process, from its first picture to its end.

Nothing is painted before that picture is there, so that the first frame is the whole console. It is drawn from a glance
at the settings; they are checked behind it.
"""

import asyncio
import importlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from atlas_tui.app import AtlasApp
from atlas_tui.cli.console import PAINT_S, show
from atlas_tui.cli.glance import Glance, glance_at
from atlas_tui.cli.heap import set_aside
from atlas_tui.cli.logs import CONSOLE_LOG, log_to
from atlas_tui.cli.looks import first_options, options_of
from atlas_tui.cli.saying import say
from atlas_tui.cli.version import installed_version
from core.adapters.remote_desk import LocalWay, RemoteDesk, Way
from core.adapters.state_dir import StateDir
from core.domain.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from atlas_tui.cli.attach import Met
    from core.config import Settings

_URL: Final = "core.adapters.url_way"  # TLS and HTTP
PATIENCE_S: Final = 5.0
"""How long a desk that was reached may take to its first picture."""
SETTLE_S: Final = 0.3
"""After the first frame, until the settings are checked: keys come before that."""


def look_at_local(root: Path, asked: Mapping[str, Any], settings: "Callable[[], Settings]", met: "Met") -> int:
    """Show the desk of this machine until the console is left; returns the exit code.

    Args:
        root: its state directory.
        asked: options by name.
        settings: reads them all; called behind the first frame, and again when that is asked for.
        met: the connection there is already.

    Raises:
        AtlasError: the settings are wrong, or the desk sends no picture.
    """
    log_to(root, CONSOLE_LOG)
    way = LocalWay(root, installed_version, met)
    code, pid = asyncio.run(_Looking(glance_at(asked), settings).at(way))
    if code == 0 and pid:
        say(f"atlas: the desk goes on (pid {pid}); atlas shows it again, :shutdown in a console or kill {pid} ends it")
    return code


def look_by_url(url: str, token_file: Path | None, asked: Mapping[str, Any], settings: "Callable[[], Settings]") -> int:
    """Read the desk whose API is there until the console is left; returns the exit code.

    Args:
        url: of the API.
        token_file: holds its token; None takes ATLAS_API_TOKEN.
        asked: options by name.
        settings: as for a desk of this machine.

    Raises:
        ConfigError: address, token or settings are wrong.
        StoreError: no desk of ours answers there; the sentence says what does.
    """
    by_url = importlib.import_module(_URL)
    seen = glance_at(asked)
    address = by_url.address_of(url)
    token = by_url.token_for(token_file, asked.get("config"))
    log_to(StateDir.create(seen.state_dir).root, CONSOLE_LOG)
    only_reads = f"this console only reads {address.url}: atlas attach on the desk's own machine can act"
    way = by_url.UrlWay(address, token.secret, token.source)
    code, pid = asyncio.run(_Looking(seen, settings, only_reads).at(way))
    if code == 0 and pid:
        say(f"atlas: the desk at {address.url} goes on; it was only read")
    return code


class _Looking:
    """One console on a desk elsewhere: what it shows, the settings of the person who looks, and the way there."""

    def __init__(self, seen: Glance, settings: "Callable[[], Settings]", only_reads: str = "") -> None:
        self._seen = seen
        self._settings = settings
        self._only_reads = only_reads

    async def at(self, way: Way) -> tuple[int, int]:
        """Until the console is left: the exit code, and the desk's pid where it is still there.

        Raises:
            AtlasError: the settings are wrong, or the desk cannot be reached or sends no picture.
        """
        desk = RemoteDesk(way, installed_version)
        await desk.meet()
        listening = asyncio.create_task(desk.run(), name="look")
        try:
            await _first_picture(desk)
            app = await self._app(desk)
            beside = asyncio.create_task(self._beside(app, desk, listening), name="beside")
            await show(app, self._seen.mouse, beside)
            pid = desk.hello.pid if desk.is_there and desk.hello is not None else 0
            beside.cancel()
            with suppress(asyncio.CancelledError):
                await beside
        finally:
            listening.cancel()
        return app.return_code or 0, pid

    async def _app(self, desk: RemoteDesk) -> AtlasApp:
        """The console as it is first shown; with keys of their own, the settings are read for them."""

        def reread() -> None:
            rereading.append(asyncio.create_task(self._reread(app)))

        rereading: list[asyncio.Task[None]] = []
        options = first_options(self._seen)
        keys: Mapping[str, str] = {}
        if self._seen.opening.remapped:
            settings = await asyncio.to_thread(self._settings)
            options, keys = options_of(settings), settings.keys
        app = AtlasApp(
            desk, replace(options, end_desk=desk.shut_down, reread=reread, only_reads=self._only_reads), keys
        )
        return app

    async def _beside(self, app: AtlasApp, desk: RemoteDesk, listening: "asyncio.Task[None]") -> None:
        """The settings are checked once the console is on the screen; what was loaded by then stays to the end."""
        await app.painted.wait()
        await asyncio.sleep(PAINT_S)
        desk.go_on()
        await asyncio.sleep(SETTLE_S)
        await self._take(app)
        set_aside()
        await listening

    async def _take(self, app: AtlasApp) -> None:
        settings = await asyncio.to_thread(self._settings)
        app.take_looks(options_of(settings), settings.keys)

    async def _reread(self, app: AtlasApp) -> None:
        try:
            await self._take(app)
        except ConfigError as error:
            app.notify(str(error), severity="error", markup=False)


async def _first_picture(desk: RemoteDesk) -> None:
    try:
        async with asyncio.timeout(PATIENCE_S):
            await desk.first_picture()
    except TimeoutError as error:
        raise StoreError("the desk sends no picture: it is stopped, or very busy; try again in a moment") from error
