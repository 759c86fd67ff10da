"""What the first version of the ledger wrote, word for word: its tables, and facts as they stood in its events."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from core.adapters.fact_codec import GENESIS, chained, decode_fact, stamp
from core.adapters.ledger_projection import project
from core.adapters.ledger_schema import PROJECTION_DDL

EARLIER_FACTS: tuple[tuple[str, str], ...] = (
    ("AccountOpened", '{"balance":"1000.00","at":"2026-03-02T12:00:00Z"}'),
    (
        "SignalFound",
        (
            '{"signal":{"symbol":"ETH","product_id":"ETH-USD","timeframe":{"minutes":60},"pattern":"2-2",'
            '"sequence":"2D-2U","subtype":"reversal","judged":{"leg":{"side":"LONG","entry":"105","stop":"95",'
            '"target":"120.50","target_kind":"structural"},"verdict":"OK","tfc_score":0},'
            '"bar_start":"2026-03-02T12:00:00Z","detected_at":"2026-03-02T13:00:04.000250Z","tfc_score":3,'
            '"in_progress":false,"fresh":true},"at":"2026-03-02T13:00:04Z"}'
        ),
    ),
    (
        "SetupFound",
        (
            '{"setup":{"symbol":"BTC","product_id":"BTC-PERP-INTX","timeframe":{"minutes":60},"name":"2D-1-?",'
            '"bar_start":"2026-03-02T12:00:00Z","long_trigger":"105","short_trigger":"95","legs":[{"leg":{"side":"LONG",'
            '"entry":"105","stop":"95","target":"120.50","target_kind":"structural"},"verdict":"OK","tfc_score":0}],'
            '"max_unbroken":2,"detected_at":"2026-03-02T13:00:04Z","fresh":true},"status":"PENDING",'
            '"at":"2026-03-02T13:00:04Z"}'
        ),
    ),
    (
        "SetupResolved",
        (
            '{"setup_id":"BTC|1h|2D-1-?|2026-03-02T12:00:00Z","status":"TRIGGERED","side":"LONG","price":"105.05",'
            '"tfc_score":3,"cause":"broke 105","at":"2026-03-02T13:10:00Z"}'
        ),
    ),
    (
        "PositionOpened",
        (
            '{"position":{"id":"BTC|1h|2D-1-?|2026-03-02T12:00:00Z|LONG","setup_id":"BTC|1h|2D-1-?|2026-03-02T12:00:00Z",'
            '"symbol":"BTC","product_id":"BTC-PERP-INTX","timeframe":{"minutes":60},"pattern":"2D-1-2U","plan":{'
            '"side":"LONG","stop":"95","target":"120.50","target_kind":"structural","invalidation":"95",'
            '"entry_bar_end":"2026-03-02T14:00:00Z"},"size":"1.98","entry":{"price":"105.10","fee":"0.062429",'
            '"at":"2026-03-02T13:10:00Z","tag":"live"},"leverage":"0.208098","tier":"intraday","margin_leverage":"10",'
            '"margin":"20.8098","liquidation":"99.845","entry_balance":"1000.00","risk_usd":"20.0000","funding":"0"},'
            '"at":"2026-03-02T13:10:00Z"}'
        ),
    ),
    (
        "ItemReviewed",
        '{"item_id":"BTC|1h|2D-1-?|2026-03-02T12:00:00Z","reviewed":true,"at":"2026-03-02T14:00:00Z"}',
    ),
    ("SignalDismissed", '{"signal_id":"ETH|1h|2D-2U|2026-03-02T12:00:00Z","at":"2026-03-02T14:00:00Z"}'),
    ("MarketSeen", '{"symbol":"BTC","at":"2026-03-02T14:00:00Z"}'),
)
"""Kind and payload, in order; together a ledger that every invariant of its time holds for."""

BATCHES = (1, 2, 3, 4, 4, 6, 6, 8)
"""The seq of the first event of each one's transaction."""

TABLES: tuple[str, ...] = (
    """CREATE TABLE events (
        seq INTEGER PRIMARY KEY,
        batch INTEGER NOT NULL,
        at TEXT NOT NULL,
        kind TEXT NOT NULL,
        payload TEXT NOT NULL,
        prev_hash TEXT NOT NULL,
        hash TEXT NOT NULL
    )""",
    """CREATE TRIGGER events_never_change BEFORE UPDATE ON events
        BEGIN SELECT RAISE(ABORT, 'events are append-only'); END""",
    """CREATE TRIGGER events_never_vanish BEFORE DELETE ON events
        BEGIN SELECT RAISE(ABORT, 'events are append-only'); END""",
    """CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)""",
    """CREATE TABLE account (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        start TEXT NOT NULL,
        balance TEXT NOT NULL,
        realised TEXT NOT NULL,
        fees TEXT NOT NULL,
        funding TEXT NOT NULL,
        reserved TEXT NOT NULL
    )""",
    """CREATE TABLE signals (
        id TEXT PRIMARY KEY,
        symbol TEXT NOT NULL,
        timeframe TEXT NOT NULL,
        bar_start TEXT NOT NULL,
        found_seq INTEGER NOT NULL,
        dismissed INTEGER NOT NULL DEFAULT 0 CHECK (dismissed IN (0, 1)),
        body TEXT NOT NULL
    )""",
    """CREATE TABLE setups (
        id TEXT PRIMARY KEY,
        symbol TEXT NOT NULL,
        timeframe TEXT NOT NULL,
        bar_start TEXT NOT NULL,
        found_seq INTEGER NOT NULL,
        status TEXT NOT NULL,
        side TEXT,
        price TEXT,
        tfc_score INTEGER,
        cause TEXT,
        resolved_at TEXT,
        body TEXT NOT NULL
    )""",
    """CREATE TRIGGER setups_resolve_once BEFORE UPDATE OF status ON setups WHEN OLD.status <> 'PENDING'
        BEGIN SELECT RAISE(ABORT, 'a final status never changes'); END""",
    """CREATE TABLE positions (
        id TEXT PRIMARY KEY,
        setup_id TEXT NOT NULL UNIQUE,
        symbol TEXT NOT NULL,
        open INTEGER NOT NULL CHECK (open IN (0, 1)),
        side TEXT NOT NULL,
        tier TEXT NOT NULL,
        margin TEXT NOT NULL,
        liquidation TEXT NOT NULL,
        funding TEXT NOT NULL,
        opened_at TEXT NOT NULL,
        body TEXT NOT NULL
    )""",
    """CREATE UNIQUE INDEX one_open_position_a_symbol ON positions (symbol) WHERE open = 1""",
    """CREATE TABLE trades (
        id TEXT PRIMARY KEY,
        setup_id TEXT NOT NULL UNIQUE,
        symbol TEXT NOT NULL,
        reason TEXT NOT NULL,
        gross TEXT NOT NULL,
        fees TEXT NOT NULL,
        funding TEXT NOT NULL,
        net TEXT NOT NULL,
        closed_at TEXT NOT NULL,
        closed_seq INTEGER NOT NULL UNIQUE,
        body TEXT NOT NULL
    )""",
    """CREATE TABLE refusals (
        setup_id TEXT PRIMARY KEY,
        side TEXT NOT NULL,
        code TEXT NOT NULL,
        price TEXT NOT NULL,
        at TEXT NOT NULL,
        body TEXT NOT NULL
    )""",
    """CREATE TABLE funding (
        position_id TEXT NOT NULL,
        instant TEXT NOT NULL,
        mark TEXT NOT NULL,
        rate TEXT NOT NULL,
        amount TEXT NOT NULL,
        PRIMARY KEY (position_id, instant)
    )""",
    """CREATE TABLE reviews (item_id TEXT PRIMARY KEY, reviewed INTEGER NOT NULL, at TEXT NOT NULL)""",
    """CREATE TABLE seen (symbol TEXT PRIMARY KEY, at TEXT NOT NULL)""",
)
"""Every CREATE statement of schema 1."""

PROJECTED = ("account", "signals", "setups", "positions", "trades", "refusals", "funding", "reviews", "seen")
BODIES = {
    "SignalFound": ("signals", "signal"),
    "SetupFound": ("setups", "setup"),
    "PositionOpened": ("positions", "position"),
}
"""Of the facts above whose value a projection keeps: in which table, and under which name the fact holds it."""


def _bodies() -> dict[str, str]:
    """By table the body of its one row, with the fields of its time and no others."""
    told = [(*BODIES[kind], payload) for kind, payload in EARLIER_FACTS if kind in BODIES]
    return {table: json.dumps(json.loads(payload)[name], separators=(",", ":")) for table, name, payload in told}


def write_version_one(path: Path, copies: int = 1) -> None:
    """Make a ledger as the first ATLAS left it; its last event repeated so many times."""
    facts = [*zip(EARLIER_FACTS, BATCHES, strict=True)]
    for number in range(copies - 1):
        facts.append((EARLIER_FACTS[-1], BATCHES[-1] + 1 + number))
    with closing(sqlite3.connect(":memory:")) as fresh, closing(sqlite3.connect(path)) as db:
        for ddl in PROJECTION_DDL:
            fresh.execute(ddl)
        for ddl in TABLES:
            db.execute(ddl)
        previous = GENESIS
        for seq, ((kind, payload), batch) in enumerate(facts, start=1):
            fact = decode_fact(kind, payload)
            project(fresh, seq, fact)
            at = stamp(fact.at)
            own = chained(previous, kind, at, payload)
            db.execute(
                "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", (seq, batch, at, kind, payload, previous, own)
            )
            previous = own
        bodies = _bodies()
        for table in PROJECTED:
            for row in fresh.execute(f"SELECT * FROM {table}"):
                kept = (*row[:-1], bodies[table]) if table in bodies else row
                db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(kept))})", kept)
        db.execute("INSERT INTO meta VALUES ('format', 'atlas ledger'), ('schema', '1')")
        db.execute("PRAGMA application_id = 1096043603")
        db.execute("PRAGMA user_version = 1")
        db.commit()
    path.chmod(0o600)
