"""A desk that runs for months: what it holds does not grow but for its trades, and forgets nothing that matters."""

import enum
import gc
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from types import BuiltinFunctionType, FunctionType, ModuleType

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from core.domain.commands import GiveVerdict, HaltEntries, ResumeEntries, WithdrawVerdict
from core.domain.events import EntryUndone, FoundSetup, Noted, TimePassed
from core.domain.facts import AccountOpened, Fact, PositionOpened, SetupFound, SetupResolved
from core.domain.guards import GuardPolicy, HaltSource
from core.domain.oversight import VerdictGiven, VerdictWithdrawn
from core.domain.review import ReviewVerdict
from core.domain.signals import SetupStatus
from core.domain.sizing import RiskPolicy
from core.domain.timeframes import M15, W1, Timeframe
from core.domain.undoing import taken_back
from core.trading.account import TOLD
from core.trading.desk import Desk
from core.trading.known import KEPT_IDS
from core.trading.setups import SHOWN
from tests.builders import FREE, TUESDAY, a_desk, a_desk_over, a_scan, a_setup, a_tick, after, facts_of
from tests.trading.random_days import POLICY, SYMBOLS, around, lose

LASTING = replace(
    POLICY,
    guards=GuardPolicy(),
    fees=FREE,
    start_balance=Decimal(100_000),
    risk=RiskPolicy(risk_pct=Decimal("0.0002")),
)
"""Under which an account trades for months without end."""

QUARTERS = 300
"""Three days of 15m scans: by then every list is full."""
A_TRADE, A_SHADOW = 30, 15
"""Objects that stay of each: they are what the performance tab counts."""
WORLD = (type, ModuleType, FunctionType, BuiltinFunctionType, enum.Enum)


def held_by(root: object) -> Counter[str]:
    """How many objects of each type can be reached from this one."""
    seen, waiting = {id(root): root}, [root]
    while waiting:
        for found in gc.get_referents(waiting.pop()):
            if id(found) not in seen and not isinstance(found, WORLD):
                seen[id(found)] = found
                waiting.append(found)
    return Counter(type(found).__name__ for found in seen.values())


def lived(desk: Desk, dice: Random, quarters: range) -> Iterator[Fact]:
    """The facts of so many quarters of an hour: setups, breaks either way, now and then an outage or a halt."""
    for quarter in quarters:
        at = TUESDAY + quarter * M15.span
        ask = HaltEntries if quarter % 8 == 0 else ResumeEntries
        steps = [desk.handle(TimePassed(at)), desk.handle(ask("", HaltSource.HAND, at))]
        for symbol in SYMBOLS:
            price = Decimal(dice.randrange(9_500, 10_500)) / 100
            steps.append(desk.handle(a_tick(price, at, symbol)))
            steps.append(desk.handle(a_scan(*around(symbol, price, at), at=at)))
            for second in range(60, 600, 120):
                moved = price + Decimal(dice.randrange(-250, 250)) / 100
                steps.append(desk.handle(a_tick(moved, at + timedelta(seconds=second), symbol)))
            if dice.random() < 0.05:
                steps.append(lose(desk, symbol, price, at + timedelta(minutes=12)))
        yield from (fact for step in steps for fact in step if not isinstance(fact, Noted))


@pytest.mark.long
@given(st.integers(0, 1000))
@settings(max_examples=2)
def test_what_a_desk_holds_grows_by_its_trades_and_shadows_alone(seed: int) -> None:
    desk, dice = a_desk(policy=LASTING), Random(seed)
    sizes, trades, shadows = [], [], []
    for part in range(3):
        found = list(lived(desk, dice, range(part * QUARTERS, (part + 1) * QUARTERS)))
        assert len(facts_of(found, SetupFound)) > 2 * SHOWN + KEPT_IDS
        sizes.append(held_by(desk.state).total())
        trades.append(len(desk.state.account.trades))
        shadows.append(len(desk.state.shadows.views()))
    event(f"{trades} trades, {shadows} shadows, {sizes} objects")
    assert trades[1] > TOLD and shadows[1]
    allowed = A_TRADE * (trades[2] - trades[1]) + A_SHADOW * (shadows[2] - shadows[1])
    assert sizes[2] - sizes[1] < allowed + sizes[1] // 20


@given(st.integers(0, 1000))
@settings(max_examples=2)
def test_a_desk_restored_after_months_takes_nothing_old_for_new(seed: int) -> None:
    lived_on = a_desk(policy=LASTING)
    facts = list(lived(lived_on, Random(seed), range(QUARTERS)))
    old, end = facts_of(facts, SetupFound), TUESDAY + QUARTERS * M15.span
    restored = a_desk_over(facts, LASTING, end)
    for desk in (lived_on, restored):
        again = desk.handle(a_scan(*(fact.setup for fact in old), at=end))
        assert not facts_of(again, SetupFound) and not facts_of(again, SetupResolved)
    listed = [[(t.setup, t.status, t.resolution) for t in desk.state.book.recent_setups()]
              for desk in (lived_on, restored)]  # fmt: skip
    assert listed[0] == listed[1]


def test_a_setup_that_waits_for_months_still_breaks_and_breaks_once() -> None:
    week = a_setup(150, 50, (190, 10), W1)
    desk = a_desk(week, policy=LASTING)
    for _ in lived(desk, Random(3), range(QUARTERS)):
        pass
    end = TUESDAY + QUARTERS * M15.span
    desk.handle(a_scan(*many(W1, end), at=end))
    assert desk.state.book.knows(week)
    resolved = facts_of(desk.handle(a_tick(151, after(1, end))), SetupResolved)
    assert week.id in [fact.setup_id for fact in resolved]
    assert not facts_of(desk.handle(a_scan(week, at=after(2, end))), SetupFound)


def test_a_verdict_on_what_has_left_the_lists_can_no_longer_be_given_or_taken_back() -> None:
    desk = a_desk(a_setup())
    desk.handle(GiveVerdict(a_setup().id, ReviewVerdict.REJECTED, after(1)))
    desk.handle(a_tick(103, after(2)))
    desk.handle(a_scan(*many(M15, after(3)), at=after(3)))
    assert desk.state.book.get(a_setup().id) is None
    assert not facts_of(desk.handle(WithdrawVerdict(a_setup().id, after(4))), VerdictWithdrawn)
    assert not facts_of(desk.handle(GiveVerdict(a_setup().id, ReviewVerdict.TAKEN, after(5))), VerdictGiven)


def many(timeframe: Timeframe, at: datetime) -> list[FoundSetup]:
    """So many that are over, on bars that lie ahead of all others, that nothing else over is listed any more."""
    bars = range(1, SHOWN + 1)
    return [FoundSetup(a_setup(timeframe=timeframe, bar_end=timeframe.end_of(at) + bar * timeframe.span),
                       SetupStatus.EXPIRED) for bar in bars]  # fmt: skip


def test_an_entry_undone_after_months_leaves_nothing_behind() -> None:
    desk, end = a_desk(policy=LASTING), TUESDAY + QUARTERS * M15.span
    facts = tuple(lived(desk, Random(5), range(QUARTERS)))
    newest = facts_of(facts, PositionOpened)[-1].position.id
    desk.handle(EntryUndone(newest, end))
    opened = AccountOpened(LASTING.start_balance, TUESDAY)
    twin = a_desk_over((opened, *taken_back(facts, {newest})), LASTING, end)
    assert desk.state.halts.measures == twin.state.halts.measures
    assert desk.state.account.balance == twin.state.account.balance
    assert newest not in desk.state.account.stories
