"""One product of the exchange: its listing and prices, told in the venue's words."""

from decimal import Decimal
from typing import Final, Protocol

from core.simulator.book import DEEPEST, Book, BookModel, Level
from core.simulator.listings import Listing
from core.simulator.noise import key_of, unit
from core.simulator.records import Json, iso, percent_change, product_record
from core.simulator.tape import Candle, DayStats, Series, Tape, plain, worded

_TYPICAL_USD: Final = 40_000
_HOLE_S: Final = 60
"""Every source trades more often than this; a longer pause is a hole, in which a venue says nothing."""
_SIDES: Final = ("BUY", "SELL")
Ticks = list[tuple[float, Json]]


class Product(Protocol):
    """What REST and websocket ask of a product; times are simulated UNIX seconds."""

    listing: Listing

    def ticker(self, at: float) -> Json | None:
        """The ticker as it stands at `at`, or None before the first trade."""
        ...

    def ticks(self, after: float, until: float) -> Ticks:
        """Every ticker that must be sent for after < time <= until, oldest first."""
        ...

    def between_ticks(self, at: float) -> Ticks:
        """The ticker at `at` when the price has not changed for a while: book and volume have."""
        ...

    def trades(self, after: float, until: float, limit: int) -> list[Json]:
        """The newest trades of after < time <= until, newest first."""
        ...

    def book(self, at: float, depth: int) -> Book:
        """The order book at `at`."""
        ...

    def candles(self, granularity: int, first: int, last: int, now: float) -> list[Json]:
        """Candles with start in [first, last], newest first, as known at `now`."""
        ...

    def record(self, at: float) -> Json:
        """The product record at `at`."""
        ...


class SeriesProduct:
    """A product told from a series of prices: the model's or a recording's.

    Args:
        listing: how the venue lists it.
        series: its prices.
        seed: the exchange's seed, for book, trade sides and funding.
    """

    def __init__(self, listing: Listing, series: Series, seed: int) -> None:
        self.listing = listing
        self.series = series
        self._seed = seed
        self._side_key = key_of(seed, listing.product_id, "side")
        size_unit = max(listing.base_increment, Decimal("0.000001"))
        contract = float(listing.contract_size * size_unit)
        typical = max(3, int(_TYPICAL_USD / listing.underlying.level / contract))
        self._book = BookModel(seed, listing.product_id, listing.price_increment, size_unit, typical)

    def ticker(self, at: float) -> Json | None:
        """The ticker as it stands at `at`, or None before the first trade."""
        if not len(self.series.last_trade(at)):
            return None
        stats = self.series.stats(at)
        return self._ticker(at, stats)

    def _ticker(self, at: float, stats: DayStats) -> Json:
        price = stats.price * self.series.price_unit
        year_high, year_low = self.series.year(at)
        touch = self._book.at(at, price, 1)
        bid = touch.bids[0] if touch.bids else Level(self.listing.price_increment, Decimal(0))
        ask = touch.asks[0]
        return {
            "type": "ticker",
            "product_id": self.listing.product_id,
            "price": plain(price),
            "volume_24_h": worded(stats.volume_24h, self.series.lot_unit),
            "low_24_h": worded(stats.low_24h, self.series.price_unit),
            "high_24_h": worded(stats.high_24h, self.series.price_unit),
            "low_52_w": worded(year_low, self.series.price_unit),
            "high_52_w": worded(year_high, self.series.price_unit),
            "price_percent_chg_24_h": percent_change(stats),
            "best_bid": plain(bid.price),
            "best_ask": plain(ask.price),
            "best_bid_quantity": plain(bid.size),
            "best_ask_quantity": plain(ask.size),
        }

    def ticks(self, after: float, until: float) -> Ticks:
        """The ticker at every change of price in after < time <= until, oldest first."""
        tape = self.series.tape(after, until)
        before = self.series.last_trade(after)
        last = int(before.prices[-1]) if len(before) else 0
        out: Ticks = []
        for time, price in zip(tape.times.tolist(), tape.prices.tolist(), strict=True):
            if price != last:
                out.append((time, self._ticker(time, self.series.stats(time))))
                last = price
        return out

    def between_ticks(self, at: float) -> Ticks:
        """The ticker at `at` when the price has not changed for a while; none in a hole of a recording."""
        last = self.series.last_trade(at)
        if not len(last) or at - float(last.times[-1]) > _HOLE_S:
            return []
        return [(at, self._ticker(at, self.series.stats(at)))]

    def trades(self, after: float, until: float, limit: int) -> list[Json]:
        """The newest trades of after < time <= until, newest first."""
        tape = self.series.tape(after, until)
        newest = tape.part(max(0, len(tape) - limit), len(tape))
        return [self._trade(newest, place) for place in range(len(newest) - 1, -1, -1)]

    def _trade(self, tape: Tape, place: int) -> Json:
        number = int(tape.numbers[place])
        return {
            "trade_id": str(number),
            "product_id": self.listing.product_id,
            "price": worded(int(tape.prices[place]), self.series.price_unit),
            "size": worded(int(tape.volumes[place]), self.series.lot_unit),
            "time": iso(float(tape.times[place])),
            "side": _SIDES[unit(self._side_key, number) < 0.5],
        }

    def book(self, at: float, depth: int) -> Book:
        """The order book at `at`, at most 250 levels a side; empty before the first trade."""
        last = self.series.last_trade(at)
        if not len(last):
            return Book((), ())
        price = int(last.prices[-1]) * self.series.price_unit
        return self._book.at(at, price, max(1, min(depth, DEEPEST)))

    def candles(self, granularity: int, first: int, last: int, now: float) -> list[Json]:
        """Candles with start in [first, last], newest first, as known at `now`."""
        candles = self.series.candles(granularity, first, last, now)
        return [self._candle(candle) for candle in reversed(candles)]

    def _candle(self, candle: Candle) -> Json:
        price = self.series.price_unit
        return {
            "start": str(candle.start),
            "low": worded(candle.low, price),
            "high": worded(candle.high, price),
            "open": worded(candle.open, price),
            "close": worded(candle.close, price),
            "volume": worded(candle.volume, self.series.lot_unit),
        }

    def record(self, at: float) -> Json:
        """The product record at `at`."""
        units = (self.series.price_unit, self.series.lot_unit)
        return product_record(self.listing, self.series.stats(at), units, at, self._seed)
