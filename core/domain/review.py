"""A person's word on setups and signals: verdicts, and the policy that stands in for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.domain.patterns import Side
from core.domain.sizing import Refusal
from core.domain.timeframes import Timeframe


class ReviewVerdict(StrEnum):
    """What a person decided. On a completed signal every verdict only says that it was seen: it is never traded."""

    TAKEN = "TAKEN"
    REJECTED = "REJECTED"
    SNOOZED = "SNOOZED"
    WATCHED = "WATCHED"


class Stance(StrEnum):
    """What the desk does with an OK leg that nobody has decided on."""

    AUTO = "auto"
    ASK = "ask"
    IGNORE = "ignore"


class AtTimeout(StrEnum):
    """What becomes of an `ask` that nobody answered in time."""

    TAKE = "take"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class ReviewRule:
    """A stance for some setups; a field that is None matches all.

    Attributes:
        pattern: the setup's name, e.g. `2U-1-?`.
    """

    stance: Stance
    symbol: str | None = None
    timeframe: Timeframe | None = None
    pattern: str | None = None
    side: Side | None = None

    @property
    def narrowness(self) -> int:
        """How many fields it fixes; the narrowest rule that matches wins."""
        return sum(part is not None for part in (self.symbol, self.timeframe, self.pattern, self.side))

    def matches(self, symbol: str, timeframe: Timeframe, pattern: str, side: Side) -> bool:
        """Does it speak of this leg?"""
        return (
            self.symbol in (None, symbol)
            and self.timeframe in (None, timeframe)
            and self.pattern in (None, pattern)
            and self.side in (None, side)
        )


@dataclass(frozen=True, slots=True)
class ReviewPolicy:
    """Who decides: the desk alone (`auto`, the default), or a person.

    Attributes:
        default: for legs no rule speaks of.
        rules: of two that are equally narrow the later one wins.
        ask_timeout_s: desk seconds an `ask` waits; 0 waits until the setup is over.
        at_timeout: what then.
        snooze_s: desk seconds a snooze lasts.
        reasons: one key each, and the reason it stands for.
    """

    default: Stance = Stance.AUTO
    rules: tuple[ReviewRule, ...] = ()
    ask_timeout_s: int = 0
    at_timeout: AtTimeout = AtTimeout.REJECT
    snooze_s: int = 900
    reasons: tuple[tuple[str, str], ...] = (
        ("c", "chop"),
        ("n", "news"),
        ("l", "late"),
        ("t", "against the trend"),
        ("r", "poor reward"),
        ("s", "too near a level"),
        ("o", "other"),
    )

    def stance(self, symbol: str, timeframe: Timeframe, pattern: str, side: Side) -> Stance:
        """The stance on one leg."""
        found, narrowest = self.default, -1
        for rule in self.rules:
            if rule.narrowness >= narrowest and rule.matches(symbol, timeframe, pattern, side):
                found, narrowest = rule.stance, rule.narrowness
        return found


@dataclass(frozen=True, slots=True)
class Review:
    """The verdict that stands on an item.

    Attributes:
        side: the only side a TAKEN speaks of; None is both.
        reason: a word or two, may be empty.
        until: when a SNOOZED ends.
        at: when it was given.
    """

    verdict: ReviewVerdict
    side: Side | None
    reason: str
    until: datetime | None
    at: datetime


_HELD = {ReviewVerdict.REJECTED: Refusal.REJECTED, ReviewVerdict.WATCHED: Refusal.WATCHED}


def held(review: Review | None, stance: Stance, side: Side, asked_at: datetime, at: datetime,
         policy: ReviewPolicy) -> Refusal | None:  # fmt: skip
    """Why a person's word, or the lack of one, keeps this leg from being taken; None where it may be.

    Args:
        review: the verdict that stands, if any.
        stance: the policy's on this leg.
        side: of the leg.
        asked_at: since when the item has waited for an answer.
        at: now, by the desk's clock.
        policy: for the time-out of an `ask`.
    """
    if review is not None and not (review.until is not None and at >= review.until):
        if review.verdict is ReviewVerdict.TAKEN:
            return None if review.side in (None, side) else Refusal.REJECTED
        return _HELD.get(review.verdict, Refusal.SNOOZED)
    match stance:
        case Stance.AUTO:
            return None
        case Stance.IGNORE:
            return Refusal.IGNORED
        case Stance.ASK:
            lapses = asked_until(review, asked_at, policy)
            taken = lapses is not None and at >= lapses and policy.at_timeout is AtTimeout.TAKE
            return None if taken else Refusal.NOT_APPROVED


def asked_until(review: Review | None, asked_at: datetime, policy: ReviewPolicy) -> datetime | None:
    """When an `ask` times out, counted anew from the end of a snooze; None where it waits for ever."""
    if policy.ask_timeout_s <= 0:
        return None
    since = review.until if review is not None and review.until is not None else asked_at
    return since + timedelta(seconds=policy.ask_timeout_s)


def earliest(moments: Sequence[datetime | None], after: datetime) -> datetime | None:
    """The first of the moments that is still to come."""
    return min((moment for moment in moments if moment is not None and moment > after), default=None)
