"""What the desk decided: the durable facts, in the past tense. The ledger stores exactly these, in order.

Each carries `at`, the desk's time. State is the fold of facts: replaying them rebuilds the account.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.domain.continuity import Stood
from core.domain.ends import StopCause
from core.domain.oversight import Oversight
from core.domain.patterns import Side
from core.domain.position_facts import FundingPaid as FundingPaid
from core.domain.position_facts import Numbers as Numbers
from core.domain.position_facts import PositionClosed as PositionClosed
from core.domain.position_facts import PositionFact as PositionFact
from core.domain.position_facts import PositionOpened as PositionOpened
from core.domain.position_facts import PositionRetiered as PositionRetiered
from core.domain.position_facts import StopMoved as StopMoved
from core.domain.positions import ExitReason
from core.domain.signals import Setup, SetupStatus, Signal
from core.domain.sizing import Refusal


@dataclass(frozen=True, slots=True)
class AccountOpened:
    """A paper account began with this balance, USD."""

    balance: Decimal
    at: datetime


@dataclass(frozen=True, slots=True)
class FundsMoved:
    """A person put paper money in (`amount` above 0, USD) or took it out (below 0): it adds to the start."""

    amount: Decimal
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SignalFound:
    """A scan found a completed pattern for the first time."""

    signal: Signal
    at: datetime


@dataclass(frozen=True, slots=True)
class SetupFound:
    """A setup was found for the first time, in this status."""

    setup: Setup
    status: SetupStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class SetupResolved:
    """A pending setup reached its final status.

    Attributes:
        side: the broken side, where one was.
        price: the raw price or level of the break, where there was one.
        tfc_score: continuity for that side at that moment, 0 to 4.
        cause: a short reason in words.
        standings: of each timeframe at that moment.
    """

    setup_id: str
    status: SetupStatus
    side: Side | None
    price: Decimal | None
    tfc_score: int
    cause: str
    at: datetime
    standings: Stood = ()


@dataclass(frozen=True, slots=True)
class EntryRefused:
    """A triggered setup did not open.

    Attributes:
        numbers: what the gate that said no compared, as text.
        terms: what the gates asked before it were given, as text (`core.trading.gates`); empty where the filters said
            no, and in earlier ledgers.
    """

    setup_id: str
    side: Side
    code: Refusal
    price: Decimal
    numbers: Numbers
    at: datetime
    terms: Numbers = ()


@dataclass(frozen=True, slots=True)
class MarketSeen:
    """Up to here the market of a symbol has been judged; a restart judges candles from here on."""

    symbol: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ShadowClosed:
    """What a refused entry would have come to, judged on candles (STRAT.md S13); no money moved.

    Attributes:
        price: where it would have left.
        r_multiple: after both fees, in units of its own risk.
    """

    setup_id: str
    side: Side
    reason: ExitReason
    price: Decimal
    r_multiple: Decimal
    at: datetime


@dataclass(frozen=True, slots=True)
class OutageEnded:
    """What the feed missed of a symbol has been judged on candles.

    Attributes:
        exits: positions that left meanwhile.
        resolved: setups that broke or ended meanwhile.
    """

    symbol: str
    since: datetime
    until: datetime
    exits: int
    resolved: int
    at: datetime

    def is_of_a_start(self, began: datetime | None) -> bool:
        """Was there no desk for a part of it: did the one that judged it begin, at this time, within it?"""
        return began is not None and self.since < began <= self.until


@dataclass(frozen=True, slots=True)
class DeskStarted:
    """A desk began to work on this ledger."""

    at: datetime


@dataclass(frozen=True, slots=True)
class DeskStopped:
    """A desk ended as it should; a start without this before it follows a crash or a kill.

    Attributes:
        cause: HANGUP where its terminal went away under it; ledgers from before it was noted say ASKED.
    """

    at: datetime
    cause: StopCause = StopCause.ASKED


Fact = (
    AccountOpened
    | FundsMoved
    | SignalFound
    | SetupFound
    | SetupResolved
    | EntryRefused
    | PositionOpened
    | FundingPaid
    | PositionRetiered
    | PositionClosed
    | MarketSeen
    | Oversight
    | StopMoved
    | ShadowClosed
    | OutageEnded
    | DeskStarted
    | DeskStopped
)
