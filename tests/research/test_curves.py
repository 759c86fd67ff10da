"""The numbers behind the pictures of a result."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.domain.dimensions import DIMENSIONS
from core.domain.performance import standard_error
from core.research.backtest.curves import FINEST, MOST_BINS, balance_curve, r_bins
from core.research.backtest.desk import by_desk
from core.research.backtest.summary import crossed, grouped, summary
from tests.research.random_bars import loose, walks

AT = datetime(2026, 1, 5, tzinfo=UTC)
OUTCOME = by_desk(walks(("BTC", "ETH"), 4, 220), loose(("BTC", "ETH")))
values = st.lists(st.decimals(-500, 500, places=6, allow_nan=False), max_size=60)


@given(values)
def test_every_value_lies_in_exactly_one_bin(rs: list[Decimal]) -> None:
    bins = r_bins(rs)
    assert [each.count for each in bins] == [sum(each.low <= r < each.high for r in rs) for each in bins]
    assert sum(each.count for each in bins) == len(rs)


@given(values)
def test_bins_are_equally_wide_touch_and_end_where_the_values_do(rs: list[Decimal]) -> None:
    bins = r_bins(rs)
    assert all(left.high == right.low for left, right in pairwise(bins))
    assert len({each.high - each.low for each in bins}) == min(1, len(rs))
    assert len(bins) <= MOST_BINS
    assert not rs or (bins[0].count and bins[-1].count)


@given(values)
def test_no_bin_holds_a_win_and_a_loss(rs: list[Decimal]) -> None:
    assert all(each.high <= 0 or each.low >= 0 for each in r_bins(rs))


def test_bins_stay_as_narrow_as_there_is_room_for() -> None:
    assert r_bins([Decimal("-1"), Decimal("1.5")])[0].high - Decimal("-1") == FINEST
    assert r_bins([]) == ()


def test_the_balance_begins_at_the_start_and_ends_at_the_end_of_the_summary() -> None:
    result, told = OUTCOME.first, summary(OUTCOME.first)
    curve = balance_curve(result, AT)
    assert (curve[0].at, curve[0].balance, curve[0].below) == (AT, result.start_balance, Decimal(0))
    assert len(curve) == told["trades"] + 1 > 3
    assert format(curve[-1].balance, "f") == told["end_balance"]
    assert round(float(-min(point.below for point in curve)), 6) == told["max_drawdown_pct"] > 0


def test_every_trade_is_in_one_cell_of_pattern_and_timeframe_with_the_figures_of_its_trades() -> None:
    trades = OUTCOME.first.trades
    cells = crossed(trades)
    assert sum(cell["trades"] for cell in cells) == len(trades)
    for cell in cells:
        members = [
            each
            for each in trades
            if (each.position.pattern, str(each.position.timeframe)) == (cell["pattern"], cell["timeframe"])
        ]
        assert cell["trades"] == len(members) > 0
        error = standard_error([float(each.r_multiple) for each in members])
        assert cell["standard_error_r"] == (None if error is None else round(error, 6))
    assert {cell["timeframe"] for cell in cells} == {row["group"] for row in grouped(trades, DIMENSIONS["timeframe"])}
