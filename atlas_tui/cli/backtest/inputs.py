"""What a backtest is run on: settings with the options laid over them, candles, increments."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from atlas_tui.cli.asked import settings_asked
from atlas_tui.cli.backtest.sources import rates_of, source_of
from core.config import Settings
from core.config.instruments import TABLE, Increments, read_instruments
from core.config.settings import no_secrets
from core.domain.errors import ConfigError
from core.domain.symbols import Instrument
from core.domain.text import one_line
from core.domain.timeframes import Timeframe
from core.research.backtest.bars import Bars, SymbolBars
from core.research.backtest.settings import BacktestSettings, Slippage
from core.research.history.series import base_of

FINEST_LOT = Decimal("1e-8")
"""Step of a size where none is given: the venue's finest."""


@dataclass(frozen=True, slots=True)
class Question:
    """The options of the verb.

    Attributes:
        symbols: base assets or listings, `BTC` or `BTC-USD`, in the order of S13.1; empty takes the configured ones.
        settings_file: `--settings`, with increments beside the settings.
        data: files and folders of candles.
        funding: files of recorded rates; they come before stored ones.
        timeframe: of the base bars; None prefers 15m.
        fees: a fraction of notional for every market; None leaves the configured ones.
    """

    symbols: tuple[str, ...]
    since: datetime | None
    until: datetime | None
    settings_file: Path | None
    data: tuple[Path, ...]
    timeframe: Timeframe | None
    fees: Decimal | None
    slippage: Slippage | None
    funding: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a result depends on, and the settings it came from."""

    settings: Settings
    bars: Bars
    rules: BacktestSettings


def inputs_of(
    question: Question, asked: Mapping[str, Any], taken: Callable[[SymbolBars], None] = lambda bars: None
) -> Inputs:
    """Read all of it; rows of files that were not taken as they stand are told on stderr.

    Args:
        question: the verb's own options.
        asked: the options every verb takes.
        taken: hears of the bars of every symbol when they have been read.

    Raises:
        ConfigError: a setting or option that cannot be used, or no candles.
        CandleFileError, HistoryError: candles that cannot be read.
    """
    settings = settings_for(question, asked)
    steps = read_instruments(question.settings_file) if question.settings_file is not None else {}
    source = source_of(settings, question.data)
    names = question.symbols or settings.policy.symbols
    rates = rates_of(question.funding, [base_of(name) for name in names])
    rows, listings, funding = [], {}, {}
    for name in names:
        symbol = base_of(name)
        stored = source.bars(name, symbol, question.timeframe)
        taken(stored)
        listings[symbol] = _listing(settings, stored, steps.get(symbol, Increments()))
        rows.append(_refined(stored, listings[symbol]))
        if (record := rates.get(symbol) or source.funding(name)) is not None:
            funding[symbol] = record
    rules = BacktestSettings(settings.policy, listings, funding)
    return Inputs(settings, _cut(Bars(tuple(rows)), question), rules)


def decimal_of(text: str, option: str) -> Decimal:
    """A plain number. Raises ConfigError that names the option."""
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ConfigError(f"{option} {text!r}: write a number such as 0 or 0.0003") from error
    if not value.is_finite():
        raise ConfigError(f"{option} {text!r}: write a number such as 0 or 0.0003")
    return value


def settings_for(question: Question, asked: Mapping[str, Any]) -> Settings:
    """The settings that the options of a backtest add up to. Raises ConfigError."""
    more: dict[str, tuple[str, Any]] = {}
    if question.symbols:
        bases = tuple(map(base_of, question.symbols))
        if twice := next((each for each in bases if bases.count(each) > 1), ""):
            both = " and ".join(each for each in question.symbols if base_of(each) == twice)
            raise ConfigError(f"{both} are both {twice}: name one of them")
        more["symbols"] = ("--symbols", bases)
    if question.fees is not None:
        more |= {f"fees.{market}": ("--fees", question.fees) for market in ("intx", "cde", "spot")}
    if question.slippage is not None:
        more["fees.slippage_bp"] = ("--slippage", question.slippage.basis_points)
    if question.settings_file is None:
        return settings_asked(asked, secrets=no_secrets, more=more)
    there = {**asked, "config": question.settings_file}
    return settings_asked(there, secrets=no_secrets, more=more, apart=frozenset((TABLE,)))


def _listing(settings: Settings, bars: SymbolBars, steps: Increments) -> Instrument:
    """The symbol's listing: increments of the settings file, else as fine as its prices."""
    price = steps.price_increment or bars.unit
    lot = steps.base_increment or FINEST_LOT
    why = "increments of the settings file" if steps.price_increment else "increments as fine as its prices"
    kind = settings.venue.listings[0]
    return Instrument(bars.symbol, f"{bars.symbol}-{kind.value.upper()}", kind, price, lot, lot, why=why)


def _refined(bars: SymbolBars, listing: Instrument) -> SymbolBars:
    try:
        return bars.refined(listing.price_increment)
    except ValueError as error:
        raise ConfigError(f"price_increment {listing.price_increment}: {error}") from error


def _cut(bars: Bars, question: Question) -> Bars:
    """The bars of the period. Raises ConfigError where it holds none."""
    span = bars.span_s
    since = int(question.since.timestamp()) if question.since is not None else -(2**40)
    until = int(question.until.timestamp()) if question.until is not None else 2**40
    cut = bars.between(since, until)
    if span is None or len(cut) == 0:
        held = "" if span is None else f"; there are some from {_day(span[0])} to {_day(span[1])}"
        raise ConfigError(f"there are no candles within this period{held}")
    return cut


def _day(epoch_s: int) -> str:
    return one_line(f"{datetime.fromtimestamp(epoch_s, UTC):%Y-%m-%d}")
