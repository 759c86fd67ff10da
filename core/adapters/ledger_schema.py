"""The ledger's tables: the append-only `events`, the projections rebuilt from it, the outbox of alerts, a kept fold."""

from typing import Final

VERSION: Final = 4
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

PRESENCE: Final = "kind IN ('PersonSeen', 'DeskStarted', 'DeskStopped')"
"""The events that tell whether a person or a desk is there; a query that says exactly this finds them by index."""
PRESENCE_DDL: Final = f"CREATE INDEX events_of_presence ON events (kind) WHERE {PRESENCE}"

_FIRST_DDL: Final = (
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

_SECOND_DDL: Final = (
    """CREATE TABLE verdicts (
        seq INTEGER PRIMARY KEY,
        item_id TEXT NOT NULL,
        verdict TEXT NOT NULL,
        side TEXT,
        reason TEXT NOT NULL,
        until TEXT,
        at TEXT NOT NULL
    )""",
    "CREATE INDEX verdicts_by_item ON verdicts (item_id)",
    "CREATE TABLE notes (seq INTEGER PRIMARY KEY, item_id TEXT NOT NULL, text TEXT NOT NULL, at TEXT NOT NULL)",
    """CREATE TABLE halts (
        scope TEXT NOT NULL,
        source TEXT NOT NULL,
        since TEXT NOT NULL,
        PRIMARY KEY (scope, source)
    )""",
    "CREATE TABLE trips (guard TEXT PRIMARY KEY, value TEXT NOT NULL, threshold TEXT NOT NULL, at TEXT NOT NULL)",
    """CREATE TABLE shadows (
        setup_id TEXT PRIMARY KEY,
        side TEXT NOT NULL,
        reason TEXT NOT NULL,
        price TEXT NOT NULL,
        r_multiple TEXT NOT NULL,
        at TEXT NOT NULL
    )""",
    """CREATE TABLE presence (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        person_at TEXT,
        running INTEGER NOT NULL CHECK (running IN (0, 1)),
        started_at TEXT,
        stopped_at TEXT
    )""",
    "CREATE TABLE standings (setup_id TEXT PRIMARY KEY, body TEXT NOT NULL)",
    "CREATE TABLE sizings (position_id TEXT PRIMARY KEY, body TEXT NOT NULL)",
)
"""Verdicts that have not been withdrawn, of which an item's last one stands; what is halted and tripped now; how the
entries that were refused ended on paper; a break's standings and a position's arithmetic, as JSON."""

_FIRST: Final = ("account", "signals", "setups", "positions", "trades", "refusals", "funding", "reviews", "seen")
_SECOND: Final = ("verdicts", "notes", "halts", "trips", "shadows", "presence", "standings", "sizings")

PROJECTION_DDL: Final = (*_FIRST_DDL, *_SECOND_DDL)
PROJECTIONS: Final = (*_FIRST, *_SECOND)
"""The tables a rebuild fills again."""

OUTBOX_DDL: Final = (
    """CREATE TABLE outbox (
        id INTEGER PRIMARY KEY,
        channel TEXT NOT NULL,
        kind TEXT NOT NULL,
        cause TEXT NOT NULL,
        batch INTEGER NOT NULL,
        at TEXT NOT NULL,
        since TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
        tries INTEGER NOT NULL,
        due TEXT NOT NULL,
        reason TEXT NOT NULL,
        settled_at TEXT,
        UNIQUE (channel, kind, cause)
    )""",
    "CREATE INDEX outbox_waiting ON outbox (channel, id) WHERE state = 'waiting'",
)
"""Alerts to be sent and what became of them; no event, for two runs of one day may reach their channels differently.

`cause` is the number of the event it tells of, whose transaction wrote the row and whose `batch` it has; or, with a
batch of 0, a moment of the clock or of the feed. `since` is when it was put up, or up again, for its age.
"""

OUTBOX_SINCE: Final = 3
"""The first schema with it."""

KEPT_DDL: Final = """CREATE TABLE kept_state (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        seq INTEGER NOT NULL,
        hash TEXT NOT NULL,
        code TEXT NOT NULL,
        digest TEXT NOT NULL,
        body BLOB NOT NULL
    )"""
"""What the events up to `seq`, whose hash is `hash`, come to (`core.adapters.kept_state`). It saves a start the folding
and is nobody's source: no event, no projection, and gone without loss."""
KEPT_SINCE: Final = 4
"""The first schema with it."""
ADDED_DDL: Final = {
    1: (*_SECOND_DDL, PRESENCE_DDL, *OUTBOX_DDL, KEPT_DDL),
    2: (*OUTBOX_DDL, KEPT_DDL),
    3: (KEPT_DDL,),
}
"""What the newest schema has and the one of this number has not."""


def object_name(ddl: str) -> str:
    """The table, index or trigger a DDL statement creates."""
    words = ddl.split()
    return words[3] if words[1] == "UNIQUE" else words[2]


def _objects(*statements: str) -> dict[str, str]:
    return {object_name(ddl): ddl for ddl in statements}


_SECOND_OBJECTS: Final = _objects(*EVENTS_DDL, *PROJECTION_DDL, PRESENCE_DDL)
_THIRD_OBJECTS: Final = _SECOND_OBJECTS | _objects(*OUTBOX_DDL)
OBJECTS: Final = _THIRD_OBJECTS | _objects(KEPT_DDL)
"""Every object a ledger must have, with the statement that creates it."""
OBJECTS_OF: Final = {1: _objects(*EVENTS_DDL, *_FIRST_DDL), 2: _SECOND_OBJECTS, 3: _THIRD_OBJECTS, VERSION: OBJECTS}
"""The same by schema version."""
PROJECTIONS_OF: Final = {1: _FIRST, 2: PROJECTIONS, 3: PROJECTIONS, VERSION: PROJECTIONS}
"""The tables of projections by schema version."""
