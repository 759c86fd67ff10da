"""What must always hold, over random prices: RELIABILITY.md section 2 on the pure desk."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from random import Random

from hypothesis import event, given
from hypothesis import strategies as st

from core.domain.events import EntryUndone
from core.domain.facts import (
    AccountOpened,
    DeskStarted,
    EntryRefused,
    Fact,
    FundingPaid,
    FundsMoved,
    PositionClosed,
    PositionOpened,
    PositionRetiered,
    SetupFound,
    SetupResolved,
    StopMoved,
)
from core.domain.oversight import GuardTripped
from core.domain.positions import ExitReason, FillTag, OpenPosition, Origin
from core.domain.review_views import RefusalView
from core.domain.signals import SetupStatus
from core.domain.undoing import taken_back
from core.trading.desk import Desk
from tests.builders import TUESDAY, an_instrument
from tests.trading.random_days import KINDS, MOVE, SECONDS, STEPS, SYMBOLS, Played, Step, play

MICRO = Decimal("0.000001")


def opened(played: Played) -> list[OpenPosition]:
    return [fact.position for fact in played.facts if isinstance(fact, PositionOpened)]


def many_plays() -> list[Played]:
    """Many plays from one seed, the same in every run."""
    dice = Random(7)
    steps = [
        [
            (dice.choice(SYMBOLS), dice.randint(-MOVE, MOVE), dice.randint(1, SECONDS), dice.choice(KINDS))
            for _ in range(120)
        ]
        for _ in range(60)
    ]
    return [play(one) for one in steps]


def test_the_plays_hold_everything_that_the_invariants_speak_of() -> None:
    """Otherwise every property below would pass for want of a position."""
    played = [fact for one in many_plays() for fact in one.facts]
    happened = Counter(type(fact) for fact in played)
    assert min(happened[kind] for kind in (PositionOpened, FundingPaid, PositionRetiered, StopMoved, GuardTripped)) > 1
    left = Counter(fact.trade.reason for fact in played if isinstance(fact, PositionClosed))
    assert set(left) == set(ExitReason) - {ExitReason.PATTERN}
    tags = {fact.trade.exit.tag for fact in played if isinstance(fact, PositionClosed)}
    assert tags >= {FillTag.LIVE, FillTag.RECONSTRUCTED}
    assert {fact.position.origin for fact in played if isinstance(fact, PositionOpened)} == set(Origin)
    refused = {fact.code.value for fact in played if isinstance(fact, EntryRefused)}
    assert refused >= {"POSITION_OPEN", "REJECTED", "HALTED", "PAUSED", "LOSING_STREAK"}


@given(STEPS)
def test_the_balance_is_start_plus_realised_minus_fees_plus_funding_at_every_event(steps: list[Step]) -> None:
    balances: list[Decimal] = []
    played = play(steps, lambda desk: balances.append(desk.state.account.balance))
    expected = Decimal(1000)
    for batch, balance in zip(played.batches, balances, strict=True):
        for fact in batch:
            match fact:
                case PositionOpened(position=position):
                    expected -= position.entry.fee
                case FundingPaid(amount=amount) | FundsMoved(amount=amount):
                    expected += amount
                case PositionClosed(trade=trade):
                    expected += trade.gross - trade.exit.fee
                    event(f"exit by {trade.reason}")
        assert balance == expected


@given(STEPS)
def test_equity_is_the_balance_and_what_is_open_at_the_same_marks(steps: list[Step]) -> None:
    picture = play(steps).desk.snapshot()
    marks = {quote.symbol: quote.price for quote in picture.quotes}
    at_marks = Decimal(0)
    for view in picture.positions:
        item, mark = view.position, marks[view.position.symbol]
        assert mark is not None
        at_marks += item.side.sign * (mark - item.entry.price) * item.size
    assert picture.account.equity == picture.account.balance + at_marks


@given(STEPS)
def test_at_most_one_position_a_symbol_and_its_margin_is_what_is_reserved(steps: list[Step]) -> None:
    played = play(steps)
    open_now: set[str] = set()
    for fact in played.facts:
        if isinstance(fact, PositionOpened):
            assert fact.position.symbol not in open_now
            open_now.add(fact.position.symbol)
        elif isinstance(fact, PositionClosed):
            open_now.remove(fact.trade.position.symbol)
    account = played.desk.state.account
    assert set(account.positions) == open_now
    assert account.reserved == sum((p.margin for p in account.positions.values()), Decimal(0))
    assert open_now or account.reserved == 0


@given(STEPS)
def test_sizes_are_on_the_increment_and_amounts_are_rounded_once(steps: list[Step]) -> None:
    played = play(steps)
    for position in opened(played):
        assert position.size > 0 and position.size % an_instrument().size_increment == 0
    booked = [fact.amount for fact in played.facts if isinstance(fact, FundingPaid)]
    booked += [position.entry.fee for position in opened(played)]
    for fact in played.facts:
        if isinstance(fact, PositionClosed):
            booked += [fact.trade.gross, fact.trade.exit.fee, fact.trade.net]
    assert all(amount == amount.quantize(MICRO) for amount in booked)


@given(STEPS)
def test_every_position_has_one_setup_an_id_of_it_and_at_most_one_exit_of_its_whole_size(steps: list[Step]) -> None:
    played = play(steps)
    setups = {fact.setup.id for fact in played.facts if isinstance(fact, SetupFound)}
    sizes: dict[str, Decimal] = {}
    for fact in played.facts:
        if isinstance(fact, PositionOpened):
            position = fact.position
            assert position.setup_id in setups and position.id == f"{position.setup_id}|{position.side}"
            assert position.id not in sizes
            sizes[position.id] = position.size
        elif isinstance(fact, PositionClosed):
            assert fact.trade.position.size == sizes.pop(fact.trade.id)
    assert set(sizes) == {position.id for position in played.desk.state.account.positions.values()}


@given(STEPS)
def test_a_triggered_setup_opens_or_has_exactly_one_refusal_in_the_same_transaction(steps: list[Step]) -> None:
    played = play(steps)
    resolved: Counter[str] = Counter()
    for batch in played.batches:
        triggered: set[str] = set()
        answered: Counter[str] = Counter()
        for fact in batch:
            if isinstance(fact, SetupResolved):
                resolved[fact.setup_id] += 1
                if fact.status is SetupStatus.TRIGGERED:
                    triggered.add(fact.setup_id)
            elif isinstance(fact, EntryRefused):
                answered[fact.setup_id] += 1
            elif isinstance(fact, PositionOpened):
                answered[fact.position.setup_id] += 1
        assert set(answered) == triggered and all(count == 1 for count in answered.values())
    assert all(count == 1 for count in resolved.values())


@given(STEPS)
def test_folding_the_facts_gives_the_same_desk(steps: list[Step]) -> None:
    played = play(steps)
    twin, lived = told(played.desk, played.facts), played.desk.state
    again = twin.state
    assert [(t.setup.id, t.status) for t in again.book.recent_setups()] == [
        (t.setup.id, t.status) for t in lived.book.recent_setups()
    ]
    assert again.reviews.views() == lived.reviews.views()
    assert measured(twin) == measured(played.desk)
    assert again.shadows.views() == lived.shadows.views()


@given(STEPS, st.integers(0, 1000))
def test_an_undone_entry_leaves_nothing_behind(steps: list[Step], which: int) -> None:
    """The ledger then holds everything but the entry and what came of it; a desk restored from that is the same."""
    played = play(steps)
    found = opened(played)
    if not found:
        return
    undone = found[which % len(found)]
    event("an entry was undone")
    played.desk.handle(EntryUndone(undone.id, undone.entry.at))
    twin = told(played.desk, taken_back(played.facts, {undone.id}))
    assert measured(twin) == measured(played.desk)
    assert twin.state.absence.now.view() == played.desk.state.absence.now.view()
    assert refusals(twin) == refusals(played.desk)


@given(STEPS)
def test_no_trade_pays_the_same_funding_instant_twice(steps: list[Step]) -> None:
    instants = Counter((f.position_id, f.instant) for f in play(steps).facts if isinstance(f, FundingPaid))
    assert all(count == 1 for count in instants.values())


def told(desk: Desk, facts: Sequence[Fact]) -> Desk:
    """Another desk that has only been told these facts."""
    twin = Desk(desk.state.policy)
    twin.restore((AccountOpened(Decimal(1000), TUESDAY), DeskStarted(TUESDAY), *facts))
    return twin


def measured(desk: Desk) -> tuple[object, ...]:
    """Money and guards of a desk."""
    account, halts = desk.state.account, desk.state.halts
    return (
        account.balance, account.realised, account.fees, account.funding, account.positions, account.trades,
        account.stories, halts.measures, halts.trips, halts.views(),
        account.net_since(TUESDAY),
    )  # fmt: skip


def refusals(desk: Desk) -> dict[str, RefusalView | None]:
    """By setup: why it was not entered."""
    return {tracked.setup.id: tracked.refusal for tracked in desk.state.book.recent_setups()}
