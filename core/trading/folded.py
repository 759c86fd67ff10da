"""What the facts of a ledger come to: a fold, and all that a desk begins with."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from core.domain.facts import EntryRefused, Fact, MarketSeen, PositionClosed, PositionOpened
from core.domain.noted import Noted
from core.domain.undoing import Undoable
from core.trading.absence import Absence
from core.trading.account import TOLD, PaperAccount
from core.trading.halts import Halts
from core.trading.notes import note_of
from core.trading.reviews import ReviewBook
from core.trading.setups import SetupBook, TrackedSetup
from core.trading.shadows import ShadowBook

LOG_LINES: Final = 300
LOG_FACTS: Final = 3_000
"""How many of a ledger's newest facts are put into words for the log when it is restored."""


@dataclass(slots=True)
class Folded:
    """Every part that facts change, and nothing else.

    Whatever this holds, however deep, is a frozen dataclass (a value) or a dataclass with slots (a part with an
    identity), so that its types tell all there is: `core.adapters.state_codec` writes it down by them. A field that is
    not compared follows from the others and begins anew.
    """

    account: PaperAccount = field(default_factory=PaperAccount)
    book: SetupBook = field(default_factory=SetupBook)
    reviews: ReviewBook = field(default_factory=ReviewBook)
    halts: Halts = field(default_factory=Halts)
    shadows: ShadowBook = field(default_factory=ShadowBook)
    absence: Undoable[Absence] = field(default_factory=lambda: Undoable.beginning(Absence()))
    traded: dict[str, TrackedSetup] = field(default_factory=dict)
    """By position id: the setups of the positions whose story is told, however old they are."""
    seen: dict[str, datetime] = field(default_factory=dict)
    """By symbol: up to where the ledger says the market has been judged."""

    def fold(self, fact: Fact) -> None:
        """Take a fact into every part; a desk at work and a restart both come through here."""
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


@dataclass(slots=True)
class Folding:
    """A ledger, folded up to some fact; folding on from here gives what folding from the first fact gives.

    Attributes:
        count: how many facts were folded.
        notes: lines of the log from the newest of them, oldest first, each with the number of its fact.
    """

    state: Folded = field(default_factory=Folded)
    count: int = 0
    notes: list[tuple[int, Noted]] = field(default_factory=list)

    @property
    def at(self) -> datetime | None:
        """Time of the newest fact; None before the first."""
        return self.state.absence.now.last_at

    def take(self, facts: Iterable[Fact]) -> "Folding":
        """Fold the facts that come next; gives itself."""
        newest: deque[tuple[int, Fact]] = deque(maxlen=LOG_FACTS)
        for number, fact in enumerate(facts, start=self.count + 1):
            self.state.fold(fact)
            newest.append((number, fact))
        if newest:
            self.count = newest[-1][0]
            worded = [(number, note) for number, fact in newest if (note := note_of(fact)) is not None]
            kept = [told for told in self.notes if told[0] > self.count - LOG_FACTS]
            self.notes = [*kept, *worded][-LOG_LINES:]
        return self
