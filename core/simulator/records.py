"""Product records in the venue's two shapes: INTX with perpetual_details, CDE as expiring futures, and spot.

Volumes are in the product's size unit (contracts on CDE), rates are fractions an hour, times ISO 8601 with Z.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from core.domain.calendar import MaintenanceWindow
from core.domain.symbols import ListingKind
from core.simulator.listings import Listing
from core.simulator.noise import key_of, unit
from core.simulator.tape import DayStats, plain

_HOUR_S: Final = 3600
_MAINTENANCE: Final = MaintenanceWindow()
_EXPIRY: Final = datetime(2030, 12, 20, 16, tzinfo=UTC)
_RATE_STEP: Final = Decimal("0.000001")
_CDE_MARGINS: Final = {
    "intraday_margin_rate": {"long_margin_rate": "0.1000255", "short_margin_rate": "0.1000255"},
    "overnight_margin_rate": {"long_margin_rate": "0.2456", "short_margin_rate": "0.3064"},
}

Json = dict[str, object]

_ALWAYS: Final[Json] = {
    "volume_percentage_change_24h": "0",
    "quote_max_size": "150000000",
    "watched": False,
    "is_disabled": False,
    "new": False,
    "cancel_only": False,
    "limit_only": False,
    "post_only": False,
    "trading_disabled": False,
    "auction_mode": False,
    "mid_market_price": "",
    "alias": "",
    "alias_to": [],
    "view_only": False,
}
"""What every record says."""


def iso(at: float) -> str:
    """UNIX seconds as ISO 8601 with microseconds and Z."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def whole_second(at: float) -> str:
    """UNIX seconds as ISO 8601 to the second."""
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def funding_rate(seed: int, listing: Listing, at: float) -> Decimal:
    """Hourly funding in force at `at`, a fraction: -0.000010 to 0.000035, the same for the whole hour."""
    draw = unit(key_of(seed, listing.product_id, "funding"), int(at // _HOUR_S))
    return (Decimal(str(round(draw * 45 - 10, 1))) * Decimal("0.000001")).quantize(_RATE_STEP)


def percent_change(stats: DayStats) -> str:
    """Change of the price over 24 hours in percent."""
    return plain((Decimal(stats.price - stats.open_24h) / Decimal(stats.open_24h) * 100).quantize(Decimal("1e-14")))


def product_record(listing: Listing, stats: DayStats, units: tuple[Decimal, Decimal], at: float, seed: int) -> Json:
    """The record of one product at `at`.

    Args:
        listing: the product.
        stats: its figures at `at`, in units.
        units: what one unit of price and one of volume are worth.
        at: UNIX seconds.
        seed: the exchange's seed, for the funding rate.
    """
    price_unit, lot_unit = units
    volume = stats.volume_24h * lot_unit
    price = stats.price * price_unit
    record: Json = {
        **_ALWAYS,
        **_names(listing),
        "price": plain(price),
        "price_percentage_change_24h": percent_change(stats),
        "volume_24h": plain(volume),
        "base_increment": plain(listing.base_increment),
        "quote_increment": plain(listing.price_increment),
        "base_min_size": plain(listing.base_min_size),
        "price_increment": plain(listing.price_increment),
        "approximate_quote_24h_volume": plain((volume * listing.contract_size * price).quantize(Decimal("0.01"))),
        "fcm_trading_session_details": _session(at) if listing.kind is ListingKind.CDE else None,
    }
    if listing.kind is ListingKind.INTX:
        record["future_product_details"] = _perpetual(listing, at, seed)
    elif listing.kind is ListingKind.CDE:
        record["future_product_details"] = _expiring(listing, at, seed)
    return record


def _names(listing: Listing) -> Json:
    """What of a record depends on the kind of listing alone; futures carry no base currency."""
    future = listing.kind is not ListingKind.SPOT
    base = "" if future else listing.base
    return {
        "product_id": listing.product_id,
        "product_type": "FUTURE" if future else "SPOT",
        "product_venue": {ListingKind.INTX: "INTX", ListingKind.CDE: "FCM"}.get(listing.kind, "CBE"),
        "display_name": _display_name(listing),
        "status": "" if future else "online",
        "base_name": base,
        "base_currency_id": base,
        "base_display_symbol": base,
        "quote_name": listing.quote,
        "quote_currency_id": listing.quote,
        "quote_display_symbol": listing.quote,
        "quote_min_size": "10" if listing.kind is ListingKind.INTX else "1",
        "base_max_size": "10000" if future else "3400",
    }


def _display_name(listing: Listing) -> str:
    if listing.kind is ListingKind.INTX:
        return f"{listing.base} PERP"
    return f"{listing.base}-{listing.quote}" if listing.kind is ListingKind.SPOT else f"{listing.base} 20 DEC 30"


def _details(listing: Listing) -> Json:
    return {
        "venue": "",
        "contract_code": listing.product_id.split("-")[0],
        "contract_expiry": "",
        "contract_size": plain(listing.contract_size),
        "contract_root_unit": listing.base,
        "group_description": f"{listing.base} Futures",
        "contract_expiry_timezone": "",
        "group_short_description": listing.base,
        "contract_display_name": _display_name(listing),
        "time_to_expiry_ms": "0",
        "non_crypto": False,
        "contract_expiry_name": "",
        "twenty_four_by_seven": True,
    }


def _next_hour(at: float) -> str:
    return whole_second((at // _HOUR_S + 1) * _HOUR_S)


def _perpetual(listing: Listing, at: float, seed: int) -> Json:
    return {
        **_details(listing),
        "risk_managed_by": "MANAGED_BY_VENUE",
        "contract_expiry_type": "PERPETUAL",
        "perpetual_details": {
            "open_interest": "3125.4",
            "funding_rate": plain(funding_rate(seed, listing, at)),
            "funding_time": _next_hour(at),
            "max_leverage": str(listing.max_leverage),
            "base_asset_uuid": "",
            "underlying_type": "SPOT",
        },
    }


def _expiring(listing: Listing, at: float, seed: int) -> Json:
    left = _EXPIRY - datetime.fromtimestamp(at, UTC)
    return {
        **_details(listing),
        "contract_expiry": whole_second(_EXPIRY.timestamp()),
        "contract_expiry_timezone": "Europe/London",
        "time_to_expiry_ms": str(max(left // timedelta(milliseconds=1), 0)),
        "risk_managed_by": "MANAGED_BY_FCM",
        "contract_expiry_type": "EXPIRING",
        "perpetual_details": None,
        "open_interest": "48211",
        "funding_rate": plain(funding_rate(seed, listing, at)),
        "funding_interval": "3600s",
        "funding_time": _next_hour(at),
        **_CDE_MARGINS,
    }


def _session(at: float) -> Json:
    """Trading session of the US futures: closed in the weekly maintenance window."""
    now = datetime.fromtimestamp(at, UTC)
    closed = _MAINTENANCE.contains(now)
    begins = _MAINTENANCE.next_start(now - timedelta(hours=1) if closed else now)
    ends = begins + timedelta(hours=1)
    return {
        "is_session_open": not closed,
        "open_time": whole_second((ends - timedelta(days=7)).timestamp()),
        "close_time": whole_second(begins.timestamp()),
        "session_state": f"FCM_TRADING_SESSION_STATE_{'CLOSED' if closed else 'OPEN'}",
        "after_hours_order_entry_disabled": closed,
        "closed_reason": f"FCM_TRADING_SESSION_CLOSED_REASON_{'EXCHANGE_MAINTENANCE' if closed else 'UNDEFINED'}",
        "maintenance": {"start_time": whole_second(begins.timestamp()), "end_time": whole_second(ends.timestamp())},
    }
