"""`atlas history fetch SYMBOL...`: candles of the venue into the history."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from atlas_tui.cli.bar import drawn
from atlas_tui.cli.common import common_options, instant, settings_of
from atlas_tui.cli.ending import hear_ctrl_c
from atlas_tui.cli.history.words import counted, history_of
from atlas_tui.cli.market import asked, native_of, the_listing
from atlas_tui.cli.saying import say, tell
from atlas_tui.cli.timeframe_option import TIMEFRAME
from core.adapters.coinbase_rest import GRANULARITIES
from core.domain.errors import AtlasError, ConfigError
from core.domain.timeframes import M15, Timeframe
from core.research.history.auditing import overview
from core.research.history.fetching import Candles, Step, fetch, series_of
from core.research.history.rolling import RolledCandles
from core.research.history.series import SeriesName
from core.research.history.store import History
from core.research.history.texts import moment


@click.command("fetch")
@click.argument("symbols", nargs=-1, required=True, metavar="SYMBOL...")
@click.option("--timeframe", type=TIMEFRAME, default=str(M15), show_default=True, help="Length of the candles.")
@click.option("--since", required=True, metavar="DATE", help="From when on, e.g. 2024-01-01; without a zone it is UTC.")
@click.option("--until", metavar="DATE", help="Until when; without it until now.")
@common_options
@click.pass_context
def fetch_command(
    context: click.Context, symbols: tuple[str, ...], timeframe: Timeframe, since: str, until: str | None
) -> None:
    """Fetch closed candles of the venue, from a date on, as far as they are not stored yet.

    Each piece is on disk before the next is asked for: after a kill, or tomorrow, the same command goes on where this
    one ended. The bar that is still forming is never stored. Of a timeframe the venue does not offer, whole bars are
    rolled from the longest of its own that divides it.
    """
    settings, begin = settings_of(context), instant(since, "--since")
    end = instant(until, "--until") if until is not None else None
    if end is not None and end <= begin:
        raise ConfigError("--until must be later than --since")
    history = history_of(settings)
    with asked(settings) as venue, history.writing():
        wanted = tuple(dict.fromkeys(symbol.upper() for symbol in symbols))
        resolution, now = venue.resolve(wanted, settings.venue.listings), venue.server_time()
        if begin >= now:
            raise ConfigError(f"--since {since} is not before the venue's time, {moment(int(now.timestamp()))}")
        native = native_of(timeframe, [Timeframe(minutes) for minutes in GRANULARITIES])
        rolling = RolledCandles(venue, timeframe, native, settings.policy.maintenance)
        candles, edge = venue if native == timeframe else rolling, min(end or now, now)
        for symbol in wanted:
            name = series_of(the_listing(resolution, symbol).product_id, timeframe)
            tell(_fetched(history, candles, name, begin, edge))


def _fetched(history: History, candles: Candles, name: SeriesName, begin: datetime, end: datetime) -> str:
    """Fetch one series, with its progress on stderr; what came, and what there is now."""
    hear_ctrl_c()
    with _progress(name) as progress:
        try:
            done = fetch(history, candles, name, begin, end, progress.take)
        except (AtlasError, KeyboardInterrupt):
            progress.end()
            say(f"atlas: {name}: what has come is stored; the same command goes on from there")
            raise
    if done.bad:
        say(f"{name}: {counted(done.bad, 'candle')} of the venue cannot be; the next fetch asks for them again")
    seen = overview(history, name)
    if seen.first_s is None or seen.last_s is None:
        return f"{name}: the venue has no candles since then"
    reach = f"{moment(seen.first_s)} to {moment(seen.last_s)}"
    absent = sum(hole.bars for hole in seen.holes)
    return f"{name}: {counted(done.new, 'new bar')}, {seen.rows:,} in all, {reach}, {absent:,} absent"


class _Progress:
    """How far a fetch has come: a bar on a terminal, else a line a month; on stderr."""

    def __init__(self, name: SeriesName) -> None:
        self._name = name
        self._on_terminal = sys.stderr.isatty()
        self._month = ""
        self._bars = 0

    def take(self, step: Step) -> None:
        """A piece is stored."""
        if self._on_terminal:
            click.echo(f"\r{self._name} {step.month} {drawn(step.done_s / step.whole_s)}", nl=False, err=True)
            return
        if self._month not in ("", step.month):
            self.end()
        self._month, self._bars = step.month, self._bars + step.bars

    def end(self) -> None:
        """Nothing more comes, of this month or at all."""
        if self._on_terminal:
            click.echo("\r\x1b[K", nl=False, err=True)
        elif self._month:
            click.echo(f"{self._name} {self._month}: {counted(self._bars, 'bar')}", err=True)
        self._month, self._bars = "", 0


@contextmanager
def _progress(name: SeriesName) -> Iterator[_Progress]:
    shown = _Progress(name)
    try:
        yield shown
    finally:
        shown.end()
