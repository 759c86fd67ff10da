"""`atlas check`: do the invariants of RELIABILITY.md hold on a state directory?"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal, InvalidOperation, localcontext
from pathlib import Path
from typing import Final

from core.adapters.fact_codec import GENESIS, Codec, body_of, chained, decode_fact, stamp
from core.adapters.kept_audit import KeptAudit
from core.adapters.ledger_audit import LedgerAudit
from core.adapters.ledger_chain import NewerLedger, Untrusted, verify_shape
from core.adapters.ledger_file import no_ledger, settle
from core.adapters.ledger_findings import CheckResult, Findings
from core.adapters.ledger_projection import POSITION, project
from core.adapters.ledger_reader import LedgerAccount
from core.adapters.ledger_schema import OUTBOX_SINCE, PROJECTION_DDL, PROJECTIONS_OF, VERSION
from core.adapters.ledger_wal import broken_log
from core.adapters.outbox_audit import OutboxAudit
from core.adapters.state_dir import StateDir
from core.domain.errors import StoreError
from core.domain.facts import EntryRefused, Fact
from core.domain.margin import PRECISION
from core.domain.positions import ClosedTrade
from core.domain.signals import Setup, Signal

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(.?)")
_STAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
ZERO: Final = Decimal(0)
_UNREADABLE: Final = (sqlite3.DatabaseError, ValueError, ArithmeticError, TypeError, RecursionError, MemoryError)
"""What a database raises that is damaged beyond reading on."""
_KEYS: Final = {"funding": 2, "halts": 2}
"""How many columns a table's key has, where it is not one."""
_BODIES: Final = {
    "signals": Codec(Signal).decode,
    "setups": Codec(Setup).decode,
    "positions": POSITION.decode,
    "trades": Codec(ClosedTrade).decode,
    "refusals": Codec(EntryRefused).decode,
}
"""What reads a table's last column, where that is a value as JSON."""


def check(state_dir: Path) -> tuple[CheckResult, ...]:
    """Judge the ledger of the directory, read-only and as of this moment: one result for each rule.

    Raises:
        StoreError: there is no ledger, or it cannot be read at all.
    """
    state = StateDir(state_dir.expanduser().absolute())
    if not state.ledger.exists():
        raise no_ledger(state)
    if not state.ledger.is_file():
        raise StoreError(f"the ledger {state.ledger} is not a file")
    findings = Findings()
    try:
        broken = broken_log(state.ledger)
        findings.expect("R1", broken is None, str(broken))
        settle(state.ledger)
        uri = f"{state.ledger.as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=5)) as db:
            db.text_factory = _text
            db.execute("BEGIN")
            _judge(db, state, findings)
    except OSError as error:
        raise StoreError(f"the ledger {state.ledger} cannot be read: {error.strerror}") from error
    except _UNREADABLE as error:
        findings.abandon(f"the ledger {state.ledger} cannot be read: {error}")
    return findings.results()


def _text(raw: bytes) -> str:
    """Text of the database; bytes that are none become marks that no right row holds, so that the row is named."""
    return raw.decode("utf-8", "replace")


def _judge(db: sqlite3.Connection, state: StateDir, findings: Findings) -> None:
    version: int | None = VERSION
    try:
        version = verify_shape(db, state.ledger)
    except Untrusted as error:
        findings.expect(error.rule, False, str(error))
    except NewerLedger as error:
        version = None
        findings.expect("R8", False, str(error))
    # The whole check, not the quick one: a damaged index finds no row twice, and does not find those that are there.
    for (sound,) in db.execute("PRAGMA integrity_check(3)").fetchall():
        findings.expect("R1", sound == "ok", f"the database is damaged: {' '.join(str(sound).split())}")
    if version is None:
        findings.abandon("not judged: only the newer ATLAS that wrote it knows its rules", ("R1", "R8"))
        return
    audit, outbox, kept = LedgerAudit(findings), OutboxAudit(findings), KeptAudit(db, version, findings)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        for ddl in PROJECTION_DDL:
            fresh.execute(ddl)
        fresh.execute("BEGIN")
        for seq, batch, fact in _events(db, findings):
            audit.take(seq, batch, fact)
            outbox.take(seq, batch, fact)
            kept.take(seq, fact)
            try:
                project(fresh, seq, fact)
            except (StoreError, sqlite3.IntegrityError) as error:
                findings.expect("M2", False, f"event {seq} contradicts those before it: {error}")
        audit.finish()
        kept.finish()
        for table in PROJECTIONS_OF[version]:
            _compare(table, db, fresh, findings)
    if version >= OUTBOX_SINCE:
        outbox.compare(db)
    _judge_account(db, audit, findings)


def _events(db: sqlite3.Connection, findings: Findings) -> Iterator[tuple[int, int, Fact]]:
    """Every readable event; the chain, the numbering of transactions and the times are judged on the way."""
    previous, expected, last_batch = GENESIS, 1, 0
    query = "SELECT seq, batch, at, kind, payload, prev_hash, hash FROM events ORDER BY seq"
    for row in db.execute(query):
        seq, batch, at, kind, payload, prev_hash, own = row
        if not findings.expect("M2", isinstance(batch, int), f"event {seq} is in transaction {batch!r}"):
            batch = 0
        if not findings.expect("M2", all(isinstance(part, str) for part in row[2:]), f"event {seq} is not text"):
            previous, expected = str(own), seq + 1
            continue
        findings.expect("M2", seq == expected, f"event {expected} is missing before event {seq}")
        findings.expect("M2", prev_hash == previous, f"event {seq} does not follow the event before it")
        intact = chained(prev_hash, kind, at, payload) == own
        findings.expect("M2", intact, f"event {seq} ({kind}) was altered")
        grouped = batch in (seq, last_batch)
        findings.expect("O5", grouped, f"event {seq} is in transaction {batch}, after {last_batch}")
        previous, expected, last_batch = own, seq + 1, batch
        zones = [match[0] for match in _TIME.finditer(payload) if match[1] != "Z"]
        zoned = findings.expect("T1", not zones, f"event {seq} ({kind}) holds the time {', '.join(zones)} without Z")
        findings.expect("T1", bool(_STAMP.fullmatch(at)), f"event {seq} ({kind}) is stamped {at}")
        try:
            fact = decode_fact(kind, payload)
        except (StoreError, ArithmeticError, RecursionError) as error:
            findings.expect("M2", False, f"event {seq}: {error}")
            continue
        if zoned:
            findings.expect("T1", stamp(fact.at) == at, f"event {seq} ({kind}) is stamped {at}, not {stamp(fact.at)}")
            yield seq, batch, fact


def _compare(table: str, db: sqlite3.Connection, fresh: sqlite3.Connection, findings: Findings) -> None:
    """A projection and its rebuild must be the same, row by row, but for fields that came after a row was written."""
    query, width = f"SELECT * FROM {table} ORDER BY 1, 2", _KEYS.get(table, 1)  # noqa: S608 - one of our own tables
    kept = {row[:width]: row for row in db.execute(query)}
    due = {row[:width]: row for row in fresh.execute(query)}
    for key in due.keys() - kept.keys():
        findings.expect("M2", False, f"{table} lacks the row {_named(key)}")
    for key in kept.keys() - due.keys():
        findings.expect("M2", False, f"{table} has the row {_named(key)}, which no event made")
    for key in sorted(due.keys() & kept.keys()):
        same = due[key] == kept[key] or due[key] == _restated(table, kept[key], findings)
        findings.expect("M2", same, f"{table} has another row {_named(key)} than its events give")


def _restated(table: str, row: tuple[object, ...], findings: Findings) -> tuple[object, ...]:
    """A row an earlier ATLAS wrote, with its body as it is written now: with the fields that came since."""
    if table not in _BODIES:
        return row
    try:
        return (*row[:-1], body_of(_BODIES[table](str(row[-1]))))
    except StoreError as error:
        findings.expect("M2", False, f"{table} has a row {row[0]} that cannot be read: {error}")
        return row


def _judge_account(db: sqlite3.Connection, audit: LedgerAudit, findings: Findings) -> None:
    """The account's row against the fold of events, and against the sums over trades and open positions."""
    row = db.execute("SELECT start, balance, realised, fees, funding, reserved FROM account").fetchone()
    if row is None:
        findings.expect("M1", not audit.opened, "the account has no row")
        return
    told = LedgerAccount(*(_amount(amount, "the account", findings) for amount in row))
    with localcontext() as context:
        context.prec = PRECISION
        owed = told.start + told.realised - told.fees + told.funding
        findings.expect("M1", told.balance == owed, f"the account shows balance {told.balance}, its parts give {owed}")
        for name in ("start", "balance", "realised", "fees", "funding"):
            shown, due = getattr(told, name), getattr(audit, name)
            findings.expect("M1", shown == due, f"the account shows {name} {shown}, the events give {due}")
        margins = _total(db, "SELECT id, margin FROM positions WHERE open = 1 ORDER BY id", findings)
        for source, total in (("positions", margins), ("events", audit.reserved)):
            findings.expect(
                "M4", told.reserved == total, f"the account reserves {told.reserved}, {source} give {total}"
            )
        equity = told.start + _total(db, "SELECT id, net FROM trades", findings)
        for position in audit.open.values():
            equity += position.funding - position.entry.fee + position.unrealised(position.entry.price)
        findings.expect("M3", told.balance == equity, f"the account shows {told.balance}, its trades give {equity}")
        held = db.execute("SELECT symbol FROM positions WHERE open = 1 GROUP BY symbol HAVING count(*) > 1").fetchall()
        findings.expect("O3", not held, f"more than one open position on {', '.join(symbol for (symbol,) in held)}")


def _total(db: sqlite3.Connection, query: str, findings: Findings) -> Decimal:
    return sum((_amount(amount, str(key), findings) for key, amount in db.execute(query)), ZERO)


def _amount(text: object, where: str, findings: Findings) -> Decimal:
    """An amount as it is kept; 0 where it is none, which is noted."""
    try:
        amount = Decimal(str(text))
    except InvalidOperation:
        amount = Decimal("NaN")
    finite = findings.expect("M5", amount.is_finite(), f"{where} has {text!r} where an amount belongs")
    return amount if finite else ZERO


def _named(key: tuple[object, ...]) -> str:
    return " ".join(str(part) for part in key)
