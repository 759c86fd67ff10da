"""The price model: pure, in regimes, without jumps, and rich in setups."""

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.simulator.listings import UNDERLYINGS
from core.simulator.noise import key_of, uniforms, unit
from core.simulator.prices import DAY_STEPS, FIRST_DAY, PricePath, Regime, regimes

START_DAY = 20_459  # two weeks before the default start
BTC = UNDERLYINGS["BTC"]


def stretch(name: str, days: int, seed: int = 3) -> np.ndarray:
    path = PricePath(seed, UNDERLYINGS[name])
    return np.concatenate([path.day(START_DAY - days + n).price for n in range(days)])


@lru_cache
def quarters(name: str, days: int) -> tuple[np.ndarray, np.ndarray]:
    """Highs and lows of the quarter hours before the start."""
    path = PricePath(3, UNDERLYINGS[name])
    rows = [path.day(START_DAY - days + n).price.reshape(96, 180) for n in range(days)]
    return np.concatenate([row.max(axis=1) for row in rows]), np.concatenate([row.min(axis=1) for row in rows])


def bars(name: str, minutes: int) -> tuple[np.ndarray, np.ndarray]:
    high, low = quarters(name, 300)
    return high.reshape(-1, minutes // 15).max(axis=1), low.reshape(-1, minutes // 15).min(axis=1)


@given(st.integers(0, 2**32), st.integers(0, 10**9), st.integers(1, 40))
def test_a_number_of_the_noise_is_the_same_alone_and_in_any_run(seed: int, first: int, count: int) -> None:
    key = key_of(seed, "any")
    run = uniforms(key, count, first)
    assert run.tolist() == [unit(key, first + place) for place in range(count)]
    assert ((run >= 0) & (run < 1)).all()


@settings(max_examples=20)
@given(st.lists(st.integers(0, 3000), min_size=2, max_size=6))
def test_a_day_is_the_same_whatever_was_asked_before(days: list[int]) -> None:
    asked = PricePath(1, BTC)
    for day in days:
        asked.day(FIRST_DAY + day)
    again, fresh = asked.day(FIRST_DAY + days[0]), PricePath(1, BTC).day(FIRST_DAY + days[0])
    assert (again.price == fresh.price).all()
    assert (again.lots == fresh.lots).all()


def test_another_seed_gives_another_path() -> None:
    one, other = (PricePath(seed, BTC).day(START_DAY).price for seed in (1, 2))
    assert not (one == other).any()


@pytest.mark.parametrize("name", ["BTC", "ETH", "SOL"])
def test_no_step_is_larger_than_a_real_market_makes_even_at_midnight(name: str) -> None:
    steps = np.abs(np.diff(np.log(stretch(name, 60))))
    assert steps.max() <= 0.0005


@pytest.mark.parametrize("name", ["BTC", "ETH", "SOL"])
def test_a_quarter_hour_ranges_as_much_as_the_underlying_says(name: str) -> None:
    high, low = bars(name, 15)
    assert ((high - low) / low).mean() == pytest.approx(UNDERLYINGS[name].range_15m, rel=0.25)


@pytest.mark.parametrize("minutes", [15, 60, 240, 1440])
def test_inside_bars_have_their_natural_share_on_every_timeframe(minutes: int) -> None:
    shares = []
    for name in UNDERLYINGS:
        high, low = bars(name, minutes)
        shares.append(((high[1:] <= high[:-1]) & (low[1:] >= low[:-1])).mean())
    assert 0.12 <= np.mean(shares) <= 0.20


def test_prices_stay_near_the_underlyings_usual_level_for_years() -> None:
    path = PricePath(5, BTC)
    levels = [path.day(FIRST_DAY + 40 * n).price[0] / BTC.level for n in range(120)]
    assert 0.3 < min(levels) < 1 < max(levels) < 3


def test_calm_trend_and_burst_all_occur_and_a_burst_is_the_liveliest() -> None:
    path = PricePath(4, BTC)
    moves: dict[Regime, list[float]] = {kind: [] for kind in Regime}
    for day in range(START_DAY, START_DAY + 40):
        size = np.abs(np.diff(np.log(path.day(day).price), append=np.nan)).reshape(1440, 12)
        kinds = regimes(4, BTC, day)
        for kind in Regime:
            moves[kind] += np.nanmean(size[kinds == kind], axis=1).tolist()
    share = {kind: len(sizes) / (40 * 1440) for kind, sizes in moves.items()}
    assert min(share.values()) > 0.08
    assert np.mean(moves[Regime.BURST]) > 1.4 * np.mean(moves[Regime.CALM])


def test_volatility_clusters_as_a_random_walk_does_not() -> None:
    moves = np.abs(np.diff(np.log(stretch("BTC", 120)[::180])))
    assert np.corrcoef(moves[1:], moves[:-1])[0, 1] > 0.1


def test_every_step_trades_at_least_one_lot() -> None:
    assert PricePath(0, BTC).day(START_DAY).lots.min() >= 1
    assert len(PricePath(0, BTC).day(START_DAY).lots) == DAY_STEPS


def test_nothing_was_listed_before_the_first_day() -> None:
    with pytest.raises(ValueError, match="before the first listing"):
        PricePath(0, BTC).day(FIRST_DAY - 1)


def test_a_day_far_in_the_future_continues_the_day_before_it() -> None:
    path = PricePath(0, BTC)
    far = FIRST_DAY + 9_000
    last, first = path.day(far - 1).price[-1], path.day(far).price[0]
    assert abs(np.log(first / last)) < 0.0005
