"""Rows as tables, JSON and CSV."""

import csv
import io
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_tui.cli.listing import Row, clock_text, csv_text, json_text, put_rows, safe_cell, table_text
from core.config import Zone
from core.domain.text import clean

ROWS: list[Row] = [
    {"symbol": "BTC", "price": Decimal("90610.0"), "at": "2026-01-06T14:30:00Z", "armed": True},
    {"symbol": "ETH", "price": None, "at": None, "armed": False},
]
COLUMNS = ("symbol", "price", "at", "armed")


def test_numbers_stand_right_and_the_zone_stands_in_the_head() -> None:
    assert table_text(ROWS, COLUMNS, Zone.NEW_YORK).splitlines() == [
        "symbol    price  at (New York)        armed",
        "BTC     90610.0  2026-01-06 09:30:00  true",
        "ETH                                   false",
    ]


def test_json_keeps_utc_and_the_digits_of_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    put_rows(ROWS, COLUMNS, "json", Zone.NEW_YORK)
    text = capsys.readouterr().out
    assert '"price":90610.0,"at":"2026-01-06T14:30:00Z"' in text
    assert json.loads(text)[1]["price"] is None


def test_no_rows_are_an_empty_list_a_bare_head_or_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    for style in ("json", "csv", "table"):
        put_rows([], COLUMNS, style, Zone.UTC, "Flat.")
    assert capsys.readouterr().out.split("\n") == ["[]", "symbol,price,at,armed", "Flat.", ""]


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-cmd|x", "@sum", "\tx", "\r=1"])
def test_a_cell_that_looks_like_a_formula_is_disarmed(text: str) -> None:
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("text", ["-12.50", "+3", "-1e-7", "0", "BTC|15m|2D-1-?", ""])
def test_plain_numbers_and_words_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == text


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=1, max_size=4))
def test_any_text_survives_csv_and_no_cell_starts_a_formula(cells: list[str]) -> None:
    columns = [f"c{number}" for number in range(len(cells))]
    text = csv_text([dict(zip(columns, cells, strict=True))], columns)
    head, *rows = list(csv.reader(io.StringIO(text, newline="")))
    assert head == columns
    read = rows[0] if rows else [""]
    assert [cell.removeprefix("'") for cell in read] == [clean(cell).removeprefix("'") for cell in cells]
    assert [cell for cell in read if cell[:1] in ("=", "@") and len(cell) > 1] == []


def test_control_characters_never_reach_the_terminal() -> None:
    text = table_text([{"a": "x\x1b]52;c;aGk=\x07y\u202ez\nw"}], ["a"], Zone.UTC)
    assert text.splitlines() == ["a", "x]52;c;aGk=yz w"]


def test_a_time_is_shown_on_the_chosen_clock() -> None:
    at = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert clock_text(at, Zone.UTC) == "2026-07-01 12:00:00"
    assert clock_text(at, Zone.NEW_YORK) == "2026-07-01 08:00:00"


def test_a_bare_decimal_becomes_a_json_number_with_its_own_digits() -> None:
    assert json_text({"a": Decimal("0.10")}) == '{"a":0.10}'
