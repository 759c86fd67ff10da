"""A whole desk on an exchange whose link dies: when it says so, when it reconnects, when it is back."""

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any, Final

from atlas_tui.cli.plan import Built, DeskPlan
from atlas_tui.cli.wiring import hold_desk
from core.adapters.state_dir import StateDir
from core.config import Request, load_settings
from core.domain.snapshot import FeedState, Mode
from core.session import Session
from core.simulator.exchange import Exchange, ExchangeSettings

_LOOK_S: Final = 0.05


class Desk:
    """A running desk and its exchange."""

    def __init__(self, exchange: Exchange, session: Session) -> None:
        self.exchange, self.session = exchange, session

    @property
    def handshakes(self) -> int:
        """Connections tried so far, as the exchange counts them."""
        told: Any = self.exchange.state()["handshakes"]
        return int(told)

    async def when(self, holds: Callable[[], bool], within_s: float) -> float:
        """Seconds until something holds; infinity when it does not in time."""
        began = monotonic()
        while not holds():
            if monotonic() - began > within_s:
                return float("inf")
            await asyncio.sleep(_LOOK_S)
        return monotonic() - began

    def is_in(self, *states: FeedState) -> Callable[[], bool]:
        """Does the screen say one of these of the feed?"""
        return lambda: self.session._shell.paint().link.state in states

    async def half_open(self) -> dict[str, float]:
        """The link dies without a word at 0; the network is back at 40 s."""
        tried = self.handshakes
        await self.exchange.fault("half_open")
        stale = await self.when(self.is_in(FeedState.STALE), 30)
        again = stale + await self.when(lambda: self.handshakes > tried, 30)
        await asyncio.sleep(max(0.0, 40 - again))
        await self.exchange.fault("half_open", on=False)
        back = await self.when(self.is_in(FeedState.LIVE), 60)
        return {"STALE at s": stale, "reconnect begins at s": again, "back after the network s": back}

    async def down(self, minutes: int) -> dict[str, float]:
        """Every connection is refused: tries a minute, and when it is back."""
        await self.exchange.fault("refuse_connections")
        await self.exchange.fault("drop")
        found: dict[str, float] = {}
        for minute in range(1, minutes + 1):
            before = self.handshakes
            await asyncio.sleep(60)
            found[f"connects in minute {minute}"] = self.handshakes - before
        await self.exchange.fault("clear")
        found["back after the venue s"] = await self.when(self.is_in(FeedState.LIVE), 60)
        return found


async def link_trial(minutes: int) -> dict[str, float]:
    """Both, on a desk with its default times."""
    ready: asyncio.Future[Built] = asyncio.get_running_loop().create_future()
    with tempfile.TemporaryDirectory() as folder:
        async with Exchange(ExchangeSettings(speed=1)) as exchange:
            options = {"venue.rest": ("", exchange.rest_url), "venue.ws": ("", exchange.ws_url)}
            settings = load_settings(Request(options=options, state_dir=Path(folder) / "desk", preset="demo"))
            state = StateDir.create(settings.state_dir)
            with state.lock():
                plan = DeskPlan(settings, state, Mode.DEMO)
                running = asyncio.create_task(hold_desk(plan, ready.set_result, lambda text: None))
                session = (await ready).session
                await session.wait_armed()
                desk = Desk(exchange, session)
                await desk.when(desk.is_in(FeedState.LIVE), 60)
                found = {**await desk.half_open(), **await desk.down(minutes)}
                session.stop()
                with suppress(asyncio.CancelledError):
                    await running
    return found
