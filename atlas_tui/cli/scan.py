"""`atlas scan`: one scan of the venue, printed; nothing is stored, nothing is armed."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from atlas_tui.cli.columns import SETUPS, SIGNALS
from atlas_tui.cli.common import common_options, format_option, preset_option, settings_of
from atlas_tui.cli.listing import csv_text, put_json, table_text
from atlas_tui.cli.market import asked, unlisted_sentence
from atlas_tui.cli.saying import say, tell
from atlas_tui.cli.warmth import choose_cache, warm_up
from core.config import Settings
from core.domain.continuity import tfc_score
from core.domain.errors import NotListed
from core.domain.events import FoundSetup
from core.domain.patterns import Side
from core.domain.rows import all_setup_rows, signal_rows
from core.domain.series import SeriesBars
from core.domain.snapshot import SetupView, SignalView
from core.domain.symbols import Instrument
from core.ports import Venue
from core.session.candles import Candles
from core.strat.scanner import scan, standings_of


@click.command("scan")
@click.option("--symbol", "symbols", multiple=True, metavar="SYMBOL", help="Instead of the configured ones.")
@preset_option
@format_option
@common_options
@click.pass_context
def scan_command(context: click.Context, symbols: tuple[str, ...], style: str) -> None:
    """Scan the venue once and print the completed signals and the setups, each with its verdict."""
    settings = settings_of(context)
    asyncio.run(warm_up(choose_cache()))
    wanted = tuple(symbol.upper() for symbol in symbols) or settings.policy.symbols
    found = _scanned(settings, wanted, strict=bool(symbols))
    if style == "json":
        put_json(found)
        return
    signals, setups = found["signals"], found["setups"]
    if style == "csv":
        rows = [{"kind": "signal", **row} for row in signals] + [{"kind": "setup", **row} for row in setups]
        tell(csv_text(rows, ["kind", "id", "product_id", *SIGNALS]), nl=False)
        return
    zone = settings.ui.zone
    columns = [name for name in SETUPS if name not in ("refusal", "break_price", "resolved_at")]
    tell(table_text(signals, SIGNALS, zone) if signals else "No signals.")
    tell("\n" + (table_text(setups, columns, zone) if setups else "No setups."))


def _scanned(settings: Settings, wanted: tuple[str, ...], strict: bool) -> dict[str, Any]:
    """What a scan of these symbols finds, as rows.

    Raises:
        NotListed: none of them is listed, or, when `strict`, one of them is not.
        FeedError: the venue cannot be used.
    """
    with asked(settings) as venue:
        resolution = venue.resolve(wanted, settings.venue.listings)
        missing = [unlisted_sentence(resolution, symbol) for symbol in resolution.unlisted]
        if missing and (strict or not resolution.instruments):
            raise NotListed(missing[0])
        for sentence in missing:
            say(sentence)
        now = venue.server_time()
        series = [each for one in resolution.instruments for each in _series(venue, settings, one, now)]
    findings = scan(series, settings.policy.filters, settings.policy.maintenance, now)
    standings = standings_of(series)
    views = [_view(found, standings.get(found.setup.symbol, {})) for found in reversed(findings.setups)]
    return {
        "signals": signal_rows(SignalView(signal) for signal in reversed(findings.signals)),
        "setups": all_setup_rows(views),
    }


def _series(venue: Venue, settings: Settings, instrument: Instrument, now: datetime) -> list[SeriesBars]:
    candles = Candles(instrument.product_id, settings.policy.maintenance)
    candles.load(venue, now)
    return [
        SeriesBars(instrument.symbol, instrument.product_id, timeframe, bars, timeframe.is_forming(bars[-1].start, now))
        for timeframe, bars in candles.series(now).items()
        if bars
    ]


def _view(found: FoundSetup, standings: Mapping[Any, Any]) -> SetupView:
    scores = {side: tfc_score(standings, side) for side in Side}
    return SetupView(found.setup, found.status, None, None, False, scores)
