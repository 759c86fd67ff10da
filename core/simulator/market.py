"""What an exchange sells and when its clock runs: the model's universe, recorded candles, or recorded frames."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

from core.domain.errors import ConfigError
from core.domain.timeframes import Timeframe
from core.simulator.frames import FrameProduct, FrameSeries, read_frames
from core.simulator.listings import CATALOGUE, recorded_listing
from core.simulator.modelled import ModelSeries, shared_path
from core.simulator.prices import DAY_S, FIRST_DAY
from core.simulator.product import Product, SeriesProduct
from core.simulator.recorded import RecordedSeries, Row
from core.strat.candle_file import read_candles

DEFAULT_START: Final = datetime(2026, 1, 20, 14, tzinfo=UTC)
"""A Tuesday, 09:00 in New York: where the model's clock starts."""

_EARLIEST: Final = (FIRST_DAY + 400) * DAY_S
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC).timestamp()
_HISTORY_S: Final = 35 * DAY_S


@dataclass(frozen=True, slots=True)
class CandleSource:
    """A recorded candle file: the symbol (`BTC` or a product id), the candle length, the file."""

    symbol: str
    timeframe: Timeframe
    path: Path

    @staticmethod
    def parse(text: str) -> "CandleSource":
        """Read `SYMBOL:TF=FILE`, e.g. `BTC-USD:15m=btc.csv.gz`.

        Raises:
            ConfigError: not of that form, or candles longer than a day.
        """
        named, equals, path = text.partition("=")
        symbol, colon, length = named.partition(":")
        if not (equals and colon and symbol.strip() and path):
            raise ConfigError(f"candles {text!r}: write SYMBOL:TIMEFRAME=FILE, such as BTC-USD:15m=btc.csv.gz")
        try:
            timeframe = Timeframe.parse(length)
        except ValueError as error:
            raise ConfigError(f"candles {text!r}: {error}") from error
        if DAY_S % timeframe.seconds:
            raise ConfigError(f"candles {text!r}: the timeframe must divide a day evenly")
        return CandleSource(symbol.strip().upper(), timeframe, Path(path))


@dataclass(frozen=True, slots=True)
class Market:
    """Products by id, and where the clock starts and (with recorded data) ends, UNIX seconds."""

    products: Mapping[str, Product]
    start: float
    end: float | None


def model_market(seed: int, start: datetime | None) -> Market:
    """The default universe priced by the model.

    Raises:
        ConfigError: the start lies before 2019-02-05 (400 days of history are promised) or after 2200.
    """
    begin = (start or DEFAULT_START).timestamp()
    if not _EARLIEST <= begin <= _LATEST:
        raise ConfigError(f"exchange start {start}: must lie between 2019-02-05 and 2200-01-01")
    products = {}
    for product_id, listing in CATALOGUE.items():
        path = shared_path(seed, listing.underlying)
        series = ModelSeries(path, 1.0 + listing.basis, listing.price_increment, listing.lot)
        products[product_id] = SeriesProduct(listing, series, seed)
    return Market(products, begin, None)


def recorded_market(sources: Sequence[CandleSource], seed: int, start: datetime | None) -> Market:
    """Exactly the recorded products; the clock starts 35 days into what all of them cover, half-way if it is shorter.

    Raises:
        CandleFileError: a file cannot be used.
        ConfigError: the start lies outside the recording, or the recordings do not overlap.
    """
    tables: dict[str, dict[int, list[Row]]] = {}
    for source in sources:
        symbol = source.symbol if "-" in source.symbol else f"{source.symbol}-USD"
        tables.setdefault(symbol, {})[source.timeframe.seconds] = _rows(source)
    products: dict[str, Product] = {}
    spans = []
    for symbol, recordings in tables.items():
        series = RecordedSeries(recordings)
        listing = recorded_listing(symbol, series.price_unit, series.lot_unit)
        products[symbol] = SeriesProduct(listing, series, seed)
        spans.append((series.begins, series.ends))
    begins, ends = max(span[0] for span in spans), min(span[1] for span in spans)
    if begins >= ends:
        raise ConfigError("candles: the recordings do not overlap in time, so no clock suits all of them")
    usual = begins + _HISTORY_S if ends - begins > _HISTORY_S else (begins + ends) // 2
    return Market(products, _within(start, usual, begins, ends), ends)


def frames_market(path: Path, seed: int, start: datetime | None) -> Market:
    """Exactly the products of the recorded frames; the clock runs from the first frame to the last.

    Raises:
        CandleFileError: the file cannot be used.
        ConfigError: the start lies outside the recording.
    """
    products: dict[str, Product] = {}
    spans = []
    for product_id, recording in read_frames(path).items():
        listing = recorded_listing(product_id, Decimal("0.01"), Decimal("0.00000001"))
        series = FrameSeries(recording, listing, seed)
        products[product_id] = FrameProduct(listing, series, seed)
        spans.append((series.begins, series.ends))
    begins, ends = min(span[0] for span in spans), max(span[1] for span in spans)
    return Market(products, _within(start, begins, begins, ends), ends)


def _within(start: datetime | None, usual: float, begins: float, ends: float) -> float:
    if start is None:
        return usual
    if not begins <= start.timestamp() <= ends:
        first, last = (datetime.fromtimestamp(edge, UTC).isoformat() for edge in (begins, ends))
        raise ConfigError(f"exchange start {start.isoformat()}: the recording runs from {first} to {last}")
    return start.timestamp()


def _rows(source: CandleSource) -> list[Row]:
    """The good candles of a file; bad ones are left out as holes."""
    bars = read_candles(source.path, source.timeframe).bars
    return [
        Row(int(bar.start.timestamp()), bar.open, bar.high, bar.low, bar.close, bar.volume) for bar in bars if bar.good
    ]
