"""The ledger's tables: the append-only `events`, and the projections rebuilt from it."""

from typing import Final

VERSION: Final = 1
"""Schema version, in `PRAGMA user_version` and in `meta`."""
APPLICATION_ID: Final = 0x41544C53
"""`ATLS`, in `PRAGMA application_id`: tells a ledger from any other SQLite file."""

EVENTS_DDL: Final = (
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
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
)
"""`batch` is the seq of the first event of the same transaction."""

PROJECTION_DDL: Final = (
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
    "CREATE UNIQUE INDEX one_open_position_a_symbol ON positions (symbol) WHERE open = 1",
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
    "CREATE TABLE reviews (item_id TEXT PRIMARY KEY, reviewed INTEGER NOT NULL, at TEXT NOT NULL)",
    "CREATE TABLE seen (symbol TEXT PRIMARY KEY, at TEXT NOT NULL)",
)

PROJECTIONS: Final = ("account", "signals", "setups", "positions", "trades", "refusals", "funding", "reviews", "seen")
"""The tables a rebuild fills again."""


def object_name(ddl: str) -> str:
    """The table, index or trigger a DDL statement creates."""
    words = ddl.split()
    return words[3] if words[1] == "UNIQUE" else words[2]


OBJECTS: Final = {object_name(ddl): ddl for ddl in (*EVENTS_DDL, *PROJECTION_DDL)}
"""Every object a ledger must have, with the statement that creates it."""
