from hypothesis import given
from hypothesis import strategies as st

from core.adapters.sequence import Order, SequenceTracker


def _judged(*numbers: int | None) -> list[str]:
    tracker = SequenceTracker()
    return [tracker.judge(number).name for number in numbers]


def test_the_first_number_of_a_connection_is_its_base() -> None:
    assert _judged(41, 42, 43) == ["FOLLOWS"] * 3


def test_a_gap_says_how_many_were_lost() -> None:
    tracker = SequenceTracker()
    tracker.judge(0)
    assert tracker.judge(5) is Order.GAP
    assert tracker.missing == 4
    assert tracker.judge(6) is Order.FOLLOWS


def test_duplicates_and_late_ones_are_dropped() -> None:
    assert _judged(5, 6, 6, 5, 7) == ["FOLLOWS", "FOLLOWS", "LOWER", "LOWER", "FOLLOWS"]


def test_a_message_without_a_number_is_taken_as_it_comes() -> None:
    assert _judged(5, None, 6) == ["FOLLOWS"] * 3


def test_a_venue_that_counts_anew_is_heard_again_after_five_messages() -> None:
    assert _judged(500, 0, 1, 2, 3, 4, 5) == ["FOLLOWS", *["LOWER"] * 4, "RESTARTED", "FOLLOWS"]


def test_a_count_begun_anew_just_below_is_noticed_when_it_catches_up() -> None:
    assert _judged(3, 0, 1, 2, 3, 4, 5) == ["FOLLOWS", *["LOWER"] * 4, "RESTARTED", "FOLLOWS"]


def test_each_message_doubled_is_no_new_count() -> None:
    assert _judged(5, 5, 6, 6, 7, 7, 8) == ["FOLLOWS", "LOWER"] * 3 + ["FOLLOWS"]


def test_one_absurd_number_does_not_make_the_feed_deaf() -> None:
    assert _judged(7, 10**30, 8, 9, 10, 11, 12, 13)[-2:] == ["RESTARTED", "FOLLOWS"]


def test_a_new_connection_has_a_new_base() -> None:
    tracker = SequenceTracker()
    tracker.judge(900)
    tracker.restart()
    assert tracker.judge(0) is Order.FOLLOWS


@given(st.lists(st.integers(0, 30), max_size=60))
def test_what_is_let_through_between_restarts_only_rises(numbers: list[int]) -> None:
    tracker = SequenceTracker()
    last = -1
    for number in numbers:
        order = tracker.judge(number)
        if order is Order.RESTARTED:
            last = -1
        if order is not Order.LOWER:
            assert number > last
            last = number
