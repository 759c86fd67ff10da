"""Whether a price may be shown as live, and how far it is from a level."""

from decimal import Decimal

from atlas_tui import formats
from core.domain.patterns import Side
from core.domain.snapshot import FeedState, QuoteView, Snapshot

_FRESH = (FeedState.LIVE, FeedState.SLOW)
SLOW_S = 3.0
"""Older than this, a price has an age; the feed is then called SLOW."""
CLOSE_PCT = Decimal("0.30")
"""Nearer than this to its trigger, a setup stands out."""


def is_stale(snapshot: Snapshot, symbol: str) -> bool:
    """May this symbol's price not be shown as live?"""
    link = snapshot.link
    if link.state not in _FRESH:
        return True
    age = link.ages.get(symbol)
    too_old = age is not None and age > snapshot.policy.prices.stale_after_s
    return too_old or link.states.get(symbol, link.state) not in _FRESH


def stale_mark(snapshot: Snapshot, symbol: str) -> str:
    """`!11s` beside a price that is not live, or nothing."""
    quote = snapshot.quote(symbol)
    if quote is None or quote.price is None or not is_stale(snapshot, symbol):
        return ""
    age = snapshot.link.ages.get(symbol)
    return "!old" if age is None else f"!{int(age)}s" if age < 60 else f"!{formats.age(age)}"


def age_text(age: float | None) -> str:
    """`live` while prices come, then how long ago the last one came: `4.2s`, `11s`; what is live has no age to tell."""
    return "live" if age is not None and age < SLOW_S else formats.age(age)


def price_of(snapshot: Snapshot, symbol: str) -> Decimal | None:
    """The last price, live or not; None before the first."""
    quote = snapshot.quote(symbol)
    return quote.price if quote else None


def price_step(snapshot: Snapshot, symbol: str) -> Decimal | None:
    """The venue's price increment, where the symbol is listed."""
    quote = snapshot.quote(symbol)
    return quote.instrument.price_increment if quote and quote.instrument else None


def price_text(snapshot: Snapshot, symbol: str, value: Decimal | None) -> str:
    """A price on the symbol's increment."""
    return formats.price(value, price_step(snapshot, symbol))


def away_pct(price: Decimal | None, side: Side, level: Decimal) -> Decimal | None:
    """How far the price has to go to the level, percent of the price; below 0 when it is beyond."""
    if price is None or price <= 0:
        return None
    return side.sign * (level - price) / price * 100


def product_of(quote: QuoteView) -> str:
    """The listing's name in short: `BTC-PERP` for `BTC-PERP-INTX`; the symbol while it is not listed."""
    if quote.instrument is None:
        return quote.symbol
    return quote.instrument.product_id.removesuffix("-INTX")
