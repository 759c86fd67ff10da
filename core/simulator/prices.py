"""The price model: the price of an underlying as a pure function of (seed, underlying, time).

Time is cut into steps of 5 s, UTC; a price holds for its step, so a candle's extremes are exactly the extremes of the
prices the ticker emits, four 15m candles make the 1h candle to the last unit, and a closed candle never changes.

The model, from the outside in. It is not a plain random walk:

* **Level.** Every UTC day has an anchor at its midnight. Anchors follow a mean-reverting walk of the logarithm
  (half-life about six weeks) from 2018-01-01, so that prices stay near the underlying's usual level for ever.
* **Bursts.** Volatility is the product of four trains of shocks, about one in 30 minutes, 200 minutes, 16 hours and 4
  days. A shock comes suddenly, multiplies volatility by up to 3.7, and dies down over a third of that time; what
  follows it is quieter than usual. So lively bars are followed by smaller ones, as in real markets, and 12-20 % of
  bars are inside bars on every timeframe from 15m to 1d. The hours count too: highest at 14:00 UTC, then falling.
* **Trends.** Every half hour is CALM or TREND, chosen by a Markov chain that keeps what it has more often than not. A
  TREND drifts one way by about a third of a typical half hour's range for as long as it lasts. Minutes in which the
  shortest train is at its height are called BURST.
* **Giving back.** Half of the three-hour mean of every excursion and 45 % of its 40-minute mean are taken back,
  so prices return to where they were more often than a random walk's, and days are narrower than minutes promise.
* **Steps.** A step is the mean of sixteen keyed uniform innovations (orders are carried out over 80 s), scaled by the
  volatility, cut at 0.038 %, bent by what is given back and by the correction that ends the day at the next
  anchor: at most 0.05 %, before rounding to a product's increment.
* **Volume** of a step grows with volatility and with the size of the move, and is at least one lot.

Every number comes from `noise.uniforms` keyed by (seed, underlying, day), so questions may come in any order.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.simulator.noise import key_of, uniforms

STEP_S: Final = 5
DAY_S: Final = 86_400
DAY_STEPS: Final = DAY_S // STEP_S
FIRST_DAY: Final = 17_532
"""2018-01-01 in days since 1970-01-01: nothing was listed before it."""

SLOTS: Final = 48
"""Trend slots a day, half an hour each."""
NODES: Final = 1440
"""Volatility nodes a day, one a minute."""
_SMOOTHING: Final = 16
_LARGEST_STEP: Final = 0.00038
_REVERSION: Final = 1 / 60
_STAY: Final = 0.62
_TREND: Final = 0.4
_ANCHOR_CHUNK: Final = 1024
_ANCHOR_SHARE: Final = 0.55
"""Days wander less than their minutes promise: the share of a day's volatility its anchor moves by."""
_GIVEN_BACK: Final = ((0.5, 3 * 3600 // STEP_S), (0.45, 40 * 60 // STEP_S))
"""What excursions give back: a share, and over how many steps their mean is taken."""
_TRAINS: Final = ((30.0, 8.0, 1.3), (200.0, 60.0, 0.95), (960.0, 300.0, 0.85), (5760.0, 1500.0, 1.0))
"""Trains of shocks: minutes between two, minutes in which one dies down, greatest logarithm of the multiplier."""
_HOURS_SHARE: Final = 0.5
_USUAL: Final = 0.23
"""Divides the volatility multiplier, so that 15-minute ranges average `range_15m` after smoothing and cuts."""
_LIVELIEST: Final = 2.6
_BURST: Final = 0.35
"""A minute belongs to a BURST when the shortest train's logarithm is above this."""


class Regime(IntEnum):
    """What kind of market a minute belongs to."""

    CALM = 0
    TREND = 1
    BURST = 2


@dataclass(frozen=True, slots=True)
class Underlying:
    """What is traded: its usual price in USD and its typical 15-minute range as a fraction of price."""

    name: str
    level: float
    range_15m: float

    @property
    def volatility(self) -> float:
        """Standard deviation of the logarithm over one step; E[range] = 1.596 sd sqrt(n) (Feller 1951)."""
        return self.range_15m / 1.596 / float((900 / STEP_S) ** 0.5)


@dataclass(frozen=True, slots=True)
class DayPath:
    """One UTC day, step by step: price in USD and volume in lots, both of length 17,280."""

    price: NDArray[np.float64]
    lots: NDArray[np.int64]


def anchors(seed: int, underlying: Underlying, days: int) -> NDArray[np.float64]:
    """Logarithm of the price at the midnights of the first `days` days since FIRST_DAY."""
    noise = uniforms(key_of(seed, underlying.name, "anchor"), 4 * days).reshape(days, 4).sum(axis=1)
    moves = (noise - 2.0) * (3.0**0.5 * _ANCHOR_SHARE * underlying.volatility * DAY_STEPS**0.5)
    level = np.empty(days)
    deviation = 0.0
    for day, move in enumerate(moves.tolist()):
        level[day] = deviation
        deviation += move - _REVERSION * deviation
    level += np.log(underlying.level)
    return level


def trends(seed: int, underlying: Underlying, day: int) -> NDArray[np.float64]:
    """Direction of the drift in each half hour of the day: +1 up, -1 down, 0 none."""
    draws = uniforms(key_of(seed, underlying.name, "trend", day), 2 * SLOTS).tolist()
    directions = np.zeros(SLOTS)
    direction = 0.0
    for slot in range(SLOTS):
        stay, kind = draws[2 * slot : 2 * slot + 2]
        if slot == 0 or stay >= _STAY:
            direction = 0.0 if kind < 0.55 else 1.0 if kind < 0.775 else -1.0
        directions[slot] = direction
    return directions


def shocks(seed: int, underlying: Underlying, day: int, train: int) -> NDArray[np.float64]:
    """Logarithm of one train's volatility multiplier on the 1,440 minutes of the day."""
    apart, fading, strength = _TRAINS[train]
    minutes = day * 1440.0 + np.arange(NODES)
    cell = int(minutes[0] // apart) - 2
    count = int(NODES // apart) + 4
    draws = uniforms(key_of(seed, underlying.name, "shock", train), 2 * count, 2 * cell).reshape(count, 2)
    begins = (cell + np.arange(count) + draws[:, 0]) * apart
    latest = np.searchsorted(begins, minutes, side="right") - 1
    age = minutes - begins[latest]
    sizes = strength * (0.4 + 0.6 * draws[:, 1])
    return np.asarray(sizes[latest] * (2.0 * np.exp(-age / fading) - 1.0))


_AFTER_TWO: Final = ((np.arange(NODES) / NODES - 14 / 24) % 1.0).astype(np.float64)


def day_volatility(seed: int, underlying: Underlying, day: int) -> NDArray[np.float64]:
    """Volatility of one step on the 1,440 minutes of the day, as a fraction of price."""
    logs = _HOURS_SHARE * (1.0 - 2.0 * _AFTER_TWO)
    for train in range(len(_TRAINS)):
        logs += shocks(seed, underlying, day, train)
    return np.asarray(np.minimum(np.exp(logs) / _USUAL, _LIVELIEST) * underlying.volatility)


def regimes(seed: int, underlying: Underlying, day: int) -> NDArray[np.int64]:
    """The Regime of each minute of the day."""
    drifting = np.repeat(trends(seed, underlying, day), NODES // SLOTS) != 0
    bursting = shocks(seed, underlying, day, 0) > _BURST
    return np.where(bursting, int(Regime.BURST), np.where(drifting, int(Regime.TREND), int(Regime.CALM)))


def day_path(seed: int, underlying: Underlying, day: int, opening: float, closing: float) -> DayPath:
    """Every step of a UTC day.

    Args:
        seed: the exchange's seed.
        underlying: what is traded.
        day: days since 1970-01-01, FIRST_DAY or later.
        opening: logarithm of the price at this midnight.
        closing: logarithm of the price at the next midnight, reached by the step after the last.
    """
    minutes = day_volatility(seed, underlying, day)
    per_step = np.repeat(minutes, DAY_STEPS // NODES)
    noise = uniforms(key_of(seed, underlying.name, "step", day), DAY_STEPS + _SMOOTHING)
    noise -= 0.5
    summed = np.cumsum(noise)
    steps = summed[_SMOOTHING:] - summed[:-_SMOOTHING]
    steps *= 12.0**0.5 / _SMOOTHING
    steps += np.repeat(trends(seed, underlying, day) * (_TREND / (DAY_STEPS / SLOTS) ** 0.5), DAY_STEPS // SLOTS)
    steps *= per_step
    np.clip(steps, -_LARGEST_STEP, _LARGEST_STEP, out=steps)
    size = np.abs(steps)
    logs = np.concatenate(([0.0], np.cumsum(steps)))
    logs = _settled(logs)
    logs += np.linspace(opening - logs[0], closing - logs[-1], DAY_STEPS + 1)
    share = uniforms(key_of(seed, underlying.name, "volume", day), DAY_STEPS)
    share *= share
    size *= 4.0 / underlying.volatility
    size += 0.6
    size *= share
    lots = 1 + (size * per_step * (9.0 / underlying.volatility)).astype(np.int64)
    return DayPath(np.exp(logs[:-1]), lots)


def _settled(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """The path with a share of its own mean around each step taken away, over three hours and then over 40 minutes."""
    for share, steps in _GIVEN_BACK:
        summed = np.cumsum(np.pad(logs, steps // 2, mode="edge"))
        mean = summed[steps - 1 : steps - 1 + len(logs)]
        mean[1:] = mean[1:] - summed[: len(logs) - 1]
        logs = logs - mean * (share / steps)
    return logs


class PricePath:
    """The model of one underlying under one seed, its anchors kept so that a day costs about a millisecond."""

    def __init__(self, seed: int, underlying: Underlying) -> None:
        self.seed = seed
        self.underlying = underlying
        self._anchors = anchors(seed, underlying, 4 * _ANCHOR_CHUNK)

    def day(self, day: int) -> DayPath:
        """The steps of a UTC day, counted in days since 1970-01-01.

        Raises:
            ValueError: the day lies before FIRST_DAY.
        """
        place = day - FIRST_DAY
        if place < 0:
            raise ValueError(f"day {day} lies before the first listing")
        if place + 1 >= len(self._anchors):
            chunks = (place + 1) // _ANCHOR_CHUNK + 1
            self._anchors = anchors(self.seed, self.underlying, chunks * _ANCHOR_CHUNK)
        return day_path(self.seed, self.underlying, day, float(self._anchors[place]), float(self._anchors[place + 1]))
