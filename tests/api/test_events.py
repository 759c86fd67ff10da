"""The stream of news: what is new, once, look by look."""

import json
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, BinaryIO

from hypothesis import given
from hypothesis import strategies as st

from atlas_tui.cli.api.live import event, live, news
from atlas_tui.cli.api.paths import Desk
from core.adapters.api.watch import Watch
from core.domain.events import Level, Noted
from core.domain.snapshot import Snapshot
from tests.api.probes import ask
from tests.api.rig import TOKEN, serving
from tests.builders import TUESDAY, a_desk, a_setup, a_tick, after


def read(text: bytes) -> list[tuple[str, Any]]:
    """Events as a reader has them."""
    blocks = [block.split("\n") for block in text.decode().split("\n\n") if block]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]


def a_picture(*texts: str) -> Snapshot:
    """A picture whose log says this."""
    notes = tuple(Noted(Level.INFO, "desk", text, TUESDAY) for text in texts)
    return replace(a_desk(a_setup()).snapshot(), log=notes)


def test_the_first_look_tells_the_state_and_nothing_of_before() -> None:
    watch = Watch()
    told = news(watch)
    assert next(told) == b""
    watch.hear(a_picture("long ago"), 0)
    first = read(next(told))
    assert [name for name, _ in first] == ["status", "positions"]
    assert first[0][1] == live(a_picture())
    assert next(told) == b""


def test_a_note_is_told_once() -> None:
    watch, shown = Watch(), a_picture("one", "two")
    watch.hear(shown, 0)
    told = news(watch)
    next(told)
    later = replace(shown, log=(*shown.log, Noted(Level.ERROR, "feed", "three\x1b[2J", TUESDAY)))
    watch.hear(later, 0)
    assert read(next(told)) == [
        ("note", {"at": "2026-01-06T15:00:00Z", "level": "error", "topic": "feed", "text": "three[2J"})
    ]
    watch.hear(replace(later, at=later.at + timedelta(seconds=1)), 0)
    assert next(told) == b""


def test_an_entry_and_every_change_of_its_mark_are_told() -> None:
    desk, watch = a_desk(a_setup()), Watch()
    watch.hear(desk.snapshot(), 0)
    told = news(watch)
    next(told)
    for price in ("102.1", "103.1"):
        desk.handle(a_tick(price, after(1)))
        watch.hear(desk.snapshot(), 0)
        found = dict(read(next(told)))
        (row,) = found["positions"]
        assert (row["mark"], row["unrealised"]) == (price, found["status"]["unrealised"])
        assert Decimal(str(row["r_multiple"])) > 0 or price == "102.1"


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30))
def test_whatever_the_pace_of_looks_every_note_comes_once_and_in_order(counts: list[int]) -> None:
    watch, shown, said, number = Watch(), a_picture("before"), list[str](), 0
    watch.hear(shown, 0)
    told = news(watch)
    next(told)
    for count in counts:
        for _ in range(count):
            shown = replace(shown, log=(*shown.log, Noted(Level.INFO, "desk", str(number), TUESDAY)))
            watch.hear(shown, 0)
            number += 1
        said += [value["text"] for name, value in read(next(told)) if name == "note"]
    assert said == [str(one) for one in range(number)]


@given(st.text(max_size=50))
def test_no_text_breaks_out_of_its_event(text: str) -> None:
    told = event("note", {"text": text})
    assert told.count(b"\n") == 3 and told.endswith(b"\n\n")
    assert b"\r" not in told


def test_errors_and_scans_are_counted_once() -> None:
    watch, shown = Watch(), a_picture("a")
    bad = Noted(Level.ERROR, "feed", "b", TUESDAY)
    for picture in (shown, shown, replace(shown, log=(*shown.log, bad)), replace(shown, log=(*shown.log, bad))):
        watch.hear(picture, 0)
    assert (watch.errors, watch.scans) == (1, 1)
    assert shown.last_scan is not None
    watch.hear(replace(shown, last_scan=replace(shown.last_scan, at=after(900))), 0)
    assert watch.scans == 2


def test_over_http_news_comes_as_it_happens_and_the_stream_ends_with_the_desk(desk: Desk) -> None:
    watch = Watch()
    shown = a_picture("before")
    watch.hear(shown, 0)
    with ExitStack() as stack:
        served = stack.enter_context(serving(Desk(desk.books, watch), tick_s=0.01, beat_s=0.05))
        with served.connect() as line:
            line.say(ask(b"/events").replace(b"HOST", served.host.encode()).replace(b"TOKEN", TOKEN.encode()))
            head = b"".join(iter(line.file.readline, b"\r\n"))
            assert head.startswith(b"HTTP/1.1 200 ") and b"content-type: text/event-stream" in head
            assert b"transfer-encoding: chunked" in head.lower() and b"no-store" in head
            until_told(line.file, b"event: positions")
            watch.hear(replace(shown, log=(*shown.log, Noted(Level.GOOD, "trade", "a fill", TUESDAY))), 0)
            until_told(line.file, b'"text":"a fill"')
            until_told(line.file, b": still here")
            stack.close()
            assert line.rest().endswith(b"0\r\n\r\n")


def until_told(file: BinaryIO, wanted: bytes) -> None:
    """Read on until a line holds this; the socket's time-out is the limit."""
    for line in file:
        if wanted in line:
            return
    raise AssertionError(f"the stream ended without {wanted!r}")
