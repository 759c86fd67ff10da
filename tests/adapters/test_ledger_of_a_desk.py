"""What a real desk decides under a person's hand: every rule holds on its ledger, which tells what the desk knows."""

import tempfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings

from core.adapters.absence_reader import read_absence
from core.adapters.ledger_inbox import waiting
from core.adapters.ledger_known import known_in
from core.adapters.ledger_reader import LedgerReader
from core.domain.events import Noted
from core.domain.explaining.case import known_of
from core.domain.explaining.explanation import explain
from core.domain.facts import AccountOpened, DeskStarted
from core.domain.review_views import ReviewView
from core.trading.desk import Desk
from tests.adapters.judged import Story, broken, write
from tests.builders import TUESDAY
from tests.trading.random_days import POLICY, STEPS, Step, play


def told(steps: list[Step]) -> tuple[Desk, Story, datetime]:
    """A desk after these steps and its end, what it decided, one batch for each event, and when it ended."""
    played = play(steps)
    story: Story = [[AccountOpened(Decimal(1000), TUESDAY), DeskStarted(TUESDAY)]]
    story += [list(batch) for batch in played.batches if batch]
    story.append([fact for fact in played.desk.stop(played.at) if not isinstance(fact, Noted)])
    return played.desk, story, played.at


@settings(max_examples=20)
@given(STEPS)
def test_every_rule_holds_and_the_ledger_tells_what_the_desk_knows(steps: list[Step]) -> None:
    desk, story, at = told(steps)
    state, snapshot = desk.state, desk.snapshot()
    with tempfile.TemporaryDirectory() as folder:
        written = write(Path(folder), story)
        assert broken(written) == {}
        assert read_absence(written.ledger) == snapshot.absence
        with LedgerReader(written.root) as reader:
            spoken = {item: view for item, view in state.reviews.views().items() if view != ReviewView(None)}
            assert reader.reviews() == spoken
            assert reader.halts() == state.halts.views()
            assert reader.stories() == state.account.stories
            same_words(reader, desk, at)
            assert {trip.guard: trip for trip in reader.trips()} == state.halts.trips
            assert {view.setup_id: view for view in reader.shadows()} == {
                view.setup_id: view for view in state.shadows.views()
            }
            assert {p.symbol: p for p in reader.positions()} == state.account.positions
            assert reader.trades() == tuple(state.account.trades)
            assert {v.setup.id: v.held for v in reader.setups(POLICY.review, at) if v.pending} == {
                v.setup.id: v.held for v in snapshot.setups if v.pending
            }
            assert sorted(waiting(reader, POLICY.review, at)) == sorted(snapshot.inbox)


def same_words(reader: LedgerReader, desk: Desk, at: datetime) -> None:
    """The ledger explains every item as the desk does, but for what only a live market knows."""
    kept, live = known_in(reader, POLICY.review, at), known_of(desk.snapshot())
    for item_id in live.ids():
        ours, theirs = live.case(item_id), kept.case(item_id)
        assert ours is not None and theirs is not None
        assert explain(ours).sections == explain(theirs).sections, item_id
