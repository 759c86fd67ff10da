"""A person's verdicts and notes by item; a verdict that is withdrawn lets the one before it stand again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.facts import Fact
from core.domain.oversight import ItemReviewed, NoteWritten, SignalDismissed, VerdictGiven, VerdictWithdrawn
from core.domain.patterns import Side
from core.domain.review import Review, ReviewPolicy, ReviewVerdict, Stance, held
from core.domain.review_views import NoteView, ReviewView
from core.domain.signals import Setup
from core.domain.sizing import Refusal


@dataclass(slots=True)
class ReviewBook:
    """What a person has said, by id of a setup, signal or position; a fold of facts."""

    _given: dict[str, list[Review]] = field(default_factory=dict)
    _notes: dict[str, tuple[NoteView, ...]] = field(default_factory=dict)
    _marked: set[str] = field(default_factory=set)
    _views: dict[str, ReviewView] = field(default_factory=dict)
    version: int = 0
    """Grows with every change, so that a picture is rebuilt only then."""

    def review(self, item_id: str) -> Review | None:
        """The verdict that stands, a snooze that is over included."""
        given = self._given.get(item_id)
        return given[-1] if given else None

    def is_marked(self, item_id: str) -> bool:
        """Did a person mark this item as seen?"""
        return item_id in self._marked

    def waits(self, item_id: str, at: datetime) -> bool:
        """Does the item wait for a word: no mark, no verdict, or a snooze that is over?"""
        if item_id in self._marked:
            return False
        review = self.review(item_id)
        return review is None or (review.until is not None and at >= review.until)

    def views(self) -> Mapping[str, ReviewView]:
        """All that was said, frozen."""
        return dict(self._views)

    def stances(self, setup: Setup, policy: ReviewPolicy) -> Iterable[Stance]:
        """The policy's stance on each leg."""
        for judged in setup.legs:
            yield policy.stance(setup.symbol, setup.timeframe, setup.name, judged.leg.side)

    def held(self, setup: Setup, side: Side, at: datetime, policy: ReviewPolicy) -> Refusal | None:
        """Why a person's word, or the lack of one, keeps this leg from being taken; None where it may be."""
        stance = policy.stance(setup.symbol, setup.timeframe, setup.name, side)
        return held(self.review(setup.id), stance, side, setup.detected_at, at, policy)

    def fold(self, fact: Fact) -> None:
        """Take one fact; facts that are no person's word are passed over."""
        match fact:
            case ItemReviewed(item_id=item_id, reviewed=reviewed):
                (self._marked.add if reviewed else self._marked.discard)(item_id)
            case VerdictGiven(item_id=item_id):
                review = Review(fact.verdict, fact.side, fact.reason, fact.until, fact.at)
                self._given.setdefault(item_id, []).append(review)
            case SignalDismissed(signal_id=item_id):
                self._given.setdefault(item_id, []).append(Review(ReviewVerdict.REJECTED, None, "", None, fact.at))
            case VerdictWithdrawn(item_id=item_id):
                if self._given.get(item_id):
                    self._given[item_id].pop()
            case NoteWritten(item_id=item_id):
                self._notes[item_id] = (*self._notes.get(item_id, ()), NoteView(fact.text, fact.at))
            case _:
                return
        self.version += 1
        self._views[item_id] = ReviewView(self.review(item_id), self._notes.get(item_id, ()))
