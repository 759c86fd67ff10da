"""The listings read what the desk wrote, while it runs and after."""

from decimal import Decimal
from pathlib import Path

import pytest

from core.adapters.ledger_reader import LedgerReader
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.facts import EntryRefused, MarketSeen
from core.domain.patterns import Side
from core.domain.signals import SetupStatus
from core.domain.sizing import Refusal
from tests.adapters.ledger_story import NOON, a_day, a_setup, a_signal


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


def test_dismissed_signals_are_left_out_unless_asked_for(folder: Path) -> None:
    with LedgerReader(folder) as reader:
        assert [view.signal for view in reader.signals()] == [a_signal("ETH")]
        assert [view.signal for view in reader.signals(dismissed=True)] == [a_signal("SOL"), a_signal("ETH")]


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
