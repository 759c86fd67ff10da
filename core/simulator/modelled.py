"""The price model seen as one product: rounded to its increment, with candles, trades and day figures that agree."""

from collections import OrderedDict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.simulator.prices import DAY_S, DAY_STEPS, FIRST_DAY, STEP_S, DayPath, PricePath, Underlying
from core.simulator.tape import EMPTY, Candle, DayStats, Tape, joined

_QUARTER_S: Final = 900
_QUARTER_STEPS: Final = _QUARTER_S // STEP_S
SLOTS: Final = 20
"""A step's volume is traded in up to 20 trades, a quarter of a second apart, all at the step's price."""
_SLOT_S: Final = STEP_S / SLOTS
_YEAR_DAYS: Final = 364
_DAYS_KEPT: Final = 12
_SUMMARIES_KEPT: Final = 1_600


@dataclass(frozen=True, slots=True)
class Summary:
    """The 96 quarter hours of a day: open, high, low, close in USD and volume in lots, one row each."""

    ohlc: NDArray[np.float64]
    lots: NDArray[np.int64]


class RunningDay:
    """A day with what the last-24-hours figures need: extremes so far, extremes still to come, lots so far."""

    def __init__(self, path: DayPath) -> None:
        self.price = path.price
        self.lots = path.lots

    @cached_property
    def high_so_far(self) -> NDArray[np.float64]:
        """Highest price of the steps 0 to k."""
        return np.maximum.accumulate(self.price)

    @cached_property
    def low_so_far(self) -> NDArray[np.float64]:
        """Lowest price of the steps 0 to k."""
        return np.minimum.accumulate(self.price)

    @cached_property
    def high_to_come(self) -> NDArray[np.float64]:
        """Highest price of the steps k to the last."""
        return np.maximum.accumulate(self.price[::-1])[::-1]

    @cached_property
    def low_to_come(self) -> NDArray[np.float64]:
        """Lowest price of the steps k to the last."""
        return np.minimum.accumulate(self.price[::-1])[::-1]

    @cached_property
    def lots_before(self) -> NDArray[np.int64]:
        """Lots of the steps before k; one entry more than steps."""
        return np.concatenate(([0], np.cumsum(self.lots)))


class PathCache:
    """Days and their summaries of one price path, computed once; safe to ask from several threads."""

    def __init__(self, path: PricePath) -> None:
        self._path = path
        self._days: OrderedDict[int, RunningDay] = OrderedDict()
        self._summaries: OrderedDict[int, Summary] = OrderedDict()
        self._years: dict[int, tuple[float, float]] = {}
        self._lock = Lock()

    def day(self, day: int) -> RunningDay:
        """Every step of the day (days since 1970-01-01)."""
        with self._lock:
            if day in self._days:
                self._days.move_to_end(day)
                return self._days[day]
        made = RunningDay(self._path.day(day))
        with self._lock:
            self._days[day] = made
            while len(self._days) > _DAYS_KEPT:
                self._days.popitem(last=False)
        return made

    def summary(self, day: int) -> Summary:
        """The day's quarter hours."""
        with self._lock:
            if day in self._summaries:
                return self._summaries[day]
        path = self._path.day(day)
        made = Summary(_ohlc(path.price, _QUARTER_STEPS), path.lots.reshape(-1, _QUARTER_STEPS).sum(axis=1))
        with self._lock:
            self._summaries[day] = made
            while len(self._summaries) > _SUMMARIES_KEPT:
                self._summaries.popitem(last=False)
        return made

    def price_at(self, at: float) -> float:
        """Price of the underlying in USD at a UNIX time."""
        day, place = divmod(int(at // STEP_S), DAY_STEPS)
        return float(self.day(day).price[place])

    def year_before(self, day: int) -> tuple[float, float]:
        """Highest and lowest price of the 364 days before the day; at most a second the first time."""
        if day not in self._years:
            summaries = [self.summary(past) for past in range(max(FIRST_DAY, day - _YEAR_DAYS), day)]
            high = max((float(summary.ohlc[1].max()) for summary in summaries), default=0.0)
            low = min((float(summary.ohlc[2].min()) for summary in summaries), default=float("inf"))
            self._years = {day: (high, low)}
        return self._years[day]


@lru_cache(maxsize=8)
def shared_path(seed: int, underlying: Underlying) -> PathCache:
    """The cache of a path, shared by all listings and exchanges of the process that use it."""
    return PathCache(PricePath(seed, underlying))


def _ohlc(price: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Open, high, low, close of consecutive runs of `length` prices, one row each."""
    rows = price.reshape(-1, length)
    return np.stack((rows[:, 0], rows.max(axis=1), rows.min(axis=1), rows[:, -1]))


class ModelSeries:
    """One product of the model.

    Args:
        path: the underlying's path.
        factor: listing price / underlying price (1 + basis).
        price_unit: the product's price increment.
        lot_unit: size of one lot, in the product's size unit.
    """

    def __init__(self, path: PathCache, factor: float, price_unit: Decimal, lot_unit: Decimal) -> None:
        self.price_unit = price_unit
        self.lot_unit = lot_unit
        self._path = path
        self._per_unit = factor / float(price_unit)

    def _units(self, price: NDArray[np.float64]) -> NDArray[np.int64]:
        return np.maximum(np.rint(price * self._per_unit), 1).astype(np.int64)

    def _unit(self, price: float) -> int:
        return max(int(np.rint(price * self._per_unit)), 1)

    def tape(self, after: float, until: float) -> Tape:
        """Trades with after < time <= until: the first of a step is at the step's start and carries its new price."""
        first, last = max(int(after // STEP_S), FIRST_DAY * DAY_STEPS), int(until // STEP_S)
        pieces = []
        for day in range(first // DAY_STEPS, last // DAY_STEPS + 1):
            low = max(first - day * DAY_STEPS, 0)
            high = min(last - day * DAY_STEPS + 1, DAY_STEPS)
            if high > low:
                pieces.append(self._steps_traded(day, low, high))
        return joined(pieces).between(after, until)

    def _steps_traded(self, day: int, low: int, high: int) -> Tape:
        running = self._path.day(day)
        ends = -(-running.lots[low:high, None] * np.arange(SLOTS + 1)[None, :] // SLOTS)
        volumes = np.diff(ends, axis=1).ravel()
        kept = np.flatnonzero(volumes)
        steps = day * DAY_STEPS + low + kept // SLOTS
        times = steps * float(STEP_S) + (kept % SLOTS) * _SLOT_S
        prices = np.repeat(self._units(running.price[low:high]), SLOTS)
        return Tape(times, prices[kept], volumes[kept], (day * DAY_STEPS + low) * SLOTS + kept)

    def last_trade(self, at: float) -> Tape:
        """The last trade at or before `at`: there is one in every step."""
        if at < FIRST_DAY * DAY_S:
            return EMPTY
        tape = self.tape(at // STEP_S * STEP_S - 1e-6, at)
        return tape.part(len(tape) - 1, len(tape))

    def candles(self, granularity: int, first: int, last: int, now: float) -> list[Candle]:
        """Ascending candles with start in [first, last] as known at `now`; the one that holds `now` is in progress."""
        forming = int(now // granularity) * granularity
        low = max(-(-first // granularity) * granularity, FIRST_DAY * DAY_S)
        high = min(last // granularity * granularity, forming - granularity)
        out: list[Candle] = []
        for day in range(low // DAY_S, high // DAY_S + 1):
            ohlc, lots = self._day_bars(day, granularity)
            start, count = day * DAY_S, len(lots)
            begin = max(0, (low - start) // granularity)
            end = min(count, (high - start) // granularity + 1)
            opens, highs, lows, closes = (self._units(row[begin:end]).tolist() for row in ohlc)
            starts = range(start + begin * granularity, start + end * granularity, granularity)
            rows = zip(starts, opens, highs, lows, closes, lots[begin:end].tolist(), strict=True)
            out.extend(Candle(*row) for row in rows)
        if first <= forming <= last and forming >= FIRST_DAY * DAY_S:
            out.append(self._forming(forming, now))
        return out

    def _day_bars(self, day: int, granularity: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        if granularity < _QUARTER_S:
            running = self._path.day(day)
            steps = granularity // STEP_S
            return _ohlc(running.price, steps), running.lots.reshape(-1, steps).sum(axis=1)
        summary = self._path.summary(day)
        wide = granularity // _QUARTER_S
        opens, highs, lows, closes = (row.reshape(-1, wide) for row in summary.ohlc)
        ohlc = np.stack((opens[:, 0], highs.max(axis=1), lows.min(axis=1), closes[:, -1]))
        return ohlc, summary.lots.reshape(-1, wide).sum(axis=1)

    def _forming(self, start: int, now: float) -> Candle:
        day = start // DAY_S
        running = self._path.day(day)
        low, high = (start - day * DAY_S) // STEP_S, int(now // STEP_S) - day * DAY_STEPS + 1
        prices = self._units(running.price[low:high])
        volume = int(running.lots[low : high - 1].sum()) + _traded(int(running.lots[high - 1]), now)
        return Candle(start, int(prices[0]), int(prices.max()), int(prices.min()), int(prices[-1]), volume)

    def stats(self, now: float) -> DayStats:
        """The 24 hours are the 17,280 steps that end with the current one."""
        step = int(now // STEP_S)
        day, place = divmod(step, DAY_STEPS)
        today, before = self._path.day(day), self._path.day(day - 1)
        high, low = float(today.high_so_far[place]), float(today.low_so_far[place])
        lots = int(today.lots_before[place]) + _traded(int(today.lots[place]), now)
        opened = float(today.price[0])
        if place + 1 < DAY_STEPS:
            opened = float(before.price[place + 1])
            high = max(high, float(before.high_to_come[place + 1]))
            low = min(low, float(before.low_to_come[place + 1]))
            lots += int(before.lots_before[-1] - before.lots_before[place + 1])
        return DayStats(
            price=self._unit(float(today.price[place])),
            open_24h=self._unit(opened),
            high_24h=self._unit(high),
            low_24h=self._unit(low),
            volume_24h=lots,
        )

    def year(self, now: float) -> tuple[int, int]:
        """Apart from the 24 hours, for it looks at every day of the year; only a ticker tells it."""
        day, place = divmod(int(now // STEP_S), DAY_STEPS)
        high, low = self._path.year_before(day)
        today = self._path.day(day)
        return (
            self._unit(max(high, float(today.high_so_far[place]))),
            self._unit(min(low, float(today.low_so_far[place]))),
        )


def _traded(lots: int, now: float) -> int:
    """Lots of the current step traded by `now`."""
    slot = int(now % STEP_S / _SLOT_S)
    return -(-lots * (slot + 1) // SLOTS)
