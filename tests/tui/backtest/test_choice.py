"""What is asked of a backtest: turned by keys, or typed in one line."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from atlas_tui.backtest.choice import EXAMPLE, Choice
from atlas_tui.backtest.talk import Run, Series
from core.domain.text import one_line

STORED = (
    Series("BTC-USD", 15, datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)),
    Series("ETH-USD", 60, datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 12, 1, tzinfo=UTC)),
)
MARCH = datetime(2024, 3, 1, tzinfo=UTC)
PLAIN = Choice(("BTC", "ETH"))


def test_without_a_word_it_is_all_that_is_watched_over_all_that_is_stored() -> None:
    assert PLAIN.run(STORED) == Run(("BTC", "ETH"))


def test_of_those_watched_only_what_is_stored_is_asked_for() -> None:
    more = Choice(("BTC", "SOL", "ETH"))
    assert more.run(STORED).symbols == ("BTC", "ETH")
    assert more.run(()).symbols == ("BTC", "SOL", "ETH")
    assert Choice(("BTC",), ("SOL",)).run(STORED).symbols == ("SOL",)


def test_the_example_is_understood() -> None:
    found = PLAIN.typed(EXAMPLE)
    assert isinstance(found, Choice)
    since, until = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 6, 30, tzinfo=UTC)
    assert found.run(STORED) == Run(("BTC", "ETH"), since, until, 15, "harsh")


@pytest.mark.parametrize("field", ["symbols", "period", "minutes", "slippage"])
def test_every_choice_comes_round_again(field: str) -> None:
    seen = [PLAIN]
    while (turned := seen[-1].turned(field, STORED)) != PLAIN:
        assert turned not in seen
        seen.append(turned)
    assert len(seen) >= 3


def test_a_symbol_of_several_listings_is_turned_through_one_by_one() -> None:
    stored = (replace(STORED[0], symbol="BTC-PERP-INTX"), *STORED)
    turned, seen = PLAIN, []
    for _ in range(4):
        turned = turned.turned("symbols", stored)
        seen.append(turned.symbols)
    assert seen == [("BTC-PERP-INTX",), ("BTC-USD",), ("ETH",), ()]


def test_days_count_back_from_the_last_that_is_stored() -> None:
    found = PLAIN.typed("30d")
    assert isinstance(found, Choice)
    assert found.run(STORED).since == datetime(2024, 12, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [("2024-03-01..", MARCH, None), ("..2024-03-01", None, MARCH)],
)
def test_a_period_may_have_one_end(text: str, since: datetime | None, until: datetime | None) -> None:
    found = PLAIN.typed(text)
    assert isinstance(found, Choice)
    assert (found.run(STORED).since, found.run(STORED).until) == (since, until)


@pytest.mark.parametrize("text", ["2024-03-02..2024-03-01", "2024-03-01..2024-03-01"])
def test_a_period_that_ends_before_it_begins_is_refused(text: str) -> None:
    assert PLAIN.typed(text) == f"{text} ends before it begins"


@pytest.mark.parametrize("text", ["2024-13-01..", "0d", "BTC;ETH", "15", "..x", "_"])
def test_a_word_that_means_nothing_is_refused_by_name(text: str) -> None:
    found = PLAIN.typed(text)
    assert found == PLAIN.typed(text)
    if isinstance(found, Choice):
        assert found.symbols == (text.upper(),)
    else:
        assert one_line(text) in found


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_question_or_a_sentence(text: str) -> None:
    found = PLAIN.typed(text)
    if isinstance(found, Choice):
        assert found.run(STORED).symbols
    else:
        assert found and "\n" not in found
