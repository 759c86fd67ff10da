"""Wrong tokens are counted; the right one is never kept out."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_tui.cli.api.paths import Desk
from core.adapters.api.limits import Guesses
from tests.api.rig import Served, serving


@pytest.fixture
def fresh(desk: Desk) -> Iterator[Served]:
    """Served, and nobody has guessed yet."""
    with serving(desk) as served:
        yield served


def test_ten_wrong_tokens_in_a_minute_then_429_and_the_right_one_still_works(fresh: Served) -> None:
    told = [fresh.get("/status", token=f"{number:040}").status for number in range(12)]
    assert told == [401] * 10 + [429] * 2
    answer = fresh.get("/status", token="x" * 40)
    assert answer.code == "guesses"
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert fresh.get("/status").status == 200
    assert fresh.get("/health", token="").status == 200


def test_a_missing_token_is_no_guess(fresh: Served) -> None:
    assert {fresh.get("/status", token="").status for _ in range(15)} == {401}


def test_a_minute_later_it_may_be_tried_again() -> None:
    guesses = Guesses(most=2, window_s=60)
    for now_s in (0.0, 10.0):
        assert guesses.wait_s("a", now_s) == 0
        guesses.wrong("a", now_s)
    assert [guesses.wait_s("a", now_s) for now_s in (10.0, 59.5, 60.0)] == [50, 1, 0]
    assert guesses.wait_s("b", 10.0) == 0


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.floats(0, 30)), max_size=200))
def test_no_peer_ever_has_more_guesses_in_a_minute_than_it_may(steps: list[tuple[str, float]]) -> None:
    guesses, now_s = Guesses(most=3, window_s=60), 0.0
    tried: dict[str, list[float]] = {}
    for peer, pause_s in steps:
        now_s += pause_s
        if guesses.wait_s(peer, now_s) == 0:
            guesses.wrong(peer, now_s)
            tried.setdefault(peer, []).append(now_s)
    for times in tried.values():
        assert all(sum(at <= one < at + 60 for one in times) <= 3 for at in times)


def test_only_so_many_peers_are_remembered() -> None:
    guesses = Guesses(peers=3)
    for number in range(100):
        guesses.wrong(f"peer {number}", 0.0)
    assert len(guesses._wrong) == 3
