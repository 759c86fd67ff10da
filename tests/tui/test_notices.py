"""What a person is told of on any screen."""

from dataclasses import replace

from atlas_tui.notices import Notice, notices
from core.domain.events import Level, Noted
from core.domain.snapshot import Snapshot
from tests.builders import TUESDAY
from tests.tui.snapshots_data import rich


def with_note(snapshot: Snapshot, level: Level, text: str) -> Snapshot:
    """The snapshot, with what an outage came to as the newest line of its log."""
    return replace(snapshot, log=(*snapshot.log, Noted(level, "outage", text, TUESDAY)))


def test_what_an_outage_came_to_is_told_once() -> None:
    before = rich()
    after = with_note(before, Level.WARN, "BTC outage of 2h14m judged on 135 candles: 1 exit (BTC STOP -1.00R)")
    told = Notice("OUTAGE", after.log[-1].text, "warning")
    assert notices(before, after) == [told]
    assert notices(after, with_note(after, Level.GOOD, "ETH outage of 12s judged on 1 candle: nothing happened")) == []
