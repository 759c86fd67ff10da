"""What a filter understands."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_tui.views.query import matches, problem, terms_of

CELLS = {"symbol": "ETH", "timeframe": "4h", "pattern": "2D-1-?", "side": "LONG", "tfc": "3/4▲", "away": "0.42%",
         "trigger": "2,931.40", "status": "pending"}  # fmt: skip
VALUES = {"tfc": 3.0, "trigger": Decimal("2931.4")}


@pytest.mark.parametrize(
    "text",
    ["eth", "ETH 4H", "tf=4h", "tf=1h,4h", "tf>=1h", "tf<1d", "side=long", "sym!=btc", "tfc>=3", "tfc=3", "away<0.5",
     "trigger>2900", "trigger=2,931.40", "pattern~2d", "status=pending tf=4h 2d-1", ""],
)  # fmt: skip
def test_a_row_that_meets_every_condition_stays(text: str) -> None:
    assert matches(CELLS, VALUES, terms_of(text))


@pytest.mark.parametrize("text", ["btc", "tf=1h", "tf>4h", "side=short", "tfc>3", "away>0.5", "sym!=eth", "nothing=1"])
def test_a_row_that_misses_one_condition_goes(text: str) -> None:
    assert not matches(CELLS, VALUES, terms_of(text))


def test_a_term_that_is_still_being_typed_counts_as_a_word() -> None:
    assert not matches(CELLS, VALUES, terms_of("tf="))
    assert [term.column for term in terms_of("tf= side=long")] == ["", "side"]


def test_a_column_the_list_lacks_is_named_with_the_nearest() -> None:
    assert problem("tff=4h", tuple(CELLS)) == "this list has no tff; the nearest is tf"


def test_a_comparison_with_no_number_is_refused() -> None:
    assert problem("tfc>=many", tuple(CELLS)) == "many is no number or timeframe to compare tfc with"
    assert problem("tf>=1h eth", tuple(CELLS)) == ""


@given(st.text(max_size=60))
def test_no_text_breaks_the_filter(text: str) -> None:
    matches(CELLS, VALUES, terms_of(text))
    problem(text, tuple(CELLS))
