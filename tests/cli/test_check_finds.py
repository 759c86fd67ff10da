"""`atlas check` on copies of one ledger, each broken in another way: every one is found, and what breaks is named."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from core.adapters.ledger_findings import RULES
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.errors import StoreError
from tests.adapters.judged import change_rows
from tests.adapters.ledger_story import a_day
from tests.cli.said import Said

Run = Callable[..., Said]

# What is done to the rows, and what the report must name.
ROWS: dict[str, tuple[str, str]] = {
    "an amount in an event": (
        "UPDATE events SET payload = replace(payload, '105.10', '104.10') WHERE seq = 10",
        "t 10",
    ),
    "an event taken out": ("DELETE FROM events WHERE seq = 9", "event 9 is missing"),
    "the last event taken off": ("DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)", "presence"),
    "an event put in": (
        """INSERT INTO events SELECT max(seq) + 1, max(seq) + 1, max(at), 'MarketSeen',
        '{"symbol":"BTC","at":"2026-03-03T00:00:00Z"}', max(hash), 'feed' FROM events""",
        "was altered",
    ),
    "two events swapped": (
        (
            "UPDATE events SET seq = -5 WHERE seq = 5; UPDATE events SET seq = 5 WHERE seq = 6;"
            "UPDATE events SET seq = 6 WHERE seq = -5"
        ),
        "event 5 does not follow",
    ),
    "events renumbered": (
        "UPDATE events SET seq = -seq - 1 WHERE seq > 8; UPDATE events SET seq = -seq WHERE seq < 0",
        "event 9 is missing",
    ),
    "a hash of the last event": ("UPDATE events SET hash = 'f' || substr(hash, 2) WHERE seq = 12", "event 12 "),
    "a link of the chain": ("UPDATE events SET prev_hash = hash WHERE seq = 7", "event 7 does not follow"),
    "a time without Z": ("UPDATE events SET at = replace(at, 'Z', '') WHERE seq = 3", "event 3 "),
    "a time of day moved": ("UPDATE events SET at = replace(at, 'T12', 'T13') WHERE seq = 1", "event 1 "),
    "a time in New York": (
        "UPDATE events SET payload = replace(payload, ':00Z', ':00-05:00') WHERE seq = 1",
        "without Z",
    ),
    "an event as bytes": ("UPDATE events SET payload = CAST(payload AS BLOB) WHERE seq = 4", "event 4 is not text"),
    "an event in no alphabet": ("UPDATE events SET payload = CAST(x'7bff7d' AS TEXT) WHERE seq = 4", "event 4 "),
    "an event too deep": (
        "UPDATE events SET payload = replace(hex(zeroblob(9000)), '00', '[') WHERE seq = 4",
        "event 4 ",
    ),
    "a transaction split": ("UPDATE events SET batch = seq WHERE kind = 'PositionOpened'", "together with its trigger"),
    "a transaction without number": ("UPDATE events SET batch = 'x' WHERE seq = 6", "event 6 is in transaction 'x'"),
    "a balance off by a millionth": ("UPDATE account SET balance = '1030.501234'", "1030.501234"),
    "a balance in words": ("UPDATE account SET balance = 'lots'", "'lots' where an amount belongs"),
    "fees in bytes": ("UPDATE account SET fees = x'ff'", "account"),
    "the account gone": ("DELETE FROM account", "the account has no row"),
    "a trade altered": ("UPDATE trades SET net = net || '1'", "trades has another row BTC|1h|2D-1-?"),
    "a trade added": (
        "INSERT INTO trades SELECT 'x', 'y', symbol, reason, '0', '0', '0', '0', closed_at, 99, body FROM trades",
        "trades has the row x",
    ),
    "a trade removed": ("DELETE FROM trades", "trades lacks the row BTC|1h|2D-1-?"),
    "bodies of two setups swapped": (
        """UPDATE setups SET body = (SELECT body FROM setups WHERE symbol = 'SOL') WHERE symbol = 'ETH'""",
        "setups has another row ETH",
    ),
    "an open position closed": ("UPDATE positions SET open = 0", "positions has another row SOL"),
    "a second open position": (
        """DROP INDEX one_open_position_a_symbol; INSERT INTO positions
        SELECT 'x', 'y', symbol, 1, side, tier, margin, liquidation, funding, opened_at, body FROM positions
        WHERE open = 1; CREATE INDEX one_open_position_a_symbol ON positions (symbol) WHERE open = 1""",
        "more than one open position on SOL",
    ),
    "funding doubled": ("UPDATE funding SET amount = amount * 2", "funding has another row BTC"),
    "a setup pending again": (
        "DROP TRIGGER setups_resolve_once; UPDATE setups SET status = 'PENDING' WHERE symbol = 'ETH'",
        "setups has another row ETH",
    ),
    "another schema in the table": ("UPDATE meta SET value = '1' WHERE key = 'schema'", "'schema': '1'"),
    "no schema in the table": ("DELETE FROM meta", "its table meta says {}"),
    "an older schema in the file": ("PRAGMA user_version = 1", "not part of schema 1"),
    "no schema in the file": ("PRAGMA user_version = 0", "not a ledger of ATLAS"),
    "another program's file": ("PRAGMA application_id = 7", "not a ledger of ATLAS"),
    "an index dropped": ("DROP INDEX verdicts_by_item", "verdicts_by_item"),
    "a unique index made a plain one": (
        (
            "DROP INDEX one_open_position_a_symbol;"
            "CREATE INDEX one_open_position_a_symbol ON positions (symbol) WHERE open = 1"
        ),
        "one_open_position_a_symbol",
    ),
    "a guard dropped": ("DROP TRIGGER setups_resolve_once", "setups_resolve_once"),
    "a trigger that forges": (
        "CREATE TRIGGER forger AFTER INSERT ON trades BEGIN UPDATE account SET balance = '9'; END",
        "not part of schema 4: forger",
    ),
    "a table that is not ours": ("CREATE TABLE luck (n INTEGER)", "luck"),
    "a table dropped": ("DROP TABLE funding", "funding"),
}


@pytest.mark.parametrize("what", ROWS)
def test_what_was_done_to_the_rows_is_found_and_named(what: str, a_day_on_paper: Path, atlas: Run) -> None:
    script, named = ROWS[what]
    change_rows(StateDir(a_day_on_paper).ledger, script)
    found = broken(atlas, a_day_on_paper)
    assert any(named in detail for detail in found.values()), found


def broken(atlas: Run, folder: Path) -> dict[str, str]:
    """The broken invariants and their rows; every report is whole, and ends with exit code 1."""
    said = atlas("check", "--state-dir", folder, "--format", "json")
    assert (said.code, said.err, said.json["ok"]) == (1, "", False), said
    return {one["id"]: one["detail"] for one in said.json["checks"] if not one["ok"]}


def test_the_untouched_one_passes(a_day_on_paper: Path, atlas: Run) -> None:
    said = atlas("check", "--state-dir", a_day_on_paper, "--format", "json")
    assert (said.code, said.json["ok"]) == (0, True)
    assert all(one["ok"] and one["detail"] for one in said.json["checks"])


def test_a_damaged_log_of_a_killed_desk_is_found_and_refused_at_the_next_start(tmp_path: Path, atlas: Run) -> None:
    killed = killed_desk(tmp_path)
    log = Path(f"{killed.ledger}-wal")
    whole = log.read_bytes()
    assert atlas("check", "--state-dir", killed.root).code == 0
    for what, damaged in {
        "its header": b"\0" * 8 + whole[8:],
        "frame 4": whole[:14000] + bytes([whole[14000] ^ 1]) + whole[14001:],
    }.items():
        Path(f"{killed.ledger}-shm").unlink(missing_ok=True)
        log.write_bytes(damaged)
        assert f"write-ahead log is damaged at {what}" in broken(atlas, killed.root)["R1"]
        with pytest.raises(StoreError, match="cannot be trusted"):
            SqliteStore(killed)
    Path(f"{killed.ledger}-shm").unlink(missing_ok=True)
    log.write_bytes(whole)
    assert atlas("check", "--state-dir", killed.root).code == 0


def killed_desk(folder: Path) -> StateDir:
    """The files a killed desk leaves: everything it acknowledged is in the write-ahead log."""
    store = SqliteStore(StateDir.create(folder / "live"))
    for batch in a_day():
        store.append(batch).result(10)
    killed = StateDir.create(folder / "killed")
    for suffix in ("", "-wal"):
        Path(f"{killed.ledger}{suffix}").write_bytes((folder / "live" / f"ledger.db{suffix}").read_bytes())
    store.close()
    return killed


def no_file(ledger: Path) -> None:
    ledger.unlink()


def a_folder(ledger: Path) -> None:
    ledger.unlink()
    ledger.mkdir()


@pytest.mark.parametrize(("change", "says"), [(no_file, "No ledger in"), (a_folder, "is not a file")])
def test_what_is_no_file_is_one_sentence(
    change: Callable[[Path], None], says: str, a_day_on_paper: Path, atlas: Run
) -> None:
    change(StateDir(a_day_on_paper).ledger)
    said = atlas("check", "--state-dir", a_day_on_paper)
    assert said.code == 1
    assert says in said.sentence


@pytest.mark.parametrize("content", ["empty", "text", "first half", "first page", "without its end"])
def test_a_file_that_is_no_whole_ledger_breaks_every_invariant(content: str, a_day_on_paper: Path, atlas: Run) -> None:
    ledger = StateDir(a_day_on_paper).ledger
    whole = ledger.read_bytes()
    ledger.write_bytes(
        {
            "empty": b"",
            "text": b"dear ledger " * 500,
            "first half": whole[: len(whole) // 2],
            "first page": whole[:4096],
            "without its end": whole[:-3000],
        }[content]
    )
    found = broken(atlas, a_day_on_paper)
    assert any(str(ledger) in detail or "damaged" in detail for detail in found.values()), found


def test_a_ledger_of_a_newer_atlas_breaks_R8_and_is_not_judged_further(a_day_on_paper: Path, atlas: Run) -> None:
    with closing(sqlite3.connect(StateDir(a_day_on_paper).ledger)) as db:
        db.execute("PRAGMA user_version = 99")
    found = broken(atlas, a_day_on_paper)
    assert "has schema 99, this ATLAS knows" in found.pop("R8")
    assert "R1" not in found
    assert found.keys() == RULES.keys() - {"R1", "R8"}
    assert all(detail.startswith("not judged") for detail in found.values())
