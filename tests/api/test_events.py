"""The stream of news: what is new, once, look by look."""

import json
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atlas_tui.cli.api.live import event, live, news, tail_of
from atlas_tui.cli.api.paths import Desk
from core.adapters import ledger_tail
from core.adapters.api.replies import Refused
from core.adapters.api.watch import Watch
from core.adapters.ledger_dump import dump
from core.adapters.ledger_tail import LedgerEvent
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.events import Level, Noted
from core.domain.facts import MarketSeen
from core.domain.snapshot import Snapshot
from tests.api.probes import ask
from tests.api.rig import TOKEN, Served, a_desk_of, a_ledger, serving
from tests.builders import TUESDAY, a_desk, a_setup, a_tick, after


def read(text: bytes) -> list[tuple[str, Any]]:
    """Events as a reader has them."""
    blocks = [block.split("\n")[-2:] for block in text.decode().split("\n\n") if block]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]


def ids(text: bytes) -> list[int]:
    """The ids a reader would come back with, one behind the other."""
    return [int(line.removeprefix("id: ")) for line in text.decode().split("\n") if line.startswith("id: ")]


class NoFacts:
    """A ledger to which nothing comes."""

    seq: int | None = 7

    def more(self) -> list[LedgerEvent]:
        return []


def a_picture(*texts: str) -> Snapshot:
    """A picture whose log says this."""
    notes = tuple(Noted(Level.INFO, "desk", text, TUESDAY) for text in texts)
    return replace(a_desk(a_setup()).snapshot(), log=notes)


def test_the_first_look_tells_the_state_and_nothing_of_before() -> None:
    watch = Watch()
    told = news(watch, NoFacts())
    assert next(told) == b""
    watch.hear(a_picture("long ago"), 0)
    first = read(next(told))
    assert [name for name, _ in first] == ["status", "positions"]
    assert first[0][1] == live(a_picture())
    assert next(told) == b""


def test_a_note_is_told_once() -> None:
    watch, shown = Watch(), a_picture("one", "two")
    watch.hear(shown, 0)
    told = news(watch, NoFacts())
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
    told = news(watch, NoFacts())
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
    told = news(watch, NoFacts())
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


def appended(state: StateDir, count: int) -> None:
    """So many more facts in the ledger."""
    with closing(SqliteStore(state)) as store:
        for number in range(count):
            store.append([MarketSeen("BTC", TUESDAY + timedelta(seconds=number))]).result(10)


@pytest.fixture
def state(tmp_path: Path) -> StateDir:
    """A ledger of seven facts."""
    made = StateDir.create(tmp_path)
    appended(made, 7)
    return made


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 3), max_size=6), st.data())
def test_a_reader_who_comes_back_with_its_last_id_has_every_fact_once_and_in_order(
    state: StateDir, monkeypatch: pytest.MonkeyPatch, counts: list[int], data: st.DataObject
) -> None:
    monkeypatch.setattr(ledger_tail, "MOST", 2)
    watch, had = Watch(), list[int]()
    watch.hear(a_picture(), 0)
    first = next(news(watch, tail_of(state, "")))
    (begun,) = ids(first)
    last, told = begun, news(watch, tail_of(state, str(begun)))
    for count in counts:
        appended(state, count)
        if data.draw(st.booleans()):
            told = news(watch, tail_of(state, str(last)))  # the line was cut
        text = next(told)
        had += [value["seq"] for name, value in read(text) if name == "fact"]
        last = ids(text)[-1] if ids(text) else last
    for _ in range(20):
        had += [value["seq"] for name, value in read(next(told)) if name == "fact"]
    assert had == list(range(begun + 1, begun + 1 + sum(counts)))


def test_a_fact_is_told_as_the_ledger_has_it(state: StateDir) -> None:
    (event_, *_) = [value for name, value in read(next(news(Watch(), tail_of(state, "0")))) if name == "fact"]
    line = next(iter(dump(state))).split("\t")
    assert [str(event_["seq"]), event_["at"], event_["kind"]] == line[:3]
    assert event_["fact"] == json.loads(line[3])


@pytest.mark.parametrize("last", ["x", "-1", "1.5", "8", "9" * 30, "٣", " 1 1", "1e3"])
def test_an_id_the_ledger_has_not_is_refused_before_anything_is_sent(state: StateDir, last: str) -> None:
    watch = Watch()
    watch.hear(a_picture(), 0)
    with pytest.raises(Refused) as refused:
        next(news(watch, tail_of(state, last)))
    assert (refused.value.status, refused.value.code) == (400, "event")


def test_over_http_facts_are_resumed_by_the_header_and_a_strange_id_is_a_refusal(served: Served) -> None:
    for header in ({"Last_Event_ID": "99999"}, {"Last_Event_ID": "x"}):
        answer = served.get("/events", **header)
        assert (answer.status, answer.code) == (400, "event")
    with served.connect() as line:
        resumed = ask(b"/events").replace(b"\r\n\r\n", b"\r\nLast-Event-ID: 3\r\n\r\n")
        line.say(resumed.replace(b"HOST", served.host.encode()).replace(b"TOKEN", TOKEN.encode()))
        until_told(line.file, b"HTTP/1.1 200")
        until_told(line.file, b"id: 4")


def test_a_ledger_that_cannot_be_read_is_a_refusal_and_later_the_end_of_the_stream(desk: Desk, tmp_path: Path) -> None:
    with serving(Desk(replace(desk.books, root=tmp_path), desk.watch)) as served:
        assert served.get("/events").status == 503
    state = a_ledger(tmp_path / "gone")
    with serving(a_desk_of(state), tick_s=0.01, idle_s=0.1) as served, served.connect() as line:
        line.say(ask(b"/events").replace(b"HOST", served.host.encode()).replace(b"TOKEN", TOKEN.encode()))
        until_told(line.file, b"event: positions")
        for part in state.root.glob("ledger*"):
            part.unlink()
        assert line.rest().endswith(b"0\r\n\r\n")


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
