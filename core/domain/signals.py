"""Completed signals, waiting setups, and the words for what becomes of them (STRAT.md S3.3, S4)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from core.domain.bars import Bar
from core.domain.continuity import Stood
from core.domain.levels import Leg, Limits, Verdict
from core.domain.patterns import Pattern, Side, Subtype
from core.domain.timeframes import Timeframe


class SetupStatus(StrEnum):
    """Where a setup stands; everything but PENDING is final."""

    PENDING = "PENDING"
    TRIGGERED = "TRIGGERED"
    MISSED = "MISSED"
    EXPIRED = "EXPIRED"
    INVALIDATED = "INVALIDATED"
    INVALIDATED_OUTSIDE = "INVALIDATED_OUTSIDE"
    INVALID_DATA = "INVALID_DATA"
    HISTORICAL_TRIGGERED = "HISTORICAL_TRIGGERED"
    HISTORICAL_TRIGGERED_LONG = "HISTORICAL_TRIGGERED_LONG"
    HISTORICAL_TRIGGERED_SHORT = "HISTORICAL_TRIGGERED_SHORT"

    @property
    def side(self) -> Side | None:
        """The side it names by itself, if it does."""
        if self is SetupStatus.HISTORICAL_TRIGGERED_LONG:
            return Side.LONG
        return Side.SHORT if self is SetupStatus.HISTORICAL_TRIGGERED_SHORT else None


def historical(side: Side) -> SetupStatus:
    """The status of a setup that candles show broken on this side; never traded."""
    if side is Side.LONG:
        return SetupStatus.HISTORICAL_TRIGGERED_LONG
    return SetupStatus.HISTORICAL_TRIGGERED_SHORT


@dataclass(frozen=True, slots=True)
class JudgedLeg:
    """A leg with the filters' verdict on it, and its continuity (0 to 4) when it was found."""

    leg: Leg
    verdict: Verdict
    tfc_score: int = 0


class Identified:
    """A value that remembers its identity once it was asked; lists ask thousands of times a second.

    The text stands beside the fields, so that it is neither compared nor stored.
    """

    __slots__ = ("_known",)
    _known: str

    def _identity(self, make: Callable[[], str]) -> str:
        try:
            return self._known
        except AttributeError:
            object.__setattr__(self, "_known", make())
            return self._known


@dataclass(frozen=True, slots=True)
class Signal(Identified):
    """A completed pattern: shown, never executed, for its entry has already happened (S3.3).

    Attributes:
        symbol: the user's symbol, e.g. `BTC`.
        product_id: the venue's listing.
        bar_start: start of the trigger bar i.
        detected_at: the scan's clock time.
        tfc_score: 0 to 4 at detection.
        in_progress: the trigger bar is still forming; the signal vanishes if it becomes a 3.
        fresh: found by a later scan than the series' first; only fresh ones are alerted.
        bars: the bars the pattern rests on, oldest first, the trigger bar last.
        standings: how each timeframe stood at detection; empty in the first ledgers.
        limits: what its leg was held against; None in the first ledgers.
    """

    symbol: str
    product_id: str
    timeframe: Timeframe
    pattern: Pattern
    sequence: str
    subtype: Subtype
    judged: JudgedLeg
    bar_start: datetime
    detected_at: datetime
    tfc_score: int = 0
    in_progress: bool = False
    fresh: bool = True
    bars: tuple[Bar, ...] = ()
    standings: Stood = ()
    limits: Limits | None = None

    @property
    def id(self) -> str:
        """Identity for ever: `symbol|timeframe|sequence|start of bar i` (S4.4)."""
        return self._identity(lambda: identity(self.symbol, self.timeframe, self.sequence, self.bar_start))

    @property
    def side(self) -> Side:
        """Direction of the completed pattern."""
        return self.judged.leg.side


@dataclass(frozen=True, slots=True)
class Setup(Identified):
    """An inside bar waiting for a break, with up to two legs of which one cancels the other (S4.1).

    Attributes:
        name: `2U-1-?`, `2D-1-?`, `3-1-?`, or `2U-?`, `2D-?`, `3-?` for directional setups.
        bar_start: start of the setup bar s.
        long_trigger: H[s]; a price above it breaks the setup upward.
        short_trigger: L[s]; a price below it breaks the setup downward.
        legs: LONG first; at least one.
        max_unbroken: how many closed bars after s may leave it unbroken before it expires.
        detected_at: the scan's clock time.
        bars: the bars the setup rests on: the one before the setup bar, then the setup bar.
        limits: what its legs were held against; None in the first ledgers.
    """

    symbol: str
    product_id: str
    timeframe: Timeframe
    name: str
    bar_start: datetime
    long_trigger: Decimal
    short_trigger: Decimal
    legs: tuple[JudgedLeg, ...]
    max_unbroken: int
    detected_at: datetime
    fresh: bool = True
    bars: tuple[Bar, ...] = ()
    limits: Limits | None = None

    @property
    def id(self) -> str:
        """Identity for ever: `symbol|timeframe|name|start of bar s` (S4.4)."""
        return self._identity(lambda: identity(self.symbol, self.timeframe, self.name, self.bar_start))

    @property
    def bar_end(self) -> datetime:
        """When the setup bar closed; before it nothing can break the setup."""
        return self.bar_start + self.timeframe.span

    @property
    def armed(self) -> bool:
        """Is there a leg the paper trader may take?"""
        return any(judged.verdict is Verdict.OK for judged in self.legs)

    def leg_on(self, side: Side) -> JudgedLeg | None:
        """The leg of this side, if the setup has one."""
        return next((judged for judged in self.legs if judged.leg.side is side), None)

    def broken_by(self, price: Decimal) -> Side | None:
        """The side this price breaks; touching a level is not a break (S4.3)."""
        if price > self.long_trigger:
            return Side.LONG
        if price < self.short_trigger:
            return Side.SHORT
        return None

    def broken_in(self, high: Decimal, low: Decimal) -> SetupStatus:
        """What a candle of this range makes of the pending setup: still PENDING, one side, or both (S4.2)."""
        above = high > self.long_trigger
        below = low < self.short_trigger
        if above and below:
            return SetupStatus.INVALIDATED_OUTSIDE
        if above:
            return SetupStatus.HISTORICAL_TRIGGERED_LONG
        return SetupStatus.HISTORICAL_TRIGGERED_SHORT if below else SetupStatus.PENDING

    def broken_by_bar(self, bar: Bar) -> SetupStatus:
        """As `broken_in`, but where the bar opens beyond one side, that side alone is broken, at the open (S13.3)."""
        at_open = self.broken_in(bar.open, bar.open)
        return at_open if at_open is not SetupStatus.PENDING else self.broken_in(bar.high, bar.low)

    def outcome(self, side: Side, price: Decimal) -> SetupStatus:
        """What a live break of `side` first seen at `price` means: TRIGGERED, MISSED or INVALIDATED (S4.3)."""
        judged = self.leg_on(side)
        if judged is None:
            return SetupStatus.INVALIDATED
        if side.sign * (price - judged.leg.target) >= 0:
            return SetupStatus.MISSED
        return SetupStatus.TRIGGERED

    def sequence_on(self, side: Side) -> str:
        """The resolved sequence: the name with `?` replaced by 2U or 2D."""
        return self.name.replace("?", side.kind.text)


def identity(symbol: str, timeframe: Timeframe, name: str, start: datetime) -> str:
    """`symbol|timeframe|name|start` with the start in ISO UTC (S4.4)."""
    return f"{symbol}|{timeframe}|{name}|{iso_z(start)}"


def iso_z(at: datetime) -> str:
    """An instant as ISO 8601 in UTC with Z; microseconds only where there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def short_hash(identifier: str) -> str:
    """The first 8 hex digits of the SHA-256 of an id: what `atlas explain` also takes."""
    return hashlib.sha256(identifier.encode()).hexdigest()[:8]
