"""When the garbage collector is asked to look: while nothing waits for the desk."""

import gc

from core.domain.snapshot import FeedState, Snapshot


class Lull:
    """Collects whenever the feed is lost.

    An ended connection leaves cycles of some hundred objects and its buffers, too few for the collector to come of
    itself within hours. Nothing is done before `heap.set_aside`, for then it would walk all that was ever loaded.
    """

    def __init__(self) -> None:
        self._lost = False

    def hear(self, snapshot: Snapshot) -> None:
        """Take what the desk shows now."""
        lost = snapshot.link.state is FeedState.RECONNECTING
        if lost and not self._lost and gc.get_freeze_count():
            gc.collect()
        self._lost = lost
