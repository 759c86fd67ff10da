"""What each fact does to the projections; the one place, used by the store, by rebuilds and by checks.

Money is added in Python, exactly, and kept as text. The account: a start balance, an entry fee leaves at the entry,
funding is added at its instant (negative when paid), gross less the exit fee comes in at the exit (STRAT.md S9).
"""

import sqlite3
from dataclasses import replace
from decimal import Decimal, localcontext
from typing import assert_never

from core.adapters.fact_codec import Codec, body_of, stamp
from core.adapters.ledger_words import project_presence, project_stop, project_word
from core.domain.errors import FactRefused
from core.domain.facts import (
    AccountOpened,
    DeskStarted,
    DeskStopped,
    EntryRefused,
    Fact,
    FundingPaid,
    FundsMoved,
    MarketSeen,
    OutageEnded,
    PositionClosed,
    PositionOpened,
    PositionRetiered,
    SetupFound,
    SetupResolved,
    ShadowClosed,
    SignalFound,
    StopMoved,
)
from core.domain.margin import PRECISION
from core.domain.oversight import (
    EntriesHalted,
    EntriesResumed,
    GuardRearmed,
    GuardTripped,
    ItemReviewed,
    NoteWritten,
    PersonSeen,
    SignalDismissed,
    VerdictGiven,
    VerdictWithdrawn,
)
from core.domain.positions import OpenPosition
from core.domain.signals import SetupStatus

POSITION = Codec(OpenPosition)
ZERO = Decimal(0)


def project(db: sqlite3.Connection, seq: int, fact: Fact) -> None:
    """Let one fact, event number `seq`, change the projections, inside the caller's transaction.

    Raises:
        StoreError: the fact contradicts what the ledger holds, e.g. a second resolution of a setup.
        sqlite3.IntegrityError: the same, found by a UNIQUE index.
    """
    match fact:
        case AccountOpened() | FundsMoved() | FundingPaid() | PositionOpened() | PositionClosed() | PositionRetiered():
            _project_money(db, seq, fact)
        case SignalFound() | SetupFound() | SetupResolved() | EntryRefused():
            _project_pattern(db, seq, fact)
        case SignalDismissed():
            changed = db.execute("UPDATE signals SET dismissed = 1 WHERE id = ?", (fact.signal_id,))
            _must_hit(changed, f"signal {fact.signal_id} was never found, so it cannot be dismissed")
            project_word(db, seq, fact)
        case ItemReviewed() | VerdictGiven() | VerdictWithdrawn() | NoteWritten():
            project_word(db, seq, fact)
        case EntriesHalted() | EntriesResumed() | GuardTripped() | GuardRearmed():
            project_stop(db, fact)
        case PersonSeen():
            project_presence(db, fact)
        case MarketSeen():
            db.execute(
                "INSERT INTO seen VALUES (?, ?) ON CONFLICT (symbol) DO UPDATE SET at = max(at, excluded.at)",
                (fact.symbol, stamp(fact.at)),
            )
        case StopMoved():
            position = _open_position(db, fact.position_id)
            _restate(db, replace(position, plan=replace(position.plan, stop=fact.stop)))
        case ShadowClosed():
            amounts = (str(fact.price), str(fact.r_multiple), stamp(fact.at))
            db.execute(
                "INSERT INTO shadows VALUES (?, ?, ?, ?, ?, ?)", (fact.setup_id, fact.side, fact.reason, *amounts)
            )
        case OutageEnded():
            pass  # what it brought about are facts of their own
        case DeskStarted() | DeskStopped():
            project_presence(db, fact)
        case _:
            assert_never(fact)


def _project_pattern(
    db: sqlite3.Connection, seq: int, fact: SignalFound | SetupFound | SetupResolved | EntryRefused
) -> None:
    match fact:
        case SignalFound():
            found = fact.signal
            db.execute(
                "INSERT INTO signals (id, symbol, timeframe, bar_start, found_seq, body) VALUES (?, ?, ?, ?, ?, ?)",
                (found.id, found.symbol, str(found.timeframe), stamp(found.bar_start), seq, body_of(found)),
            )
        case SetupFound():
            setup = fact.setup
            columns = (setup.id, setup.symbol, str(setup.timeframe), stamp(setup.bar_start), seq, fact.status)
            db.execute(
                "INSERT INTO setups (id, symbol, timeframe, bar_start, found_seq, status, body)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*columns, body_of(setup)),
            )
        case SetupResolved():
            _resolve(db, fact)
        case EntryRefused():
            price = str(fact.price)
            db.execute(
                "INSERT INTO refusals VALUES (?, ?, ?, ?, ?, ?)",
                (fact.setup_id, fact.side, fact.code, price, stamp(fact.at), body_of(fact)),
            )
        case _:
            assert_never(fact)


def _resolve(db: sqlite3.Connection, fact: SetupResolved) -> None:
    if fact.status is SetupStatus.PENDING:
        raise FactRefused(f"setup {fact.setup_id} cannot be resolved to PENDING")
    price = None if fact.price is None else str(fact.price)
    changed = db.execute(
        "UPDATE setups SET status = ?, side = ?, price = ?, tfc_score = ?, cause = ?, resolved_at = ? WHERE id = ?",
        (fact.status, fact.side, price, fact.tfc_score, fact.cause, stamp(fact.at), fact.setup_id),
    )
    _must_hit(changed, f"setup {fact.setup_id} was never found, so it cannot be resolved")
    if fact.standings:
        db.execute("INSERT INTO standings VALUES (?, ?)", (fact.setup_id, body_of(fact.standings)))


def _project_money(
    db: sqlite3.Connection,
    seq: int,
    fact: AccountOpened | FundsMoved | FundingPaid | PositionOpened | PositionClosed | PositionRetiered,
) -> None:
    match fact:
        case AccountOpened():
            start = str(fact.balance)
            db.execute("INSERT INTO account VALUES (1, ?, ?, '0', '0', '0', '0')", (start, start))
        case FundsMoved():
            _book(db, start=fact.amount)
        case PositionOpened():
            _open(db, fact)
            _book(db, fees=fact.position.entry.fee)
        case FundingPaid():
            position = _open_position(db, fact.position_id)
            db.execute(
                "INSERT INTO funding VALUES (?, ?, ?, ?, ?)",
                (fact.position_id, stamp(fact.instant), str(fact.mark), str(fact.rate), str(fact.amount)),
            )
            _restate(db, replace(position, funding=_sum(position.funding, fact.amount)))
            _book(db, funding=fact.amount)
        case PositionRetiered():
            position = _open_position(db, fact.position_id)
            moved = replace(
                position,
                tier=fact.tier,
                margin_leverage=fact.margin_leverage,
                margin=fact.margin,
                liquidation=fact.liquidation,
            )
            _restate(db, moved)
            _book(db)
        case PositionClosed():
            _close(db, seq, fact)
        case _:
            assert_never(fact)


def _open(db: sqlite3.Connection, fact: PositionOpened) -> None:
    position = fact.position
    plan, entry = position.plan, position.entry
    levels = (str(position.margin), str(position.liquidation), str(position.funding), stamp(entry.at))
    names = (position.id, position.setup_id, position.symbol, 1, plan.side, position.tier)
    db.execute("INSERT INTO positions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*names, *levels, body_of(position)))
    if fact.numbers:
        db.execute("INSERT INTO sizings VALUES (?, ?)", (position.id, body_of(fact.numbers)))


def _close(db: sqlite3.Connection, seq: int, fact: PositionClosed) -> None:
    trade = fact.trade
    changed = db.execute("UPDATE positions SET open = 0 WHERE id = ? AND open = 1", (trade.id,))
    _must_hit(changed, f"position {trade.id} is not open")
    amounts = (str(trade.gross), str(trade.fees), str(trade.funding), str(trade.net))
    names = (trade.id, trade.position.setup_id, trade.position.symbol, trade.reason)
    db.execute(
        "INSERT INTO trades VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*names, *amounts, stamp(trade.exit.at), seq, body_of(trade)),
    )
    _book(db, realised=trade.gross, fees=trade.exit.fee)


def _open_position(db: sqlite3.Connection, position_id: str) -> OpenPosition:
    row = db.execute("SELECT body FROM positions WHERE id = ? AND open = 1", (position_id,)).fetchone()
    if row is None:
        raise FactRefused(f"position {position_id} is not open")
    return POSITION.decode(row[0])


def _restate(db: sqlite3.Connection, position: OpenPosition) -> None:
    levels = (position.tier, str(position.margin), str(position.liquidation), str(position.funding))
    db.execute(
        "UPDATE positions SET tier = ?, margin = ?, liquidation = ?, funding = ?, body = ? WHERE id = ?",
        (*levels, body_of(position), position.id),
    )


def _book(
    db: sqlite3.Connection,
    realised: Decimal = ZERO,
    fees: Decimal = ZERO,
    funding: Decimal = ZERO,
    start: Decimal = ZERO,
) -> None:
    """Move the account by these amounts, USD, and state the reserved margin anew."""
    row = db.execute("SELECT balance, realised, fees, funding, start FROM account").fetchone()
    if row is None:
        raise FactRefused("no account was opened, so nothing can be booked")
    was = [Decimal(text) for text in row]
    # INDEXED BY: the open positions only, however many have closed; sorted here, so that no plan walks the whole table.
    margins = db.execute("SELECT id, margin FROM positions INDEXED BY one_open_position_a_symbol WHERE open = 1")
    after = (
        _sum(was[0], realised, fees.copy_negate(), funding, start),
        _sum(was[1], realised),
        _sum(was[2], fees),
        _sum(was[3], funding),
        _sum(was[4], start),
        _sum(*(Decimal(margin) for _, margin in sorted(margins))),
    )
    db.execute(
        "UPDATE account SET balance = ?, realised = ?, fees = ?, funding = ?, start = ?, reserved = ?",
        tuple(str(amount) for amount in after),
    )


def _sum(*amounts: Decimal) -> Decimal:
    with localcontext() as context:
        context.prec = PRECISION
        return sum(amounts, ZERO)


def _must_hit(cursor: sqlite3.Cursor, problem: str) -> None:
    if cursor.rowcount == 0:
        raise FactRefused(problem)
