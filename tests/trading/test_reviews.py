"""A person's word on setups: what it keeps from being taken, and how it ends."""

from collections.abc import Sequence

import pytest

from core.domain.commands import GiveVerdict, WithdrawVerdict, WriteNote
from core.domain.events import Noted, PriceTick, TimePassed
from core.domain.facts import EntryRefused, PositionOpened
from core.domain.levels import FilterPolicy
from core.domain.oversight import VerdictWithdrawn
from core.domain.patterns import Side
from core.domain.review import AtTimeout, ReviewPolicy, ReviewVerdict, Stance
from core.domain.sizing import Refusal
from core.trading.desk import Desk
from tests.builders import TUESDAY, a_desk, a_desk_over, a_policy, a_scan, a_setup, a_tick, after, facts_of

ID = a_setup().id


def asking(**changes: object) -> Desk:
    """A desk that asks before it takes."""
    return a_desk(a_setup(), policy=a_policy(review=ReviewPolicy(Stance.ASK, **changes)))  # type: ignore[arg-type]


def outcome_of(desk: Desk, tick: PriceTick) -> list[Refusal | None]:
    """The refusal code of each entry the tick asked for; None where it opened."""
    outcomes = desk.handle(tick)
    refused: list[Refusal | None] = [fact.code for fact in facts_of(outcomes, EntryRefused)]
    return refused + [None for _ in facts_of(outcomes, PositionOpened)]


@pytest.mark.parametrize("verdict", [v for v in ReviewVerdict if v is not ReviewVerdict.TAKEN])
def test_every_verdict_but_taken_refuses_the_break_with_its_own_word(verdict: ReviewVerdict) -> None:
    desk = a_desk(a_setup())
    desk.handle(GiveVerdict(ID, verdict, after(1)))
    assert outcome_of(desk, a_tick(103, after(2))) == [Refusal(verdict.value)]


def test_a_refusal_of_the_method_comes_before_a_persons_word() -> None:
    desk = a_desk(a_setup(), policy=a_policy(filters=FilterPolicy(veto=False)))
    desk.handle(GiveVerdict(ID, ReviewVerdict.REJECTED, after(1)))
    assert outcome_of(desk, a_tick(103, after(2))) == [Refusal.LOW_CONTINUITY]


def test_a_withdrawn_verdict_lets_the_one_before_it_stand() -> None:
    desk = a_desk(a_setup())
    desk.handle(GiveVerdict(ID, ReviewVerdict.REJECTED, after(1)))
    desk.handle(GiveVerdict(ID, ReviewVerdict.TAKEN, after(2)))
    desk.handle(WithdrawVerdict(ID, after(3)))
    review = desk.snapshot().reviews[ID].review
    assert review is not None and review.verdict is ReviewVerdict.REJECTED
    desk.handle(WithdrawVerdict(ID, after(4)))
    assert desk.snapshot().inbox == (ID,)
    assert desk.handle(WithdrawVerdict(ID, after(5))) == ()
    assert outcome_of(desk, a_tick(103, after(6))) == [None]


def test_a_verdict_stays_once_its_setup_is_over() -> None:
    desk = a_desk(a_setup())
    desk.handle(GiveVerdict(ID, ReviewVerdict.REJECTED, after(1)))
    assert outcome_of(desk, a_tick(103, after(2))) == [Refusal.REJECTED]
    assert not facts_of(desk.handle(WithdrawVerdict(ID, after(3))), VerdictWithdrawn)
    assert "stays: the setup is TRIGGERED" in desk.snapshot().log[-1].text
    review = desk.snapshot().reviews[ID].review
    assert review is not None and review.verdict is ReviewVerdict.REJECTED


def test_a_snooze_leaves_the_inbox_and_comes_back_when_it_is_over() -> None:
    desk = a_desk(a_setup(), policy=a_policy(review=ReviewPolicy(snooze_s=300)))
    desk.handle(GiveVerdict(ID, ReviewVerdict.SNOOZED, after(1)))
    assert desk.snapshot().inbox == ()
    desk.handle(TimePassed(after(300)))
    assert desk.snapshot().inbox == ()
    desk.handle(TimePassed(after(301)))
    assert desk.snapshot().inbox == (ID,)
    assert outcome_of(desk, a_tick(103, after(302))) == [None]


def test_a_snooze_to_the_next_bar_ends_with_the_bar() -> None:
    desk = a_desk(a_setup())
    desk.handle(GiveVerdict(ID, ReviewVerdict.SNOOZED, after(60), to_next_bar=True))
    review = desk.snapshot().reviews[ID].review
    assert review is not None and review.until == after(900)


def test_taken_on_one_side_refuses_the_other() -> None:
    desk = a_desk(a_setup())
    desk.handle(GiveVerdict(ID, ReviewVerdict.TAKEN, after(1), side=Side.SHORT))
    assert outcome_of(desk, a_tick(103, after(2))) == [Refusal.REJECTED]


def test_an_ask_nobody_answered_is_not_approved_and_one_that_was_answered_opens() -> None:
    assert outcome_of(asking(), a_tick(103, after(1))) == [Refusal.NOT_APPROVED]
    desk = asking()
    desk.handle(GiveVerdict(ID, ReviewVerdict.TAKEN, after(1)))
    assert outcome_of(desk, a_tick(103, after(2))) == [None]


@pytest.mark.parametrize(("then", "code"), [(AtTimeout.TAKE, None), (AtTimeout.REJECT, Refusal.NOT_APPROVED)])
def test_an_ask_that_timed_out_does_what_the_policy_says(then: AtTimeout, code: Refusal | None) -> None:
    desk = asking(ask_timeout_s=60, at_timeout=then)
    assert outcome_of(desk, a_tick(103, after(60))) == [code]


def test_a_note_is_cleaned_and_an_empty_one_is_none() -> None:
    desk = a_desk(a_setup())
    assert desk.handle(WriteNote(ID, "  \n ", after(1))) == ()
    desk.handle(WriteNote(ID, "late\nbut clean", after(2)))
    assert "\n" not in desk.snapshot().reviews[ID].notes[0].text


@pytest.mark.parametrize(("then", "code"), [(AtTimeout.TAKE, None), (AtTimeout.REJECT, Refusal.NOT_APPROVED)])
def test_an_ask_goes_on_counting_while_the_desk_is_down(then: AtTimeout, code: Refusal | None) -> None:
    desk = restarted(ReviewPolicy(Stance.ASK, ask_timeout_s=600, at_timeout=then), (), down=(60, 540))
    assert outcome_of(desk, a_tick("102.1", after(599))) == [Refusal.NOT_APPROVED]
    late = restarted(ReviewPolicy(Stance.ASK, ask_timeout_s=600, at_timeout=then), (), down=(60, 700))
    assert outcome_of(late, a_tick("102.1", after(701))) == [code]


def test_a_snooze_ends_by_the_clock_whether_the_desk_was_up_or_not() -> None:
    snooze = GiveVerdict(ID, ReviewVerdict.SNOOZED, after(1))
    early = restarted(ReviewPolicy(snooze_s=300), (snooze,), down=(60, 200))
    assert early.snapshot().inbox == ()
    assert outcome_of(early, a_tick("102.1", after(300))) == [Refusal.SNOOZED]
    later = restarted(ReviewPolicy(snooze_s=300), (snooze,), down=(60, 400))
    assert later.snapshot().inbox == (ID,)
    assert outcome_of(later, a_tick("102.1", after(401))) == [None]


def restarted(policy: ReviewPolicy, words: Sequence[GiveVerdict], down: tuple[int, int]) -> Desk:
    """A desk that was told these words, stopped and was started again on its own facts; seconds of stop and start."""
    rules, setup = a_policy(review=policy), a_setup()
    first = Desk(rules)
    facts = [*first.start(TUESDAY), *first.handle(a_scan(setup, at=TUESDAY))]
    facts += [fact for word in words for fact in first.handle(word)]
    facts += first.stop(after(down[0]))
    again = a_desk_over([fact for fact in facts if not isinstance(fact, Noted)], rules, after(down[1]))
    again.handle(TimePassed(after(down[1])))
    return again
