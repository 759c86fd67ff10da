"""What `atlas status|performance|leverage` and the API tell, as plain values: one source for both.

Money is exact decimal text, times are ISO 8601 in UTC with Z.
"""

import time
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from atlas_tui.cli.books import Books
from atlas_tui.cli.note import desk_note, holder_of
from atlas_tui.cli.status_file import feed_told
from core.adapters.absence_reader import read_absence
from core.adapters.ledger_inbox import waiting
from core.adapters.ledger_outbox import outbox_counts
from core.adapters.ledger_reader import Keys, LedgerReader
from core.adapters.retention import disk_use
from core.adapters.state_dir import StateDir
from core.domain.leverage import Tier
from core.domain.performance_rows import performance_rows
from core.domain.policy import Policy
from core.domain.review_views import AbsenceView, HaltView
from core.domain.rows import Row, absence_row, all_setup_rows, exact, position_row, signal_rows, trade_row
from core.domain.signals import iso_z


def performance(books: Books, reader: LedgerReader) -> dict[str, Any]:
    """What the closed trades add up to, in all and by kind of target; amounts in USD."""
    account = reader.account()
    start = account.start if account else books.settings.policy.start_balance
    rows = performance_rows(start, reader.trades())
    balance = exact(account.balance if account else start)
    return {"start_balance": exact(start), "balance": balance, **rows[0], "by_target_kind": rows[1:]}


def leverage(books: Books) -> dict[str, Any]:
    """Leverage tiers on the desk's clock, and the cap of every symbol. Raises StoreError."""
    policy, now = books.settings.policy, books.now()
    return {**_tier_clock(policy, now), "caps": cap_rows(policy, now)}


def absence_of(books: Books) -> AbsenceView | None:
    """What happened since the last key; None where nobody was ever there. Raises StoreError."""
    return read_absence(StateDir(books.root).ledger, alone=holder_of(books.root) is None)


def signals(reader: LedgerReader, keys: Keys = None) -> list[Row]:
    """Completed signals, newest first; of a page those with its keys."""
    views = reader.signals(keys)
    return signal_rows(views, reader.reviews([view.signal.id for view in views]))


def setups(books: Books, reader: LedgerReader, keys: Keys = None, *, pending: bool = False) -> list[Row]:
    """Setups, newest first, a row a leg; of a page those with its keys, only what waits for a break if `pending`."""
    views = reader.setups(books.settings.policy.review, books.now(), keys, pending=pending)
    return all_setup_rows(views, reader.reviews([view.setup.id for view in views]))


def positions(reader: LedgerReader) -> list[Row]:
    """Open positions, oldest first, without a mark: that needs a market."""
    words = reader.reviews()
    return [position_row(position, words) for position in reader.positions()]


def trades(reader: LedgerReader, keys: Keys = None) -> list[Row]:
    """Closed trades, in the order they closed; of a page those with its keys."""
    found = reader.trades(keys)
    words = reader.reviews([item for trade in found for item in (trade.position.setup_id, trade.id)])
    return [trade_row(trade, words) for trade in found]


def desk_status(books: Books, reader: LedgerReader, away: AbsenceView | None) -> dict[str, Any]:
    """Is a desk running, what does its account hold, and what stands for which symbol.

    Args:
        books: which desk.
        reader: its ledger.
        away: what happened since the last key.
    """
    account, positions, counts = reader.account(), reader.positions(), reader.counts()
    review, now, seen = books.settings.policy.review, books.now(), reader.presence().person_at
    pending = reader.setups(review, now, pending=True)
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
        "signals": counts["signals"],
        "trades": counts["trades"],
        "last_event_at": iso_z(last) if last else None,
        "mode": note.get("mode"),
        "preset": note.get("preset"),
        "rest": note.get("rest"),
        "ws": note.get("ws"),
        "recording": note.get("recording"),
        "api": note.get("api"),
        "disk": _disk(books, note.get("recording")),
        "listings": note.get("listings") if isinstance(note.get("listings"), list) else [],
        "alerts": [asdict(count) for count in outbox_counts(StateDir(books.root))],
        "feed": feed_told(books.root, pid, time.monotonic()),
        "since_last_seen": absence_row(away) if away else None,
    }


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


def _disk(books: Books, recording: object) -> dict[str, Any]:
    """What the directory takes of the disk, what it may take, and what is beyond that; MB."""
    used = asdict(disk_use(StateDir(books.root), Path(recording) if isinstance(recording, str) else None))
    budget = books.settings.retention
    limits = {name: getattr(budget, name) for name in ("ledger_mb", "log_mb", "recordings_mb")}
    over = [name for name, limit in limits.items() if used[name] > limit]
    return {**used, "budget_mb": sum(limits.values()), "over_budget": over}


def _halt(halt: HaltView) -> dict[str, str]:
    return {"scope": halt.scope, "source": halt.source.value, "since": iso_z(halt.since)}
