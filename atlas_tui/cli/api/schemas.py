"""The shape of every answer as JSON Schema, column by column; `tests/api` holds the answers against it."""

from typing import Any, Final

from core.adapters.desk_wire import PICTURES
from core.domain.patterns import Side

Schema = dict[str, Any]

_AMOUNT: Final = r"^-?[0-9]+(\.[0-9]+)?$"
_INSTANT: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z$"

TEXT: Final[Schema] = {"type": "string"}
AMOUNT: Final[Schema] = {"type": "string", "pattern": _AMOUNT, "description": "an exact decimal number"}
AT: Final[Schema] = {"type": "string", "pattern": _INSTANT, "description": "an instant in UTC"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
NUMBER: Final[Schema] = {"type": "number"}
FLAG: Final[Schema] = {"type": "boolean"}
SIDE: Final[Schema] = {"enum": [side.value for side in Side]}


def maybe(schema: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def some(schema: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": schema}


def by_name(schema: Schema) -> Schema:
    """These by a name."""
    return {"type": "object", "additionalProperties": schema}


def record(*columns: tuple[Schema, str]) -> Schema:
    """An object of exactly these columns: each schema with the names it holds for."""
    properties = {name: schema for schema, names in columns for name in names.split()}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_SAID = ((maybe(TEXT), "review review_reason notes"), (maybe(AT), "review_at"))
_SERIES = ((TEXT, "id symbol product_id timeframe pattern hash"), (SIDE, "direction"))
_LEG = (
    (TEXT, "status verdict target_kind"),
    (AMOUNT, "entry_trigger stop target risk_reward magnitude_pct"),
    (COUNT, "tfc_score"),
    (AT, "bar_start detected_at"),
    (FLAG, "fresh reviewed"),
)
_OPENED = ((TEXT, "setup_id tier target_kind entry_tag origin"), (AT, "opened_at"))

SIGNAL = record(*_SERIES, *_LEG, *_SAID, (TEXT, "family subtype"), (FLAG, "in_progress"))
SETUP = record(
    *_SERIES,
    *_LEG,
    *_SAID,
    (FLAG, "armed"),
    (maybe(TEXT), "refusal cause"),
    (maybe(AMOUNT), "break_price"),
    (maybe(AT), "resolved_at"),
)
POSITION = record(
    *_SERIES,
    *_OPENED,
    *_SAID,
    (AMOUNT, "size entry_price stop target fees funding leverage margin_leverage margin liquidation risk_usd"),
    (AMOUNT, "mark unrealised r_multiple"),
)
TRADE = record(
    *_SERIES,
    *_OPENED,
    *_SAID,
    (AMOUNT, "size entry_price exit_price stop target gross fees funding net r_multiple leverage pct"),
    (TEXT, "exit_reason exit_tag"),
    (AT, "closed_at"),
)
LIVE = record(
    (AT, "at"),
    (AMOUNT, "equity unrealised balance day_net"),
    (TEXT, "feed problem"),
    (maybe(NUMBER), "age_s"),
    (NUMBER, "clock_skew_s"),
    (by_name(TEXT), "symbols"),
    (by_name(AMOUNT), "prices"),
    (maybe(AT), "last_scan_at next_scan_at"),
    (COUNT, "to_review unsaved"),
)
_ABSENCE = record(
    (maybe(AT), "since link_dropped_at"),
    (COUNT, "signals triggers entries exits refused missed gaps gap_s restarts hard_stops down_s alerts_failed"),
    (AMOUNT, "net r_multiple funding"),
)
_DISK = record(
    (NUMBER, "ledger_mb log_mb recordings_mb backups_mb archive_mb free_mb budget_mb"), (some(TEXT), "over_budget")
)
STATUS = record(
    (FLAG, "running"),
    (maybe(COUNT), "pid"),
    (TEXT, "state_dir"),
    (AMOUNT, "start balance realised fees funding reserved"),
    (COUNT, "open_positions pending_setups armed_setups to_review signals trades"),
    (some(record((TEXT, "scope source"), (AT, "since"))), "halted"),
    (some(TEXT), "tripped"),
    (maybe(AT), "last_seen_at last_event_at"),
    (maybe(TEXT), "mode preset rest ws recording api"),
    (_DISK, "disk"),
    (some(record((TEXT, "symbol why"), (maybe(TEXT), "product_id"))), "listings"),
    (some(record((TEXT, "channel reason"), (COUNT, "waiting sent failed"))), "alerts"),
    (maybe({"type": "object"}), "feed"),
    (maybe(_ABSENCE), "since_last_seen"),
    (LIVE, "live"),
)
_RESULTS = (
    (TEXT, "scope"),
    (COUNT, "trades wins losses"),
    (NUMBER, "win_rate max_drawdown_pct"),
    (maybe(NUMBER), "profit_factor standard_error average_r"),
    (AMOUNT, "gross fees funding net expectancy max_drawdown"),
)
PERFORMANCE = record(*_RESULTS, (AMOUNT, "start_balance balance"), (some(record(*_RESULTS)), "by_target_kind"))
LEVERAGE = record(
    (AT, "at tier_change_at deadline_at maintenance_at"),
    (TEXT, "tier entry_tier"),
    (COUNT, "seconds_to_close"),
    (FLAG, "in_maintenance"),
    (some(record((TEXT, "symbol"), (AMOUNT, "intraday swing max_leverage effective"))), "caps"),
)
EVENT = {
    **record(({"enum": ["fact", "status", "positions", "note"]}, "event"), (TEXT, "data")),
    "description": "data is JSON: of fact an object of seq, at, kind and fact, as the ledger has it, seq is its id; "
    "of status the same as `live` of /status, of positions the items of /positions, of note an object of "
    "at, level, topic and text",
}
FRAMES = {
    "type": "string",
    "contentMediaType": PICTURES,
    "description": "frames of MessagePack, as ATLAS of the same protocol reads them; no other program should",
}
HEALTH = record(({"const": "ok"}, "status"))


def page_of(schema: Schema) -> Schema:
    """A page of a list."""
    return record((some(schema), "items"), (COUNT, "total limit offset"), (maybe(TEXT), "next"))
