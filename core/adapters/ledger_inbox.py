"""What waits for a person's word, judged on the ledger alone; the same list as the desk's inbox."""

from datetime import datetime

from core.adapters.ledger_pages import SIGNALS, Wanted
from core.adapters.ledger_reader import LedgerReader
from core.domain.review import ReviewPolicy, Stance
from core.domain.review_views import ReviewView
from core.domain.signals import Setup
from core.trading.inbox import SIGNALS_WAIT


def waiting(reader: LedgerReader, policy: ReviewPolicy, at: datetime) -> tuple[str, ...]:
    """Ids of pending setups and fresh signals nobody has spoken of, newest first.

    Args:
        reader: the ledger.
        policy: setups it ignores on every leg do not wait.
        at: the desk's time: a signal waits for 24 hours, a snooze that is over waits again.

    Raises:
        StoreError: the ledger cannot be read.
    """
    words, young = reader.reviews(), reader.pages(SIGNALS, Wanted(since=at - SIGNALS_WAIT)).keys()
    found = [
        (view.setup.detected_at, view.setup.id)
        for view in reader.setups(policy, at, pending=True)
        if not view.reviewed and _waits(words.get(view.setup.id), at)
        if not _ignored(view.setup, policy)
    ]
    found += [
        (view.signal.detected_at, view.signal.id)
        for view in reader.signals(young)
        if view.signal.fresh and at - view.signal.detected_at < SIGNALS_WAIT
        if not view.reviewed and _waits(words.get(view.signal.id), at)
    ]
    return tuple(item_id for _, item_id in sorted(found, key=lambda pair: pair[0], reverse=True))


def _waits(word: ReviewView | None, at: datetime) -> bool:
    review = word.review if word else None
    return review is None or (review.until is not None and at >= review.until)


def _ignored(setup: Setup, policy: ReviewPolicy) -> bool:
    return all(
        policy.stance(setup.symbol, setup.timeframe, setup.name, judged.leg.side) is Stance.IGNORE
        for judged in setup.legs
    )
