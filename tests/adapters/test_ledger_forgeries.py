"""`atlas check` finds facts that no right desk would state, in a ledger whose chain is sound."""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.adapters.fact_codec import GENESIS, chained, encode, kind_of, stamp
from core.adapters.ledger_projection import project
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.errors import StoreError
from core.domain.facts import (
    DeskStarted,
    DeskStopped,
    EntryRefused,
    Fact,
    FundingPaid,
    PositionClosed,
    PositionOpened,
    PositionRetiered,
    SetupFound,
    SetupResolved,
    ShadowClosed,
    StopMoved,
)
from core.domain.guards import Guard, HaltSource
from core.domain.oversight import (
    EntriesHalted,
    EntriesResumed,
    GuardRearmed,
    GuardTripped,
    VerdictGiven,
    VerdictWithdrawn,
)
from core.domain.patterns import Side
from core.domain.positions import FillTag
from core.domain.signals import SetupStatus
from tests.adapters.judged import broken
from tests.adapters.ledger_story import NOON, a_day, a_setup


@dataclass(frozen=True)
class Forgery:
    """A change to one kind of fact, made with a valid chain, as a wrong desk would have written it."""

    kind: type
    change: Callable[[Fact], Fact]
    rules: set[str]


def position(**changes: Any) -> Callable[[Fact], Fact]:
    def changed(fact: Fact) -> Fact:
        assert isinstance(fact, PositionOpened)
        return replace(fact, position=replace(fact.position, **changes))

    return changed


def trade(**changes: Any) -> Callable[[Fact], Fact]:
    def changed(fact: Fact) -> Fact:
        assert isinstance(fact, PositionClosed)
        return replace(fact, trade=replace(fact.trade, **changes))

    return changed


def bigger_exit(fact: Fact) -> Fact:
    assert isinstance(fact, PositionClosed)
    return replace(fact, trade=replace(fact.trade, position=replace(fact.trade.position, size=Decimal("3.98"))))


def plan(**changes: Any) -> Callable[[Fact], Fact]:
    def changed(fact: Fact) -> Fact:
        assert isinstance(fact, PositionOpened)
        return replace(fact, position=replace(fact.position, plan=replace(fact.position.plan, **changes)))

    return changed


def entry(**changes: Any) -> Callable[[Fact], Fact]:
    def changed(fact: Fact) -> Fact:
        assert isinstance(fact, PositionOpened)
        return replace(fact, position=replace(fact.position, entry=replace(fact.position.entry, **changes)))

    return changed


def reconstructed(fact: Fact) -> Fact:
    assert isinstance(fact, PositionClosed)
    return replace(fact, trade=replace(fact.trade, exit=replace(fact.trade.exit, tag=FillTag.RECONSTRUCTED)))


def the_day(kind: type, *, last: bool = False) -> Fact:
    """A fact that the day holds already: its first of the kind, or its last."""
    facts = [fact for batch in a_day() for fact in batch if isinstance(fact, kind)]
    return facts[-1] if last else facts[0]


def late_fee(fact: Fact) -> Fact:
    assert isinstance(fact, PositionClosed)
    fine = replace(fact.trade.exit, fee=fact.trade.exit.fee + Decimal("0.0000001"))
    return replace(fact, trade=replace(fact.trade, exit=fine))


def found(**changes: Any) -> Callable[[Fact], Fact]:
    def changed(fact: Fact) -> Fact:
        assert isinstance(fact, SetupFound)
        return replace(fact, setup=replace(fact.setup, **changes))

    return changed


def told(**changes: Any) -> Callable[[Fact], Fact]:
    return lambda fact: replace(fact, **changes)


LIMITS = (Decimal(6), Decimal(5))
FORGERIES: dict[str, Forgery] = {
    "sized on another balance": Forgery(PositionOpened, position(entry_balance=Decimal(999)), {"M1"}),
    "no size": Forgery(PositionOpened, position(size=Decimal(0)), {"M5"}),
    "an id of its own": Forgery(PositionOpened, position(id="42"), {"O2"}),
    "an unknown setup": Forgery(PositionOpened, position(setup_id="BTC|1h|x"), {"O1"}),
    "too little margin": Forgery(PositionOpened, position(margin=Decimal(5)), {"M4"}),
    "margin beyond the account": Forgery(
        PositionOpened, position(margin=Decimal("2080.98"), margin_leverage=Decimal("0.1")), {"M4"}
    ),
    "the wrong side": Forgery(SetupResolved, told(side=Side.SHORT), {"O1"}),
    "a trigger without consequence": Forgery(EntryRefused, lambda fact: a_note(fact), {"O1"}),
    "funding off the hour": Forgery(FundingPaid, told(instant=NOON + timedelta(hours=4, seconds=1)), {"T3"}),
    "funding before the entry": Forgery(FundingPaid, told(instant=NOON), {"T3"}),
    "funding after the exit": Forgery(FundingPaid, told(instant=NOON + timedelta(hours=9)), {"T3"}),
    "funding rounded otherwise": Forgery(FundingPaid, told(amount=Decimal("-0.019406")), {"M5"}),
    "margin kept at the other tier": Forgery(PositionRetiered, told(margin=Decimal("20.8")), {"M4"}),
    "profit out of nothing": Forgery(PositionClosed, trade(gross=Decimal(500)), {"M3", "M5"}),
    "a net of its own": Forgery(PositionClosed, trade(net=Decimal("30.5")), {"M5", "M3"}),
    "more closed than open": Forgery(PositionClosed, bigger_exit, {"O6"}),
    "a fee finer than a millionth": Forgery(PositionClosed, late_fee, {"M5"}),
    "a bar still open": Forgery(SetupFound, found(detected_at=NOON), {"T4"}),
    "a bar off the grid": Forgery(SetupFound, found(bar_start=NOON + timedelta(minutes=7)), {"T4"}),
    "a trigger before the close": Forgery(SetupResolved, told(at=NOON), {"T4"}),
    "a verdict on nothing": Forgery(VerdictGiven, told(item_id="BTC|1h|x"), {"V1"}),
    "a verdict withdrawn that was none": Forgery(VerdictWithdrawn, told(item_id=a_setup("SOL", 7).id), {"V1"}),
    "a halt lifted that was none": Forgery(EntriesResumed, told(scope="ETH"), {"V2"}),
    "a halt on a halt": Forgery(EntriesResumed, lambda fact: EntriesHalted("BTC", HaltSource.HAND, fact.at), {"V2"}),
    "a guard armed that had not tripped": Forgery(GuardRearmed, told(guard=Guard.DAILY_LOSS), {"V2"}),
    "a guard tripped twice": Forgery(GuardRearmed, lambda fact: GuardTripped(Guard.DRAWDOWN, *LIMITS, fact.at), {"V2"}),
    "an end without a beginning": Forgery(DeskStarted, lambda fact: DeskStopped(fact.at), {"V2"}),
    "a stop moved away": Forgery(StopMoved, told(stop=Decimal("94.99")), {"V3"}),
    "a stop moved to where it was": Forgery(StopMoved, told(stop=Decimal(95)), {"V3"}),
    "a stop of what is not open": Forgery(StopMoved, told(position_id=f"{a_setup('BTC').id}|LONG"), {"V3"}),
    "an end on paper of what was entered": Forgery(ShadowClosed, told(setup_id=a_setup("BTC").id), {"V3"}),
    "an end on paper of the other side": Forgery(ShadowClosed, told(side=Side.SHORT), {"V3"}),
    "a setup resolved twice": Forgery(SetupFound, told(status=SetupStatus.EXPIRED), {"O4"}),
    "a break at the trigger itself": Forgery(SetupResolved, told(price=Decimal(105)), {"O1"}),
    "a wider stop than its setup's": Forgery(PositionOpened, plan(stop=Decimal(90)), {"O1"}),
    "a nearer target than its setup's": Forgery(PositionOpened, plan(target=Decimal(110)), {"O1"}),
    "another symbol than its setup's": Forgery(PositionOpened, position(symbol="DOGE"), {"O1"}),
    "an entry on candles": Forgery(PositionOpened, entry(tag=FillTag.RECONSTRUCTED), {"P1"}),
    "an entry a second after its break": Forgery(
        PositionOpened, entry(at=a_setup().bar_end + timedelta(minutes=10, seconds=1)), {"P1"}
    ),
    "a size off the increment": Forgery(PositionOpened, told(numbers=(("increment", "0.04"),)), {"M5"}),
    "an exit on candles without an outage": Forgery(PositionClosed, reconstructed, {"P4"}),
    "funding paid twice": Forgery(PositionRetiered, lambda _: the_day(FundingPaid), {"T3", "M2"}),
    "a position opened twice": Forgery(VerdictGiven, lambda _: the_day(PositionOpened, last=True), {"O3", "O1"}),
    "a trade closed twice": Forgery(VerdictGiven, lambda _: the_day(PositionClosed), {"O6"}),
}


def a_note(fact: Fact) -> Fact:
    """Something harmless in the place of the fact."""
    return SetupFound(a_setup("XRP"), SetupStatus.PENDING, fact.at)


@pytest.mark.parametrize("what", FORGERIES)
def test_a_fact_no_right_desk_would_state_is_found(what: str, tmp_path: Path) -> None:
    forgery = FORGERIES[what]
    state = StateDir.create(tmp_path)
    SqliteStore(state).close()
    done = False
    rows: list[tuple[Any, ...]] = []
    facts: list[Fact] = []
    previous = GENESIS
    for batch in a_day():
        first = len(rows) + 1
        for fact in batch:
            stated = fact
            if isinstance(fact, forgery.kind) and not done:
                stated, done = forgery.change(fact), True
            kind, at, payload = kind_of(stated), stamp(stated.at), encode(stated)
            own = chained(previous, kind, at, payload)
            rows.append((len(rows) + 1, first, at, kind, payload, previous, own))
            previous = own
            facts.append(stated)
    with closing(sqlite3.connect(state.ledger)) as db, db:
        for row, stated in zip(rows, facts, strict=True):
            db.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            with suppress(StoreError, sqlite3.IntegrityError):
                project(db, int(row[0]), stated)
    assert done
    assert forgery.rules <= set(broken(state)), broken(state)
