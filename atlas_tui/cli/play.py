"""`atlas play`: a recording, or stored candles, on the console; nothing of it is live, and nothing can be decided."""

import asyncio
import tempfile
from contextlib import ExitStack, closing
from dataclasses import replace
from math import isnan
from pathlib import Path
from time import monotonic
from typing import Final

import click

from atlas_tui.app import AtlasApp
from atlas_tui.cli.backtest.inputs import Question
from atlas_tui.cli.common import (
    asked_of,
    common_options,
    console_options,
    instant,
    need_terminal,
    preset_option,
    settings_of,
)
from atlas_tui.cli.console import show
from atlas_tui.cli.glance import glance_at
from atlas_tui.cli.logs import CONSOLE_LOG, log_to
from atlas_tui.cli.looks import options_of
from atlas_tui.cli.note import desk_note, write_note
from atlas_tui.cli.played import shown
from atlas_tui.cli.saying import say
from atlas_tui.cli.timeframe_option import TIMEFRAME
from core.adapters.ledger_resume import ResumedStore
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.config import Bell
from core.domain.errors import ConfigError
from core.domain.snapshot import Mode
from core.domain.timeframes import Timeframe
from core.session.player import Player
from core.session.reel import Reel

NOTHING_TO_DECIDE: Final = "this is a play: what was decided is part of it, and nothing can be decided here"


def _number(context: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    """No range leaves out what is no number. Raises ConfigError."""
    if value is not None and isnan(value):
        raise ConfigError("--speed nan: write a number such as 60")
    return value


@click.command("play")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--speed",
    type=click.FloatRange(0.1, 100_000),
    callback=_number,
    help="Its seconds in a real one; 60, of candles 900.",
)
@click.option("--paused", is_flag=True, help="Begin standing still.")
@click.option("--at", "begin_at", metavar="ISO", help="Begin at this time of the desk's.")
@click.option("--keep", type=click.Path(path_type=Path), metavar="DIR", help="Keep the ledger that the play makes.")
@click.option("--symbols", metavar="BTC,ETH", help="Candles of the stored history, instead of FILE.")
@click.option("--since", metavar="DATE", help="Candles that start at or after it; UTC.")
@click.option("--until", metavar="DATE", help="Candles that close by it; UTC.")
@click.option("--timeframe", type=TIMEFRAME, help="Base candles to take where there are several; 15m by default.")
@console_options
@preset_option
@common_options
@click.pass_context
def play_command(
    context: click.Context,
    file: Path | None,
    speed: float | None,
    paused: bool,
    begin_at: str | None,
    keep: Path | None,
    symbols: str | None,
    since: str | None,
    until: str | None,
    timeframe: Timeframe | None,
) -> int:
    """Show a recording on the console: FILE, made by --record, or candles of a CSV or Parquet file or the history.

    A recording repeats what its desk heard and decided. Candles have no ticks: they are judged bar by bar (STRAT.md
    S13), and the desk trades them as a backtest does. c pauses, d and D step, { and } jump, ( and ) change the speed,
    :seek 14:30 goes anywhere; ? lists the keys. The ledger of a play is its own, and is gone afterwards without --keep.
    """
    question = Question(
        symbols=tuple(name.strip().upper() for name in (symbols or "").split(",") if name.strip()),
        since=instant(since, "--since") if since else None,
        until=instant(until, "--until") if until else None,
        settings_file=None,
        data=(),
        timeframe=timeframe,
        fees=None,
        slippage=None,
    )
    begin = instant(begin_at, "--at") if begin_at else None
    played = shown(file, question, asked_of(context))
    need_terminal("atlas play", "repeat a recording by atlas replay, run candles by atlas backtest")
    with ExitStack() as stack:
        state = _own_state(stack, keep, played.what)
        log_to(state.root, CONSOLE_LOG)
        store = stack.enter_context(closing(SqliteStore(state, durable=keep is not None)))
        reel = Reel(played.recording, lambda: ResumedStore(store, str(state.root)))
        player = Player(reel, monotonic, speed or played.speed, played.what, played.of_bars)
        if paused:
            player.pause()
        if begin is not None:
            player.seek(begin)
        code = asyncio.run(_play(context, player))
    if reel.damaged:
        say(f"atlas: {reel.over}")
    return code


def _own_state(stack: ExitStack, keep: Path | None, what: str) -> StateDir:
    """The directory of the play's ledger, held against others: one of its own, never a desk's.

    Raises:
        ConfigError: it holds a ledger that no replay or play has made.
    """
    if keep is None:
        keep = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="atlas-play-"))) / "state"
    state = StateDir.create(keep)
    stack.enter_context(state.lock())
    if state.ledger.exists() and "replay_of" not in desk_note(state.root):
        raise ConfigError(f"--keep {keep} holds a ledger that no play has made: choose another directory")
    write_note(state.root, {"mode": Mode.REPLAY.value, "replay_of": what})
    return state


async def _play(context: click.Context, player: Player) -> int:
    """Until the console is left; its exit code. Raises AtlasError where the play itself cannot go on."""
    settings = await asyncio.to_thread(settings_of, context)
    options = replace(
        options_of(settings), player=player, only_reads=NOTHING_TO_DECIDE, end_desk=lambda: None, history=None,
        bell=Bell.NEVER, osc9=False,
    )  # fmt: skip
    app = AtlasApp(player, options, settings.keys)
    playing = asyncio.create_task(player.run(), name="play")
    await show(app, glance_at(asked_of(context)).mouse, playing)
    if playing.done():
        playing.result()
    playing.cancel()
    return app.return_code or 0
