"""Do the tables of a ledger, which every transaction states anew, tell what a folded state tells?"""

import sqlite3
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from core.adapters.ledger_projection import POSITION
from core.domain.errors import StoreError
from core.trading.folded import Folded


def _money(db: sqlite3.Connection, state: Folded) -> bool:
    row = db.execute("SELECT start, balance, realised, fees, funding, reserved FROM account").fetchone()
    account = state.account
    due = (account.start, account.balance, account.realised, account.fees, account.funding, account.reserved)
    return not account.opened if row is None else account.opened and tuple(map(Decimal, row)) == due


def _positions(db: sqlite3.Connection, state: Folded) -> bool:
    held = [POSITION.decode(body) for (body,) in db.execute("SELECT body FROM positions WHERE open = 1")]
    return {position.symbol: position for position in held} == state.account.positions


def _trades(db: sqlite3.Connection, state: Folded) -> bool:
    newest = db.execute("SELECT id FROM trades ORDER BY closed_seq DESC LIMIT 1").fetchone()
    (count,) = db.execute("SELECT count(*) FROM trades").fetchone()
    trades = state.account.trades
    return count == len(trades) and (not trades or newest == (trades[-1].id,))


def _setups(db: sqlite3.Connection, state: Folded) -> bool:
    waiting = {setup_id for (setup_id,) in db.execute("SELECT id FROM setups WHERE status = 'PENDING'")}
    return waiting == {tracked.setup.id for tracked in state.book.all_pending()}


def _stops(db: sqlite3.Connection, state: Folded) -> bool:
    halts = {tuple(row) for row in db.execute("SELECT scope, source FROM halts")}
    trips = {guard for (guard,) in db.execute("SELECT guard FROM trips")}
    return halts == {(view.scope, view.source.value) for view in state.halts.views()} and trips == set(
        state.halts.trips
    )


_TOLD: Final[dict[str, Callable[[sqlite3.Connection, Folded], bool]]] = {
    "money": _money,
    "positions": _positions,
    "trades": _trades,
    "setups": _setups,
    "halts": _stops,
}


def differing(db: sqlite3.Connection, state: Folded) -> str:
    """What the tables tell otherwise, in a word; empty where they agree. Raises sqlite3.Error."""
    try:
        return next((what for what, agree in _TOLD.items() if not agree(db, state)), "")
    except (StoreError, ArithmeticError, ValueError, TypeError):
        return "values, which cannot be read"
