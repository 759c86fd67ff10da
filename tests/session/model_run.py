"""A desk over the embedded exchange's price model without sockets: candles, scans and ticks straight from it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from core.adapters.candle_rows import bars_of
from core.adapters.listing_records import instrument_of, listed
from core.domain.bars import Bar, SeriesKey
from core.domain.events import Event, InstrumentListed, Noted, Outcome, PriceTick, ScanDone, SeriesLoaded
from core.domain.facts import Fact
from core.domain.policy import Policy
from core.domain.series import SeriesBars
from core.domain.taped import DeskBegan
from core.domain.timeframes import D1, H1, M15, Timeframe
from core.session.candles import ROLLED
from core.simulator.market import model_market
from core.simulator.product import SeriesProduct
from core.strat.resample import resample
from core.strat.scanner import scan
from core.trading.desk import Desk
from tests.fakes import ListTape

SCAN_DELAY = timedelta(seconds=5)
HISTORY = {M15: 120, H1: 120, D1: 40}
"""Bars loaded of each native timeframe; less than the session loads, for the model has to compute them."""


class ModelRun:
    """One desk, fed from the price model of a seed, and recorded."""

    def __init__(self, policy: Policy, seed: int) -> None:
        self.policy = policy
        self.desk = Desk(policy)
        self.tape = ListTape()
        market = model_market(seed, None)
        self.start = datetime.fromtimestamp(market.start, UTC)
        self.facts: list[Fact] = []
        self.products: dict[str, SeriesProduct] = {}
        for symbol in policy.symbols:
            product = market.products[f"{symbol}-PERP-INTX"]
            assert isinstance(product, SeriesProduct)
            self.products[symbol] = product

    def run(self, span: timedelta, until: Callable[[Fact], bool] = lambda fact: False) -> timedelta | None:
        """Play the model for a span of its time; stops at the first fact that matches and returns the time to it."""
        self._open()
        due = M15.end_of(self.start) + SCAN_DELAY
        seen = 0
        for tick in self._ticks(span):
            if tick.at >= due:
                self._scan(due)
                due += M15.span
            self.hear(tick)
            if any(until(fact) for fact in self.facts[seen:]):
                return tick.at - self.start
            seen = len(self.facts)
        return None

    def _open(self) -> None:
        self.tape.begin(DeskBegan(self.policy, 0, self.start), ())
        self._take(self.desk.start(self.start))
        for symbol, product in self.products.items():
            record = listed(product.record(self.start.timestamp()))
            instrument = instrument_of(record, symbol, "only one") if record is not None else None
            assert instrument is not None
            self.hear(InstrumentListed(instrument, self.start))
        self._scan(self.start)

    def _ticks(self, span: timedelta) -> Iterator[PriceTick]:
        """Every change of price of every product, in order of time."""
        begin, end = self.start.timestamp(), (self.start + span).timestamp()
        changes: list[tuple[float, str, Decimal]] = []
        for symbol, product in self.products.items():
            tape, last = product.series.tape(begin, end), 0
            for at, units in zip(tape.times.tolist(), tape.prices.tolist(), strict=True):
                if units != last:
                    changes.append((at, symbol, units * product.series.price_unit))
                    last = units
        for at, symbol, price in sorted(changes):
            yield PriceTick(symbol, price, None, None, datetime.fromtimestamp(at, UTC), 0.0, 0.0)

    def _scan(self, at: datetime) -> None:
        series: list[SeriesBars] = []
        for symbol, product in self.products.items():
            for timeframe, bars in self._candles(product, at).items():
                self.hear(SeriesLoaded(symbol, timeframe, bars, at))
                forming = bool(bars) and bars[-1].start + timeframe.span > at
                series.append(SeriesBars(symbol, product.listing.product_id, timeframe, bars, forming))
        found = scan(series, self.policy.filters, self.policy.maintenance, at)
        keys = tuple(SeriesKey(each.symbol, each.timeframe) for each in series)
        self.hear(ScanDone(found.signals, found.setups, keys, (), 0.0, at))

    def _candles(self, product: SeriesProduct, at: datetime) -> dict[Timeframe, tuple[Bar, ...]]:
        found: dict[Timeframe, tuple[Bar, ...]] = {}
        now = at.timestamp()
        for timeframe, kept in HISTORY.items():
            first = int(now) - kept * timeframe.seconds
            found[timeframe] = bars_of(product.candles(timeframe.seconds, first, int(now), now), timeframe).bars
            if timeframe in ROLLED:
                rolled = ROLLED[timeframe]
                found[rolled] = resample(found[timeframe], timeframe, rolled, at, self.policy.maintenance)
        return found

    def hear(self, event: Event) -> None:
        """Record the event, and let the desk handle it."""
        self.tape.take(event)
        self._take(self.desk.handle(event))

    def _take(self, outcomes: tuple[Outcome, ...]) -> None:
        self.facts += [outcome for outcome in outcomes if not isinstance(outcome, Noted)]
