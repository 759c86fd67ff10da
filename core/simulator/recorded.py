"""Recorded candles as a series: the recorded numbers where they exist, and ticks that walk through every candle.

The walk goes open, the extreme nearer the open (the high on a tie), the other extreme, close, evenly over the candle's
time, in steps of at most 0.02 % of the low and at least one in 20 s. It is the same however often and in whatever order
it is asked for. Holes stay holes: where no candle was recorded there is no trade.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.simulator.tape import DAY_S, EMPTY, Candle, DayStats, Tape, joined, rolled

_LARGEST_STEP: Final = 5_000
"""The low divided by this, 0.02 %, is the largest step."""
_LONGEST_PAUSE_S: Final = 20
_YEAR_S: Final = 364 * DAY_S
_FINEST_LOT: Final = 8
_NUMBERS_A_CANDLE: Final = 1_000_000


class Row(NamedTuple):
    """One recorded candle: `start` in UNIX seconds, the numbers as recorded."""

    start: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal


@dataclass(frozen=True, slots=True)
class Table:
    """Recorded candles of one length, ascending, in whole units."""

    seconds: int
    starts: NDArray[np.int64]
    ohlc: NDArray[np.int64]
    volumes: NDArray[np.int64]

    def candle(self, place: int) -> Candle:
        """The candle at a place."""
        opened, high, low, close = self.ohlc[:, place].tolist()
        return Candle(int(self.starts[place]), opened, high, low, close, int(self.volumes[place]))

    def places(self, first: float, last: float) -> range:
        """The places of the candles whose start lies in [first, last]."""
        low = int(np.searchsorted(self.starts, first, side="left"))
        return range(low, max(low, int(np.searchsorted(self.starts, last, side="right"))))


def decimals(numbers: Sequence[Decimal]) -> int:
    """Most decimal places any of the numbers has."""
    return max((-exponent for n in numbers if isinstance(exponent := n.as_tuple().exponent, int)), default=0)


def scaled(number: Decimal, places: int) -> int:
    """The number in units of 10**-places, half-even."""
    return int((number * 10**places).to_integral_value(ROUND_HALF_EVEN))


def walk_prices(candle: Candle, seconds: int) -> NDArray[np.int64]:
    """The prices the ticks of one candle take, first the open, last the close."""
    nearer_high = candle.high - candle.open <= candle.open - candle.low
    turns = (candle.high, candle.low) if nearer_high else (candle.low, candle.high)
    points = (candle.open, *turns, candle.close)
    step = max(candle.low // _LARGEST_STEP, 1)
    counts = [-(-abs(points[n + 1] - points[n]) // step) for n in range(3)]
    wanted = max(seconds // _LONGEST_PAUSE_S, 1)
    if sum(counts) == 0:
        return np.full(wanted + 1, candle.open, dtype=np.int64)
    slower = max(1, -(-wanted // sum(counts)))
    legs = [np.array([candle.open], dtype=np.int64)]
    for begin, end, count in zip(points[:-1], points[1:], counts, strict=True):
        steps = np.arange(1, count * slower + 1)
        legs.append(begin + (end - begin) * steps // max(count * slower, 1))
    return np.concatenate(legs)


class RecordedSeries:
    """One recorded product.

    Args:
        recordings: rows by candle length in seconds; the shortest gives the ticks. None of them may be empty.
    """

    def __init__(self, recordings: Mapping[int, Sequence[Row]]) -> None:
        every = [row for rows in recordings.values() for row in rows]
        price_places = decimals([number for row in every for number in (row.open, row.high, row.low, row.close)])
        lot_places = min(decimals([row.volume for row in every]), _FINEST_LOT)
        self.price_unit = Decimal(1).scaleb(-price_places)
        self.lot_unit = Decimal(1).scaleb(-lot_places)
        self._tables = {
            seconds: _table(seconds, rows, price_places, lot_places) for seconds, rows in recordings.items()
        }
        self._base = self._tables[min(self._tables)]
        self._walk = lru_cache(maxsize=256)(self._walk_of)
        self.begins = int(self._base.starts[0])
        self.ends = int(self._base.starts[-1]) + self._base.seconds

    def _walk_of(self, place: int) -> Tape:
        candle, seconds = self._base.candle(place), self._base.seconds
        prices = walk_prices(candle, seconds)
        count = len(prices)
        order = np.arange(count)
        shared = [candle.volume * n // count for n in range(count + 1)]
        return Tape(
            times=(candle.start + order * (seconds / count)).astype(np.float64),
            prices=prices,
            volumes=np.array([after - before for before, after in pairwise(shared)], dtype=np.int64),
            numbers=place * _NUMBERS_A_CANDLE + order,
        )

    def tape(self, after: float, until: float) -> Tape:
        """Ticks with after < time <= until."""
        places = self._base.places(after - self._base.seconds, until)
        return joined([self._walk(place) for place in places]).between(after, until) if places else EMPTY

    def last_trade(self, at: float) -> Tape:
        """The last tick at or before `at`, or none before the first candle."""
        place = int(np.searchsorted(self._base.starts, at, side="right")) - 1
        if place < 0:
            return EMPTY
        until = self._walk(place).between(0, at)
        return until.part(len(until) - 1, len(until))

    def candles(self, granularity: int, first: int, last: int, now: float) -> list[Candle]:
        """Ascending candles with start in [first, last] as known at `now`; a bucket the recording enters is absent."""
        begins = -(-self.begins // granularity) * granularity
        low, high = max(first, begins), min(last, int(now))
        low = -(-low // granularity) * granularity
        high = high // granularity * granularity
        if high < low:
            return []
        native = self._tables.get(granularity)
        if granularity % self._base.seconds:
            return self.tape(low - 1e-6, min(high + granularity - 1e-6, now)).candles(granularity)
        out = []
        if native is not None:
            places = native.places(low, min(high, now - granularity))
            out = [native.candle(place) for place in places]
            low = int(now) // granularity * granularity
        if low <= high:
            out += rolled(self._known(low, high + granularity, now), granularity)
        return out

    def _known(self, low: int, end: int, now: float) -> list[Candle]:
        """Base candles with low <= start < end: closed ones as recorded, the newest as far as its ticks have come."""
        closed = self._base.places(low, min(end - 1, now - self._base.seconds))
        out = [self._base.candle(place) for place in closed]
        forming = int(now) // self._base.seconds * self._base.seconds
        tape = self.tape(forming - 1e-6, now) if low <= forming < end else EMPTY
        return [*out, tape.candle(forming)] if len(tape) else out

    def stats(self, now: float) -> DayStats:
        """Figures over the recorded candles that begin within the last 24 hours, and the ticks since."""
        last = self.last_trade(now)
        price = int(last.prices[-1])
        forming = int(now) // self._base.seconds * self._base.seconds
        tape = self.tape(forming - 1e-6, now)
        day = self._base.places(now - DAY_S, now - self._base.seconds)
        now_high = int(tape.prices.max()) if len(tape) else price
        now_low = int(tape.prices.min()) if len(tape) else price
        volume = int(tape.volumes.sum()) + int(self._base.volumes[day.start : day.stop].sum())
        return DayStats(
            price=price,
            open_24h=int(self._base.ohlc[0, day.start]) if day else price,
            high_24h=max(now_high, self._extreme(1, day, now_high)),
            low_24h=min(now_low, self._extreme(2, day, now_low)),
            volume_24h=volume,
        )

    def year(self, now: float) -> tuple[int, int]:
        """Over the recorded candles that begin within the last 52 weeks, and the ticks since."""
        forming = int(now) // self._base.seconds * self._base.seconds
        tape = self.tape(forming - 1e-6, now)
        price = int(self.last_trade(now).prices[-1])
        high = int(tape.prices.max()) if len(tape) else price
        low = int(tape.prices.min()) if len(tape) else price
        year = self._base.places(now - _YEAR_S, now - self._base.seconds)
        return max(high, self._extreme(1, year, high)), min(low, self._extreme(2, year, low))

    def _extreme(self, row: int, places: range, otherwise: int) -> int:
        if not places:
            return otherwise
        numbers = self._base.ohlc[row, places.start : places.stop]
        return int(numbers.max() if row == 1 else numbers.min())


def _table(seconds: int, rows: Sequence[Row], price_places: int, lot_places: int) -> Table:
    four = zip(*((row.open, row.high, row.low, row.close) for row in rows), strict=True)
    prices = [[scaled(number, price_places) for number in column] for column in four]
    volumes = [scaled(row.volume, lot_places) for row in rows]
    starts = [row.start for row in rows]
    return Table(seconds, np.array(starts, np.int64), np.array(prices, np.int64), np.array(volumes, dtype=np.int64))
