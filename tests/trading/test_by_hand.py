"""Entries, break-even stops and closes by hand."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import event as hypothesis_event
from hypothesis import given
from hypothesis import strategies as st

from core.domain.breakeven import break_even, is_at_even
from core.domain.commands import EnterByHand, HaltEntries, MoveStopToEven
from core.domain.events import Event, Noted, OutageBegan
from core.domain.facts import PositionOpened, SetupResolved, StopMoved
from core.domain.guards import GuardPolicy, HaltSource
from core.domain.margin import booked
from core.domain.patterns import Side
from core.domain.policy import FeePolicy
from core.domain.positions import Fill, OpenPosition, Origin, gross_profit
from core.domain.sizing import RiskPolicy
from core.domain.timeframes import H1
from core.trading.desk import Desk
from core.trading.hand import expected
from tests.builders import TUESDAY, a_desk, a_policy, a_setup, a_tick, after, facts_of

FEES = FeePolicy(intx=Decimal("0.0003"))


def entered(fraction: str = "1", side: Side = Side.LONG) -> tuple[Desk, OpenPosition]:
    """A position opened by hand at 100, before the break."""
    desk = a_desk(a_setup(), policy=a_policy(fees=FEES))
    opened = facts_of(desk.handle(EnterByHand(a_setup().id, side, Decimal(fraction), after(1))), PositionOpened)
    return desk, opened[0].position


def test_an_entry_by_hand_is_tagged_takes_its_part_of_the_size_and_ends_the_setup() -> None:
    desk, half = entered("0.5")
    _, whole = entered()
    assert (half.origin, half.size * 2) == (Origin.HAND, whole.size)
    assert not facts_of(desk.handle(a_tick("102.1", after(2))), SetupResolved)


def test_a_part_above_the_whole_or_an_ended_setup_is_not_entered() -> None:
    desk = a_desk(a_setup())
    for fraction in ("0", "1.01"):
        refused = desk.handle(EnterByHand(a_setup().id, Side.LONG, Decimal(fraction), after(1)))
        assert not facts_of(refused, PositionOpened) and desk.snapshot().setups[0].pending
    desk.handle(a_tick(110, after(2)))
    assert not facts_of(desk.handle(EnterByHand(a_setup().id, Side.LONG, Decimal(1), after(3))), PositionOpened)


HELD_BACK = (
    HaltEntries("", HaltSource.HAND, after(1)),
    HaltEntries("BTC", HaltSource.HAND, after(1)),
    EnterByHand(a_setup(high=104, low="98.5", targets=(130, 70), timeframe=H1).id, Side.LONG, Decimal(1), after(1)),
    OutageBegan("BTC", TUESDAY, after(1)),
)
"""What a person, or the market, may have done before."""


@given(
    st.sampled_from(tuple(Side)),
    st.decimals("0.001", "1.2", places=3),
    st.lists(st.sampled_from(HELD_BACK), max_size=2),
    st.sampled_from((Decimal("0.02"), Decimal("0.000005"), Decimal("0.5"))),
)
def test_what_is_expected_of_an_entry_by_hand_is_what_comes_of_it(
    side: Side, fraction: Decimal, before: list[Event], risk_pct: Decimal
) -> None:
    other = a_setup(high=104, low="98.5", targets=(130, 70), timeframe=H1)
    guards = GuardPolicy(exposure=Decimal("0.6"))
    desk = a_desk(a_setup(), other, policy=a_policy(fees=FEES, risk=RiskPolicy(risk_pct), guards=guards))
    for each in before:
        desk.handle(each)
    command = EnterByHand(a_setup().id, side, fraction, after(2))
    told = expected(desk.state, command)
    assert desk.state.drain() == ()
    outcomes = desk.handle(command)
    opened = facts_of(outcomes, PositionOpened)
    assert [told.position] == [fact.position for fact in opened] or (told.position is None and not opened)
    if told.position is None:
        (note,) = facts_of(outcomes, Noted)
        assert told.why_not and told.why_not in note.text
    hypothesis_event(told.why_not or "entered")


def test_a_stop_moves_to_even_only_once_the_price_is_beyond_it() -> None:
    desk, position = entered()
    assert not facts_of(desk.handle(MoveStopToEven(position.id, after(2))), StopMoved)
    desk.handle(a_tick(101, after(3)))
    (view,) = desk.snapshot().positions
    assert view.break_even == Decimal("100.1") and not is_at_even(view.position, view.break_even)
    moved = facts_of(desk.handle(MoveStopToEven(position.id, after(4))), StopMoved)
    assert is_at_even(desk.snapshot().positions[0].position, Decimal("100.1"))
    assert [fact.stop for fact in moved] == [Decimal("100.1")]
    assert not facts_of(desk.handle(MoveStopToEven(position.id, after(5))), StopMoved)


@given(
    st.sampled_from(tuple(Side)),
    st.decimals("1", "90000", places=2),
    st.decimals("0.01", "50", places=4),
    st.decimals("-1", "1", places=2),
)
def test_leaving_at_break_even_nets_nothing_or_less_than_one_increments_worth(
    side: Side, price: Decimal, size: Decimal, funding: Decimal
) -> None:
    rate, step = Decimal("0.0003"), Decimal("0.01")
    _, plain = entered(side=side)
    fee = booked(price * size * rate)
    position = replace(plain, size=size, entry=Fill(price, fee, plain.entry.at), funding=funding)
    even = break_even(position, rate, step)
    net = gross_profit(side, size, price, even) - fee - size * even * rate + funding
    assert 0 <= net <= size * step * (1 + rate)
