"""Which listing stands for BTC, ETH, SOL today: chosen from the venue's product list, never from ids (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from core.adapters.listing_records import Listed, instrument_of, listed
from core.domain.symbols import Instrument, ListingKind
from core.domain.text import one_line
from core.ports import Resolution

PREFERENCE: Final = (ListingKind.INTX, ListingKind.CDE, ListingKind.SPOT)
"""The default order (COINBASE.md section 1)."""

_NAMES: Final = {
    ListingKind.INTX: "INTX perpetual",
    ListingKind.CDE: "CDE perpetual-style future",
    ListingKind.SPOT: "USD spot",
}
_NAMED_AT_MOST: Final = 12


def products_of(records: Iterable[object]) -> tuple[Listed, ...]:
    """The products among the venue's records; what is none is left out."""
    return tuple(product for record in records if (product := listed(record)) is not None)


def choose(products: Sequence[Listed], symbols: Sequence[str], preference: Sequence[ListingKind]) -> Resolution:
    """Choose one listing for each symbol, by the order of preference.

    Args:
        products: the venue's list.
        symbols: base assets (`BTC`) or the venue's own ids (`BTC-USD`), which are taken as they are.
        preference: which kinds to look for, the best first.
    """
    instruments: list[Instrument] = []
    unlisted: dict[str, str] = {}
    available = tuple(sorted({product.base for product in products if product.kind in preference}))
    by_id = {product.product_id.upper(): product for product in products}
    for symbol in dict.fromkeys(symbols):
        instrument = _named(by_id, symbol) or _preferred(products, symbol, preference)
        if instrument is not None:
            instruments.append(instrument)
        else:
            unlisted[symbol] = _missing(symbol, products, available)
    return Resolution(tuple(instruments), unlisted, available)


def unresolved(products: Sequence[Listed], symbols: Sequence[str], preference: Sequence[ListingKind]) -> bool:
    """Is a symbol still without a listing?"""
    return bool(choose(products, symbols, preference).unlisted)


def _named(by_id: Mapping[str, Listed], symbol: str) -> Instrument | None:
    product = by_id.get(symbol.upper())
    return None if product is None else instrument_of(product, symbol, "named as it is")


def _preferred(products: Sequence[Listed], symbol: str, preference: Sequence[ListingKind]) -> Instrument | None:
    passed_over: list[str] = []
    of_base = [product for product in products if product.base == symbol.upper()]
    still_listed: Instrument | None = None
    for kind in preference:
        product = _furthest(product for product in of_base if product.kind is kind)
        if product is None:
            passed_over.append(f"no {_NAMES[kind]} of {symbol} is listed")
            continue
        instrument = instrument_of(product, symbol, _why(kind, passed_over))
        if instrument is None:
            passed_over.append(f"the record of {product.product_id} lacks increments")
        elif product.gone:
            passed_over.append(f"{product.product_id} is disabled by the venue")
            still_listed = still_listed or instrument
        else:
            return instrument
    return still_listed


def _furthest(products: Iterable[Listed]) -> Listed | None:
    """Of several of one kind the tradable one that expires last (ISO dates order as text)."""
    return max(products, key=lambda product: (not product.gone, product.expiry, product.product_id), default=None)


def _why(kind: ListingKind, passed_over: Sequence[str]) -> str:
    if not passed_over:
        return f"{_NAMES[kind]}, the first choice"
    return f"{_NAMES[kind]}, as {' and '.join(passed_over)}"


def _missing(symbol: str, products: Sequence[Listed], available: Sequence[str]) -> str:
    shown = one_line(symbol, 40)
    if any(product.base == symbol.upper() for product in products):
        return f"{shown}: the venue lists nothing of it that ATLAS can use"
    if not available:
        return f"{shown} is not listed by the venue, which lists nothing at all"
    names = ", ".join(available[:_NAMED_AT_MOST])
    more = len(available) - _NAMED_AT_MOST
    return f"{shown} is not listed by the venue; it lists {names}{f' and {more} more' if more > 0 else ''}"
