"""Whatever text comes through a border, nothing that steers a terminal is left of it behind."""

import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from hypothesis import example, given
from hypothesis import strategies as st

from atlas_tui.attention import notification
from atlas_tui.cli.listing import csv_text, json_text, table_text
from atlas_tui.cli.saying import tell
from atlas_tui.crash import one_line as crash_line
from atlas_tui.history import History
from atlas_tui.widgets.table_rows import printable
from core.adapters.coinbase_wire import decode
from core.adapters.rest_transport import failure_of
from core.adapters.venue import choose, products_of
from core.config import Zone
from core.domain.commands import WriteNote
from core.domain.oversight import NoteWritten
from core.domain.symbols import ListingKind
from core.domain.text import one_line
from tests.builders import TUESDAY, a_desk, a_setup

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
PIECES = (
    "\x1b]52;c;aGk=\x07",
    "\x1b[2J",
    "\x9b31m",
    "\u202e",
    "\ud800",
    "\r",
    "\x00",
    "=1+1",
    "\x1bPtmux;\x1b\\",
    "\u2066",
)
HOSTILE = st.lists(st.one_of(st.sampled_from(PIECES), st.text(st.characters(), max_size=12)), max_size=12).map("".join)
HUGE = "\x1b[2J" * 250_000


def _row(text: str) -> dict[str, str]:
    return {"a": "".join(char for char in text if not "\ud800" <= char <= "\udfff")}


def _answer(text: str) -> str:
    """What a refusal of the venue is told as: an error body, made one line where it is raised."""
    response = requests.Response()
    response.status_code = 400
    response._content = json.dumps({"message": text}).encode()
    return one_line(failure_of(requests.HTTPError(response=response)).words)


def _product(text: str) -> str:
    record = {
        "product_id": text, "base_currency_id": text, "base_display_symbol": text, "quote_currency_id": "USD",
        "product_type": "SPOT", "status": "online", "price_increment": "0.01", "base_increment": "0.1",
        "quote_increment": "0.01", "base_min_size": "0.1",
    }  # fmt: skip
    found = choose(products_of([record]), (text.upper(), "BTC"), tuple(ListingKind))
    shown = [(one.product_id, one.why) for one in found.instruments]
    return f"{shown}{list(found.unlisted.values())}{found.available}"


def _frame(message: dict[str, object]) -> str:
    frame = decode(json.dumps(message).encode(), 0.0)
    return "".join(str(getattr(frame, name, "")) for name in ("message", "reason", "excerpt", "channel", "dropped"))


def _note(text: str) -> str:
    setup = a_setup()
    outcomes = a_desk(setup).handle(WriteNote(setup.id, text, TUESDAY))
    return "".join(outcome.text for outcome in outcomes if isinstance(outcome, NoteWritten))


def _recalled(text: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        return History(path).older()


BORDERS: dict[str, Callable[[str], str]] = {
    "an error body of the venue": _answer,
    "a product of the venue": _product,
    "an error of the feed": lambda text: _frame({"type": "error", "message": text}),
    "a channel of the feed": lambda text: _frame({"channel": text, "sequence_num": 1, "events": []}),
    "a product in a ticker": lambda text: _frame(
        {"channel": "ticker", "timestamp": "2026-01-06T15:00:00Z", "sequence_num": 1,
         "events": [{"type": "update", "tickers": [{"product_id": text, "price": text}]}]}
    ),
    "bytes of the feed": lambda text: repr(getattr(decode(text.encode("utf-8", "surrogatepass"), 0.0), "reason", "")),
    "a note": _note,
    "a line typed before": _recalled,
    "a table": lambda text: table_text([_row(text)], ["a"], Zone.UTC),
    "CSV": lambda text: csv_text([_row(text)], ["a"]),
    "JSON": lambda text: json_text(_row(text)),
    "a cell on the screen": printable,
    "a crash": lambda text: crash_line(ValueError(text)),
}  # fmt: skip


@pytest.mark.parametrize("border", BORDERS.values(), ids=BORDERS.keys())
@given(HOSTILE)
@example(HUGE)
@example("".join(PIECES))
def test_nothing_that_steers_a_terminal_comes_through(border: Callable[[str], str], text: str) -> None:
    assert STEERING.findall(border(text)) == []


@given(HOSTILE)
def test_a_desktop_notification_holds_no_escape_but_its_own(text: str) -> None:
    inner = notification(text).removeprefix("\x1b]9;").removesuffix("\x07")
    assert STEERING.findall(inner) == []


@given(HOSTILE)
def test_json_says_the_same_however_it_is_escaped(text: str) -> None:
    assert json.loads(json_text(_row(text))) == _row(text)


def test_an_answer_on_stdout_is_cleaned_whatever_said_it(capsys: pytest.CaptureFixture[str]) -> None:
    tell("".join(PIECES) + HUGE)
    assert STEERING.findall(capsys.readouterr().out) == []
