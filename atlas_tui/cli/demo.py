"""`atlas demo`: the console on an exchange of its own, with a ledger of its own."""

import importlib
import re
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import click

from atlas_tui.cli.common import (
    common_options,
    console_options,
    desk_options,
    need_terminal,
    preset_option,
    recording_of,
    settings_of,
    state_is_named,
)
from atlas_tui.cli.console import open_console
from atlas_tui.cli.glance import glance_of
from atlas_tui.cli.note import DEMO_DIR, desk_note, write_note
from atlas_tui.cli.plan import DeskPlan
from atlas_tui.cli.rules import FileRules
from core.adapters.state_dir import StateDir
from core.adapters.system_clock import SystemClock
from core.config import Settings
from core.domain.errors import ConfigError
from core.domain.link import LinkView, Mode
from core.domain.timeframes import Timeframe
from core.strat.candle_file import read_candles

if TYPE_CHECKING:
    from core.simulator.exchange import ExchangeSettings

_WIRING = "atlas_tui.cli.wiring"  # every adapter: not before the first paint
SPEED = 60.0
_NAMED = re.compile(r"(?:.*_)?(?P<symbol>[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)_(?P<length>\d+[mhd])(?:[._].*)?")
_SPELLED = re.compile(r"[A-Za-z0-9-]+:\d+[mhd]=.+")
_DEMO_MODES = (Mode.DEMO.value, Mode.REPLAY.value)


@click.command("demo")
@click.option("--seed", type=click.IntRange(0), help="Of the price model; the same seed gives the same prices.")
@click.option("--speed", type=float, help="Venue seconds in a real second: 60, but 1 for recorded frames.")
@click.option("--replay", metavar="FILE", help="Recorded candles (CSV) or frames (.jsonl) instead of the model.")
@click.option("--keep", is_flag=True, help="Go on with the ledger of the last demo instead of beginning anew.")
@desk_options
@console_options
@preset_option
@common_options
@click.pass_context
def demo_command(context: click.Context, seed: int | None, speed: float | None, replay: str | None, keep: bool) -> int:
    """Open the console on an embedded exchange, trading on paper, 60 times as fast as the clock.

    The demo has a ledger of its own, which it archives and begins anew; its filters are loosened (--preset demo).
    """
    need_terminal("atlas demo")
    settings = settings_of(context, default_preset="demo")
    root = settings.state_dir if state_is_named(context) else settings.state_dir / DEMO_DIR
    state = StateDir.create(root)
    with state.lock():
        if state_is_named(context):
            _refuse_another_ledger(state)
        last = _last_seed(state) if keep else 0
        values: dict[str, Any] = {"seed": last if seed is None else seed, "speed": SPEED}
        if replay:
            values |= recording(replay)
            values["speed"] = 1.0 if "frames" in values else SPEED
        values["speed"] = values["speed"] if speed is None else speed
        if not keep:
            state.archive(SystemClock().now())
        mode = Mode.REPLAY if replay else Mode.DEMO
        origin = {"mode": mode.value, "preset": settings.preset, "seed": values["seed"], "speed": values["speed"]}
        write_note(state.root, origin)
        link = LinkView(mode=mode, preset=settings.preset, speed=values["speed"], loading="starting")
        shown = _with_symbols(replace(settings, state_dir=root), replay)
        plan = DeskPlan(
            settings=shown,
            state=state,
            mode=mode,
            exchange=lambda: exchange_of(values if replay else values | {"start": _wiring().last_instant(state)}),
            record=recording_of(context),
            rules=FileRules(shown, lambda: _with_symbols(settings_of(context, default_preset="demo"), replay)),
        )
        return open_console(glance_of(plan.settings, link), state, lambda: plan, origin)


def recording(text: str) -> dict[str, Any]:
    """What `--replay` means to the exchange: frames for .jsonl, else candles, `SYMBOL:TF=FILE` or by the file's name.

    Raises:
        ConfigError: there is no such file.
        CandleFileError: the file's timeframe cannot be told.
    """
    path = Path(text.partition("=")[2] if _SPELLED.fullmatch(text) else text)
    if not path.is_file():
        raise ConfigError(f"--replay {path}: there is no such file")
    if path.name.endswith((".jsonl", ".jsonl.gz")):
        return {"frames": path}
    if path != Path(text):
        return {"candles": (text,)}
    symbol, length = named_recording(path)
    return {"candles": (f"{symbol}:{length or read_candles(path).timeframe}={path}",)}


def named_recording(path: Path) -> tuple[str, Timeframe | None]:
    """Symbol and timeframe a file's name tells, as in `COINBASE_BTC-USD_15m.csv.gz`; BTC and None where it does not."""
    match = _NAMED.fullmatch(path.name)
    if match is None:
        return "BTC", None
    symbol = match["symbol"].upper()
    for quote in ("USDT", "USDC"):
        symbol = symbol.removesuffix(quote) or symbol
    return symbol, Timeframe.parse(match["length"])


def exchange_of(values: dict[str, Any]) -> "ExchangeSettings":
    """The exchange's settings; on a thread, for it imports the exchange."""
    settings: ExchangeSettings = _wiring().exchange_settings(**values)
    return settings


def _wiring() -> ModuleType:
    return importlib.import_module(_WIRING)


def _with_symbols(settings: Settings, replay: str | None) -> Settings:
    """The settings with the recorded symbol among those watched."""
    if not replay or replay.endswith((".jsonl", ".jsonl.gz")):
        return settings
    symbol = recording(replay)["candles"][0].partition(":")[0].partition("-")[0]
    known = settings.policy.symbols
    symbols = known if symbol in known else (symbol, *known)
    return replace(settings, policy=replace(settings.policy, symbols=symbols))


def _last_seed(state: StateDir) -> int:
    seed = desk_note(state.root).get("seed")
    return seed if isinstance(seed, int) and seed >= 0 else 0


def _refuse_another_ledger(state: StateDir) -> None:
    """A demo archives what it finds, so it takes only what a demo has written. Raises ConfigError."""
    if state.ledger.exists() and desk_note(state.root).get("mode") not in _DEMO_MODES:
        raise ConfigError(
            f"{state.root} holds a ledger that no demo has written: "
            "choose another --state-dir, or archive it with atlas reset"
        )
