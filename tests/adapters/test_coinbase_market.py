from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.adapters.candle_rows import BAD, OFF_GRID
from core.domain.errors import FeedError
from core.domain.symbols import ListingKind
from core.domain.timeframes import H4, M1, M15
from core.ports import BookTop
from tests.adapters.rest_venue import Answer, RestServer, always, as_json, venue_over

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def _candles(server: RestServer, path: str, query: dict[str, list[str]]) -> Answer:
    """Every minute of the asked range, newest first."""
    since, until = int(query["start"][0]), int(query["end"][0])
    if (until - since) // 60 + 1 > 350:
        return as_json({"error": "INVALID_ARGUMENT", "message": "less than 350"}, 400)
    starts = range(until // 60 * 60, since - 1, -60)
    row = {"open": "10", "high": "12", "low": "9", "close": "11", "volume": "3"}
    return as_json(
        {"candles": [row | {"start": str(start)} for start in starts if start != int(NOON.timestamp()) - 600]}
    )


def test_candles_are_paged_backwards_in_300s_and_joined_without_seams() -> None:
    with venue_over(_candles) as (venue, server):
        bars = venue.candles("BTC-USD", M1, NOON - timedelta(minutes=899, seconds=30), NOON + timedelta(seconds=59))
    assert len(server.asked) == 3
    assert [int(query["start"][0]) for _, query in server.asked] == sorted(
        (int(query["start"][0]) for _, query in server.asked), reverse=True
    )
    assert bars[0].start == NOON - timedelta(minutes=899)
    assert bars[-1].start == NOON
    assert len(bars) == 899
    assert [bar.start for bar in bars if bar.gap_before] == [NOON - timedelta(minutes=9)]


def test_rows_outside_the_asked_range_are_left_out_and_bad_ones_counted() -> None:
    row = {"open": "10", "high": "12", "low": "9", "close": "11", "volume": "3"}
    second = int(NOON.timestamp())
    rows = [
        row | {"start": str(second)},
        row | {"start": str(second + 900)},
        row | {"start": str(second + 1)},
        row | {"start": str(second - 900), "high": "NaN"},
    ]
    with venue_over(always(as_json({"candles": rows}))) as (venue, _):
        bars = venue.candles("BTC-USD", M15, NOON - timedelta(minutes=15), NOON)
        assert [(bar.start, bar.good) for bar in bars] == [(NOON - timedelta(minutes=15), False), (NOON, True)]
        assert venue.faults == {BAD: 1, OFF_GRID: 1}


def test_where_the_history_ends_paging_ends() -> None:
    with venue_over(always(as_json({"candles": []}))) as (venue, server):
        assert venue.candles("BTC-USD", M1, NOON - timedelta(days=30), NOON) == ()
    assert len(server.asked) == 3


def test_a_timeframe_the_venue_has_not_is_refused_without_asking() -> None:
    with venue_over(_candles) as (venue, server), pytest.raises(FeedError, match="has no 4h"):
        venue.candles("BTC-USD", H4, NOON, NOON)
    assert server.asked == []


BOOK = {"pricebook": {"product_id": "BTC-USD", "bids": [{"price": "99.5", "size": "1"}], "asks": []}}


def test_the_top_of_the_book_is_read_and_an_empty_side_is_none() -> None:
    with venue_over(always(as_json(BOOK))) as (venue, server):
        assert venue.book("BTC-USD") == BookTop(Decimal("99.5"), None)
    assert server.asked == [("/api/v3/brokerage/market/product_book", {"product_id": ["BTC-USD"], "limit": ["1"]})]


@pytest.mark.parametrize(
    "body", [b"{}", b'{"pricebook": 5}', b'{"pricebook": {"bids": 5}}', b'{"pricebook": {"bids": [5]}}']
)
def test_a_book_that_is_none_is_a_feed_error(body: bytes) -> None:
    with venue_over(always(Answer(body))) as (venue, _), pytest.raises(FeedError):
        venue.book("BTC-USD")


@pytest.mark.parametrize("preference", [[ListingKind.SPOT, ListingKind.INTX], (ListingKind.INTX, ListingKind.SPOT)])
def test_the_order_of_preference_holds_across_the_two_lists(preference: Sequence[ListingKind]) -> None:
    spot = {"product_id": "BTC-USD", "product_type": "SPOT", "base_currency_id": "BTC", "quote_currency_id": "USD"}
    intx = {"product_id": "BTC-PERP-INTX", "product_type": "FUTURE", "base_currency_id": "BTC"}
    sizes = {"price_increment": "0.01", "base_increment": "0.1"}
    perpetual = {"future_product_details": {"contract_expiry_type": "PERPETUAL"}}
    lists = {"SPOT": [spot | sizes], "FUTURE": [intx | sizes | perpetual]}

    def script(server: RestServer, path: str, query: dict[str, list[str]]) -> Answer:
        return as_json({"products": lists[query["product_type"][0]]})

    with venue_over(script) as (venue, server):
        (instrument,) = venue.resolve(["BTC"], preference).instruments
    assert instrument.kind is preference[0]
    assert len(server.asked) == (2 if preference[0] is ListingKind.SPOT else 1)


def test_increments_of_what_was_resolved_are_kept_for_the_feed() -> None:
    record = {
        "product_id": "BTC-USD",
        "product_type": "SPOT",
        "base_currency_id": "BTC",
        "quote_currency_id": "USD",
        "price_increment": "0.01",
        "base_increment": "0.1",
        "base_min_size": "0.1",
        "status": "online",
    }

    def script(server: RestServer, path: str, query: dict[str, list[str]]) -> Answer:
        return as_json(
            record if path.endswith("BTC-USD") else {"products": [record] if query["product_type"] == ["SPOT"] else []}
        )

    with venue_over(script) as (venue, server):
        (instrument,) = venue.resolve(["BTC"], (ListingKind.INTX, ListingKind.SPOT)).instruments
        assert venue.increments == {"BTC-USD": Decimal("0.01")}
        assert venue.refresh(instrument) == instrument
    assert [query["product_type"] for path, query in server.asked[:2]] == [["FUTURE"], ["SPOT"]]
