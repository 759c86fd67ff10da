"""A desk in its session's shell with series, prices and armed setups: what a tick meets when it comes."""

from datetime import datetime
from decimal import Decimal

from atlas_tui.cli.heap import set_aside
from core.adapters.system_clock import SystemClock
from core.config import load_settings
from core.domain.events import InstrumentListed, ScanDone, SeriesLoaded
from core.domain.policy import Policy
from core.domain.timeframes import SCANNED, Timeframe
from core.session.candles import Candles
from core.session.shell import Market, Ports, SessionOptions, Shell
from tests.builders import a_bar, a_scan, a_setup, a_tick, an_instrument
from tests.fakes import ListStore, ManualClock, ScriptedFeed, ScriptedVenue

ROWS = 400
SETUPS = 2
"""Armed of each timeframe of each symbol; their levels lie where no tick comes."""


def usual_policy() -> Policy:
    """The default rules over the default symbols."""
    return load_settings(environ={}).policy


def armed(at: datetime, price: Decimal, policy: Policy) -> Shell:
    """The shell at this moment, every symbol at this price, and the collector set as an armed desk sets it.

    Events may be applied on a running loop only.
    """
    stub = ManualClock(at)
    ports = Ports(ScriptedVenue(stub), ScriptedFeed(stub), ListStore(), SystemClock(lambda: at))
    shell = Shell(policy, ports, SessionOptions())
    shell.record(shell.desk.start(at))
    for symbol in policy.symbols:
        shell.apply(InstrumentListed(an_instrument(symbol), at))
        market = Market(Candles(f"{symbol}-PERP-INTX", policy.maintenance))
        shell.markets[symbol], shell.link.pulses[symbol] = market, market.pulse
        shell.symbols[f"{symbol}-USD"] = symbol
        for timeframe in SCANNED:
            shell.apply(_history(symbol, timeframe, at, price))
        shell.apply(a_tick(price, at, symbol))
        shell.apply(_scan(symbol, at, price))
    set_aside()
    return shell


def pending(shell: Shell) -> int:
    """Armed setups of all symbols."""
    return sum(len(list(shell.desk.state.book.pending(symbol))) for symbol in shell.markets)


def _history(symbol: str, timeframe: Timeframe, at: datetime, price: Decimal) -> SeriesLoaded:
    first = timeframe.start_of(at) - ROWS * timeframe.span
    rows = (
        a_bar(first + number * timeframe.span, price, price + number % 7 + 1, price - number % 5 - 1, price)
        for number in range(ROWS)
    )
    return SeriesLoaded(symbol, timeframe, tuple(rows), at)


def _scan(symbol: str, at: datetime, price: Decimal) -> ScanDone:
    setups = [
        a_setup(
            price * (110 + far) / 100, price * (90 - far) / 100, (price * 2, price / 2), timeframe,
            timeframe.start_of(at) - timeframe.span * (far - 1), symbol,
        )
        for timeframe in SCANNED
        for far in range(1, SETUPS + 1)
    ]  # fmt: skip
    return a_scan(*setups, at=at)
