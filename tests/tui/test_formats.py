"""Values as text."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from atlas_tui import formats
from core.domain.patterns import Side

D = Decimal
finite = st.decimals(allow_nan=False, allow_infinity=False)
anything = st.decimals(allow_nan=True, allow_infinity=True).filter(lambda value: not value.is_snan())


@pytest.mark.parametrize(
    ("value", "increment", "text"),
    [
        ("90610", "0.1", "90,610.0"),
        ("2809.6", "0.01", "2,809.60"),
        ("131.925", "0.01", "131.92"),
        ("131.935", "0.01", "131.94"),
        ("7", "0.10", "7.0"),
        ("1234.5", "5", "1,234"),
        ("0.00001234", "0.00000001", "0.00001234"),
        ("90387.46", None, "90,387.5"),
        ("131.924", None, "131.92"),
        ("1.23456", None, "1.235"),
        ("0.0512345", None, "0.05123"),
        ("0", None, "0.00"),
        ("NaN", "0.1", "—"),
    ],
)
def test_a_price_has_the_decimals_of_its_increment_or_of_its_size(value: str, increment: str | None, text: str) -> None:
    assert formats.price(D(value), None if increment is None else D(increment)) == text


@pytest.mark.parametrize(
    ("value", "plain", "signed"),
    [
        ("1042.184", "$1,042.18", "+$1,042.18"),
        ("-3.1", "-$3.10", "-$3.10"),
        ("0", "$0.00", "$0.00"),
        ("-0.001", "$0.00", "$0.00"),
        ("0.001", "$0.00", "$0.00"),
        ("Infinity", "—", "—"),
    ],
)
def test_dollars_have_cents_and_their_sign_before_them(value: str, plain: str, signed: str) -> None:
    assert (formats.usd(D(value)), formats.usd(D(value), signed=True)) == (plain, signed)


def test_percent_r_and_ratios_carry_their_unit() -> None:
    assert [formats.pct(D("1.238")), formats.pct(D("-2.1")), formats.pct(D(0)), formats.pct(0.5)] == [
        "+1.24%", "-2.10%", "0.00%", "+0.50%",
    ]  # fmt: skip
    assert formats.pct(D("41.66"), 1, signed=False) == "41.7%"
    assert (formats.r_multiple(D("0.654")), formats.r_multiple(D(-1))) == ("+0.65R", "-1.00R")
    assert (formats.ratio(D("1.5749")), formats.bp(D("0.11")), formats.rate(D("0.0001"))) == (
        "1.57",
        "0.1bp",
        "+0.0100%",
    )
    assert [formats.leverage(D(value)) for value in ("10", "6.14", "10.04")] == ["10x", "6.1x", "10x"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.0s"), (0.34, "0.3s"), (9.96, "9s"), (11.9, "11s"), (60, "1m"), (150, "2m"), (11520, "3h12m"),
     (180000, "2d2h"), (-5, "0.0s"), (None, "—"), (float("nan"), "—")],
)  # fmt: skip
def test_an_age_gets_coarser(seconds: float | None, text: str) -> None:
    assert formats.age(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (593, "9:53"), (599.9, "9:59"), (600, "10m"), (773, "12m"), (5220, "1h27m"), (11520, "3h12m"),
     (180000, "2d2h"), (-3, "0:00"), (None, "—")],
)  # fmt: skip
def test_a_countdown_ticks_each_second_only_near_its_end(seconds: float | None, text: str) -> None:
    assert formats.countdown(seconds) == text


def test_sizes_and_volumes() -> None:
    assert [formats.size(D(value)) for value in ("0.26400", "1200", "0.00000001", "0")] == [
        "0.264", "1,200", "0.00000001", "0",
    ]  # fmt: skip
    assert formats.size(D("0.26"), D("0.001")) == "0.260"
    assert [formats.volume(D(value)) for value in ("0", "9.55", "950", "12345", "1250000", "3e9", "4e12", "-2500")] == [
        "0", "9.6", "950", "12.3k", "1.2M", "3.0B", "4.0T", "-2.5k",
    ]  # fmt: skip


def test_sides_and_moves_have_a_shape_beside_a_colour() -> None:
    assert (formats.side(Side.LONG), formats.side(Side.SHORT)) == ("▲ LONG", "▼ SHORT")
    assert [formats.move_glyph(sign) for sign in (1, -1, 0)] == ["▲", "▼", "·"]


NUMBERS: list[Callable[[Decimal | None], str]] = [
    formats.price, formats.usd, formats.pct, formats.rate, formats.r_multiple, formats.ratio, formats.bp,
    formats.leverage, formats.size, formats.volume,
]  # fmt: skip


@pytest.mark.parametrize("show", NUMBERS, ids=lambda show: show.__name__)
def test_what_is_not_known_is_a_dash(show: Callable[[Decimal | None], str]) -> None:
    assert [show(None), show(D("NaN")), show(D("-Infinity"))] == ["—", "—", "—"]


@pytest.mark.parametrize("show", NUMBERS, ids=lambda show: show.__name__)
@given(value=anything)
def test_any_number_becomes_a_short_line_without_a_negative_zero(
    show: Callable[[Decimal | None], str], value: Decimal
) -> None:
    text = show(value)
    assert 0 < cell_len(text) < 80
    assert text.isprintable()
    assert not text.startswith("-") or any(digit in text for digit in "123456789")


@given(value=st.decimals(min_value=-(10**9), max_value=10**9, places=6), places=st.integers(0, 6))
def test_a_price_is_off_by_at_most_half_of_its_last_decimal(value: Decimal, places: int) -> None:
    increment = D(1).scaleb(-places)
    shown = D(formats.price(value, increment).replace(",", ""))
    assert abs(shown - value) <= increment / 2


@given(text=st.text())
def test_ascii_keeps_the_number_of_characters(text: str) -> None:
    plain = formats.to_ascii(text)
    assert plain.isascii()
    assert len(plain) == len(text)


def test_ascii_has_a_likeness_for_every_glyph_of_the_console() -> None:
    glyphs = "●▶·▲▼✓✕◆│─┄┈▁▂▃▄▅▆▇█▀░▒—…↑↓"
    assert "?" not in formats.to_ascii(glyphs)
    assert formats.to_ascii("● ▶ · ▲ ▼") == "* > . ^ v"
    assert all(cell_len(glyph) == 1 for glyph in glyphs)
