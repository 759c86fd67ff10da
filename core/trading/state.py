"""What the desk knows, and the one door through which it changes: `emit`."""

from collections import deque
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal

from core.domain.bars import SeriesKey
from core.domain.events import Level, Noted, Outcome
from core.domain.facts import AccountOpened, Fact
from core.domain.policy import Policy
from core.domain.positions import OpenPosition
from core.domain.signals import Signal
from core.domain.snapshot import ScanView
from core.domain.undoing import refusal_of
from core.trading.folded import LOG_LINES, Folded, Folding
from core.trading.market import SymbolMarket
from core.trading.notes import note_of


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


class DeskState(Folded):
    """What the facts come to, and the markets of one desk; facts are folded the moment they are emitted."""

    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self.policy = policy
        self.ambiguous = AmbiguousCount()
        self.clock_skew_s = 0.0
        """Venue minus local clock, real seconds, as the shell last said."""
        self.markets = {symbol: SymbolMarket(symbol) for symbol in policy.symbols}
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

    def resume(self, folding: Folding) -> None:
        """Go on from a ledger that was folded; its parts are this desk's from now on."""
        for each in fields(Folded):
            setattr(self, each.name, getattr(folding.state, each.name))
        self.log.extend(note for _, note in folding.notes)
        self.at = folding.at
        for symbol in self.account.positions:
            self.markets.setdefault(symbol, SymbolMarket(symbol))

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
