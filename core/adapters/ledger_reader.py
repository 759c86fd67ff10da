"""The ledger read-only: what the listings of the `atlas` command show, beside a running desk or without one."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType

from core.adapters.fact_codec import Codec, unstamp
from core.adapters.ledger_file import chain_of, open_for_reading, trusting
from core.adapters.ledger_projection import POSITION
from core.adapters.state_dir import StateDir
from core.domain.facts import EntryRefused, Fact
from core.domain.patterns import Side
from core.domain.positions import ClosedTrade, OpenPosition
from core.domain.review_views import RefusalView, ResolutionView
from core.domain.signals import Setup, SetupStatus, Signal
from core.domain.snapshot import SetupView, SignalView

_SIGNAL = Codec(Signal)
_SETUP = Codec(Setup)
_TRADE = Codec(ClosedTrade)
_REFUSAL = Codec(EntryRefused)


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """The account as booked, USD; balance = start + realised - fees + funding. `reserved` is the margin in use."""

    start: Decimal
    balance: Decimal
    realised: Decimal
    fees: Decimal
    funding: Decimal
    reserved: Decimal


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

    def close(self) -> None:
        """Let go of the ledger."""
        self._db.close()

    def __enter__(self) -> "LedgerReader":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def account(self) -> LedgerAccount | None:
        """The account; None before the first fact."""
        rows = self._rows("SELECT start, balance, realised, fees, funding, reserved FROM account")
        return LedgerAccount(*(Decimal(amount) for amount in rows[0])) if rows else None

    def signals(self, dismissed: bool = False) -> tuple[SignalView, ...]:
        """Completed signals, newest first; dismissed ones only when asked for."""
        rows = self._rows(
            "SELECT body, coalesce(reviewed, 0) FROM signals LEFT JOIN reviews ON item_id = signals.id"
            " WHERE dismissed <= ? ORDER BY found_seq DESC",
            (int(dismissed),),
        )
        return tuple(SignalView(_SIGNAL.decode(body), bool(reviewed)) for body, reviewed in rows)

    def setups(self) -> tuple[SetupView, ...]:
        """Setups, pending and resolved, newest first; `tfc` is empty, for continuity needs a live market."""
        rows = self._rows(
            "SELECT setups.body, status, setups.side, setups.price, tfc_score, cause, resolved_at,"
            " coalesce(reviewed, 0), refusals.body"
            " FROM setups LEFT JOIN reviews ON item_id = setups.id LEFT JOIN refusals ON setup_id = setups.id"
            " ORDER BY found_seq DESC"
        )
        return tuple(_setup_view(row) for row in rows)

    def positions(self) -> tuple[OpenPosition, ...]:
        """Open positions, oldest first."""
        rows = self._rows("SELECT body FROM positions WHERE open = 1 ORDER BY opened_at, id")
        return tuple(POSITION.decode(body) for (body,) in rows)

    def trades(self) -> tuple[ClosedTrade, ...]:
        """Closed trades, in the order they closed."""
        return tuple(_TRADE.decode(body) for (body,) in self._rows("SELECT body FROM trades ORDER BY closed_seq"))

    def refusals(self) -> tuple[EntryRefused, ...]:
        """Why triggered setups did not open, oldest first."""
        return tuple(_REFUSAL.decode(body) for (body,) in self._rows("SELECT body FROM refusals ORDER BY at, setup_id"))

    def facts(self) -> Iterator[Fact]:
        """Every fact in order, the hash chain verified on the way."""
        with trusting(self._state):
            for _, fact in chain_of(self._db):
                yield fact

    def last_at(self) -> datetime | None:
        """The latest instant of any fact; None when there is none."""
        latest = self._rows("SELECT max(at) FROM events")[0][0]
        return None if latest is None else unstamp(latest)

    def seen(self) -> dict[str, datetime]:
        """By symbol, up to when its market has been judged."""
        return {symbol: unstamp(at) for symbol, at in self._rows("SELECT symbol, at FROM seen ORDER BY symbol")}

    def _rows(self, query: str, values: tuple[int, ...] = ()) -> list[sqlite3.Row]:
        with trusting(self._state):
            return self._db.execute(query, values).fetchall()


def _setup_view(row: sqlite3.Row) -> SetupView:
    body, status, side, price, tfc_score, cause, resolved_at, reviewed, refused = row
    resolution = refusal = None
    if resolved_at is not None:
        resolution = ResolutionView(
            Side(side) if side else None,
            Decimal(price) if price is not None else None,
            tfc_score,
            cause,
            unstamp(resolved_at),
        )
    if refused is not None:
        fact = _REFUSAL.decode(refused)
        refusal = RefusalView(fact.side, fact.code, fact.price, fact.numbers, fact.at)
    return SetupView(_SETUP.decode(body), SetupStatus(status), resolution, refusal, bool(reviewed), {})
