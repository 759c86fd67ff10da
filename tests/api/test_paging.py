"""Pages, cursors and filters over any rows."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_tui.cli.api.lists import AtHand
from atlas_tui.cli.api.paging import MOST, USUAL, page
from core.adapters.api.replies import Refused
from core.domain.rows import Row
from core.domain.signals import iso_z
from tests.api.rig import Served

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SYMBOLS = ("BTC", "ETH")
SIDES = ("LONG", "SHORT")


def a_row(number: int, symbol: str = "BTC", side: str = "LONG") -> Row:
    at = iso_z(NOON + timedelta(hours=number))
    return {
        "id": f"{symbol}|{number}",
        "symbol": symbol,
        "timeframe": "1h",
        "direction": side,
        "status": "PENDING",
        "at": at,
    }


rows_of_a_list = st.lists(
    st.builds(a_row, st.integers(0, 40), st.sampled_from(SYMBOLS), st.sampled_from(SIDES)),
    max_size=30,
    unique_by=lambda row: (row["id"], row["direction"]),
).map(lambda rows: sorted(rows, key=lambda row: str(row["id"])))
"""As setups are listed: rows of one id stand together."""


def walked(rows: list[Row], limit: int, **query: str) -> list[Row]:
    """All pages, one behind the other."""
    found: list[Row] = []
    cursor: str | None = None
    while True:
        told = page(AtHand(rows, "at"), query | {"limit": str(limit)} | ({"cursor": cursor} if cursor else {}), SYMBOLS)
        assert told["offset"] == len(found)
        found += told["items"]
        if (cursor := told["next"]) is None:
            return found


@given(rows_of_a_list, st.integers(1, 9))
def test_the_pages_together_are_the_list(rows: list[Row], limit: int) -> None:
    assert walked(rows, limit) == rows


@given(rows_of_a_list, st.integers(1, 9), st.sampled_from(SYMBOLS), st.sampled_from(SIDES))
def test_filters_keep_exactly_what_they_name(rows: list[Row], limit: int, symbol: str, side: str) -> None:
    wanted = [row for row in rows if row["symbol"] == symbol and row["direction"] == side]
    assert walked(rows, limit, symbol=symbol, side=side) == wanted


@given(rows_of_a_list, st.integers(0, 40), st.integers(1, 40))
def test_since_counts_and_until_does_not(rows: list[Row], first: int, hours: int) -> None:
    since, until = NOON + timedelta(hours=first), NOON + timedelta(hours=first + hours)
    told = page(AtHand(rows, "at"), {"since": iso_z(since), "until": iso_z(until)}, SYMBOLS)
    assert told["items"] == [row for row in rows if iso_z(since) <= str(row["at"]) < iso_z(until)]


@given(rows_of_a_list, rows_of_a_list, st.integers(1, 5))
def test_a_cursor_holds_while_the_list_grows_before_it(new: list[Row], rows: list[Row], limit: int) -> None:
    grown = [row | {"id": f"new {row['id']}"} for row in new] + rows
    first = page(AtHand(rows, "at"), {"limit": str(limit)}, SYMBOLS)
    if first["next"] is not None:
        second = page(AtHand(grown, "at"), {"limit": str(MOST), "cursor": first["next"]}, SYMBOLS)
        assert first["items"] + second["items"] == rows


@given(rows_of_a_list, st.integers(0, 50))
def test_an_offset_leaves_out_so_many(rows: list[Row], offset: int) -> None:
    assert page(AtHand(rows, "at"), {"offset": str(offset)}, SYMBOLS)["items"] == rows[offset:]


def test_a_page_is_never_longer_than_its_bound() -> None:
    rows = [a_row(number) for number in range(MOST + 5)]
    assert len(page(AtHand(rows, "at"), {}, SYMBOLS)["items"]) == USUAL
    told = page(AtHand(rows, "at"), {"limit": "999999999"}, SYMBOLS)
    assert (len(told["items"]), told["limit"], told["next"] is not None) == (MOST, MOST, True)


@pytest.mark.parametrize(
    "query",
    [
        *({"limit": text} for text in ("0", "-1", "", "x", "1.5", "1e3", " 1", "٣", "10" * 20, "0x1", "+1", "null")),
        *({"offset": text} for text in ("-1", "x", "9" * 30)),
        *({"cursor": text} for text in ("", "x", "~", "BTC|1~x", "nothing~1", "BTC|1~" + "9" * 30)),
        {"cursor": "BTC|1~1", "offset": "1"},
        *({"symbol": text} for text in ("", "DOGE", "btc", "BTC;drop", "BTC' OR 1=1 --", "../..")),
        *({"timeframe": text} for text in ("", "x", "0m", "015m", "1y", "15", "15m\n")),
        *({"side": text} for text in ("", "UP", "long", "LONG,SHORT")),
        {"status": "OPEN"},
        *({"since": text} for text in ("", "yesterday", "2026-13-01", "99999-01-01", "12:00")),
        {"since": "2026-03-02T12:00:00Z", "until": "2026-03-02T12:00:00Z"},
    ],
    ids=str,
)
def test_nonsense_is_refused_by_its_name(query: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        page(AtHand([a_row(1)], "at"), query, SYMBOLS)
    assert (refused.value.status, refused.value.code) == (400, "parameter")
    assert refused.value.message.partition(":")[0] in query


@given(st.dictionaries(st.sampled_from(["limit", "offset", "cursor", "symbol", "since", "until", "side"]), st.text()))
def test_whatever_is_asked_is_answered_or_refused(query: dict[str, str]) -> None:
    try:
        page(AtHand([a_row(1), a_row(2)], "at"), query, SYMBOLS)
    except Refused as refused:
        assert refused.status == 400


def test_a_page_over_http_with_a_cursor_as_it_is_told(served: Served) -> None:
    whole = served.get("/setups").json["items"]
    first = served.get("/setups?limit=1").json
    cursor = first["next"].replace("|", "%7C").replace("?", "%3F")
    second = served.get(f"/setups?limit=2&cursor={cursor}").json
    assert first["items"] + second["items"] == whole[:3]
    assert served.get("/setups?symbol=SOL&side=LONG&timeframe=1h").json["total"] == 1
    assert served.get("/setups?status=PENDING").json["items"] == [row for row in whole if row["status"] == "PENDING"]
    assert served.get("/trades?since=2026-03-02T20:00:00%2B00:00").json["total"] == 1
    assert served.get("/trades?until=2026-03-02T20:00:00Z").json["total"] == 0
    assert served.get("/trades?status=PENDING").code == "parameter"
