"""What a snapshot shows of a setup's end, a person's word, halts and guards, refused entries, and an absence."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.domain.guards import WARN_AT, Guard, HaltSource
from core.domain.patterns import Side
from core.domain.positions import ExitReason, OpenPosition
from core.domain.review import Review
from core.domain.sizing import Refusal
from core.domain.timeframes import Timeframe


@dataclass(frozen=True, slots=True)
class RefusalView:
    """Why a triggered setup did not open."""

    side: Side
    code: Refusal
    price: Decimal
    numbers: tuple[tuple[str, str], ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class ResolutionView:
    """How a setup ended."""

    side: Side | None
    price: Decimal | None
    tfc_score: int
    cause: str
    at: datetime
    standings: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ExpectedEntry:
    """What an entry by hand would come to at this moment.

    Attributes:
        position: as it would be opened; None where it would be refused.
        why_not: the refusal's code, or a sentence; empty where it would be opened.
        numbers: what the gate compared, or how the size came about, as text.
    """

    position: OpenPosition | None
    why_not: str = ""
    numbers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NoteView:
    """One note on an item."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewView:
    """What a person has said of an item; `review` is None where there are only notes."""

    review: Review | None
    notes: tuple[NoteView, ...] = ()


@dataclass(frozen=True, slots=True)
class HaltView:
    """Entries are halted: of one symbol, or of all where `scope` is empty."""

    scope: str
    source: HaltSource
    since: datetime


@dataclass(frozen=True, slots=True)
class GuardView:
    """One gauge.

    Attributes:
        scope: the symbol it speaks of, or empty for the whole account.
        value, limit: in `unit`; a limit of 0 is a guard that is off.
        blocks: what it stops while it is tripped, in words.
        rearms_at: when the clock re-arms it; None where it does not.
        rearms: the same in words.
    """

    guard: Guard
    scope: str
    value: Decimal
    limit: Decimal
    unit: str
    tripped: bool
    blocks: str
    rearms_at: datetime | None
    rearms: str

    @property
    def is_off(self) -> bool:
        """Is it switched off?"""
        return self.limit == 0

    @property
    def fraction(self) -> Decimal:
        """How much of the limit is used, 0 and up."""
        return max(Decimal(0), self.value) / self.limit if self.limit else Decimal(0)

    @property
    def warns(self) -> bool:
        """Is it near its limit, but not tripped?"""
        return not self.is_off and not self.tripped and self.fraction >= WARN_AT


@dataclass(frozen=True, slots=True)
class ShadowView:
    """A refused entry followed on paper to its stop or target (STRAT.md S13); no money moved.

    Attributes:
        pattern: the resolved sequence.
        code: why it was refused.
        r_multiple: None while it is open; after both fees.
    """

    setup_id: str
    symbol: str
    timeframe: Timeframe
    pattern: str
    side: Side
    code: Refusal
    entry: Decimal
    stop: Decimal
    target: Decimal
    opened_at: datetime
    r_multiple: Decimal | None = None
    reason: ExitReason | None = None
    exit: Decimal | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AbsenceView:
    """What happened since the last key was pressed, or during the last absence.

    Attributes:
        since: the last key before; None where nobody has ever pressed one.
        until: when somebody came back; None while nobody has.
        signals, armed: completed patterns and armed setups that came.
        triggered, entries, exits, refused: what the desk did.
        net, r_multiple: of the trades that closed, USD and R.
        funding: paid or received, USD.
        gaps, gap_s: outages judged on candles, and their length together.
        restarts, crashes: desks started, and those that followed no clean end.
        trips: guards that tripped.
        missed: setups broken while the feed was away, never entered late.
        alerts_failed: alerts that could not be delivered.
        halts: times that entries were halted.
    """

    since: datetime | None = None
    until: datetime | None = None
    signals: int = 0
    armed: int = 0
    triggered: int = 0
    entries: int = 0
    exits: int = 0
    refused: int = 0
    missed: int = 0
    net: Decimal = Decimal(0)
    r_multiple: Decimal = Decimal(0)
    funding: Decimal = Decimal(0)
    gaps: int = 0
    gap_s: float = 0.0
    restarts: int = 0
    crashes: int = 0
    trips: int = 0
    alerts_failed: int = 0
    halts: int = 0

    @property
    def is_quiet(self) -> bool:
        """Did nothing happen that is worth a line?"""
        counts = (self.signals, self.armed, self.triggered, self.entries, self.exits, self.refused, self.missed)
        return not any((*counts, self.gaps, self.restarts, self.trips, self.alerts_failed, self.halts))
