"""`atlas check` finds every row that was changed by hand, and names it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.adapters.fact_codec import GENESIS, chained, encode, kind_of, stamp
from core.adapters.ledger_check import check
from core.adapters.ledger_findings import RULES
from core.adapters.ledger_projection import project
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.errors import StoreError
from core.domain.facts import (
    EntryRefused,
    Fact,
    FundingPaid,
    PositionClosed,
    PositionOpened,
    PositionRetiered,
    SetupFound,
    SetupResolved,
)
from core.domain.patterns import Side
from core.domain.signals import SetupStatus
from tests.adapters.ledger_story import NOON, a_day, a_setup

Story = list[list[Fact]]


@pytest.fixture
def state(tmp_path: Path) -> StateDir:
    return write(tmp_path, a_day())


def write(folder: Path, story: Story) -> StateDir:
    state = StateDir.create(folder)
    store = SqliteStore(state)
    for batch in story:
        store.append(batch)
    store.close()
    return state


def broken(state: StateDir) -> dict[str, str]:
    """Failed rules with what was found."""
    return {result.id: result.detail for result in check(state.root) if not result.ok}


def test_a_sound_ledger_passes_every_rule(state: StateDir) -> None:
    assert [result.id for result in check(state.root)] == list(RULES)
    assert broken(state) == {}


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
    "the index dropped": ("DROP INDEX one_open_position_a_symbol", {"M2"}, "one_open_position_a_symbol"),
}


@pytest.mark.parametrize("what", BY_HAND)
def test_a_row_changed_by_hand_is_found_and_named(what: str, state: StateDir) -> None:
    script, rules, named = BY_HAND[what]
    with closing(sqlite3.connect(state.ledger, isolation_level=None)) as db:
        guards = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            db.execute(f"DROP TRIGGER {name}")
        db.executescript(script)
        for _, ddl in guards:
            db.execute(ddl)
    found = broken(state)
    assert rules <= set(found), found
    assert any(named in detail for detail in found.values()), found


def test_a_missing_guard_is_found(state: StateDir) -> None:
    with closing(sqlite3.connect(state.ledger)) as db:
        db.execute("DROP TRIGGER events_never_vanish")
    assert broken(state) == {"M2": "missing or altered: events_never_vanish"}


@dataclass(frozen=True)
class Forgery:
    """A change to one kind of fact, made with a valid chain, as a wrong desk would have written it."""

    kind: type
    change: Callable[[Fact], Fact]
    rules: set[str]


def position(**changes: Any) -> Callable[[Fact], Fact]:
    def changed(fact: Fact) -> Fact:
        assert isinstance(fact, PositionOpened)
        return replace(fact, position=replace(fact.position, **changes))

    return changed


def trade(**changes: Any) -> Callable[[Fact], Fact]:
    def changed(fact: Fact) -> Fact:
        assert isinstance(fact, PositionClosed)
        return replace(fact, trade=replace(fact.trade, **changes))

    return changed


def bigger_exit(fact: Fact) -> Fact:
    assert isinstance(fact, PositionClosed)
    return replace(fact, trade=replace(fact.trade, position=replace(fact.trade.position, size=Decimal("3.98"))))


def late_fee(fact: Fact) -> Fact:
    assert isinstance(fact, PositionClosed)
    fine = replace(fact.trade.exit, fee=fact.trade.exit.fee + Decimal("0.0000001"))
    return replace(fact, trade=replace(fact.trade, exit=fine))


def found(**changes: Any) -> Callable[[Fact], Fact]:
    def changed(fact: Fact) -> Fact:
        assert isinstance(fact, SetupFound)
        return replace(fact, setup=replace(fact.setup, **changes))

    return changed


def told(**changes: Any) -> Callable[[Fact], Fact]:
    return lambda fact: replace(fact, **changes)


FORGERIES: dict[str, Forgery] = {
    "sized on another balance": Forgery(PositionOpened, position(entry_balance=Decimal(999)), {"M1"}),
    "no size": Forgery(PositionOpened, position(size=Decimal(0)), {"M5"}),
    "an id of its own": Forgery(PositionOpened, position(id="42"), {"O2"}),
    "an unknown setup": Forgery(PositionOpened, position(setup_id="BTC|1h|x"), {"O1"}),
    "too little margin": Forgery(PositionOpened, position(margin=Decimal(5)), {"M4"}),
    "margin beyond the account": Forgery(
        PositionOpened, position(margin=Decimal("2080.98"), margin_leverage=Decimal("0.1")), {"M4"}
    ),
    "the wrong side": Forgery(SetupResolved, told(side=Side.SHORT), {"O1"}),
    "a trigger without consequence": Forgery(EntryRefused, lambda fact: a_note(fact), {"O1"}),
    "funding off the hour": Forgery(FundingPaid, told(instant=NOON + timedelta(hours=4, seconds=1)), {"T3"}),
    "funding before the entry": Forgery(FundingPaid, told(instant=NOON), {"T3"}),
    "funding after the exit": Forgery(FundingPaid, told(instant=NOON + timedelta(hours=9)), {"T3"}),
    "funding rounded otherwise": Forgery(FundingPaid, told(amount=Decimal("-0.019406")), {"M5"}),
    "margin kept at the other tier": Forgery(PositionRetiered, told(margin=Decimal("20.8")), {"M4"}),
    "profit out of nothing": Forgery(PositionClosed, trade(gross=Decimal(500)), {"M3", "M5"}),
    "a net of its own": Forgery(PositionClosed, trade(net=Decimal("30.5")), {"M5", "M3"}),
    "more closed than open": Forgery(PositionClosed, bigger_exit, {"O6"}),
    "a fee finer than a millionth": Forgery(PositionClosed, late_fee, {"M5"}),
    "a bar still open": Forgery(SetupFound, found(detected_at=NOON), {"T4"}),
    "a bar off the grid": Forgery(SetupFound, found(bar_start=NOON + timedelta(minutes=7)), {"T4"}),
    "a trigger before the close": Forgery(SetupResolved, told(at=NOON), {"T4"}),
    "a setup resolved twice": Forgery(SetupFound, told(status=SetupStatus.EXPIRED), {"O4"}),
}


def a_note(fact: Fact) -> Fact:
    """Something harmless in the place of the fact."""
    return SetupFound(a_setup("XRP"), SetupStatus.PENDING, fact.at)


@pytest.mark.parametrize("what", FORGERIES)
def test_a_fact_no_right_desk_would_state_is_found(what: str, tmp_path: Path) -> None:
    forgery = FORGERIES[what]
    state = StateDir.create(tmp_path)
    SqliteStore(state).close()
    done = False
    rows: list[tuple[Any, ...]] = []
    facts: list[Fact] = []
    previous = GENESIS
    for batch in a_day():
        first = len(rows) + 1
        for fact in batch:
            stated = fact
            if isinstance(fact, forgery.kind) and not done:
                stated, done = forgery.change(fact), True
            kind, at, payload = kind_of(stated), stamp(stated.at), encode(stated)
            own = chained(previous, kind, at, payload)
            rows.append((len(rows) + 1, first, at, kind, payload, previous, own))
            previous = own
            facts.append(stated)
    with closing(sqlite3.connect(state.ledger)) as db, db:
        for row, stated in zip(rows, facts, strict=True):
            db.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            with suppress(StoreError, sqlite3.IntegrityError):
                project(db, int(row[0]), stated)
    assert done
    assert forgery.rules <= set(broken(state)), broken(state)
