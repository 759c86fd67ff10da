"""The listings read what the desk wrote, while it runs and after."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.adapters.ledger_reader import LedgerReader
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.facts import EntryRefused, MarketSeen, SetupFound
from core.domain.guards import Guard, HaltSource
from core.domain.patterns import Side
from core.domain.positions import ExitReason
from core.domain.review import AtTimeout, ReviewPolicy, ReviewVerdict, Stance
from core.domain.signals import SetupStatus
from core.domain.sizing import Refusal
from tests.adapters.ledger_story import NOON, SIZING, STANDINGS, a_day, a_setup, a_signal


@pytest.fixture(params=["running", "stopped"])
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    store = SqliteStore(StateDir.create(tmp_path))
    request.addfinalizer(store.close)
    for batch in a_day():
        store.append(batch).result(5)
    if request.param == "stopped":
        store.close()
    return tmp_path


def test_the_account_is_exact(folder: Path) -> None:
    with LedgerReader(folder) as reader:
        account, trade = reader.account(), reader.trades()[0]
        (position,) = reader.positions()
    assert account is not None
    assert account.start == Decimal("1000.00")
    assert account.balance == account.start + trade.net - position.entry.fee
    assert account.balance == account.start + account.realised - account.fees + account.funding
    assert (account.realised, account.funding) == (trade.gross, trade.funding)
    assert account.reserved == position.margin


def test_setups_come_newest_first_with_what_became_of_them(folder: Path) -> None:
    with LedgerReader(folder) as reader:
        views = {view.setup.id: view for view in reader.setups()}
    late, btc, eth = a_setup("BTC", 9), a_setup("BTC"), a_setup("ETH")
    assert next(iter(views)) == late.id
    assert views[late.id].pending
    assert views[late.id].setup == late
    assert views[btc.id].status is SetupStatus.TRIGGERED
    resolution, refusal = views[eth.id].resolution, views[eth.id].refusal
    assert resolution is not None
    assert (resolution.side, resolution.price, resolution.tfc_score) == (Side.LONG, Decimal("105.05"), 3)
    assert refusal is not None
    assert (refusal.code, refusal.numbers) == (Refusal.LOW_CONTINUITY, (("score", "1"), ("needed", "2")))
    assert [view.setup.id for view in views.values() if view.reviewed] == [eth.id]
    assert sum(view.status is SetupStatus.HISTORICAL_TRIGGERED_LONG for view in views.values()) == 1


def test_rejected_signals_are_listed_with_their_verdict(folder: Path) -> None:
    with LedgerReader(folder) as reader:
        assert [view.signal for view in reader.signals()] == [a_signal("SOL"), a_signal("ETH")]
        review = reader.reviews()[a_signal("SOL").id].review
    assert review is not None
    assert (review.verdict, review.reason) == (ReviewVerdict.REJECTED, "")


def test_a_withdrawn_verdict_lets_the_one_before_stand_and_holds_back_what_it_says(folder: Path) -> None:
    waiting = a_setup("BTC", 9)
    with LedgerReader(folder) as reader:
        word = reader.reviews()[waiting.id]
        view = next(view for view in reader.setups() if view.setup.id == waiting.id)
    assert word.review is not None
    assert (word.review.verdict, word.review.reason) == (ReviewVerdict.REJECTED, "chop")
    assert [note.text for note in word.notes] == ["=wide stop"]
    assert view.held == {Side.LONG: Refusal.REJECTED}
    assert not view.armed


def test_without_a_verdict_the_policy_decides_what_is_held_back(tmp_path: Path) -> None:
    setup = a_setup()
    store = SqliteStore(StateDir.create(tmp_path))
    store.append([SetupFound(setup, SetupStatus.PENDING, setup.detected_at)]).result(5)
    store.close()
    asking = ReviewPolicy(default=Stance.ASK, ask_timeout_s=60, at_timeout=AtTimeout.TAKE)
    with LedgerReader(tmp_path) as reader:
        assert [view.held for view in reader.setups()] == [{}]
        now = setup.detected_at + timedelta(seconds=59)
        assert [view.held for view in reader.setups(asking, now)] == [{Side.LONG: Refusal.NOT_APPROVED}]
        assert [view.held for view in reader.setups(asking, now + timedelta(seconds=1))] == [{}]


def test_what_is_halted_tripped_and_moved_is_what_the_last_word_left(folder: Path) -> None:
    with LedgerReader(folder) as reader:
        (halt,), (trip,), (position,) = reader.halts(), reader.trips(), reader.positions()
        presence = reader.presence()
    assert (halt.scope, halt.source) == ("BTC", HaltSource.HAND)
    assert (trip.guard, trip.value, trip.limit) == (Guard.DRAWDOWN, Decimal("5.25"), Decimal(5))
    assert position.plan.stop == Decimal("105.20")
    assert presence.person_at == presence.started_at == halt.since
    assert presence.stopped_at is not None
    assert presence.stopped_at > halt.since
    assert not presence.running


def test_a_refused_entry_is_followed_to_its_end(folder: Path) -> None:
    with LedgerReader(folder) as reader:
        (shadow,) = reader.shadows()
    assert (shadow.setup_id, shadow.code) == (a_setup("ETH").id, Refusal.LOW_CONTINUITY)
    assert (shadow.entry, shadow.stop, shadow.target) == (Decimal("105.05"), Decimal(95), Decimal("120.50"))
    assert (shadow.reason, shadow.exit, shadow.r_multiple) == (ExitReason.STOP, Decimal(95), Decimal("-1.002"))
    assert shadow.closed_at is not None


def test_the_numbers_behind_a_break_and_a_size_are_kept(folder: Path) -> None:
    with LedgerReader(folder) as reader:
        btc = next(view for view in reader.setups() if view.setup.id == a_setup("BTC").id)
        assert reader.sizings() == {f"{btc.setup.id}|LONG": SIZING}
    assert btc.resolution is not None
    assert btc.resolution.standings == STANDINGS


def test_positions_carry_the_funding_and_tier_of_their_life(folder: Path) -> None:
    with LedgerReader(folder) as reader:
        (trade,) = reader.trades()
        (position,) = reader.positions()
    assert trade.position.funding == trade.funding < 0
    assert [held.margin_leverage for held in (trade.position, position)] == [Decimal(4), Decimal(10)]
    assert position.symbol == "SOL"


def test_facts_refusals_and_times_are_read(folder: Path) -> None:
    told = [fact for batch in a_day() for fact in batch]
    with LedgerReader(folder) as reader:
        assert list(reader.facts()) == told
        assert list(reader.refusals()) == [fact for fact in told if isinstance(fact, EntryRefused)]
        assert reader.seen() == {"BTC": a_setup("BTC", 9).detected_at}
        assert reader.last_at() == max(fact.at for fact in told)


def test_a_reader_shows_one_moment_while_the_desk_goes_on(tmp_path: Path) -> None:
    store = SqliteStore(StateDir.create(tmp_path))
    with LedgerReader(tmp_path) as empty:
        assert empty.account() is None
        assert empty.last_at() is None
        for batch in a_day():
            store.append(batch).result(5)
        assert empty.account() is None
        assert empty.trades() == ()
    with LedgerReader(tmp_path) as full:
        assert len(full.trades()) == 1
    store.append([MarketSeen("SOL", NOON)]).result(5)
    store.close()
