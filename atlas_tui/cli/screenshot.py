"""`atlas screenshot FILE.svg`: a picture of the console, without a terminal."""

import asyncio
import os
import re
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from atlas_tui.cli.common import common_options, looks_options, preset_option, settings_of, state_is_named
from atlas_tui.cli.demo import SPEED, exchange_of
from atlas_tui.cli.ending import end_desk
from atlas_tui.cli.note import desk_note
from atlas_tui.cli.plan import Built, DeskPlan
from atlas_tui.cli.saying import tell
from atlas_tui.cli.screen import screen_for
from atlas_tui.cli.wiring import hold_desk
from atlas_tui.cli.written import need_folder, write_whole
from atlas_tui.still import StillLink, is_reached, picture_of
from atlas_tui.tabs import Tab
from core.adapters.ledger_reader import LedgerReader
from core.adapters.state_dir import StateDir
from core.config import Settings
from core.domain.errors import AtlasError, ConfigError, StoreError
from core.domain.events import TimePassed
from core.domain.snapshot import FeedState, LinkView, Mode, Snapshot
from core.trading.desk import Desk

_SIZE = re.compile(r"(\d{1,3})x(\d{1,3})")
_QUICK_S = 15.0
"""Real seconds in which the embedded exchange runs through the minutes asked for, if it can."""
_FASTEST = 600.0
"""Beyond this speed a desk is too slow to trade as it would."""
_PATIENCE_S = 60.0
"""Real seconds beyond those that the minutes take."""


class SizeType(click.ParamType[tuple[int, int]]):
    """A size of a terminal on the command line."""

    name = "WxH"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Parse `120x40`; a usage error names the range."""
        if isinstance(value, tuple):
            return value
        match = _SIZE.fullmatch(str(value).lower())
        size = (int(match[1]), int(match[2])) if match else (0, 0)
        if not (20 <= size[0] <= 400 and 5 <= size[1] <= 150):
            self.fail(f"{value} is no size: columns x rows, from 20x5 to 400x150, as in 120x40", param, ctx)
        return size


@click.command("screenshot")
@click.argument("file", metavar="FILE.svg", type=click.Path(path_type=Path))
@click.option("--size", type=SizeType(), default="120x40", show_default=True, help="Columns and rows.")
@click.option(
    "--tab", type=click.Choice([tab.value for tab in Tab]), default="1", show_default=True, help="By its key."
)
@click.option("--press", "keys", default="", metavar="KEYS", help='Pressed before, as in "j j enter".')
@click.option("--minutes", type=click.IntRange(1, 1440), default=90, show_default=True, help="The exchange has run.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the price model.")
@click.option("--holding", is_flag=True, help="Then wait until a position is open.")
@looks_options
@preset_option
@common_options
@click.pass_context
def screenshot_command(
    context: click.Context,
    file: Path,
    size: tuple[int, int],
    tab: str,
    keys: str,
    minutes: int,
    seed: int,
    holding: bool,
) -> None:
    """Draw the console into FILE.svg. Needs no terminal and touches no ledger; takes about half a minute.

    Without --state-dir (or ATLAS_STATE_DIR): a desk on the embedded exchange of `atlas demo`, from its first minute on;
    the same seed gives the same prices, and nearly the same picture. With it: what the ledger there holds, of a running
    or a stopped desk, at its last event and without live prices. --mask hides amounts of money and sizes.
    """
    settings = settings_of(context, default_preset="" if state_is_named(context) else "demo")
    _check(file)
    os.environ.update(COLORTERM="truecolor", TERM="xterm-256color", TEXTUAL_ANIMATIONS="none")
    if state_is_named(context):
        snapshot = _booked(settings)
    else:
        speed = min(_FASTEST, max(SPEED, minutes * 60 / _QUICK_S))
        snapshot = asyncio.run(_traded(settings, {"seed": seed, "speed": speed}, minutes, holding))
    svg = asyncio.run(_drawn(settings, snapshot, size, Tab(tab), keys))
    write_whole(file, svg)
    tell(file)


def _check(file: Path) -> None:
    """Refuse a target that cannot become a picture, before the work is done. Raises ConfigError."""
    if file.is_dir():
        raise ConfigError(f"{file} is a folder: name a file that ends in .svg")
    if file.suffix.lower() != ".svg":
        raise ConfigError(f"{file}: the picture is SVG: name a file that ends in .svg")
    need_folder(file)


async def _drawn(settings: Settings, snapshot: Snapshot, size: tuple[int, int], tab: Tab, keys: str) -> str:
    app = screen_for(StillLink(snapshot), settings, still=True)
    try:
        return await picture_of(app, size, tab, keys.split())
    except RuntimeError as error:
        raise AtlasError(f"the console could not be drawn: {error}") from error


def _booked(settings: Settings) -> Snapshot:
    """What the ledger holds, at its last event. Raises StoreError."""
    root = settings.state_dir
    with LedgerReader(root) as reader:
        facts, at = tuple(reader.facts()), reader.last_at()
    if at is None:
        raise StoreError(f"the ledger in {root} holds nothing yet")
    desk = Desk(settings.policy)
    desk.restore(facts)
    desk.handle(TimePassed(at))
    note = desk_note(root)
    mode = next((mode for mode in Mode if mode.value == note.get("mode")), Mode.PAPER)
    return replace(desk.snapshot(), link=LinkView(mode=mode, state=FeedState.DOWN, preset=settings.preset))


async def _traded(settings: Settings, values: dict[str, Any], minutes: int, holding: bool) -> Snapshot:
    """A desk on the embedded exchange, so many of the exchange's minutes after it began to trade.

    Raises:
        AtlasError: the desk ended by itself, or does not get there.
    """
    reached: asyncio.Future[Snapshot] = asyncio.get_running_loop().create_future()
    held: list[Built] = []

    def begin(built: Built) -> None:
        held.append(built)
        until = built.since + timedelta(minutes=minutes)

        def look(snapshot: Snapshot) -> None:
            if not reached.done() and is_reached(snapshot, until, holding):
                reached.set_result(snapshot)

        built.session.subscribe(look)

    with tempfile.TemporaryDirectory(prefix="atlas-picture-") as folder:
        state = StateDir.create(Path(folder) / "state")
        plan = DeskPlan(replace(settings, state_dir=state.root), state, Mode.DEMO, lambda: exchange_of(values))
        desk = asyncio.create_task(hold_desk(plan, begin, lambda _: None), name="desk")
        patience_s = _PATIENCE_S + minutes * 60 / values["speed"]
        either: set[asyncio.Future[Any]] = {desk, reached}
        await asyncio.wait(either, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED)
        await end_desk(desk, held[0] if held else None)
    if not reached.done():
        wanted = "an open position" if holding else f"{minutes} minutes of the exchange"
        raise AtlasError(f"no moment with {wanted} came in {patience_s:.0f} s; try another --seed")
    snapshot = reached.result()
    return replace(snapshot, link=replace(snapshot.link, speed=SPEED))
