"""What REST answers, as pure functions of a product and a query; a text instead of an answer is a 400's message."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from starlette.datastructures import QueryParams

from core.domain.symbols import ListingKind
from core.simulator.book import DEEPEST, Level
from core.simulator.product import Product
from core.simulator.records import Json, iso
from core.simulator.tape import GRANULARITIES, plain

MOST_BUCKETS: Final = 350
TOO_MANY: Final = f"start and end argument is invalid - number of candles requested should be less than {MOST_BUCKETS}"
_MOST_TRADES: Final = 1000
_TRADES_WITHIN_S: Final = 900
_EXPIRY_TYPES: Final = {"EXPIRING": ListingKind.CDE, "PERPETUAL": ListingKind.INTX}


@dataclass(frozen=True, slots=True)
class Page:
    """The products of one page, and how many there are on all pages."""

    shown: Sequence[Product]
    total: int


@dataclass(frozen=True, slots=True)
class CandleQuery:
    """Buckets of `seconds` whose start lies in [first, last], the newest `limit` of them."""

    seconds: int
    first: int
    last: int
    limit: int


def whole(text: str | None, otherwise: int) -> int | None:
    """A whole number of a query, `otherwise` where it is missing, None where it is none."""
    if text is None or text == "":
        return otherwise
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def listed_products(products: Sequence[Product], query: QueryParams) -> Page | str:
    """The products a query of the list asks for."""
    kind = query.get("product_type", "")
    expiry = query.get("contract_expiry_type", "")
    wanted = query.getlist("product_ids")
    limit, offset = whole(query.get("limit"), len(products)), whole(query.get("offset"), 0)
    if kind not in ("", "SPOT", "FUTURE", "UNKNOWN_PRODUCT_TYPE"):
        return f"product_type is invalid: {kind[:40]}"
    if expiry not in ("", "UNKNOWN_CONTRACT_EXPIRY_TYPE", *_EXPIRY_TYPES):
        return f"contract_expiry_type is invalid: {expiry[:40]}"
    if limit is None or offset is None:
        return "limit and offset must be whole numbers"
    found = [each for each in products if not wanted or each.listing.product_id in wanted]
    if kind in ("SPOT", "FUTURE"):
        found = [each for each in found if (each.listing.kind is ListingKind.SPOT) == (kind == "SPOT")]
    if expiry in _EXPIRY_TYPES:
        found = [each for each in found if each.listing.kind is _EXPIRY_TYPES[expiry]]
    page = found if query.get("get_all_products", "").lower() == "true" else found[offset : offset + limit]
    return Page(page, len(found))


def candle_query(query: QueryParams) -> CandleQuery | str:
    """What a query of candles asks for; range ends are inclusive."""
    seconds = GRANULARITIES.get(query.get("granularity", ""))
    if seconds is None:
        return f"granularity is invalid: {query.get('granularity', '')[:40]}"
    first, last = whole(query.get("start"), -1), whole(query.get("end"), -1)
    limit = whole(query.get("limit"), MOST_BUCKETS)
    if first is None or last is None or min(first, last) < 0:
        return "start and end must be UNIX seconds"
    if first > last:
        return "start must not be after end"
    if limit is None or not 0 < limit <= MOST_BUCKETS:
        return f"limit must lie between 1 and {MOST_BUCKETS}"
    if last // seconds - -(-first // seconds) + 1 > MOST_BUCKETS:
        return TOO_MANY
    return CandleQuery(seconds, first, last, limit)


def market_trades(product: Product, query: QueryParams, now: float) -> Json | str:
    """The newest trades, newest first, and the best bid and ask."""
    limit = whole(query.get("limit"), 100)
    first, last = whole(query.get("start"), int(now) - _TRADES_WITHIN_S), whole(query.get("end"), int(now) + 1)
    if limit is None or limit < 1 or first is None or last is None:
        return "limit, start and end must be whole numbers, limit at least 1"
    until = min(float(last), now)
    after = max(float(first), until - _TRADES_WITHIN_S)
    touch = product.book(now, 1)
    return {
        "trades": product.trades(after, until, min(limit, _MOST_TRADES)),
        "best_bid": plain(touch.bids[0].price) if touch.bids else "",
        "best_ask": plain(touch.asks[0].price) if touch.asks else "",
    }


def books(product: Product, query: QueryParams, now: float) -> Json | str:
    """The order book with its figures."""
    limit = whole(query.get("limit"), 50)
    if limit is None:
        return "limit must be a whole number"
    told = product.book(now, limit or DEEPEST)
    body: Json = {
        "pricebook": {
            "product_id": product.listing.product_id,
            "bids": [_level(level) for level in told.bids],
            "asks": [_level(level) for level in told.asks],
            "time": iso(now),
        }
    }
    if told.bids and told.asks:
        bid, ask = told.bids[0].price, told.asks[0].price
        middle = (bid + ask) / 2
        body["last"] = (product.ticker(now) or {}).get("price", "")
        body["mid_market"] = plain(middle)
        body["spread_bps"] = plain(((ask - bid) / middle * 10_000).quantize(Decimal("0.0001")))
        body["spread_absolute"] = plain(ask - bid)
    return body


def _level(level: Level) -> Json:
    return {"price": plain(level.price), "size": plain(level.size)}
