from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.adapters.spikes import SpikeGuard


def _guard(*prices: int, book: int | None = 100) -> list[bool]:
    """Which of the prices are accepted, one a second, the first being 100."""
    guard = SpikeGuard()
    mid = None if book is None else Decimal(book)
    return [guard.accept("BTC", Decimal(price), mid, mid, float(at)) for at, price in enumerate((100, *prices))][1:]


def test_a_lone_spike_changes_nothing() -> None:
    assert _guard(104, 100, 96, 100) == [False, True, False, True]


def test_exactly_three_percent_is_no_spike() -> None:
    assert _guard(103, 100, 97) == [True, True, True]


def test_a_second_price_near_the_first_confirms_it() -> None:
    assert _guard(110, 111, 112) == [False, True, True]


def test_a_second_price_elsewhere_waits_in_its_turn() -> None:
    assert _guard(110, 150, 151) == [False, False, True]


def test_a_normal_price_between_two_spikes_starts_the_wait_again() -> None:
    assert _guard(110, 100, 110, 110) == [False, True, False, True]


def test_a_price_the_book_agrees_with_is_no_spike() -> None:
    assert _guard(110, book=111) == [True]


def test_without_a_book_the_last_price_alone_decides() -> None:
    assert _guard(110, 101, book=None) == [False, True]


def test_a_last_price_older_than_ten_seconds_is_no_measure() -> None:
    guard = SpikeGuard()
    book = Decimal(100)
    assert guard.accept("BTC", Decimal(100), book, book, 0.0)
    assert not guard.accept("BTC", Decimal(200), book, book, 10.0)
    assert guard.accept("BTC", Decimal(300), book, book, 10.1)


def test_products_do_not_measure_each_other() -> None:
    guard = SpikeGuard()
    assert guard.accept("BTC", Decimal(60_000), None, None, 0.0)
    assert guard.accept("SOL", Decimal(150), None, None, 0.1)


@given(st.lists(st.integers(50, 200), min_size=1, max_size=40))
def test_two_accepted_prices_in_a_row_are_near_or_confirmed(prices: list[int]) -> None:
    guard = SpikeGuard()
    last, before = Decimal(prices[0]), Decimal(prices[0])
    for at, value in enumerate(prices):
        price = Decimal(value)
        if guard.accept("X", price, None, None, float(at) / 10):
            assert abs(price - last) <= last * Decimal("0.03") or abs(price - before) <= before * Decimal("0.03")
            last = price
        before = price
