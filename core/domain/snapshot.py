"""The frozen picture of everything a view may show; the latest one wins.

`Snapshot` comes from the desk; its `link` part is filled in by the session, which alone knows sockets and real time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.domain.bars import Bar, BarKind, SeriesKey
from core.domain.continuity import Standing
from core.domain.levels import Verdict
from core.domain.leverage import Tier
from core.domain.link import FeedState as FeedState
from core.domain.link import LinkView as LinkView
from core.domain.link import Mode as Mode
from core.domain.noted import DayStats, Noted
from core.domain.patterns import Side
from core.domain.policy import Policy
from core.domain.position_facts import PositionFact
from core.domain.positions import ClosedTrade, OpenPosition
from core.domain.review_views import (
    AbsenceView,
    GuardView,
    HaltView,
    RefusalView,
    ResolutionView,
    ReviewView,
    ShadowView,
)
from core.domain.signals import Setup, SetupStatus, Signal
from core.domain.sizing import Refusal
from core.domain.symbols import Instrument
from core.domain.timeframes import Timeframe


@dataclass(frozen=True, slots=True)
class AccountView:
    """The paper account; USD. balance = start + realised - fees + funding, exactly (M1)."""

    start: Decimal
    balance: Decimal
    realised: Decimal
    fees: Decimal
    funding: Decimal
    unrealised: Decimal
    reserved: Decimal
    day_net: Decimal
    """Balance change since New York midnight."""

    @property
    def equity(self) -> Decimal:
        """Balance plus unrealised profit at the same marks."""
        return self.balance + self.unrealised

    @property
    def return_pct(self) -> Decimal:
        """Balance against the start, percent; open profit is shown beside it."""
        return (self.balance - self.start) / self.start * 100 if self.start else Decimal(0)


@dataclass(frozen=True, slots=True)
class QuoteView:
    """One symbol's live price. `instrument` is None while it is not listed, `reason` then says why.

    Attributes:
        price: None before the first tick.
        move: +1 or -1 for the direction of the last change, 0 before one.
        real_s: monotonic real seconds of the last tick.
        recent: prices sampled about once a minute of venue time, oldest first, at most 60; for the sparkline.
        suspended: triggers wait because an outage's candles are not judged yet.
    """

    symbol: str
    instrument: Instrument | None
    reason: str
    price: Decimal | None
    bid: Decimal | None
    ask: Decimal | None
    move: int
    at: datetime | None
    real_s: float | None
    day: DayStats
    recent: tuple[Decimal, ...]
    funding_rate: Decimal
    funding_interval_hours: int
    next_funding_at: datetime
    suspended: bool = False

    @property
    def spread_bp(self) -> Decimal | None:
        """Ask minus bid in basis points of the middle; None without a book, negative on a crossed one."""
        if self.bid is None or self.ask is None or self.bid + self.ask == 0:
            return None
        return (self.ask - self.bid) / ((self.ask + self.bid) / 2) * 10_000


@dataclass(frozen=True, slots=True)
class SeriesView:
    """Bars of one series for the chart: closed ones oldest first, then the forming one if there is one."""

    closed: tuple[Bar, ...]
    kinds: tuple[BarKind, ...]
    forming: Bar | None
    forming_kind: BarKind


@dataclass(frozen=True, slots=True)
class SignalView:
    """A completed signal as listed."""

    signal: Signal
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class SetupView:
    """A setup as listed, pending or resolved.

    Attributes:
        tfc: continuity now, by side, 0 to 4.
        held: legs that a person's word, or the lack of one, keeps from being taken, and why.
    """

    setup: Setup
    status: SetupStatus
    resolution: ResolutionView | None
    refusal: RefusalView | None
    reviewed: bool
    tfc: Mapping[Side, int]
    held: Mapping[Side, Refusal] = field(default_factory=dict)

    @property
    def pending(self) -> bool:
        """Is it still waiting for a break?"""
        return self.status is SetupStatus.PENDING

    @property
    def armed(self) -> bool:
        """Is it pending with a leg the desk would take by itself?"""
        return self.pending and any(self.is_armed_on(judged.leg.side) for judged in self.setup.legs)

    def is_armed_on(self, side: Side) -> bool:
        """Would the desk take this leg by itself, as far as filters and a person's word go?"""
        judged = self.setup.leg_on(side)
        return judged is not None and judged.verdict is Verdict.OK and side not in self.held


@dataclass(frozen=True, slots=True)
class PositionView:
    """An open position at its last mark; `mark` is the entry price before the first tick."""

    position: OpenPosition
    mark: Decimal
    unrealised: Decimal
    r_multiple: Decimal
    closes_at_deadline: bool
    """Would the deadline close it at this mark? (S8.5)"""
    excess: Decimal = Decimal(0)
    """Base units above what the swing maximum allows at this mark; 0 where it may stay."""
    break_even: Decimal | None = None
    """Where leaving would cost nothing, fees and funding counted; None where nobody has worked it out."""


@dataclass(frozen=True, slots=True)
class CapView:
    """Leverage caps of one symbol: the policy's tiers, the venue's own, and what holds now."""

    symbol: str
    intraday: Decimal
    swing: Decimal
    venue: Decimal | None
    effective: Decimal


@dataclass(frozen=True, slots=True)
class ScanView:
    """The last finished scan."""

    at: datetime
    took_s: float
    series: int
    signals: int
    setups: int
    fresh: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a view may show, at one moment of the desk."""

    at: datetime
    policy: Policy
    account: AccountView
    quotes: tuple[QuoteView, ...]
    signals: tuple[SignalView, ...]
    """Newest first; dismissed ones left out."""
    setups: tuple[SetupView, ...]
    """Newest first; pending and resolved."""
    positions: tuple[PositionView, ...]
    trades: tuple[ClosedTrade, ...]
    """Oldest first."""
    series: Mapping[SeriesKey, SeriesView]
    standings: Mapping[str, Mapping[Timeframe, Standing]]
    """By symbol: how each timeframe's newest bar stands, the TFC matrix's cells."""
    scores: Mapping[str, Mapping[Side, int]]
    """By symbol: continuity by side, 0 to 4."""
    tier: Tier
    tier_seconds: int
    """Real seconds until the intraday tier closes, 0 while it is closed."""
    deadline_at: datetime
    tier_change_at: datetime
    in_maintenance: bool
    maintenance_at: datetime
    caps: tuple[CapView, ...]
    last_scan: ScanView | None
    log: tuple[Noted, ...]
    """Oldest first; the last few hundred."""
    reviews: Mapping[str, ReviewView] = field(default_factory=dict)
    """By id of a setup, signal or position: a person's verdict and notes."""
    inbox: tuple[str, ...] = ()
    """Ids of setups and signals that wait for a verdict, newest first."""
    halts: tuple[HaltView, ...] = ()
    guards: tuple[GuardView, ...] = ()
    shadows: tuple[ShadowView, ...] = ()
    """Refused entries followed on paper, oldest first; open and closed."""
    stories: Mapping[str, tuple[PositionFact, ...]] = field(default_factory=dict)
    """By position id, the newest closed ones included: its facts in order."""
    traded: Mapping[str, SetupView] = field(default_factory=dict)
    """By setup id: the setups of the positions in `stories`, those no longer listed included."""
    absence: AbsenceView = AbsenceView()
    """What happened since the last key was pressed."""
    last_absence: AbsenceView | None = None
    """The last absence somebody came back from."""
    link: LinkView = field(default_factory=LinkView)

    def quote(self, symbol: str) -> QuoteView | None:
        """The quote of a symbol, or None for an unknown one."""
        return next((quote for quote in self.quotes if quote.symbol == symbol), None)
