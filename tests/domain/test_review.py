"""The policy that stands in for a person's word."""

from datetime import UTC, datetime, timedelta

from core.domain.patterns import Side
from core.domain.review import (
    Review,
    ReviewPolicy,
    ReviewRule,
    ReviewVerdict,
    Stance,
    asked_until,
    held,
)
from core.domain.sizing import Refusal
from core.domain.timeframes import H1, M15

NOON = datetime(2026, 1, 6, 12, tzinfo=UTC)


def test_the_narrowest_rule_wins_and_of_two_as_narrow_the_later() -> None:
    policy = ReviewPolicy(
        Stance.AUTO,
        (
            ReviewRule(Stance.ASK, symbol="SOL", side=Side.SHORT),
            ReviewRule(Stance.IGNORE, symbol="SOL"),
            ReviewRule(Stance.ASK, timeframe=M15),
        ),
    )
    assert policy.stance("SOL", H1, "3-1-?", Side.SHORT) is Stance.ASK
    assert policy.stance("SOL", H1, "3-1-?", Side.LONG) is Stance.IGNORE
    assert policy.stance("SOL", M15, "3-1-?", Side.LONG) is Stance.ASK
    assert policy.stance("BTC", H1, "3-1-?", Side.LONG) is Stance.AUTO


def test_a_snooze_that_is_over_leaves_the_stance_to_decide() -> None:
    snooze = Review(ReviewVerdict.SNOOZED, None, "", NOON, NOON - timedelta(minutes=15))
    policy = ReviewPolicy()
    for moment, code in ((NOON - timedelta(seconds=1), Refusal.SNOOZED), (NOON, None)):
        assert held(snooze, Stance.AUTO, Side.LONG, NOON, moment, policy) is code


def test_an_ask_counts_anew_from_the_end_of_a_snooze_and_zero_waits_for_ever() -> None:
    snooze = Review(ReviewVerdict.SNOOZED, None, "", NOON, NOON - timedelta(minutes=15))
    asked = NOON - timedelta(hours=1)
    assert asked_until(snooze, asked, ReviewPolicy(ask_timeout_s=60)) == NOON + timedelta(minutes=1)
    assert asked_until(None, asked, ReviewPolicy(ask_timeout_s=60)) == asked + timedelta(minutes=1)
    assert asked_until(None, asked, ReviewPolicy()) is None
