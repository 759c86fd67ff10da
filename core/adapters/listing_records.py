"""The venue's product records to Instruments, in both shapes: INTX perpetuals and CDE futures, and spot.

Fields: COINBASE.md section 1. Sizes on CDE are whole contracts; here they become base units.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from core.adapters.coinbase_numbers import instant_of, price_of, rate_of
from core.domain.symbols import Instrument, ListingKind, VenueFunding
from core.domain.text import one_line

Record = Mapping[str, object]

_CAP_STEP: Final = Decimal("0.0001")
_HOUR_S: Final = 3600
_LONGEST_INTERVAL_H: Final = 168
_BLOCKED: Final = ("trading_disabled", "is_disabled", "view_only", "cancel_only", "auction_mode")
_GONE: Final = ("is_disabled", "view_only")
_ONLINE: Final = frozenset({"", "online"})


@dataclass(frozen=True, slots=True)
class Listed:
    """A product of the venue's list. `kind` is None for what no symbol stands for: dated futures, other quotes."""

    product_id: str
    base: str
    kind: ListingKind | None
    expiry: str
    record: Record

    @property
    def gone(self) -> bool:
        """Does the venue list it without letting anyone trade it again?"""
        return (
            any(self.record.get(flag) is True for flag in _GONE) or _text(self.record, "status").lower() == "delisted"
        )


def listed(record: object) -> Listed | None:
    """Read what identifies a product; None for a record that cannot be one."""
    if not isinstance(record, Mapping):
        return None
    product_id = _text(record, "product_id")
    details = _table(record, "future_product_details")
    base = (
        _text(details, "contract_root_unit")
        or _text(record, "base_currency_id")
        or _text(record, "base_display_symbol")
    )
    if not product_id or not base:
        return None
    return Listed(product_id, base.upper(), _kind(record, details), _text(details, "contract_expiry"), record)


def instrument_of(product: Listed, symbol: str, why: str) -> Instrument | None:
    """The Instrument the record describes; None where its increments or sizes cannot be read.

    Args:
        product: from `listed`.
        symbol: the user's symbol it stands for.
        why: one sentence on why it was chosen.
    """
    record = product.record
    details = _table(record, "future_product_details")
    kind = product.kind or (ListingKind.CDE if details else ListingKind.SPOT)
    contract = price_of(details.get("contract_size")) if kind is ListingKind.CDE else Decimal(1)
    step = price_of(record.get("price_increment")) or price_of(record.get("quote_increment"))
    lot = price_of(record.get("base_increment"))
    if contract is None or step is None or lot is None:
        return None
    least = price_of(record.get("base_min_size")) or lot
    return Instrument(
        symbol=symbol,
        product_id=product.product_id,
        kind=kind,
        price_increment=step,
        size_increment=lot * contract,
        min_size=max(least, lot) * contract,
        contract_size=contract,
        max_leverage=price_of(_table(details, "perpetual_details").get("max_leverage")),
        intraday_cap=_cap(_table(details, "intraday_margin_rate")),
        overnight_cap=_cap(_table(details, "overnight_margin_rate")),
        funding=_funding(details),
        tradable=_tradable(record),
        why=why,
    )


def _kind(record: Record, details: Record) -> ListingKind | None:
    if _text(record, "product_type") == "SPOT":
        return ListingKind.SPOT if _text(record, "quote_currency_id") == "USD" else None
    if _text(record, "product_type") != "FUTURE":
        return None
    if _text(details, "contract_expiry_type") == "PERPETUAL":
        return ListingKind.INTX
    # A perpetual-style future expires in decades and pays funding; a dated one has neither rate nor interval.
    funded = bool(details.get("funding_interval")) or rate_of(details.get("funding_rate")) is not None
    named = "perp" in " ".join(_text(details, name) for name in ("contract_display_name", "group_description")).lower()
    return ListingKind.CDE if funded or named else None


def _cap(rates: Record) -> Decimal | None:
    """Largest leverage the margin rates allow: 1 / the larger rate, rounded down to 0.0001."""
    found = [rate for name in ("long_margin_rate", "short_margin_rate") if (rate := price_of(rates.get(name)))]
    return (1 / max(found)).quantize(_CAP_STEP, ROUND_FLOOR) if found and max(found) <= 1 else None


def _funding(details: Record) -> VenueFunding | None:
    """The venue's rate with its own interval; where it names none it is hourly (COINBASE.md section 1)."""
    perpetual = _table(details, "perpetual_details")
    rate = rate_of(details.get("funding_rate"))
    if rate is None:
        rate = rate_of(perpetual.get("funding_rate"))
    if rate is None or abs(rate) >= 1:
        return None
    due = instant_of(details.get("funding_time")) or instant_of(perpetual.get("funding_time"))
    return VenueFunding(rate, _interval_hours(details.get("funding_interval")), due)


def _interval_hours(value: object) -> int:
    text = str(value) if type(value) is int and 0 < value < 10**9 else value
    if isinstance(text, str) and (digits := text.removesuffix("s")).isascii() and digits.isdigit() and len(digits) < 10:
        return min(max(round(int(digits) / _HOUR_S), 1), _LONGEST_INTERVAL_H)
    return 1


def _tradable(record: Record) -> bool:
    session_open = _table(record, "fcm_trading_session_details").get("is_session_open") is not False
    blocked = any(record.get(flag) is True for flag in _BLOCKED)
    return session_open and not blocked and _text(record, "status").lower() in _ONLINE


def _table(record: Record, name: str) -> Record:
    value = record.get(name)
    return value if isinstance(value, Mapping) else {}


def _text(record: Record, name: str) -> str:
    value = record.get(name)
    return one_line(value, 80) if isinstance(value, str) else ""
