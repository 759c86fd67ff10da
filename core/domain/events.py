"""What reaches the desk: facts of the market, of the clock and of the shell around it, in the past tense."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.domain.bars import Bar, SeriesKey
from core.domain.commands import Command
from core.domain.facts import Fact
from core.domain.noted import DayStats as DayStats
from core.domain.noted import Level as Level
from core.domain.noted import Noted as Noted
from core.domain.noted import fresh_notes as fresh_notes
from core.domain.policy import Policy
from core.domain.signals import Setup, SetupStatus, Signal
from core.domain.symbols import Instrument
from core.domain.timeframes import Timeframe


@dataclass(frozen=True, slots=True)
class PriceTick:
    """One accepted price of a subscribed product.

    Attributes:
        at: the desk's clock when it was received.
        age_s: real seconds between the venue's stamp (or the receipt, whichever is older) and now.
        real_s: the monotonic clock at receipt, real seconds; for freshness on the screen.
        late: the first tick after an outage whose candles could not be had; exits are tagged late, entries wait.
    """

    symbol: str
    price: Decimal
    bid: Decimal | None
    ask: Decimal | None
    at: datetime
    age_s: float
    real_s: float
    day: DayStats = field(default_factory=DayStats)
    late: bool = False


@dataclass(frozen=True, slots=True)
class SeriesLoaded:
    """Candles were delivered, sorted, gaps kept; the last may be the forming one. Replaces what ticks had rolled."""

    symbol: str
    timeframe: Timeframe
    bars: tuple[Bar, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """What the feed missed of one symbol.

    Attributes:
        timeframe: of the candles, usually 1m.
        since: the last instant the market was seen before the outage.
        until: the instant up to which the candles reach.
    """

    symbol: str
    timeframe: Timeframe
    bars: tuple[Bar, ...]
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class OutageJudged:
    """The candles of an outage, to be judged before the next tick: of every symbol that was lost with it (S13).

    The symbols' series have been loaded by then.
    """

    gaps: tuple[Gap, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class OutageBegan:
    """The feed of a symbol was lost; `since` is the last good tick."""

    symbol: str
    since: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class BarClosed:
    """A base bar of a symbol closed: bar mode's only event of the market, in place of ticks and scans (S13).

    Attributes:
        timeframe: of the bar, the smallest stored of the symbol; always the same one.
        rates: recorded funding of instants after the bar before it, up to its end; fractions of notional.
        at: the bar's end.
    """

    symbol: str
    timeframe: Timeframe
    bar: Bar
    at: datetime
    rates: tuple[tuple[datetime, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class FoundSetup:
    """A setup a scan found, and what the bars already made of it."""

    setup: Setup
    status: SetupStatus
    unbroken: int = 0
    """Closed unbroken bars after the setup bar, up to the scan."""


@dataclass(frozen=True, slots=True)
class ScanDone:
    """A scan finished.

    Attributes:
        scanned: the series that were looked at.
        stale: series whose just-closed candle the venue had not delivered.
        took_s: real seconds.
    """

    signals: tuple[Signal, ...]
    setups: tuple[FoundSetup, ...]
    scanned: tuple[SeriesKey, ...]
    stale: tuple[SeriesKey, ...]
    took_s: float
    at: datetime


@dataclass(frozen=True, slots=True)
class ScanFailed:
    """A scan could not finish; `reason` is one sentence."""

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TimePassed:
    """The clock's own event, about once a real second; `clock_skew_s` is venue minus local clock, real seconds."""

    at: datetime
    clock_skew_s: float = 0.0


@dataclass(frozen=True, slots=True)
class InstrumentListed:
    """A listing was chosen for a symbol, or its record was read again."""

    instrument: Instrument
    at: datetime


@dataclass(frozen=True, slots=True)
class SymbolUnlisted:
    """The venue lists nothing for the symbol (any more); `reason` is one sentence."""

    symbol: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EntryUndone:
    """The ledger could not take an entry: the position never was."""

    position_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PolicyChanged:
    """A person has changed the rules of a running desk; `what` is one sentence of what is new, for the log.

    The symbols of open positions stay watched whatever the policy names.
    """

    policy: Policy
    what: str
    at: datetime


Event = (
    PriceTick
    | SeriesLoaded
    | OutageBegan
    | OutageJudged
    | BarClosed
    | ScanDone
    | ScanFailed
    | TimePassed
    | InstrumentListed
    | SymbolUnlisted
    | Noted
    | EntryUndone
    | PolicyChanged
    | Command
)

Outcome = Fact | Noted
"""What the desk answers an event with: facts for the ledger and notes for the log."""
