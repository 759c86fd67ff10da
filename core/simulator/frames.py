"""Recorded websocket frames (Advanced Trade envelopes) as products: replayed word for word, with their own timing.

Only ticker frames are replayed; heartbeats, acks and sequence numbers are the exchange's own, per connection.
Candles are rolled from the frames, a trade's volume being the growth of the 24-hour volume; earlier candles come from
the price model, moved so that it meets the first recorded price.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

import numpy as np

from core.domain.errors import CandleFileError
from core.simulator.listings import Listing
from core.simulator.modelled import ModelSeries, shared_path
from core.simulator.product import SeriesProduct, Ticks
from core.simulator.recorded import decimals, scaled
from core.simulator.records import Json
from core.simulator.tape import Candle, DayStats, Tape, joined, rolled

_JUST_BEFORE_S: Final = 1e-6
_ABSURD: Final = Decimal(10) ** 10
_FINEST: Final = 8


@dataclass(slots=True)
class Recording:
    """The tickers of one product in order of time: UNIX seconds and the recorded objects."""

    times: list[float] = field(default_factory=list)
    bodies: list[Json] = field(default_factory=list)


def read_frames(path: Path) -> dict[str, Recording]:
    """The ticker frames of a .jsonl file by product; other lines are passed over.

    Raises:
        CandleFileError: the file cannot be read or holds no usable ticker frame.
    """
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise CandleFileError(f"frames {path}: {error.strerror or error}") from error
    recordings = frames_of(lines)
    if not recordings:
        raise CandleFileError(f"frames {path}: no line of it is an Advanced Trade ticker frame")
    return recordings


def frames_of(lines: Iterable[str]) -> dict[str, Recording]:
    """The tickers of the lines by product; a time that runs backwards is held at the latest one seen."""
    out: dict[str, Recording] = {}
    latest = 0.0
    for line in lines:
        try:
            frame = json.loads(line)
            if frame["channel"] != "ticker":
                continue
            at = datetime.fromisoformat(frame["timestamp"]).astimezone(UTC).timestamp()
            tickers = [ticker for event in frame["events"] for ticker in event["tickers"] if _usable(ticker)]
        except (ValueError, KeyError, TypeError):
            continue
        latest = max(latest, at)
        for ticker in tickers:
            recording = out.setdefault(ticker["product_id"], Recording())
            recording.times.append(latest)
            recording.bodies.append(ticker)
    return out


def _usable(ticker: Json) -> bool:
    price, product_id = _number(ticker, "price"), ticker["product_id"]
    return price is not None and price > 0 and isinstance(product_id, str) and product_id != ""


def _number(ticker: Json, key: str) -> Decimal | None:
    """The number under the key, or None where there is none a market could have."""
    text = ticker.get(key)
    try:
        number = Decimal(text) if isinstance(text, str) else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() and abs(number) < _ABSURD else None


class FrameSeries:
    """The recorded prices of one product, and the model's before them."""

    def __init__(self, recording: Recording, listing: Listing, seed: int) -> None:
        prices = [_number(body, "price") or Decimal(0) for body in recording.bodies]
        totals = [_number(body, "volume_24_h") or Decimal(0) for body in recording.bodies]
        places = min(max(decimals(prices), decimals([listing.price_increment])), _FINEST)
        lot_places = min(max(decimals(totals), decimals([listing.lot])), _FINEST)
        self.price_unit, self.lot_unit = Decimal(1).scaleb(-places), Decimal(1).scaleb(-lot_places)
        total = np.array([scaled(number, lot_places) for number in totals], np.int64)
        self._tape = Tape(
            times=np.array(recording.times),
            prices=np.array([scaled(price, places) for price in prices], np.int64),
            volumes=np.maximum(np.diff(total, prepend=total[:1]), 0).astype(np.int64),
            numbers=np.arange(1, len(total) + 1),
        )
        self._bodies = recording.bodies
        self.begins, self.ends = recording.times[0], recording.times[-1]
        self._history = _history(listing, seed, self.begins, prices[0])
        self._price_ratio = int(listing.price_increment / self.price_unit)
        self._lot_ratio = int(self._history.lot_unit / self.lot_unit)

    def recorded(self, after: float, until: float) -> Ticks:
        """The recorded tickers of after < time <= until, oldest first."""
        low, high = np.searchsorted(self._tape.times, (after, until), side="right").tolist()
        return list(zip(self._tape.times[low:high].tolist(), self._bodies[low:high], strict=True))

    def latest(self, at: float) -> Json | None:
        """The last recorded ticker at or before `at`."""
        place = int(np.searchsorted(self._tape.times, at, side="right"))
        return self._bodies[place - 1] if place else None

    def tape(self, after: float, until: float) -> Tape:
        """Trades with after < time <= until, the model's before the first frame."""
        known = self._tape.between(after, until)
        if after >= self.begins:
            return known
        past = self._history.tape(after, min(until, self.begins - _JUST_BEFORE_S))
        prices, volumes = past.prices * self._price_ratio, past.volumes * self._lot_ratio
        return joined([Tape(past.times, prices, volumes, past.numbers), known])

    def last_trade(self, at: float) -> Tape:
        """The last trade at or before `at`."""
        tape = self._tape.between(0, at) if at >= self.begins else self.tape(at - 10, at)
        return tape.part(max(len(tape) - 1, 0), len(tape))

    def candles(self, granularity: int, first: int, last: int, now: float) -> list[Candle]:
        """The model's candles up to the first frame, then those of the frames; the bucket of both is one candle."""
        known = min(now, self.begins - _JUST_BEFORE_S)
        past = [self._rescaled(c) for c in self._history.candles(granularity, first, min(last, int(known)), known)]
        low = -(-first // granularity) * granularity
        end = min(now, last // granularity * granularity + granularity - _JUST_BEFORE_S)
        return rolled([*past, *self._tape.between(low - _JUST_BEFORE_S, end).candles(granularity)], granularity)

    def _rescaled(self, candle: Candle) -> Candle:
        ratio = self._price_ratio
        four = (candle.open * ratio, candle.high * ratio, candle.low * ratio, candle.close * ratio)
        return Candle(candle.start, *four, candle.volume * self._lot_ratio)

    def stats(self, now: float) -> DayStats:
        """The figures of the last recorded ticker; the price stands in for one that is missing."""
        body = self.latest(now) or self._bodies[0]
        price = _number(body, "price") or Decimal(0)
        change = max(_number(body, "price_percent_chg_24_h") or Decimal(0), Decimal(-99))
        high, low = self._named(body, "high_24_h", "low_24_h")
        return DayStats(
            price=int(price / self.price_unit),
            open_24h=max(int(price / (1 + change / 100) / self.price_unit), 1),
            high_24h=high,
            low_24h=low,
            volume_24h=int((_number(body, "volume_24_h") or Decimal(0)) / self.lot_unit),
        )

    def year(self, now: float) -> tuple[int, int]:
        """As the last recorded ticker says; the price stands in for what is missing."""
        high, low = self._named(self.latest(now) or self._bodies[0], "high_52_w", "low_52_w")
        return high, low

    def _named(self, body: Json, *keys: str) -> list[int]:
        price = _number(body, "price") or Decimal(0)
        return [int((_number(body, key) or price) / self.price_unit) for key in keys]


def _history(listing: Listing, seed: int, begins: float, first_price: Decimal) -> ModelSeries:
    """The model before the first frame, moved so that it meets the first recorded price."""
    path = shared_path(seed, listing.underlying)
    factor = float(first_price) / path.price_at(begins)
    return ModelSeries(path, factor, listing.price_increment, listing.lot)


class FrameProduct(SeriesProduct):
    """A product whose tickers are the recorded ones, word for word."""

    def __init__(self, listing: Listing, series: FrameSeries, seed: int) -> None:
        super().__init__(listing, series, seed)
        self._frames = series

    def ticker(self, at: float) -> Json | None:
        """The last recorded ticker; the model's before the first."""
        return self._frames.latest(at)

    def ticks(self, after: float, until: float) -> Ticks:
        """The recorded tickers of after < time <= until."""
        return self._frames.recorded(after, until)

    def between_ticks(self, at: float) -> Ticks:
        """None: a recording says when it speaks."""
        return []
