"""One question to the venue: candles of a symbol, or everything a scan needs."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from atlas_tui.cli.wiring import open_venue
from core.config import Settings
from core.domain.bars import Bar
from core.domain.errors import ConfigError, NotListed
from core.domain.symbols import Instrument
from core.domain.timeframes import D1, H1, H4, M1, M15, Timeframe
from core.ports import Resolution, Venue
from core.strat.resample import resample

NATIVE = (M1, M15, H1, D1)
"""What a venue delivers; other timeframes are rolled from the longest of these that divides them."""


@dataclass(frozen=True, slots=True)
class Candles:
    """Bars of one timeframe, oldest first, and the time at which they were read."""

    timeframe: Timeframe
    bars: tuple[Bar, ...]
    now: datetime


@contextmanager
def asked(settings: Settings) -> Iterator[Venue]:
    """A venue for a few questions; closed at the end."""
    venue = open_venue(settings)
    try:
        yield venue
    finally:
        venue.close()


def venue_candles(settings: Settings, symbol: str, timeframe: Timeframe, count: int) -> Candles:
    """The last `count` bars of a symbol, the forming one included.

    Raises:
        NotListed: names the symbols the venue lists.
        FeedError: the venue cannot be used.
        ConfigError: a timeframe that cannot be rolled from the venue's.
    """
    with asked(settings) as venue:
        instrument = the_listing(venue.resolve((symbol.upper(),), settings.venue.listings), symbol.upper())
        now = venue.server_time()
        native = native_of(timeframe)
        start = timeframe.start_of(now) - (count - 1) * timeframe.span
        bars = venue.candles(instrument.product_id, native, start, now)
    rows = resample(bars, native, timeframe, now, settings.policy.maintenance)[-count:]
    return Candles(timeframe, tuple(_judged(bar, timeframe, now) for bar in rows), now)


def _judged(bar: Bar, timeframe: Timeframe, now: datetime) -> Bar:
    """The bar, not complete while it is forming."""
    forming = timeframe.is_forming(bar.start, now)
    return replace(bar, complete=False) if forming and bar.complete else bar


def the_listing(resolution: Resolution, symbol: str) -> Instrument:
    """The one listing asked for. Raises NotListed, which names what there is."""
    for instrument in resolution.instruments:
        if instrument.symbol == symbol:
            return instrument
    raise NotListed(unlisted_sentence(resolution, symbol))


def unlisted_sentence(resolution: Resolution, symbol: str) -> str:
    """Why a symbol has no listing, and which symbols have one."""
    why = resolution.unlisted.get(symbol) or f"{symbol} is not listed by the venue"
    listed = ", ".join(sorted(resolution.available)[:40])
    return why if not listed or listed in why else f"{why}; it lists {listed}"


def native_of(timeframe: Timeframe, natives: Collection[Timeframe] = NATIVE) -> Timeframe:
    """The longest of the venue's timeframes that divides this one; of 4h it is 1h (STRAT.md S7.2).

    Raises:
        ConfigError: there is none.
    """
    if timeframe == H4:
        return H1
    fitting = [native for native in natives if timeframe.minutes % native.minutes == 0]
    if not fitting:
        raise ConfigError(f"--timeframe {timeframe}: the venue has no candles it could be rolled from")
    return max(fitting)
