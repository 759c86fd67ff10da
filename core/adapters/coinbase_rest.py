"""Coinbase by REST through its SDK: time, products and candles (COINBASE.md sections 1, 2)."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from core.adapters.candle_rows import bars_of
from core.adapters.coinbase_numbers import epoch_of, instant_of, price_of, rate_of
from core.adapters.listing_records import instrument_of
from core.adapters.loopback import rest_address
from core.adapters.rest_calls import RestCalls
from core.adapters.system_clock import ClockReading
from core.adapters.venue import choose, products_of, unresolved
from core.domain.bars import Bar, flag_gaps
from core.domain.errors import FeedError
from core.domain.retries import Retries
from core.domain.symbols import Instrument, ListingKind
from core.domain.timeframes import Timeframe
from core.ports import BookTop, Resolution

if TYPE_CHECKING:
    from coinbase.rest import RESTClient

_MARKET: Final = "/api/v3/brokerage/market"
PAGE: Final = 300
"""Buckets asked for at once; more than 350 are refused."""
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""A venue's clock before this is no clock."""
EMPTY_PAGES: Final = 3
"""After so many pages without a candle there are no older ones."""

GRANULARITIES: Final = {
    1: "ONE_MINUTE",
    5: "FIVE_MINUTE",
    15: "FIFTEEN_MINUTE",
    30: "THIRTY_MINUTE",
    60: "ONE_HOUR",
    120: "TWO_HOUR",
    360: "SIX_HOUR",
    1440: "ONE_DAY",
}
"""The venue's own timeframes, by minutes. 4h is rolled from 1h and 1w from 1d."""


class CoinbaseVenue:
    """The venue by REST; fits `ports.Venue`. Calls block and are made on threads; each raises FeedError.

    Args:
        url: `https://...`, or `http://` of this machine.
        retries: how often and how far apart a failing GET is tried.

    Raises:
        ConfigError: the address cannot be used.
    """

    def __init__(self, url: str, retries: Retries | None = None) -> None:
        self._address = rest_address(url)
        self._calls = RestCalls(self._address, retries)
        self.increments: dict[str, Decimal] = {}
        """Price increments by product id, of every Instrument given out; the feed counts by them."""
        self.faults: Counter[str] = Counter()
        """Candle rows that were bad, doubled, off the grid or unreadable, over the life of this object."""

    @property
    def is_loopback(self) -> bool:
        """Is it an embedded exchange on this machine? Only such a venue sets the desk's clock."""
        return self._address.loopback

    def server_time(self) -> datetime:
        """The venue's clock."""
        told = self._calls.get("time", lambda client: client.get_unix_time().to_dict())
        millis = rate_of(told.get("epoch_millis")) if isinstance(told, Mapping) else None
        at = _from_epoch(millis / 1000) if millis is not None else None
        if at is None and isinstance(told, Mapping):
            at = instant_of(told.get("iso"))
        if at is None or at < EARLIEST:
            raise FeedError(f"time from {self._address.host}: it answered what is no time")
        return at

    def read_clock(self, real: Callable[[], float]) -> ClockReading:
        """The venue's time and, from an embedded exchange that tells it, its speed; fits `TimedVenue`."""
        asked = real()
        if self.is_loopback and (told := self._told_state()) is not None:
            return _reading(told[0], asked, real(), told[1])
        asked = real()
        at = self.server_time()
        return _reading(at, asked, real())

    def resolve(self, symbols: Sequence[str], preference: Sequence[ListingKind]) -> Resolution:
        """Choose a listing for each symbol from the venue's product list; spot is asked for only when it is needed."""
        named = any("-" in symbol for symbol in symbols)
        records: list[object] = []
        if named or any(kind is not ListingKind.SPOT for kind in preference):
            records += self._products("FUTURE")
        before_spot = tuple(takewhile(lambda kind: kind is not ListingKind.SPOT, preference))
        if (named or ListingKind.SPOT in preference) and unresolved(products_of(records), symbols, before_spot):
            records += self._products("SPOT")
        resolution = choose(products_of(records), symbols, preference)
        for instrument in resolution.instruments:
            self.increments[instrument.product_id] = instrument.price_increment
        return resolution

    def refresh(self, instrument: Instrument) -> Instrument:
        """The same listing from its record of now: funding, margins, whether it trades.

        Raises:
            NotListed: the venue does not know the product any more.
            FeedError: the venue cannot be used.
        """
        product_id = instrument.product_id
        what = f"product {product_id}"
        record = self._calls.get(what, lambda client: client.get_public_product(product_id).to_dict())
        products = products_of([record])
        fresh = instrument_of(products[0], instrument.symbol, instrument.why) if products else None
        if fresh is None or fresh.product_id != product_id:
            raise FeedError(f"{what} from {self._address.host}: its record cannot be used")
        self.increments[product_id] = fresh.price_increment
        return fresh

    def candles(self, product_id: str, timeframe: Timeframe, start: datetime, end: datetime) -> tuple[Bar, ...]:
        """Native candles with start <= bar start <= end: sorted, bad rows as bad bars, holes flagged.

        The newest may still be forming; it is not marked, for only the caller's clock knows.

        Raises:
            FeedError: the venue cannot be used, or has no such timeframe.
        """
        granularity = GRANULARITIES.get(timeframe.minutes)
        if granularity is None:
            raise FeedError(f"candles of {product_id}: the venue has no {timeframe}")
        first = -(-int(start.timestamp()) // timeframe.seconds) * timeframe.seconds
        last = timeframe.floor_s(int(end.timestamp()))
        pages: list[tuple[Bar, ...]] = []
        empty = 0
        while last >= first and empty < EMPTY_PAGES:
            since = max(first, last - (PAGE - 1) * timeframe.seconds)
            page = self._page(product_id, timeframe, granularity, since, last)
            pages.append(page)
            empty = 0 if page else empty + 1
            last = since - timeframe.seconds
        return flag_gaps((bar for page in reversed(pages) for bar in page), timeframe)

    def book(self, product_id: str) -> BookTop:
        """The best bid and ask of now; None on an empty side.

        Raises:
            NotListed: the venue does not know the product.
            FeedError: the venue cannot be used.
        """

        def request(client: "RESTClient") -> object:
            top = client.get_public_product_book(product_id, limit=1).pricebook
            return [[level.price for level in side[:1]] for side in (top.bids, top.asks)]

        sides = self._calls.get(f"book of {product_id}", request)
        bids, asks = sides if isinstance(sides, list) and len(sides) == 2 else ([], [])
        bid, ask = (price_of(side[0]) if side else None for side in (bids, asks))
        return BookTop(bid, ask)

    def close(self) -> None:
        """Give up waiting calls and close connections; returns at once."""
        self._calls.close()

    def _page(self, product_id: str, timeframe: Timeframe, granularity: str, since: int, until: int) -> tuple[Bar, ...]:
        def request(client: "RESTClient") -> object:
            # Asked for untyped: the SDK's typed answer raises on one row that is no object.
            path = f"{_MARKET}/products/{product_id}/candles"
            asked = {"start": str(since), "end": str(until), "granularity": granularity}
            return _member(client.get(path, params=asked, public=True), "candles")

        what = f"{timeframe} candles of {product_id}"
        rows = self._calls.get(what, request)
        if not isinstance(rows, list):
            raise FeedError(f"{what} from {self._address.host}: it answered without candles")
        found = bars_of(rows, timeframe)
        self.faults.update(found.faults)
        return tuple(bar for bar in found.bars if since <= bar.start.timestamp() <= until)

    def _products(self, product_type: str) -> list[object]:
        what = f"the list of {product_type.lower()} products"
        records = self._calls.get(
            what,
            lambda client: _member(
                client.get(f"{_MARKET}/products", params={"product_type": product_type}, public=True), "products"
            ),
        )
        if not isinstance(records, list):
            raise FeedError(f"{what} from {self._address.host}: it answered without products")
        return records

    def _told_state(self) -> tuple[datetime, float] | None:
        """Time and speed as an embedded exchange tells them; None where it does not."""
        try:
            told = self._calls.get("state", lambda client: client.get("/_state", public=True), tries=1)
        except FeedError:
            return None
        if not isinstance(told, Mapping):
            return None
        now, speed = told.get("now"), told.get("speed")
        at = instant_of(now) or (_from_epoch(Decimal(str(now))) if isinstance(now, int | float) else None)
        return (at, float(speed)) if at is not None and isinstance(speed, int | float) and 0 < speed < 1e5 else None


def _reading(at: datetime, asked: float, answered: float, speed: float | None = None) -> ClockReading:
    """The venue's time, taken to be that of the middle between question and answer."""
    return ClockReading(at, (asked + answered) / 2, speed, answered - asked)


def _from_epoch(seconds: Decimal) -> datetime | None:
    whole = epoch_of(int(seconds)) if seconds.is_finite() else None
    return None if whole is None else datetime.fromtimestamp(whole, UTC) + timedelta(seconds=float(seconds % 1))


def _member(answer: object, name: str) -> object:
    """A member of an answer that should be an object; None where it is none."""
    return answer.get(name) if isinstance(answer, Mapping) else None
