"""What each websocket channel says: pure functions from a product and a time to messages."""

from decimal import Decimal
from typing import Final

from core.simulator.book import Book, Level
from core.simulator.product import Product
from core.simulator.records import Json
from core.simulator.wire import Message, message, stamp

HEARTBEATS: Final = "heartbeats"
PRODUCT_CHANNELS: Final = frozenset({"ticker", "ticker_batch", "candles", "market_trades", "level2", "status"})
BOOK_DEPTH: Final = 25
FIVE_MINUTES: Final = 300

_CANDLES_AT_FIRST: Final = 100
_TRADES_AT_FIRST: Final = 50
_TRADES_AT_ONCE: Final = 200
_TRADES_WITHIN_S: Final = 300
_QUOTED: Final = ("best_bid", "best_ask", "best_bid_quantity", "best_ask_quantity")


def heartbeat(at: float, counter: int) -> Message:
    """The one-a-second sign of life."""
    said = f"{stamp(at)[:-1].replace('T', ' ')} +0000 UTC m=+{counter}"
    return message(HEARTBEATS, at, {"current_time": said, "heartbeat_counter": counter})


def subscriptions(at: float, current: dict[str, set[str]]) -> Message:
    """The ack: everything the connection is subscribed to now."""
    named = {channel: sorted(ids) for channel, ids in current.items() if ids}
    return message("subscriptions", at, {"subscriptions": named})


def ticker(kind: str, at: float, body: Json) -> Message:
    """One ticker, `snapshot` or `update`."""
    return message("ticker", at, {"type": kind, "tickers": [body]})


def ticker_batch(kind: str, at: float, body: Json) -> Message:
    """A ticker without the book."""
    short = {key: value for key, value in body.items() if key not in _QUOTED}
    return message("ticker_batch", at, {"type": kind, "tickers": [short]})


def snapshot(channel: str, product: Product, at: float, book: Book) -> list[Message]:
    """What a new subscriber gets first."""
    body = product.ticker(at)
    if body is None:
        return []
    match channel:
        case "ticker":
            return [ticker("snapshot", at, body)]
        case "ticker_batch":
            return [ticker_batch("snapshot", at, body)]
        case "candles":
            return [candles("snapshot", product, at, _CANDLES_AT_FIRST)]
        case "market_trades":
            made = product.trades(at - _TRADES_WITHIN_S, at, _TRADES_AT_FIRST)
            return [message("market_trades", at, {"type": "snapshot", "trades": made})]
        case "level2":
            return [_levels("snapshot", product, at, _everything(book))]
        case _:
            return [status("snapshot", product, at, "online")]


def candles(kind: str, product: Product, at: float, count: int) -> Message:
    """The newest five-minute candles, newest first."""
    first = (int(at) // FIVE_MINUTES - count + 1) * FIVE_MINUTES
    rows = product.candles(FIVE_MINUTES, first, int(at), at)
    named = [{**row, "product_id": product.listing.product_id} for row in rows]
    return message("candles", at, {"type": kind, "candles": named})


def trades(product: Product, after: float, until: float) -> list[Message]:
    """The trades of a moment as one message, at most the newest 200; none where nothing traded."""
    made = product.trades(after, until, _TRADES_AT_ONCE)
    return [message("market_trades", until, {"type": "update", "trades": made})] if made else []


def level_changes(product: Product, at: float, before: Book, after: Book) -> list[Message]:
    """What changed in the book; a level that is gone has the quantity 0."""
    changed: list[tuple[str, Level]] = []
    for side, old, new in (("bid", before.bids, after.bids), ("offer", before.asks, after.asks)):
        known = {level.price: level.size for level in old}
        now = {level.price: level.size for level in new}
        changed += [(side, Level(price, Decimal(0))) for price in known if price not in now]
        changed += [(side, level) for level in new if known.get(level.price) != level.size]
    return [_levels("update", product, at, changed)] if changed else []


def _everything(book: Book) -> list[tuple[str, Level]]:
    return [("bid", level) for level in book.bids] + [("offer", level) for level in book.asks]


def _levels(kind: str, product: Product, at: float, levels: list[tuple[str, Level]]) -> Message:
    when = stamp(at)
    updates = [
        {
            "side": side,
            "event_time": when,
            "price_level": format(level.price, "f"),
            "new_quantity": format(level.size, "f"),
        }
        for side, level in levels
    ]
    return message("l2_data", at, {"type": kind, "product_id": product.listing.product_id, "updates": updates})


def status(kind: str, product: Product, at: float, said: str) -> Message:
    """The product as the status channel lists it; `said` is `online` or `delisted`."""
    listing = product.listing
    record = product.record(at)
    listed = {
        "product_type": record["product_type"],
        "id": listing.product_id,
        "base_currency": listing.base,
        "quote_currency": listing.quote,
        "base_increment": record["base_increment"],
        "quote_increment": record["quote_increment"],
        "display_name": record["display_name"],
        "status": said,
        "status_message": "",
        "min_market_funds": record["quote_min_size"],
    }
    return message("status", at, {"type": kind, "products": [listed]})
