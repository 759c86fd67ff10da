"""What a snapshot shows of a setup's end, a person's word, halts and guards, refused entries, and an absence."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from core.domain.continuity import Stood
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
    terms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ResolutionView:
    """How a setup ended."""

    side: Side | None
    price: Decimal | None
    tfc_score: int
    cause: str
    at: datetime
    standings: Stood = ()


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


class StopKind(StrEnum):
    """How a desk ended: because it was asked to, with the terminal it ran in, or without a last word."""

    ASKED = "asked"
    HANGUP = "hangup"
    HARD = "hard"


@dataclass(frozen=True, slots=True)
class StopView:
    """An end of the desk.

    Attributes:
        at: when it ended; of a HARD one the last that is known of the desk before.
        until: when a desk began again; None while none has.
    """

    kind: StopKind
    at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class DealView:
    """A position that was opened or closed; `reason` and `r_multiple` are None while it is open."""

    position_id: str
    symbol: str
    timeframe: Timeframe
    side: Side
    reason: ExitReason | None = None
    r_multiple: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AbsenceView:
    """What happened since the last key was pressed, or during the last absence.

    Attributes:
        since: the last key before; None where nobody has ever pressed one.
        until: when somebody came back; None while nobody has.
        signals, armed: completed patterns and armed setups that came.
        triggered, entries, exits: what the desk did.
        missed: setups broken while the feed was away, never entered late.
        net, r_multiple: of the trades that closed, USD and R.
        funding: paid or received, USD.
        gaps, gap_s: times without the feed of a symbol while a desk ran, and their length; at once is counted once.
        restarts, crashes: desks started, and those that ended without a last word.
        stops, down_s: the latest ends of the desk, oldest first, and how long there was none, in all.
        trips: guards that tripped.
        halts: times that entries were halted.
        alerts_failed: alerts that reached nobody.
        refusals: why entries were refused and how often, the commonest first.
        deals: the latest entries that are open, and exits, oldest first.
    """

    since: datetime | None = None
    until: datetime | None = None
    signals: int = 0
    armed: int = 0
    triggered: int = 0
    entries: int = 0
    exits: int = 0
    missed: int = 0
    net: Decimal = Decimal(0)
    r_multiple: Decimal = Decimal(0)
    funding: Decimal = Decimal(0)
    gaps: int = 0
    gap_s: float = 0.0
    restarts: int = 0
    crashes: int = 0
    stops: tuple[StopView, ...] = ()
    down_s: float = 0.0
    trips: int = 0
    halts: int = 0
    alerts_failed: int = 0
    refusals: tuple[tuple[Refusal, int], ...] = ()
    deals: tuple[DealView, ...] = ()

    @property
    def refused(self) -> int:
        """Entries that were refused."""
        return sum(count for _, count in self.refusals)

    @property
    def is_quiet(self) -> bool:
        """Did nothing happen that is worth a line? A desk that was asked to end is not."""
        counts = (self.signals, self.armed, self.triggered, self.entries, self.exits, self.refused, self.missed)
        ends = any(stop.kind is not StopKind.ASKED for stop in self.stops)
        troubles = (self.alerts_failed, self.gaps, self.crashes, self.trips, self.halts)
        return not (any((*counts, *troubles, self.funding)) or ends)

    @property
    def is_news(self) -> bool:
        """Is it worth a line to somebody who comes? Not on the very first start, when nobody can have left."""
        return not self.is_quiet and (self.since is not None or bool(self.stops))
