"""The ledger read-only: what the listings of the `atlas` command show, beside a running desk or without one."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Final, TypeAlias, get_args

from core.adapters.fact_codec import Codec, body_of, decode_fact, unstamp
from core.adapters.ledger_chain import chain_of, rebuilt
from core.adapters.ledger_file import open_for_reading, trusting
from core.adapters.ledger_pages import Listed, Pages, Values, Wanted, among
from core.adapters.ledger_projection import POSITION
from core.adapters.ledger_schema import PROJECTIONS, PROJECTIONS_OF
from core.adapters.ledger_views import REFUSAL, SETUP, SETUP_COLUMNS, SETUP_TABLES, setup_view, with_held
from core.adapters.state_dir import StateDir
from core.domain.facts import (
    EntryRefused,
    Fact,
    FundingPaid,
    PositionClosed,
    PositionFact,
    PositionOpened,
    PositionRetiered,
    ShadowClosed,
    StopMoved,
)
from core.domain.guards import Guard, HaltSource
from core.domain.oversight import GuardTripped
from core.domain.patterns import Side
from core.domain.positions import ClosedTrade, ExitReason, OpenPosition
from core.domain.review import Review, ReviewPolicy, ReviewVerdict
from core.domain.review_views import HaltView, NoteView, ReviewView, ShadowView
from core.domain.signals import SetupStatus, Signal
from core.domain.snapshot import SetupView, SignalView
from core.trading.shadows import ShadowBook

_SIGNAL = Codec(Signal)
_TRADE = Codec(ClosedTrade)
_SIZING = Codec(tuple[tuple[str, str], ...])
_KINDS: Final = ", ".join(f"'{kind.__name__}'" for kind in get_args(PositionFact))
_STORIES: Final = f"SELECT kind, payload FROM events WHERE kind IN ({_KINDS}) ORDER BY seq"  # noqa: S608 - our kinds
Keys: TypeAlias = Sequence[int] | None
"""Keys of the items of a page, `core.adapters.ledger_pages.Run`; None for all."""
_NONE: Final[Values] = {}
ALONE: Final = ReviewPolicy()
"""The desk decides by itself."""


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """The account as booked, USD; balance = start + realised - fees + funding. `reserved` is the margin in use."""

    start: Decimal
    balance: Decimal
    realised: Decimal
    fees: Decimal
    funding: Decimal
    reserved: Decimal


@dataclass(frozen=True, slots=True)
class Presence:
    """When a person last pressed a key, and when desks began and ended; None where it never happened.

    Attributes:
        running: a desk began and has not ended; it may have been killed.
    """

    person_at: datetime | None = None
    running: bool = False
    started_at: datetime | None = None
    stopped_at: datetime | None = None


class LedgerReader:
    """One consistent view of the ledger, as it was when the reader was made. Close it soon, or use `with`.

    Every method raises StoreError when the ledger cannot be read.
    """

    def __init__(self, state_dir: Path) -> None:
        """Open the ledger of the directory.

        Raises:
            StoreError: there is none yet, or it cannot be read or believed.
        """
        self._state = StateDir(state_dir.expanduser().absolute())
        self._db = open_for_reading(self._state)
        self._tables: sqlite3.Connection | None = None

    def close(self) -> None:
        """Let go of the ledger."""
        if self._tables is not None and self._tables is not self._db:
            self._tables.close()
        self._db.close()

    def __enter__(self) -> "LedgerReader":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def account(self) -> LedgerAccount | None:
        """The account; None before the first fact."""
        rows = self._rows("SELECT start, balance, realised, fees, funding, reserved FROM account")
        return LedgerAccount(*(Decimal(amount) for amount in rows[0])) if rows else None

    def pages(self, listed: Listed, wanted: Wanted) -> Pages:
        """A list as numbers: what is wanted of it, where, and how much; its keys are taken by the lists below."""
        return Pages(self._rows, listed, wanted)

    def symbols(self, listed: Listed) -> set[str]:
        """Every symbol a list has."""
        return {symbol for (symbol,) in self._rows(f"SELECT DISTINCT symbol FROM {listed.table}")}  # noqa: S608 - our own words

    def signals(self, keys: Keys = None) -> tuple[SignalView, ...]:
        """Completed signals, newest first, those a person rejected included."""
        which, values = among("signals.rowid", keys)
        query = (
            "SELECT body, coalesce(reviewed, 0) FROM signals LEFT JOIN reviews ON item_id = id"  # noqa: S608 - our own words
            f" WHERE {which} ORDER BY found_seq DESC"
        )
        return tuple(SignalView(_SIGNAL.decode(body), bool(reviewed)) for body, reviewed in self._rows(query, values))

    def setups(
        self, policy: ReviewPolicy = ALONE, at: datetime | None = None, keys: Keys = None, *, pending: bool = False
    ) -> tuple[SetupView, ...]:
        """Setups, pending and resolved, newest first; `tfc` is empty, for continuity needs a live market.

        Args:
            policy: who decides where no verdict stands; by default the desk alone, so that only verdicts hold back.
            at: the desk's time, for snoozes and time-outs; by default the ledger's latest instant.
            keys: which.
            pending: only those that wait for a break.
        """
        now = at or self.last_at()
        which, values = among("setups.rowid", keys)
        waiting = f"status = '{SetupStatus.PENDING}'" if pending else "1"
        rows = self._rows(
            f"SELECT {SETUP_COLUMNS} FROM {SETUP_TABLES} WHERE {which} AND {waiting} ORDER BY found_seq DESC",  # noqa: S608 - our own words
            values,
        )
        views = tuple(setup_view(row) for row in rows)
        words = self.reviews([view.setup.id for view in views if view.pending])
        return tuple(with_held(view, words, policy, now) if now else view for view in views)

    def reviews(self, items: Sequence[str] | None = None) -> dict[str, ReviewView]:
        """What a person has said, by id of a signal, setup or position: the verdict that stands, and the notes.

        Args:
            items: of these alone.
        """
        which = "1" if items is None else "item_id IN (SELECT value FROM json_each(:items))"
        values = {} if items is None else {"items": body_of(items)}
        standing = {
            item: Review(ReviewVerdict(verdict), Side(side) if side else None, reason, _time(until), unstamp(at))
            for item, verdict, side, reason, until, at in self._rows(
                f"SELECT item_id, verdict, side, reason, until, at FROM verdicts WHERE {which} ORDER BY seq",  # noqa: S608 - our own words
                values,
            )
        }
        notes: dict[str, tuple[NoteView, ...]] = {}
        query = f"SELECT item_id, text, at FROM notes WHERE {which} ORDER BY seq"  # noqa: S608 - our own words
        for item_id, text, at in self._rows(query, values):
            notes[item_id] = (*notes.get(item_id, ()), NoteView(text, unstamp(at)))
        return {item: ReviewView(standing.get(item), notes.get(item, ())) for item in {**standing, **notes}}

    def halts(self) -> tuple[HaltView, ...]:
        """What is halted now, the widest scope first."""
        rows = self._rows("SELECT scope, source, since FROM halts ORDER BY scope, source")
        return tuple(HaltView(scope, HaltSource(source), unstamp(since)) for scope, source, since in rows)

    def trips(self) -> tuple[GuardTripped, ...]:
        """The guards that have tripped and are not armed again."""
        rows = self._rows("SELECT guard, value, threshold, at FROM trips ORDER BY at, guard")
        return tuple(GuardTripped(Guard(row[0]), Decimal(row[1]), Decimal(row[2]), unstamp(row[3])) for row in rows)

    def shadows(self) -> tuple[ShadowView, ...]:
        """Refused entries followed on paper, oldest first."""
        book = ShadowBook()
        rows = self._rows(
            "SELECT setups.body, refusals.body FROM refusals JOIN setups ON setups.id = refusals.setup_id"
            " ORDER BY refusals.at, refusals.setup_id"
        )
        for setup, refusal in rows:
            book.begin(SETUP.decode(setup), REFUSAL.decode(refusal))
        for setup_id, side, reason, *amounts, at in self._rows("SELECT * FROM shadows"):
            price, r_multiple = (Decimal(amount) for amount in amounts)
            book.fold(ShadowClosed(setup_id, Side(side), ExitReason(reason), price, r_multiple, unstamp(at)))
        return book.views()

    def presence(self) -> Presence:
        """Who was there last."""
        rows = self._rows("SELECT person_at, running, started_at, stopped_at FROM presence")
        if not rows:
            return Presence()
        person_at, running, started_at, stopped_at = rows[0]
        return Presence(_time(person_at), bool(running), _time(started_at), _time(stopped_at))

    def sizings(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """The arithmetic of each position's size, open or closed, by its id; names and numbers as text."""
        return {key: _SIZING.decode(body) for key, body in self._rows("SELECT position_id, body FROM sizings")}

    def stories(self) -> dict[str, tuple[PositionFact, ...]]:
        """By position id, closed ones included: its facts in order, as the events hold them."""
        found: dict[str, tuple[PositionFact, ...]] = {}
        with trusting(self._state):
            for kind, payload in self._db.execute(_STORIES):
                fact = decode_fact(kind, payload)
                match fact:
                    case PositionOpened(position=told) | PositionClosed(trade=told):
                        found[told.id] = (*found.get(told.id, ()), fact)
                    case FundingPaid(position_id=key) | PositionRetiered(position_id=key) | StopMoved(position_id=key):
                        found[key] = (*found.get(key, ()), fact)
        return found

    def positions(self) -> tuple[OpenPosition, ...]:
        """Open positions, oldest first."""
        rows = self._rows("SELECT body FROM positions WHERE open = 1 ORDER BY opened_at, id")
        return tuple(POSITION.decode(body) for (body,) in rows)

    def trades(self, keys: Keys = None) -> tuple[ClosedTrade, ...]:
        """Closed trades, in the order they closed."""
        which, values = among("closed_seq", keys)
        query = f"SELECT body FROM trades WHERE {which} ORDER BY closed_seq"  # noqa: S608 - our own words
        return tuple(_TRADE.decode(body) for (body,) in self._rows(query, values))

    def refusals(self) -> tuple[EntryRefused, ...]:
        """Why triggered setups did not open, oldest first."""
        return tuple(REFUSAL.decode(body) for (body,) in self._rows("SELECT body FROM refusals ORDER BY at, setup_id"))

    def counts(self) -> dict[str, int]:
        """How many signals, setups, fills, refusals and trades there are; a fill is an entry or an exit."""
        rows = self._rows(
            "SELECT (SELECT count(*) FROM signals), (SELECT count(*) FROM setups), (SELECT count(*) FROM positions),"
            " (SELECT count(*) FROM refusals), (SELECT count(*) FROM trades)"
        )
        signals, setups, entries, refusals, trades = rows[0]
        names = ("signals", "setups", "fills", "refusals", "trades")
        return dict(zip(names, (signals, setups, entries + trades, refusals, trades), strict=True))

    def facts(self) -> Iterator[Fact]:
        """Every fact in order, the hash chain verified on the way."""
        with trusting(self._state):
            for _, fact in chain_of(self._db):
                yield fact

    def last_at(self) -> datetime | None:
        """The latest instant of any fact; None when there is none."""
        with trusting(self._state):
            (latest,) = self._db.execute("SELECT max(at) FROM events").fetchone()
        return None if latest is None else unstamp(latest)

    def newest(self) -> int:
        """The number of the newest event; 0 where there is none."""
        with trusting(self._state):
            return int(self._db.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()[0])

    def seen(self) -> dict[str, datetime]:
        """By symbol, up to when its market has been judged."""
        return {symbol: unstamp(at) for symbol, at in self._rows("SELECT symbol, at FROM seen ORDER BY symbol")}

    def _rows(self, query: str, values: Values = _NONE) -> list[sqlite3.Row]:
        with trusting(self._state):
            if self._tables is None:
                version = self._db.execute("PRAGMA user_version").fetchone()[0]
                # Only a desk may bring an earlier ledger up to date; to read it, its events are replayed in memory.
                self._tables = self._db if PROJECTIONS_OF[version] == PROJECTIONS else rebuilt(self._db)
            return self._tables.execute(query, values).fetchall()


def _time(text: str | None) -> datetime | None:
    return None if text is None else unstamp(text)
