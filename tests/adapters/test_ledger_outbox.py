"""Alerts are put up with the facts they tell of, once, and stay until a channel has them or they are given up."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.adapters import ledger_outbox
from core.adapters.fact_codec import stamp, unstamp
from core.adapters.ledger_check import check
from core.adapters.ledger_dump import dump
from core.adapters.ledger_outbox import LedgerOutbox, counts, forget_delivered
from core.adapters.ledger_reader import LedgerReader
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.alerts.outbox import AlertRules
from core.alerts.policy import AlertKind, AlertPolicy, Channel
from core.domain.errors import StoreError
from core.domain.facts import AccountOpened, DeskStarted, Fact, PositionOpened
from tests.adapters.judged import broken, change_rows
from tests.adapters.ledger_story import NOON, a_day, a_position, a_setup
from tests.alerts.stories import alerts_of_the_day

ALL = AlertPolicy(channels=(Channel.DISCORD, Channel.JSON), kinds=tuple(AlertKind))
LATER = NOON + timedelta(hours=1)


def outbox(state: StateDir, policy: AlertPolicy = ALL) -> LedgerOutbox:
    return LedgerOutbox(state, AlertRules(policy), {"BTC-PERP-INTX": Decimal("0.01")})


def write(folder: Path, batches: list[list[Fact]], policy: AlertPolicy | None = ALL) -> StateDir:
    state = StateDir.create(folder)
    store = SqliteStore(state, None if policy is None else AlertRules(policy))
    for batch in batches:
        store.append(batch).result(5)
    store.close()
    return state


@pytest.fixture
def state(tmp_path: Path) -> StateDir:
    return write(tmp_path / "state", a_day())


def delivered(box: LedgerOutbox, channel: Channel = Channel.DISCORD) -> Iterator[list[str]]:
    """Titles of each message, as a channel that takes everything gets them."""
    while (parcel := box.parcel(channel, ())) is not None:
        yield [alert.title for alert in parcel.alerts]
        box.sent(parcel, LATER)


def test_every_alert_of_the_day_is_there_in_order_on_each_channel(state: StateDir) -> None:
    told = [alert.title for alert in alerts_of_the_day(Decimal("0.01"))]
    for channel in ALL.channels:
        messages = list(delivered(outbox(state), channel))
        assert [title for message in messages for title in message] == told


def test_what_one_scan_arms_is_one_message(state: StateDir) -> None:
    first = next(delivered(outbox(state)))
    assert first == [f"SETUP ▲ LONG {symbol} 1h 2D-1-?" for symbol in ("BTC", "SOL", "ETH")]


def test_an_entry_is_told_with_the_levels_of_its_setup(state: StateDir) -> None:
    box = outbox(state)
    parcel = box.parcel(Channel.JSON, (AlertKind.ARMED,))
    assert parcel is not None
    (entry,) = parcel.alerts
    fields = dict(entry.fields)
    assert (entry.kind, fields["Trigger"], fields["TFC"]) == (AlertKind.ENTRY, "105.00", "3/4")


def test_a_desk_without_alerts_keeps_no_outbox(tmp_path: Path) -> None:
    for policy in (None, AlertPolicy()):
        state = write(tmp_path / str(policy is None), a_day(), policy)
        with closing(sqlite3.connect(state.ledger)) as db:
            assert counts(db) == ()


def test_only_the_kinds_of_the_policy_are_put_up(tmp_path: Path) -> None:
    state = write(tmp_path / "state", a_day(), replace(ALL, kinds=(AlertKind.EXIT,)))
    assert list(delivered(outbox(state))) == [["EXIT ▲ LONG BTC 1h 2D-1-2U"]]


def test_kinds_that_are_held_wait_while_others_go_and_keep_their_order(state: StateDir) -> None:
    box, held = outbox(state), (AlertKind.ARMED, AlertKind.ENTRY)
    parcel = box.parcel(Channel.DISCORD, held)
    assert parcel is not None
    assert [alert.kind for alert in parcel.alerts] == [AlertKind.REFUSED]
    box.sent(parcel, LATER)
    kinds = [title.split()[0] for message in delivered(box) for title in message]
    assert kinds[:4] == ["SETUP", "SETUP", "SETUP", "ENTRY"]
    assert "REFUSED" not in kinds


def test_an_alert_that_no_event_tells_is_put_once(state: StateDir) -> None:
    box = outbox(state)
    for _ in range(2):
        box.put(AlertKind.FEED, "down 2026-03-02T12:00:00Z", LATER)
        box.put(AlertKind.DIGEST, "2026-03-02T23:00:00Z", NOON + timedelta(hours=11))
    told = [title for message in delivered(box) for title in message]
    assert told[-2:] == ["FEED DOWN", "DIGEST Sun 23:00 to Mon 23:00 UTC"]
    assert box.last(AlertKind.FEED) == "down 2026-03-02T12:00:00Z"
    assert all(result.ok for result in check(state.root)), broken(state)


def test_what_could_not_be_sent_is_tried_again_and_counts_its_tries(state: StateDir) -> None:
    box = outbox(state)
    for tries in range(3):
        parcel = box.parcel(Channel.DISCORD, ())
        assert parcel is not None and parcel.tries == tries
        box.again(parcel, LATER + timedelta(seconds=tries), "HTTP 500")
    parcel = box.parcel(Channel.DISCORD, ())
    assert parcel is not None and parcel.due == LATER + timedelta(seconds=2)


def test_what_has_failed_lets_the_next_one_go_and_can_be_put_up_again(state: StateDir) -> None:
    box = outbox(state)
    first = box.parcel(Channel.DISCORD, ())
    assert first is not None
    box.failed(first, LATER, "HTTP 404")
    second = box.parcel(Channel.DISCORD, ())
    assert second is not None and second.ids > first.ids
    assert box.retry(LATER) == len(first.ids)
    again = box.parcel(Channel.DISCORD, ())
    assert again is not None and (again.ids, again.tries) == (first.ids, 0)
    assert broken(state) == {}


def test_what_nobody_took_for_a_day_is_given_up_with_its_reason(state: StateDir) -> None:
    box = outbox(state)
    parcel = box.parcel(Channel.DISCORD, ())
    assert parcel is not None
    box.again(parcel, LATER, "HTTP 503")
    assert box.give_up(NOON + timedelta(hours=24)) == 0
    with closing(sqlite3.connect(state.ledger)) as db:
        waiting = sum(count.waiting for count in counts(db))
        assert box.give_up(NOON + timedelta(days=3)) == waiting
        assert [count.waiting for count in counts(db)] == [0, 0]
        reasons = {reason for (reason,) in db.execute("SELECT reason FROM outbox")}
    assert reasons == {"given up after 24 h: HTTP 503", "given up after 24 h"}
    assert broken(state) == {}


@st.composite
def settled(draw: st.DrawFn) -> list[tuple[str, int]]:
    """By row of the day's outbox: its state, and how many hours after noon it came to that."""
    rows = st.tuples(st.sampled_from(["waiting", "sent", "failed"]), st.integers(-500, 40))
    return draw(st.lists(rows, min_size=24, max_size=24))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(settled(), st.integers(0, 30), st.integers(0, 20))
def test_of_what_was_delivered_the_newest_and_youngest_stay_and_of_the_rest_all(
    state: StateDir, outcomes: list[tuple[str, int]], days: int, count: int
) -> None:
    newest = max(fact.at for batch in a_day() for fact in batch)
    with closing(sqlite3.connect(state.ledger, isolation_level=None)) as db:
        before = db.execute("SELECT * FROM outbox").fetchall()
        for (number, *_), (became, hours) in zip(before, outcomes, strict=False):
            at = None if became == "waiting" else stamp(NOON + timedelta(hours=hours))
            db.execute("UPDATE outbox SET state = ?, settled_at = ? WHERE id = ?", (became, at, number))
        rows = db.execute("SELECT id, kind, state, settled_at FROM outbox ORDER BY id").fetchall()
        gone = forget_delivered(state, days, count)
        left = {number for (number,) in db.execute("SELECT id FROM outbox")}
        assert broken(state) == {}
        db.execute("DELETE FROM outbox")
        db.executemany(f"INSERT INTO outbox VALUES ({', '.join('?' * len(before[0]))})", before)
    last = {kind: number for number, kind, _, _ in rows}
    sent = [number for number, _, became, _ in rows if became == "sent"]
    for number, kind, became, at in rows:
        young = not days or (at is not None and unstamp(at) >= newest - timedelta(days=days))
        among = not count or number in sent[-count:]
        assert (number in left) == (became != "sent" or (young and among) or number == last[kind])
    assert gone == len(rows) - len(left)


def test_many_delivered_alerts_are_forgotten_in_small_transactions(
    state: StateDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_outbox, "_AT_ONCE", 2)
    for _ in delivered(outbox(state)):
        pass
    assert forget_delivered(state, 0, 1) == 11


def test_a_ledger_without_an_outbox_has_nothing_to_forget(tmp_path: Path) -> None:
    state = write(tmp_path / "state", a_day(), None)
    change_rows(state.ledger, "DROP TABLE outbox")
    assert forget_delivered(state, 1, 1) == 0


def test_what_became_of_alerts_changes_no_byte_of_the_dump(state: StateDir, tmp_path: Path) -> None:
    for _ in delivered(outbox(state)):
        pass
    silent = write(tmp_path / "silent", a_day(), None)
    assert list(dump(state)) == list(dump(silent))


def test_a_start_after_no_end_is_told_as_a_hard_stop(tmp_path: Path) -> None:
    state = write(tmp_path / "state", [[DeskStarted(NOON)], [AccountOpened(Decimal(1), NOON)], [DeskStarted(LATER)]])
    assert list(delivered(outbox(state))) == [["DESK STARTED"], ["DESK STARTED AFTER A HARD STOP"]]


def test_an_entry_the_ledger_refuses_leaves_no_alert(tmp_path: Path) -> None:
    state = StateDir.create(tmp_path / "state")
    store = SqliteStore(state, AlertRules(ALL))
    with pytest.raises(StoreError):
        store.append([DeskStarted(NOON), PositionOpened(a_position(a_setup()), NOON)]).result(5)
    store.close()
    assert outbox(state).parcel(Channel.DISCORD, ()) is None


def test_somebody_who_waits_is_told_after_the_commit(tmp_path: Path) -> None:
    seen: list[int] = []
    state = StateDir.create(tmp_path / "state")

    def look() -> None:
        parcel = outbox(state).parcel(Channel.JSON, ())
        seen.append(len(parcel.alerts) if parcel else 0)

    store = SqliteStore(state, AlertRules(ALL), look)
    store.append([AccountOpened(Decimal(1), NOON)]).result(5)
    assert seen == []
    store.append([DeskStarted(NOON)]).result(5)
    store.close()
    assert seen == [1]


@pytest.mark.parametrize(
    ("script", "named"),
    [
        ("UPDATE outbox SET cause = '1' WHERE kind = 'exit'", "(exit of 1) tells of no such event"),
        ("UPDATE outbox SET batch = batch + 1 WHERE kind = 'exit'", "tells of no such event in transaction"),
        ("UPDATE outbox SET kind = 'guard' WHERE kind = 'exit'", "(guard of"),
        ("UPDATE outbox SET batch = 0 WHERE kind = 'exit'", "tells of no event"),
        ("UPDATE outbox SET state = 'sent' WHERE kind = 'exit'", "is sent, settled at None"),
    ],
)
def test_a_row_that_no_event_explains_breaks_an_invariant(state: StateDir, script: str, named: str) -> None:
    change_rows(state.ledger, script)
    assert named in broken(state)["A1"]


def test_a_ledger_from_before_the_outbox_gets_one_and_keeps_every_row(tmp_path: Path) -> None:
    state = write(tmp_path / "state", a_day(), None)
    change_rows(
        state.ledger,
        "DROP TABLE outbox; DROP TABLE kept_state;"
        "PRAGMA user_version = 2; UPDATE meta SET value = '2' WHERE key = 'schema'",
    )
    before = list(dump(state))
    assert broken(state) == {}
    with LedgerReader(state.root) as reader:
        assert len(reader.trades()) == 1
    SqliteStore(state, AlertRules(ALL)).close()
    assert (list(dump(state)), broken(state)) == (before, {})
    assert [path.name[:16] for path in state.root.glob("ledger-schema-*.db")] == ["ledger-schema-2-"]
    assert outbox(state).parcel(Channel.DISCORD, ()) is None
