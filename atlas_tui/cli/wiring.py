"""The only builder of real adapters: a desk from its settings, up to the moment it runs."""

import asyncio
import importlib
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from atlas_tui.cli.alerting import alert_ports
from atlas_tui.cli.logs import limit_log
from atlas_tui.cli.lull import Lull
from atlas_tui.cli.plan import Built, DeskPlan
from atlas_tui.cli.status_file import keep_status, write_feed
from atlas_tui.cli.version import installed_version
from atlas_tui.cli.warmth import choose_cache, warm_up
from core.adapters.coinbase_feed import CoinbaseFeed
from core.adapters.coinbase_rest import CoinbaseVenue
from core.adapters.halt_file import HaltFile
from core.adapters.ledger_outbox import forget_delivered
from core.adapters.ledger_reader import LedgerReader
from core.adapters.retention import disk_use, keep_newest
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.adapters.system_clock import SystemClock, measured_clock
from core.adapters.tape_recorder import Recorder
from core.adapters.tape_store import TapedStore
from core.config import Settings
from core.config.alert_rules import targets_of
from core.domain.errors import ConfigError, FeedError
from core.domain.events import Level
from core.domain.link import LinkView
from core.domain.signals import iso_z
from core.ports import Clock, Store
from core.session import Session, SessionOptions
from core.session.alerting import AlertPorts
from core.session.threads import in_thread

if TYPE_CHECKING:
    from atlas_tui.cli.api.serving import Served
    from core.simulator.exchange import ExchangeSettings

_EXCHANGE = "core.simulator.exchange"  # numpy, starlette and uvicorn: not before the first paint
_MARKET = "core.simulator.market"
_SERVING = "atlas_tui.cli.api.serving"  # starlette, uvicorn and prometheus: only for a desk with an API
_RETRY_S = 2.0
_SLACK_S = 30.0
"""How far two measurings of one fast venue's clock may lie apart, venue seconds at speed 60."""


async def hold_desk(plan: DeskPlan, built: Callable[[Built], None], progress: Callable[[str], None]) -> None:
    """Build the desk and run it until its session is stopped or this task is cancelled.

    Args:
        plan: what to build.
        built: called once, with the session that is about to run.
        progress: called with a few words on what is being waited for; empty when nothing is.

    Raises:
        AtlasError: one sentence: the ledger cannot be trusted, the venue's clock is behind it, a port is taken.
    """
    async with AsyncExitStack() as stack:
        await in_thread(write_feed, plan.state.root, LinkView(plan.mode))
        served = await stack.enter_async_context(await _served(plan)) if plan.settings.api.enabled else None
        targets_of(plan.settings.alerts, plan.settings.secrets)  # refused before anything is waited for
        rest, ws = await _addresses(plan, stack, progress)
        progress("compiling the scanner, once")
        await warm_up(await in_thread(choose_cache, plan.state.root))
        venue = CoinbaseVenue(rest)
        stack.callback(venue.close)
        clock = await _clock_of(venue, progress)
        _refuse_the_past(plan.state, clock)
        progress("reading the ledger")
        alerts = alert_ports(plan, venue.increments)
        store, recorder = await _kept(plan, stack, alerts)
        listings, frame_s = plan.settings.venue.listings, 1 / plan.settings.ui.fps
        preset, upkeep = plan.settings.preset, partial(_keep_within, plan)
        options = SessionOptions(plan.mode, preset, listings, frame_s=frame_s, rules=plan.rules, upkeep=upkeep)
        spike, heard = plan.settings.policy.prices.spike_pct / 100, recorder.frame if recorder is not None else None
        feed = CoinbaseFeed(ws, clock, venue.increments, spike, heard=heard)
        ports, brake = (venue, feed, store, clock), HaltFile(plan.state.root)
        session = Session(plan.settings.policy, *ports, options, brake, recorder)
        session.alert_by(alerts)
        stack.callback(session.subscribe(Lull().hear))
        progress("")
        if served is not None:
            served.look_at(session)
        built(Built(session, rest, ws, clock.now(), served.place if served is not None else None))
        keeping = asyncio.create_task(_keep_status(plan.state.root, session), name="status")
        stack.callback(keeping.cancel)
        await session.run()


async def _kept(plan: DeskPlan, stack: AsyncExitStack, alerts: AlertPorts) -> tuple[Store, Recorder | None]:
    """The ledger and, where that is asked for, the recording; both are closed with the stack. Raises AtlasError."""

    def opened() -> Store:
        return SqliteStore(plan.state, alerts.rules, alerts.wake.ring)

    store = await in_thread(opened)
    stack.callback(store.close)
    recorder = await in_thread(_recorder, plan)
    if recorder is not None:
        store = TapedStore(store, recorder)
        stack.callback(store.close)
    return store, recorder


async def _addresses(plan: DeskPlan, stack: AsyncExitStack, progress: Callable[[str], None]) -> tuple[str, str]:
    """REST and websocket of the configured venue, or of an exchange of our own, which lives as long as the stack."""
    if plan.exchange is None:
        return plan.settings.venue.rest, plan.settings.venue.ws
    progress("starting the exchange")
    module = await in_thread(importlib.import_module, _EXCHANGE)
    exchange = await stack.enter_async_context(module.Exchange(await in_thread(plan.exchange)))
    return exchange.rest_url, exchange.ws_url


async def _served(plan: DeskPlan) -> "AbstractAsyncContextManager[Served]":
    """The API of this desk; what it is made of is imported only where it is wanted."""
    module = await in_thread(importlib.import_module, _SERVING)
    served: AbstractAsyncContextManager[Served] = module.api_of(plan)
    return served


async def _keep_status(root: Path, session: Session) -> None:
    """For those who ask from outside, from the moment there is something to tell."""
    await session.wait_restored()
    await keep_status(root, lambda: session.snapshot)


def _recorder(plan: DeskPlan) -> Recorder | None:
    """What keeps the inputs of the desk, where that is asked for. Raises ConfigError."""
    if plan.record is None:
        return None
    return Recorder(plan.record, installed_version(), plan.settings.retention.recordings_mb * 10**6)


def _keep_within(plan: DeskPlan) -> list[tuple[Level, str]]:
    """Hold the directory to the budget of the settings as they are now; what was deleted, and what is beyond it.

    Raises:
        OSError: the disk refuses.
        StoreError: the ledger does.
    """
    kept = (plan.rules.running if plan.rules is not None else plan.settings).retention
    limit_log(kept.log_mb)
    told = []
    for folder, count in ((plan.state.backup_dir, kept.backups), (plan.state.archive_dir, kept.archive)):
        gone = keep_newest(folder, count)
        told += [(Level.INFO, f"deleted {path}: only the newest {count} are kept") for path in gone]
    if count := forget_delivered(plan.state, kept.alerts_days, kept.alerts):
        told.append((Level.INFO, f"deleted {count} delivered alerts beyond retention.alerts and retention.alerts_days"))
    used = disk_use(plan.state).ledger_mb
    if used > kept.ledger_mb:
        told.append((Level.WARN, f"the ledger takes {used:.1f} MB, beyond retention.ledger_mb = {kept.ledger_mb}"))
    return told


def open_venue(settings: Settings) -> CoinbaseVenue:
    """The venue by REST alone, for a few questions. Raises ConfigError."""
    return CoinbaseVenue(settings.venue.rest)


def exchange_settings(candles: Sequence[str] = (), **values: Any) -> "ExchangeSettings":
    """Settings of an embedded exchange; imports it, so call this on a thread where a screen waits.

    Args:
        candles: recordings, each `SYMBOL:TF=FILE`.
        values: the other settings, by name.
    """
    parse = importlib.import_module(_MARKET).CandleSource.parse
    sources = tuple(parse(text) for text in candles)
    return cast("ExchangeSettings", importlib.import_module(_EXCHANGE).ExchangeSettings(candles=sources, **values))


def last_instant(state: StateDir) -> datetime | None:
    """The latest instant the ledger of the directory holds; None without one. Raises StoreError."""
    if not state.ledger.exists():
        return None
    with LedgerReader(state.root) as reader:
        return reader.last_at()


async def _clock_of(venue: CoinbaseVenue, progress: Callable[[str], None]) -> Clock:
    """The system's clock; a venue on this machine sets it instead, as soon as it answers."""
    if not venue.is_loopback:
        return SystemClock()
    pause = threading.Event()
    while True:
        try:
            return await in_thread(measured_clock, venue, pause.wait)
        except FeedError as error:
            progress(f"venue unreachable: {error}; trying again in {_RETRY_S:.0f} s")
            await in_thread(pause.wait, _RETRY_S)


def _refuse_the_past(state: StateDir, clock: Clock) -> None:
    """A desk must not run before what its ledger already holds. Raises ConfigError."""
    last = last_instant(state)
    now = clock.now()
    if last is not None and now < last - timedelta(seconds=_SLACK_S):
        shown, reached = (iso_z(at.replace(microsecond=0)) for at in (now, last))
        raise ConfigError(
            f"the venue's clock says {shown}, but the ledger in {state.root} reaches {reached}: "
            "choose another --state-dir, or archive the ledger with atlas reset"
        )
