"""What the desk knows, and the one door through which it changes: `emit`."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.domain.bars import SeriesKey
from core.domain.events import Level, Noted, Outcome
from core.domain.facts import AccountOpened, EntryRefused, Fact, MarketSeen, PositionClosed, PositionOpened
from core.domain.policy import Policy
from core.domain.positions import OpenPosition
from core.domain.signals import Signal
from core.domain.snapshot import ScanView
from core.domain.undoing import Undoable, refusal_of
from core.trading.absence import Absence
from core.trading.account import TOLD, PaperAccount
from core.trading.halts import Halts
from core.trading.market import SymbolMarket
from core.trading.notes import note_of
from core.trading.reviews import ReviewBook
from core.trading.setups import SetupBook, TrackedSetup
from core.trading.shadows import ShadowBook

LOG_LINES = 300
LOG_FACTS = 3_000
"""How many of a ledger's newest facts are put into words for the log when it is restored."""


@dataclass(slots=True)
class AmbiguousCount:
    """Bars that broke a setup on both sides and whose entry on the side nearer to the open passed every gate (S13.3).

    Attributes:
        total: all of them.
        open_beyond: those whose open was already beyond one side; these are entered.
    """

    total: int = 0
    open_beyond: int = 0

    def add(self, open_beyond: bool) -> None:
        """One more."""
        self.total += 1
        self.open_beyond += open_beyond


class DeskState:
    """Account, book and markets of one desk; facts are folded the moment they are emitted."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.account = PaperAccount()
        self.book = SetupBook()
        self.reviews = ReviewBook()
        self.halts = Halts()
        self.shadows = ShadowBook()
        self.absence = Undoable(Absence())
        self.ambiguous = AmbiguousCount()
        self.clock_skew_s = 0.0
        """Venue minus local clock, real seconds, as the shell last said."""
        self.traded: dict[str, TrackedSetup] = {}
        """By position id: the setups of the positions whose story is told, however old they are."""
        self.markets = {symbol: SymbolMarket(symbol) for symbol in policy.symbols}
        self.seen: dict[str, datetime] = {}
        """By symbol: up to where the ledger says the market has been judged."""
        self.scanned: set[SeriesKey] = set()
        self.last_scan: ScanView | None = None
        self.in_progress: tuple[Signal, ...] = ()
        """Patterns the last scan saw on forming bars; they may still vanish, so they are no facts."""
        self.log: deque[Noted] = deque(maxlen=LOG_LINES)
        self.at: datetime | None = None
        self._outcomes: list[Outcome] = []

    def emit(self, fact: Fact) -> None:
        """Decide a fact: fold it, log it, and hand it to the ledger."""
        self.fold(fact)
        self._outcomes.append(fact)
        note = note_of(fact)
        if note is not None:
            self.log.append(note)

    def note(self, level: Level, topic: str, text: str, at: datetime) -> None:
        """Add a line to the log that is no fact of the ledger."""
        noted = Noted(level, topic, text, at)
        self.log.append(noted)
        self._outcomes.append(noted)

    def fold(self, fact: Fact) -> None:
        """Take a fact into every part; restoring a ledger calls this alone."""
        self.absence.fold(fact)
        if isinstance(fact, MarketSeen):  # nearly half of a ledger, and nothing to any other part
            self.seen[fact.symbol] = fact.at
            return
        for part in (self.account, self.book, self.reviews, self.halts, self.shadows):
            part.fold(fact)
        match fact:
            case EntryRefused(setup_id=setup_id):
                if (tracked := self.book.get(setup_id)) is not None:
                    self.shadows.begin(tracked.setup, fact)
            case PositionOpened(position=position):
                if (tracked := self.book.get(position.setup_id)) is not None:
                    self.traded[position.id] = tracked
            case PositionClosed() if len(self.traded) > TOLD + len(self.account.positions):
                for untold in [told for told in self.traded if not self.account.tells(told)]:
                    del self.traded[untold]
            case _:
                pass

    def undo(self, position_id: str, at: datetime) -> OpenPosition | None:
        """Take back an entry of this time that the ledger could not store; the position it was.

        After it the state is that of the facts the ledger has, which holds a refusal in the entry's place.
        """
        position = self.account.undo(position_id)
        if position is not None:
            self.halts.undo(position_id)
            self.absence.undo(position_id)
            self.book.fold(refusal_of(position, at))
        return position

    def mark_of(self, position: OpenPosition) -> Decimal:
        """The last price of the position's symbol; its entry price before the first tick."""
        market = self.markets.get(position.symbol)
        return market.price if market is not None and market.price is not None else position.entry.price

    def restore(self, facts: Iterable[Fact]) -> int:
        """Fold a whole ledger, one fact after the other; the log's lines are written from its newest.

        Returns how many there were.
        """
        newest: deque[Fact] = deque(maxlen=LOG_FACTS)
        count = 0
        for count, fact in enumerate(facts, start=1):  # noqa: B007 - the last number is the count
            self.fold(fact)
            newest.append(fact)
        self.log.extend(note for note in map(note_of, newest) if note is not None)
        if newest:
            self.at = newest[-1].at
        for symbol in self.account.positions:
            self.markets.setdefault(symbol, SymbolMarket(symbol))
        return count

    def pass_to(self, at: datetime) -> None:
        """Move the desk's time on; candles may carry the earlier moment they were fetched at."""
        self.at = at if self.at is None else max(self.at, at)

    def open_account(self, at: datetime) -> None:
        """Begin the paper account, once for ever."""
        if not self.account.opened:
            self.emit(AccountOpened(self.policy.start_balance, at))

    @property
    def decided(self) -> tuple[Outcome, ...]:
        """What the event under way has caused so far, in order."""
        return tuple(self._outcomes)

    def drain(self) -> tuple[Outcome, ...]:
        """The outcomes since the last call, in order."""
        outcomes = tuple(self._outcomes)
        self._outcomes.clear()
        return outcomes
