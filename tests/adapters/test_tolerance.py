"""What a venue may add or get wrong in one place without costing the rest."""

import json

from core.adapters.coinbase_wire import BadFrame, TickerFrame, decode
from core.domain.symbols import ListingKind
from core.domain.timeframes import M1
from tests.adapters.rest_venue import always, as_json, venue_over
from tests.adapters.test_coinbase_rest import NOON

ROW = {"open": "100", "high": "101", "low": "99", "close": "100", "volume": "1"}


def _frame(ticker: str) -> bytes:
    head = (
        '{"channel":"ticker","timestamp":"2026-01-20T14:00:00Z","sequence_num":3,"events":[{"type":"update","tickers":['
    )
    return f"{head}{ticker}]}}]}}".encode()


def test_a_key_nobody_knows_may_hold_a_price_of_its_own() -> None:
    ticker = json.dumps({"product_id": "BTC-USD", "price": "100", "last_trade": {"price": "99"}})
    found = decode(_frame(ticker), 1.0)
    assert isinstance(found, TickerFrame)
    assert [str(tick.price) for tick in found.ticks] == ["100"]


def test_a_ticker_that_says_its_price_twice_is_no_ticker() -> None:
    found = decode(_frame('{"product_id":"BTC-USD","price":"100","price":"1"}'), 1.0)
    assert isinstance(found, BadFrame)


def test_one_candle_row_that_is_no_row_costs_only_itself() -> None:
    start = int(NOON.timestamp())
    rows = [{"start": str(start + 60), **ROW}, None, {"start": str(start), **ROW}]
    with venue_over(always(as_json({"candles": rows}))) as (venue, _):
        assert len(venue.candles("BTC-USD", M1, NOON, NOON + M1.span)) == 2


def test_one_product_row_that_is_no_product_costs_only_itself() -> None:
    with venue_over(always(as_json({"products": [1, None]}))) as (venue, _):
        assert set(venue.resolve(["BTC"], (ListingKind.SPOT,)).unlisted) == {"BTC"}
