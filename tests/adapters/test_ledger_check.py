"""`atlas check` finds every row that was changed by hand, and names it."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.adapters.ledger_audit import LedgerAudit
from core.adapters.ledger_check import check
from core.adapters.ledger_findings import RULES, Findings
from core.adapters.ledger_reader import LedgerReader
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.errors import StoreError
from core.domain.facts import (
    AccountOpened,
    DeskStarted,
    PositionOpened,
    SetupFound,
    ShadowClosed,
    StopMoved,
)
from core.domain.positions import ExitReason, Origin
from core.domain.signals import SetupStatus
from tests.adapters.judged import Story, broken, change_rows, write
from tests.adapters.ledger_story import NOON, a_day, a_position, a_setup, by_hand, closed, triggered


@pytest.fixture
def state(tmp_path: Path) -> StateDir:
    return write(tmp_path, a_day())


def test_a_sound_ledger_passes_every_rule(state: StateDir) -> None:
    assert [result.id for result in check(state.root)] == list(RULES)
    assert broken(state) == {}


def test_an_entry_by_hand_before_the_break_passes_every_rule(tmp_path: Path) -> None:
    setup = a_setup()
    at = setup.bar_end + timedelta(minutes=10)
    held = by_hand(a_position(setup, at=at))
    resolved = replace(triggered(setup, at), price=Decimal("104"), cause="entered by hand at 104, before the break")
    story: Story = [
        [AccountOpened(Decimal("1000.00"), NOON), DeskStarted(NOON)],
        [SetupFound(setup, SetupStatus.PENDING, setup.detected_at)],
        [resolved, PositionOpened(held, at)],
        [StopMoved(held.id, Decimal("105.20"), "break-even by hand", at)],
        [closed(replace(held, plan=replace(held.plan, stop=Decimal("105.20"))), Decimal("105.2"), at, ExitReason.STOP)],
    ]
    state = write(tmp_path, story)
    assert broken(state) == {}
    with LedgerReader(state.root) as reader:
        assert [trade.position.origin for trade in reader.trades()] == [Origin.HAND]


def test_a_second_end_on_paper_is_found(tmp_path: Path) -> None:
    findings = Findings()
    audit = LedgerAudit(findings)
    seq = 0
    for batch in a_day():
        for fact in batch:
            for told_again in (fact, fact) if isinstance(fact, ShadowClosed) else (fact,):
                seq += 1
                audit.take(seq, seq, told_again)
    assert not next(result for result in findings.results() if result.id == "V3").ok


def test_an_empty_ledger_passes(tmp_path: Path) -> None:
    assert broken(write(tmp_path, [])) == {}


def test_checking_changes_nothing_and_works_beside_a_desk(tmp_path: Path) -> None:
    store = SqliteStore(StateDir.create(tmp_path))
    for batch in a_day():
        store.append(batch).result(5)
    assert broken(StateDir(tmp_path)) == {}
    store.close()
    before = (tmp_path / "ledger.db").read_bytes()
    assert broken(StateDir(tmp_path)) == {}
    assert (tmp_path / "ledger.db").read_bytes() == before


def test_no_ledger_is_an_error_not_a_pass(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No ledger"):
        check(tmp_path)


def test_a_file_that_is_no_database_fails_every_rule(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"not at all" * 1000)
    assert set(broken(StateDir(tmp_path))) == set(RULES)


# Rows changed in place: the statement, the rules that must fail, and what the text must name.
BY_HAND: dict[str, tuple[str, set[str], str]] = {
    "a balance raised": ("UPDATE account SET balance = '5000.00'", {"M1", "M2", "M3"}, "5000.00"),
    "fees forgotten": ("UPDATE account SET fees = '0'", {"M1", "M2"}, "account shows fees 0"),
    "margin not freed": ("UPDATE account SET reserved = '20.8'", {"M2", "M4"}, "reserves 20.8"),
    "an open position's margin": ("UPDATE positions SET margin = '1' WHERE open = 1", {"M2", "M4"}, "SOL"),
    "a trade deleted": ("DELETE FROM trades", {"M2", "M3"}, "trades lacks the row BTC|1h|2D-1-?"),
    "a trade's net": ("UPDATE trades SET net = '99'", {"M2", "M3"}, "trades has another row BTC"),
    "a trade nobody made": (
        "INSERT INTO trades SELECT 'x', 'y', symbol, reason, '0', '0', '0', '0', closed_at, 99, body FROM trades",
        {"M2"},
        "trades has the row x",
    ),
    "a setup re-armed": (
        "DELETE FROM setups WHERE status = 'TRIGGERED' AND symbol = 'ETH'",
        {"M2"},
        "setups lacks the row ETH|1h",
    ),
    "a refusal's code": ("UPDATE refusals SET code = 'MARGIN'", {"M2"}, "refusals has another row ETH"),
    "funding deleted": ("DELETE FROM funding", {"M2"}, "funding lacks the row BTC|1h"),
    "a dismissed signal back": ("UPDATE signals SET dismissed = 0", {"M2"}, "signals has another row SOL"),
    "the last look forgotten": ("DELETE FROM seen", {"M2"}, "seen lacks the row BTC"),
    "a review undone": ("UPDATE reviews SET reviewed = 0", {"M2"}, "reviews has another row ETH"),
    "a second open position": (
        """DROP INDEX one_open_position_a_symbol; INSERT INTO positions
        SELECT 'x', 'y', symbol, 1, side, tier, margin, liquidation, funding, opened_at, body FROM positions
        WHERE open = 1""",
        {"M2", "M4", "O3"},
        "SOL",
    ),
    "an event altered": ("UPDATE events SET payload = replace(payload, '105.10', '104.10')", {"M2"}, "event 10 "),
    "an event deleted": ("DELETE FROM events WHERE seq = 9", {"M2", "O1"}, "event 9 is missing"),
    "the last events deleted": ("DELETE FROM events WHERE seq > 15", {"M2"}, "which no event made"),
    "an event nobody can read": ("UPDATE events SET kind = 'Gift' WHERE seq = 4", {"M2"}, "unknown kind 'Gift'"),
    "an event stamped otherwise": ("UPDATE events SET at = '2026-03-02 12:00' WHERE seq = 1", {"T1"}, "event 1 "),
    "a transaction torn": ("UPDATE events SET batch = seq WHERE kind = 'PositionOpened'", {"O5"}, "event 10 (BTC"),
    "a verdict softened": ("UPDATE verdicts SET verdict = 'TAKEN'", {"M2"}, "verdicts has another row 27"),
    "a verdict lost": ("DELETE FROM verdicts", {"M2"}, "verdicts lacks the row"),
    "a note rewritten": ("UPDATE notes SET text = 'tight stop'", {"M2"}, "notes has another row"),
    "a halt lifted in silence": ("DELETE FROM halts", {"M2"}, "halts lacks the row BTC hand"),
    "a guard armed in silence": ("DELETE FROM trips", {"M2"}, "trips lacks the row DRAWDOWN"),
    "a better end on paper": ("UPDATE shadows SET r_multiple = '9'", {"M2"}, "shadows has another row ETH"),
    "a desk that never ended": ("UPDATE presence SET running = 1", {"M2"}, "presence has another row 1"),
    "standings forgotten": ("DELETE FROM standings", {"M2"}, "standings lacks the row"),
    "another size's numbers": ("UPDATE sizings SET body = '[]'", {"M2"}, "sizings has another row BTC"),
    "the index dropped": ("DROP INDEX one_open_position_a_symbol", {"M2"}, "one_open_position_a_symbol"),
}


@pytest.mark.parametrize("what", BY_HAND)
def test_a_row_changed_by_hand_is_found_and_named(what: str, state: StateDir) -> None:
    script, rules, named = BY_HAND[what]
    change_rows(state.ledger, script)
    found = broken(state)
    assert rules <= set(found), found
    assert any(named in detail for detail in found.values()), found


def test_a_missing_guard_is_found(state: StateDir) -> None:
    with closing(sqlite3.connect(state.ledger)) as db:
        db.execute("DROP TRIGGER events_never_vanish")
    assert broken(state) == {"M2": "missing or altered: events_never_vanish"}
