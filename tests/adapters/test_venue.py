from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.listing_records import instrument_of, listed
from core.adapters.venue import PREFERENCE, choose, products_of
from core.domain.symbols import Instrument, ListingKind, VenueFunding
from core.ports import Resolution

Record = dict[str, object]


def _intx(base: str = "BTC", **changes: object) -> Record:
    return {
        "product_id": f"{base}-PERP-INTX",
        "product_type": "FUTURE",
        "status": "",
        "price_increment": "0.1",
        "base_increment": "0.0001",
        "base_min_size": "0.0001",
        "quote_currency_id": "USDC",
        "future_product_details": {
            "contract_expiry_type": "PERPETUAL",
            "contract_root_unit": base,
            "contract_size": "1",
            "perpetual_details": {
                "funding_rate": "-0.000007",
                "funding_time": "2026-01-06T15:00:00Z",
                "max_leverage": "10",
            },
        },
    } | changes


def _cde(code: str = "BIP", base: str = "BTC", expiry: str = "2030-12-20T16:00:00Z", dated: bool = False) -> Record:
    funding = {"funding_rate": "", "funding_interval": None, "funding_time": None}
    if not dated:
        funding = {"funding_rate": "0.000012", "funding_interval": "3600s", "funding_time": "2026-01-06T15:00:00Z"}
    return {
        "product_id": f"{code}-CDE",
        "product_type": "FUTURE",
        "price_increment": "5",
        "base_increment": "1",
        "base_min_size": "1",
        "fcm_trading_session_details": {"is_session_open": True},
        "future_product_details": {
            "contract_expiry_type": "EXPIRING",
            "contract_root_unit": base,
            "contract_size": "0.01",
            "contract_expiry": expiry,
            "perpetual_details": None,
            "intraday_margin_rate": {"long_margin_rate": "0.1", "short_margin_rate": "0.1"},
            "overnight_margin_rate": {"long_margin_rate": "0.2456", "short_margin_rate": "0.3064"},
            **funding,
        },
    }


def _spot(base: str = "BTC", quote: str = "USD", **changes: object) -> Record:
    return {
        "product_id": f"{base}-{quote}",
        "product_type": "SPOT",
        "status": "online",
        "base_currency_id": base,
        "quote_currency_id": quote,
        "price_increment": "0.01",
        "base_increment": "0.00000001",
        "base_min_size": "0.00000001",
    } | changes


def _chosen(records: list[Record], *symbols: str, preference: tuple[ListingKind, ...] = PREFERENCE) -> Resolution:
    return choose(products_of(records), symbols, preference)


def _instrument(record: Record) -> Instrument:
    product = listed(record)
    assert product is not None
    instrument = instrument_of(product, "BTC", "")
    assert instrument is not None
    return instrument


def test_an_intx_perpetual_is_the_first_choice() -> None:
    (instrument,) = _chosen([_spot(), _cde(), _intx()], "BTC").instruments
    assert (instrument.product_id, instrument.kind, instrument.symbol) == ("BTC-PERP-INTX", ListingKind.INTX, "BTC")
    assert instrument.why == "INTX perpetual, the first choice"


def test_without_it_the_cde_future_and_then_spot_are_taken_and_the_reason_said() -> None:
    (cde,) = _chosen([_spot(), _cde()], "BTC").instruments
    assert cde.why == "CDE perpetual-style future, as no INTX perpetual of BTC is listed"
    (spot,) = _chosen([_spot()], "BTC").instruments
    assert (spot.product_id, spot.kind) == ("BTC-USD", ListingKind.SPOT)
    assert "no CDE perpetual-style future of BTC is listed" in spot.why


def test_the_order_of_preference_is_the_user_s() -> None:
    records = [_spot(), _cde(), _intx()]
    assert _chosen(records, "BTC", preference=(ListingKind.SPOT,)).instruments[0].product_id == "BTC-USD"
    assert (
        _chosen(records, "BTC", preference=(ListingKind.CDE, ListingKind.INTX)).instruments[0].product_id == "BIP-CDE"
    )


def test_dated_futures_and_other_quotes_stand_for_nothing() -> None:
    resolution = _chosen([_cde(dated=True), _spot(quote="EUR")], "BTC")
    assert resolution.instruments == ()
    assert resolution.unlisted == {"BTC": "BTC: the venue lists nothing of it that ATLAS can use"}


def test_of_several_perpetual_style_futures_the_one_that_expires_last_is_taken() -> None:
    records = [_cde("OLD", expiry="2030-12-20T16:00:00Z"), _cde("NEW", expiry="2089-12-20T16:00:00Z")]
    assert _chosen(records, "BTC").instruments[0].product_id == "NEW-CDE"


def test_an_unknown_symbol_names_the_listed_ones_and_the_rest_goes_on() -> None:
    resolution = _chosen([_intx("BTC"), _intx("ETH")], "DOGE", "ETH")
    assert [instrument.symbol for instrument in resolution.instruments] == ["ETH"]
    assert resolution.unlisted == {"DOGE": "DOGE is not listed by the venue; it lists BTC, ETH"}
    assert resolution.available == ("BTC", "ETH")


def test_a_long_list_is_cut_and_a_hostile_symbol_cleaned() -> None:
    resolution = _chosen([_intx(f"A{number:03}") for number in range(40)], "X\x1b[2J")
    assert resolution.unlisted["X\x1b[2J"].startswith("X[2J is not listed by the venue; it lists A000, A001")
    assert resolution.unlisted["X\x1b[2J"].endswith("and 28 more")


def test_a_venue_that_lists_nothing_is_said_so() -> None:
    assert _chosen([], "BTC").unlisted == {"BTC": "BTC is not listed by the venue, which lists nothing at all"}


def test_an_id_of_the_venue_is_taken_as_it_is_and_the_symbol_stays_what_was_written() -> None:
    (instrument,) = _chosen([_intx(), _cde(dated=True)], "BIP-CDE").instruments
    assert (instrument.symbol, instrument.product_id, instrument.kind) == ("BIP-CDE", "BIP-CDE", ListingKind.CDE)
    assert _chosen([_spot()], "btc").instruments[0].symbol == "btc"


def test_a_listing_the_venue_has_retired_gives_way_to_the_next() -> None:
    (instrument,) = _chosen([_intx(view_only=True), _cde()], "BTC").instruments
    assert instrument.kind is ListingKind.CDE
    assert "BTC-PERP-INTX is disabled by the venue" in instrument.why
    (only,) = _chosen([_intx(is_disabled=True)], "BTC").instruments
    assert not only.tradable


def test_an_intx_record_says_its_leverage_and_hourly_funding() -> None:
    instrument = _instrument(_intx())
    assert instrument.max_leverage == 10
    assert instrument.funding == VenueFunding(Decimal("-0.000007"), 1, datetime(2026, 1, 6, 15, tzinfo=UTC))
    assert instrument.contract_size == 1
    assert (instrument.intraday_cap, instrument.overnight_cap) == (None, None)


def test_a_cde_record_counts_in_contracts_and_caps_by_its_margin_rates() -> None:
    instrument = _instrument(_cde())
    assert (instrument.contract_size, instrument.size_increment, instrument.min_size) == (Decimal("0.01"),) * 3
    assert (instrument.intraday_cap, instrument.overnight_cap) == (Decimal(10), Decimal("3.2637"))
    assert instrument.funding == VenueFunding(Decimal("0.000012"), 1, datetime(2026, 1, 6, 15, tzinfo=UTC))
    assert instrument.round_size(Decimal("0.0199")) == Decimal("0.01")


def test_spot_has_neither_funding_nor_caps() -> None:
    instrument = _instrument(_spot())
    assert (instrument.funding, instrument.max_leverage, instrument.intraday_cap) == (None, None, None)
    assert instrument.tradable


@pytest.mark.parametrize("flag", ["trading_disabled", "is_disabled", "view_only", "cancel_only", "auction_mode"])
def test_a_blocked_listing_is_not_tradable(flag: str) -> None:
    assert not _instrument(_spot() | {flag: True}).tradable


@pytest.mark.parametrize(
    ("status", "tradable"), [("online", True), ("ONLINE", True), ("", True), ("offline", False), ("delisted", False)]
)
def test_the_status_decides_too(status: str, tradable: bool) -> None:
    assert _instrument(_spot(status=status)).tradable is tradable


def test_a_closed_session_is_not_tradable_but_stays_the_listing() -> None:
    closed = _cde() | {"fcm_trading_session_details": {"is_session_open": False}}
    (instrument,) = _chosen([closed, _spot()], "BTC").instruments
    assert (instrument.kind, instrument.tradable) == (ListingKind.CDE, False)


@pytest.mark.parametrize("interval", ["28800s", "28800", 28800])
def test_funding_keeps_the_venue_s_own_interval(interval: object) -> None:
    record = _cde()
    details = record["future_product_details"]
    assert isinstance(details, dict)
    details["funding_interval"] = interval
    funding = _instrument(record).funding
    assert funding is not None
    assert funding.interval_hours == 8


@pytest.mark.parametrize("field", ["price_increment", "base_increment"])
def test_a_record_without_increments_gives_way_to_the_next(field: str) -> None:
    (instrument,) = _chosen([_intx() | {field: "NaN"}, _spot()], "BTC").instruments
    assert instrument.kind is ListingKind.SPOT
    assert "lacks increments" in instrument.why


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=6)
    | st.sampled_from(["0", "0.1", "1e5", "NaN", "-1", "PERPETUAL"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from([_intx(), _cde(), _spot()]), st.data())
def test_no_record_raises_and_every_instrument_is_sound(record: Record, data: st.DataObject) -> None:
    spoiled = {key: data.draw(json_values) if data.draw(st.booleans()) else value for key, value in record.items()}
    details = spoiled.get("future_product_details")
    if isinstance(details, dict):
        spoiled["future_product_details"] = {
            key: data.draw(json_values) if data.draw(st.booleans()) else value for key, value in details.items()
        }
    for instrument in _chosen([spoiled], "BTC", *[str(spoiled.get("product_id"))]).instruments:
        assert instrument.price_increment > 0
        assert instrument.min_size >= instrument.size_increment > 0
        assert all(cap is None or cap >= 1 for cap in (instrument.intraday_cap, instrument.overnight_cap))
