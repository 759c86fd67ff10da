import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.coinbase_numbers import amount_of, epoch_of, instant_of, price_of, rate_of

NO_NUMBERS: list[object] = [
    None,
    True,
    1,
    1.5,
    [],
    {},
    "",
    " ",
    "0x10",
    "NaN",
    "nan",
    "Infinity",
    "-Infinity",
    "inf",
    "1e999",
    "1e-05",
    "1E5",
    "1_000",
    " 12\n",
    "12 ",
    "+12",
    "-12",
    "12.",
    ".5",
    "1,000",
    "1.2.3",
    "١٢",
    "１２",
    "9" * 5000,
    "1." + "0" * 40,
    "12\x00",
    "12\n",
]


@pytest.mark.parametrize("value", NO_NUMBERS, ids=lambda value: repr(value)[:20])
def test_only_plain_ascii_digits_in_a_string_are_a_price(value: object) -> None:
    assert price_of(value) is None


@pytest.mark.parametrize("value", ["0", "0.0", "000.000"])
def test_zero_is_an_amount_but_no_price(value: str) -> None:
    assert price_of(value) is None
    assert amount_of(value) == 0


@given(st.text(max_size=40) | st.from_regex(r"[0-9.eE+_-]{1,20}", fullmatch=True))
def test_every_price_is_finite_and_above_zero(text: str) -> None:
    price = price_of(text)
    assert price is None or (price.is_finite() and price > 0 and text.isascii())


@given(st.decimals(min_value="0.00000001", max_value="99999999", places=8))
def test_the_venue_s_decimals_are_read_exactly(number: Decimal) -> None:
    assert price_of(format(number, "f")) == number
    assert rate_of(format(-number, "f")) == -number


@pytest.mark.parametrize(
    ("text", "microsecond"),
    [
        ("2026-09-05T22:10:29Z", 0),
        ("2026-09-05T22:10:29.5Z", 500_000),
        ("2026-09-05T22:10:29.562008293Z", 562_008),
        ("2026-09-06T00:10:29.56+02:00", 560_000),
    ],
)
def test_instants_carry_up_to_nine_fraction_digits(text: str, microsecond: int) -> None:
    assert instant_of(text) == datetime(2026, 9, 5, 22, 10, 29, microsecond, UTC)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "2026-09-05",
        "2026-09-05T22:10:29",
        "2026-13-05T22:10:29Z",
        "2026-09-05T22:10:60Z",
        "0001-01-01T00:00:00+23:00",
        "2026-09-05T22:10:29.1234567890Z",
        "٢٠٢٦-09-05T22:10:29Z",
        1_700_000_000,
        None,
    ],
)
def test_an_instant_without_zone_or_out_of_range_is_none(value: object) -> None:
    assert instant_of(value) is None


def test_seconds_are_digits_or_an_int_before_the_year_3000() -> None:
    assert epoch_of("1700000000") == epoch_of(1_700_000_000) == 1_700_000_000
    wrong = ["", "1e9", "-1", "1700000000.0", "9" * 12, -1, 1e9, True, None]
    assert [epoch_of(value) for value in wrong] == [None] * len(wrong)


def test_json_numbers_are_no_prices() -> None:
    assert price_of(json.loads("67000.5")) is None
