"""Sizes, margins, funding and metrics, with the invariants money must keep."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.margin import (
    MICRO,
    LiquidationBasis,
    booked,
    can_open,
    funding_amount,
    funding_times,
    liquidation_price,
    next_funding,
)
from core.domain.patterns import Side
from core.domain.performance import max_drawdown, metrics_of
from core.domain.positions import gross_profit
from core.domain.sizing import RiskPolicy, Sizing, Skipped, floored, size_entry
from core.domain.timeframes import Timeframe
from tests.builders import an_instrument

PRICES = st.decimals("0.01", "200000", places=2)
AMOUNTS = st.decimals("-100000", "100000", places=9)
SIDES = st.sampled_from(Side)


@given(AMOUNTS)
def test_an_amount_is_booked_to_the_micro_dollar_half_even(amount: Decimal) -> None:
    assert booked(amount) % MICRO == 0
    assert abs(booked(amount) - amount) <= MICRO / 2


def test_half_a_micro_dollar_goes_to_the_even_neighbour() -> None:
    assert (booked(Decimal("0.0000005")), booked(Decimal("0.0000015"))) == (Decimal("0.000000"), Decimal("0.000002"))


@given(PRICES, PRICES, st.decimals("1", "1000000", places=2))
def test_a_sized_entry_risks_exactly_its_share_of_the_balance(fill: Decimal, stop: Decimal, balance: Decimal) -> None:
    sized = size_entry(balance, fill, stop, Decimal(8), RiskPolicy())
    if isinstance(sized, Sizing):
        assert abs(sized.size * abs(fill - stop) - balance * Decimal("0.02")) < Decimal("1e-9")
        assert sized.leverage <= Decimal(8) + Decimal("1e-9")
    else:
        assert isinstance(sized, Skipped)


@given(st.decimals("0", "1000", places=8), st.sampled_from(["1", "0.01", "0.0001", "5"]))
def test_a_size_is_floored_to_whole_increments(size: Decimal, increment: str) -> None:
    step = Decimal(increment)
    kept = floored(size, step)
    assert kept % step == 0 and size - step < kept <= size


def test_a_size_below_the_least_is_none() -> None:
    product = an_instrument(min_size=Decimal("0.01"))
    assert (product.round_size(Decimal("0.0099")), product.round_size(Decimal("0.01009"))) == (
        Decimal(0),
        Decimal("0.01"),
    )


def test_a_price_is_rounded_to_the_nearest_increment() -> None:
    assert an_instrument(price_increment=Decimal("0.05")).round_price(Decimal("10.07")) == Decimal("10.05")


@given(SIDES, PRICES, st.integers(2, 12), st.sampled_from(LiquidationBasis))
def test_the_liquidation_price_lies_on_the_losing_side(
    side: Side, entry: Decimal, leverage: int, basis: LiquidationBasis
) -> None:
    price = liquidation_price(side, entry, Decimal(leverage), Decimal("0.05"), basis)
    assert side.sign * (entry - price) > 0
    assert can_open(Decimal(leverage), Decimal("0.05"))


@given(SIDES, PRICES, PRICES, st.decimals("0.0001", "10", places=4))
def test_what_one_side_wins_the_other_loses(side: Side, entry: Decimal, left: Decimal, size: Decimal) -> None:
    assert gross_profit(side, size, entry, left) == -gross_profit(side.opposite, size, entry, left)
    assert funding_amount(side, left, Decimal("0.0001")) == -funding_amount(side.opposite, left, Decimal("0.0001"))


@given(st.integers(1_735_689_600, 1_798_761_600), st.sampled_from([1, 4, 8]))
def test_funding_instants_follow_without_hole_or_overlap(second: int, hours: int) -> None:
    at = datetime.fromtimestamp(second, UTC)
    later = at + timedelta(hours=30)
    middle = at + timedelta(hours=11)
    whole = list(funding_times(at, later, hours))
    assert whole == [*funding_times(at, middle, hours), *funding_times(middle, later, hours)]
    assert whole[0] == next_funding(at, hours)
    assert all(instant.timestamp() % (hours * 3600) == 0 for instant in whole)


@given(st.lists(st.decimals("-100", "100", places=2), max_size=30))
def test_metrics_count_every_trade_once(nets: list[Decimal]) -> None:
    found = metrics_of(nets)
    assert found.trades == len(nets) >= found.wins + found.losses
    assert found.net == sum(nets, Decimal(0))
    assert (found.profit_factor is None) is (bool(nets) and found.losses == 0)


def test_the_drawdown_is_measured_from_the_highest_peak_before_it() -> None:
    curve = [Decimal(value) for value in (1000, 1100, 990, 1200, 1150)]
    assert max_drawdown(curve) == (Decimal(110), 10.0)


@pytest.mark.parametrize("text", ["", "15", "0m", "-1h", "1.5h", "4H", "1y", "15m 1h"])
def test_what_is_no_timeframe_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="write it as 15m"):
        Timeframe.parse(text)


@given(st.integers(1, 20000))
def test_a_timeframe_reads_back_as_it_is_written(minutes: int) -> None:
    assert Timeframe.parse(str(Timeframe(minutes))) == Timeframe(minutes)
