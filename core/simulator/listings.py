"""The listings of the embedded exchange: BTC, ETH and SOL as INTX perpetual, CDE future and USD spot.

Their increments, contract sizes and margin rates are those the venue published (COINBASE.md section 1). Nine more stand
as INTX perpetuals, for desks of many symbols; their steps are of the usual order, not the venue's.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from core.domain.symbols import ListingKind
from core.simulator.prices import Underlying

UNDERLYINGS: Final = {
    "BTC": Underlying("BTC", 91_500.0, 0.0045),
    "ETH": Underlying("ETH", 3_150.0, 0.006),
    "SOL": Underlying("SOL", 138.0, 0.009),
    "XRP": Underlying("XRP", 2.08, 0.009),
    "DOGE": Underlying("DOGE", 0.141, 0.011),
    "ADA": Underlying("ADA", 0.392, 0.01),
    "AVAX": Underlying("AVAX", 13.9, 0.011),
    "LINK": Underlying("LINK", 13.4, 0.01),
    "LTC": Underlying("LTC", 81.7, 0.008),
    "BCH": Underlying("BCH", 621.0, 0.008),
    "DOT": Underlying("DOT", 2.11, 0.011),
    "XLM": Underlying("XLM", 0.231, 0.01),
}
"""What the model can price by name."""

_USUAL_RANGE: Final = 0.008


@dataclass(frozen=True, slots=True)
class Listing:
    """One product as the venue lists it.

    Attributes:
        product_id: the venue's id.
        base: the underlying asset, e.g. `BTC`.
        quote: the quote currency.
        kind: INTX perpetual, CDE future or spot.
        price_increment: least price step, quote currency.
        base_increment: least size step (whole contracts on CDE).
        base_min_size: least size.
        lot: the model's unit of volume, in the product's size unit.
        basis: how far above spot it trades, as a fraction.
        contract_size: base units of one contract.
        max_leverage: the record's cap; 0 for spot.
    """

    product_id: str
    base: str
    quote: str
    kind: ListingKind
    price_increment: Decimal
    base_increment: Decimal
    base_min_size: Decimal
    lot: Decimal
    basis: float = 0.0
    contract_size: Decimal = Decimal(1)
    max_leverage: int = 0

    @property
    def underlying(self) -> Underlying:
        """What the model prices for this listing."""
        return UNDERLYINGS.get(self.base) or Underlying(self.base, 100.0, _USUAL_RANGE)


def _intx(base: str, price: str, size: str, lot: str, leverage: int) -> Listing:
    increment = Decimal(size)
    return Listing(
        product_id=f"{base}-PERP-INTX",
        base=base,
        quote="USDC",
        kind=ListingKind.INTX,
        price_increment=Decimal(price),
        base_increment=increment,
        base_min_size=increment,
        lot=Decimal(lot),
        basis=0.00021,
        max_leverage=leverage,
    )


def _cde(product_id: str, base: str, price: str, contract: str) -> Listing:
    return Listing(
        product_id=product_id,
        base=base,
        quote="USD",
        kind=ListingKind.CDE,
        price_increment=Decimal(price),
        base_increment=Decimal(1),
        base_min_size=Decimal(1),
        lot=Decimal(1),
        basis=0.00064,
        contract_size=Decimal(contract),
        max_leverage=10,
    )


def _spot(base: str, lot: str) -> Listing:
    return Listing(
        product_id=f"{base}-USD",
        base=base,
        quote="USD",
        kind=ListingKind.SPOT,
        price_increment=Decimal("0.01"),
        base_increment=Decimal("0.00000001"),
        base_min_size=Decimal("0.00000001"),
        lot=Decimal(lot),
    )


CATALOGUE: Final = {
    listing.product_id: listing
    for listing in (
        _intx("BTC", "0.1", "0.0001", "0.0713", 10),
        _intx("ETH", "0.01", "0.0001", "1.3107", 10),
        _intx("SOL", "0.01", "0.01", "21.37", 10),
        _cde("BIP-20DEC30-CDE", "BTC", "5", "0.01"),
        _cde("ETP-20DEC30-CDE", "ETH", "0.5", "0.1"),
        _cde("SLP-20DEC30-CDE", "SOL", "0.01", "5"),
        _spot("BTC", "0.04170911"),
        _spot("ETH", "0.71830207"),
        _spot("SOL", "9.41730013"),
        _intx("XRP", "0.0001", "1", "913.0", 10),
        _intx("DOGE", "0.00001", "1", "14021.0", 10),
        _intx("ADA", "0.0001", "1", "5113.0", 10),
        _intx("AVAX", "0.001", "0.1", "143.1", 10),
        _intx("LINK", "0.001", "0.1", "151.3", 10),
        _intx("LTC", "0.01", "0.01", "24.71", 10),
        _intx("BCH", "0.01", "0.001", "3.217", 10),
        _intx("DOT", "0.001", "0.1", "947.1", 10),
        _intx("XLM", "0.00001", "1", "8633.0", 10),
    )
}
"""Every product of the default universe, by id."""


def recorded_listing(symbol: str, price_unit: Decimal, lot_unit: Decimal) -> Listing:
    """The listing a recording is served under: `BTC` means BTC-USD; unknown products become spot listings.

    Args:
        symbol: `BTC` or a product id.
        price_unit: the finest price step of the recording.
        lot_unit: the finest volume step of the recording.
    """
    product_id = symbol if "-" in symbol else f"{symbol}-USD"
    if product_id in CATALOGUE:
        return CATALOGUE[product_id]
    base, quote = product_id.split("-")[0], product_id.split("-")[-1]
    smallest = min(lot_unit, Decimal("0.00000001"))
    return Listing(product_id, base, quote, ListingKind.SPOT, price_unit, smallest, smallest, lot_unit)
