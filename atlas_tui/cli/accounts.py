"""`atlas performance|leverage|status`: the account, its caps and the desk in a few lines."""

import time
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from atlas_tui.cli.books import Books, books_of
from atlas_tui.cli.common import common_options, format_option, preset_option
from atlas_tui.cli.listing import clock_text, csv_text, put_json, put_rows, table_text
from atlas_tui.cli.note import desk_note, holder_of
from atlas_tui.cli.numbers import performance_rows
from atlas_tui.cli.saying import tell
from atlas_tui.cli.status_file import feed_told
from atlas_tui.views import absence
from atlas_tui.zones import zone_named
from core.adapters.absence_reader import read_absence
from core.adapters.ledger_inbox import waiting
from core.adapters.ledger_reader import LedgerReader
from core.adapters.retention import disk_use
from core.adapters.state_dir import StateDir
from core.domain.leverage import Tier
from core.domain.policy import Policy
from core.domain.review_views import AbsenceView, HaltView
from core.domain.rows import absence_row, exact
from core.domain.signals import iso_z

_LISTED = ("since_last_seen", "halted", "tripped", "disk", "listings", "feed")
"""What is a list or an object in JSON, and a line each in the table."""
CAUTION = (
    "On 18.5 months of real candles the method's edge was +0.12 R a trade with a standard error of 0.11 before costs: "
    "not distinguishable from nothing, and 0.03 % a side eats it."
)


@click.command("performance")
@format_option
@common_options
@click.pass_context
def performance_command(context: click.Context, style: str) -> None:
    """What the closed trades add up to, in all and by kind of target; amounts in USD."""
    books = books_of(context)
    with books.reader() as reader:
        account = reader.account()
        start = account.start if account else books.settings.policy.start_balance
        rows = performance_rows(start, reader.trades())
        balance = exact(account.balance) if account else exact(start)
    if style == "json":
        put_json({"start_balance": exact(start), "balance": balance, **rows[0], "by_target_kind": rows[1:]})
        return
    put_rows(rows, list(rows[0]), style, books.settings.ui.zone)
    if style == "table":
        tell(f"\nBalance {balance} USD, begun with {exact(start)}. {CAUTION}")


@click.command("leverage")
@preset_option
@format_option
@common_options
@click.pass_context
def leverage_command(context: click.Context, style: str) -> None:
    """Leverage tiers now, and the cap of every symbol. The venue's own cap may be lower still.

    Now is the desk's time: this machine's, but that of the last ledger event for a desk on an embedded exchange.
    """
    books = books_of(context)
    settings, now = books.settings, books.now()
    clock, rows = _tier_clock(settings.policy, now), cap_rows(settings.policy, now)
    if style == "json":
        put_json({**clock, "caps": rows})
        return
    put_rows(rows, list(rows[0]), style, settings.ui.zone)
    if style == "table":
        zone = settings.ui.zone
        tell(
            f"\nTier {clock['tier']} at {clock_text(now, zone)} ({zone}); it changes at "
            f"{clock_text(datetime.fromisoformat(str(clock['tier_change_at'])), zone)}, "
            f"deadline {clock_text(datetime.fromisoformat(str(clock['deadline_at'])), zone)}."
        )


@click.command("status")
@format_option
@common_options
@click.pass_context
def status_command(context: click.Context, style: str) -> None:
    """Is a desk running, what does its account hold, and what stands for which symbol."""
    books = books_of(context)
    with books.reader() as reader:
        status = _status(books, reader)
    away = read_absence(StateDir(books.root).ledger, alone=status["pid"] is None)
    if style == "json":
        put_json({**status, "since_last_seen": absence_row(away) if away else None})
        return
    rows = [{"what": name, "value": value} for name, value in status.items() if name not in _LISTED]
    rows += _absence_rows(away, books)
    rows += [{"what": "halted", "value": _halt_text(one)} for one in status["halted"]]
    rows += [{"what": "tripped", "value": guard} for guard in status["tripped"]]
    rows += [{"what": "disk", "value": _disk_text(status["disk"])}]
    listings = status["listings"] or []
    rows += [{"what": f"listing {one['symbol']}", "value": _listing_text(one)} for one in listings]
    rows += [{"what": what, "value": value} for what, value in _feed_lines(status["feed"])]
    if style == "csv":
        tell(csv_text(rows, ("what", "value")), nl=False)
    else:
        tell(table_text(rows, ("what", "value"), books.settings.ui.zone))


def cap_rows(policy: Policy, at: datetime) -> list[dict[str, Any]]:
    """Leverage caps by symbol: both tiers, the trader's own, and what holds for an entry at this moment."""
    tier = policy.tiers.entry_tier_at(at)
    return [
        {
            "symbol": symbol,
            "intraday": exact(policy.tiers.maximum(symbol, Tier.INTRADAY)),
            "swing": exact(policy.tiers.maximum(symbol, Tier.SWING)),
            "max_leverage": exact(policy.risk.max_leverage),
            "effective": exact(min(policy.tiers.maximum(symbol, tier), policy.risk.max_leverage)),
        }
        for symbol in policy.symbols
    ]


def _tier_clock(policy: Policy, at: datetime) -> dict[str, Any]:
    window = policy.tiers.window
    return {
        "at": iso_z(at),
        "tier": policy.tiers.tier_at(at).value,
        "entry_tier": policy.tiers.entry_tier_at(at).value,
        "seconds_to_close": window.seconds_to_close(at),
        "tier_change_at": iso_z(window.next_change(at)),
        "deadline_at": iso_z(window.next_deadline(at)),
        "in_maintenance": policy.maintenance.contains(at),
        "maintenance_at": iso_z(policy.maintenance.next_start(at)),
    }


def _status(books: Books, reader: LedgerReader) -> dict[str, Any]:
    account, positions, trades = reader.account(), reader.positions(), reader.trades()
    review, now, seen = books.settings.policy.review, books.now(), reader.presence().person_at
    pending = [view for view in reader.setups(review, now) if view.pending]
    pid, note, last = holder_of(books.root), desk_note(books.root), reader.last_at()
    amounts = ("start", "balance", "realised", "fees", "funding", "reserved")
    return {
        "running": pid is not None,
        "pid": pid,
        "state_dir": str(books.root),
        **{name: exact(getattr(account, name, Decimal(0))) for name in amounts},
        "open_positions": len(positions),
        "pending_setups": len(pending),
        "armed_setups": sum(1 for view in pending if view.armed),
        "to_review": len(waiting(reader, review, now)),
        "halted": [_halt(halt) for halt in reader.halts()],
        "tripped": [trip.guard.value for trip in reader.trips()],
        "last_seen_at": iso_z(seen) if seen else None,
        "signals": len(reader.signals()),
        "trades": len(trades),
        "last_event_at": iso_z(last) if last else None,
        "mode": note.get("mode"),
        "preset": note.get("preset"),
        "rest": note.get("rest"),
        "ws": note.get("ws"),
        "recording": note.get("recording"),
        "disk": _disk(books, note.get("recording")),
        "listings": note.get("listings") if isinstance(note.get("listings"), list) else [],
        "feed": feed_told(books.root, pid, time.monotonic()),
    }


def _absence_rows(view: AbsenceView | None, books: Books) -> list[dict[str, str]]:
    """What happened since the last key, in words, where there is news."""
    if view is None or not view.is_news:
        return []
    zone = zone_named(books.settings.ui.zone)
    return [{"what": "since last seen", "value": text} for text in absence.summary(view, books.now(), zone)]


def _feed_lines(feed: dict[str, Any] | None) -> list[tuple[str, Any]]:
    """State, what was counted, and the last messages that could not be used; nothing without a running desk."""
    if feed is None:
        return []
    lines: list[tuple[str, Any]] = [("feed", f"{feed.get('state')} {feed.get('told_s_ago')} s ago")]
    lines += [(f"feed {name}", count) for name, count in feed.get("counters", {}).items() if count]
    return lines + [("feed not used", text) for text in feed.get("bad_frames", [])]


def _disk(books: Books, recording: object) -> dict[str, Any]:
    """What the directory takes of the disk, what it may take, and what is beyond that; MB."""
    used = asdict(disk_use(StateDir(books.root), Path(recording) if isinstance(recording, str) else None))
    budget = books.settings.retention
    limits = {name: getattr(budget, name) for name in ("ledger_mb", "log_mb", "recordings_mb")}
    over = [name for name, limit in limits.items() if used[name] > limit]
    return {**used, "budget_mb": sum(limits.values()), "over_budget": over}


def _disk_text(disk: dict[str, Any]) -> str:
    taken = ", ".join(f"{name.removesuffix('_mb')} {disk[name]}" for name in disk if name.endswith("_mb"))
    over = f"; beyond its budget: {', '.join(disk['over_budget'])}" if disk["over_budget"] else ""
    return f"MB: {taken}{over}"


def _halt(halt: HaltView) -> dict[str, str]:
    return {"scope": halt.scope, "source": halt.source.value, "since": iso_z(halt.since)}


def _halt_text(halt: dict[str, str]) -> str:
    return f"entries of {halt['scope'] or 'every symbol'}, by {halt['source']} since {halt['since']}"


def _listing_text(listing: dict[str, Any]) -> str:
    return f"{listing.get('product_id') or 'none'}: {listing.get('why', '')}"
