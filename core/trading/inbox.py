"""What waits for a person's word, and what that word holds back."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from core.domain.levels import Verdict
from core.domain.patterns import Side
from core.domain.review import Stance
from core.domain.signals import Signal
from core.domain.sizing import Refusal
from core.trading.setups import TrackedSetup
from core.trading.state import DeskState

SIGNALS_WAIT = timedelta(hours=24)
"""A completed signal leaves the inbox by itself after so long: it was never tradable."""

Held = Mapping[str, Mapping[Side, Refusal]]


def held_back(state: DeskState, at: datetime) -> Held:
    """By setup id: the OK legs of pending setups that would not be taken, and why."""
    policy = state.policy.review
    found: dict[str, dict[Side, Refusal]] = {}
    for tracked in state.book.all_pending():
        setup = tracked.setup
        for judged in setup.legs:
            if judged.verdict is Verdict.OK:
                why = state.reviews.held(setup, judged.leg.side, at, policy)
                if why is not None:
                    found.setdefault(setup.id, {})[judged.leg.side] = why
    return found


def inbox_of(state: DeskState, setups: list[TrackedSetup], signals: list[Signal], at: datetime) -> tuple[str, ...]:
    """Ids of pending setups and fresh signals nobody has spoken of, newest first.

    Setups the policy ignores on every leg stay out.
    """
    waiting = [
        (tracked.setup.detected_at, tracked.setup.id)
        for tracked in setups
        if tracked.pending and state.reviews.waits(tracked.setup.id, at) and not _ignored(state, tracked)
    ]
    waiting += [
        (signal.detected_at, signal.id)
        for signal in signals
        if signal.fresh and at - signal.detected_at < SIGNALS_WAIT and state.reviews.waits(signal.id, at)
    ]
    return tuple(item_id for _, item_id in sorted(waiting, key=lambda pair: pair[0], reverse=True))


def _ignored(state: DeskState, tracked: TrackedSetup) -> bool:
    return all(stance is Stance.IGNORE for stance in state.reviews.stances(tracked.setup, state.policy.review))
