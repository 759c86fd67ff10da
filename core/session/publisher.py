"""Snapshots to whoever looks: at once, then at most every 33 ms, never before their facts are committed."""

import asyncio
from collections.abc import Callable

from core.domain.snapshot import Snapshot

FRAME_S = 0.033
"""A leading-edge throttle: a sparse tick paints at once, a flood at 30 frames a second."""
GRACE_S = 0.004
"""How long past the frame a change is waited for: painted as it comes it is new, on a timer half a gap old."""


class Publisher:
    """Latest value, several listeners; a listener that fails is dropped and named, never the desk's trouble."""

    def __init__(
        self,
        paint: Callable[[], Snapshot],
        held: Callable[[], bool],
        failed: Callable[[str], None],
        frame_s: float = FRAME_S,
    ) -> None:
        """
        Args:
            paint: builds the newest picture.
            held: True while a commit is under way, during which nothing is shown.
            failed: told in words when a listener had to be dropped.
            frame_s: real seconds between two pictures of a flood.
        """
        self._paint = paint
        self._held = held
        self._failed = failed
        self._frame_s = frame_s
        self._listeners: list[Callable[[Snapshot], None]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._dirty = False
        self._last_s = float("-inf")
        self._snapshot: Snapshot | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The newest published picture; painted on the first call."""
        if self._snapshot is None:
            self._snapshot = self._paint()
        return self._snapshot

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        """Call `listener` with every published picture; returns the way to stop it."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def changed(self) -> None:
        """Something changed: publish now, or when the frame is over."""
        self._dirty = True
        if self._held():
            return
        loop = asyncio.get_running_loop()
        wait = self._last_s + self._frame_s - loop.time()
        if wait <= 0:
            self.publish()
        elif self._timer is None:
            self._timer = loop.call_later(wait + GRACE_S, self._frame)

    def publish(self) -> None:
        """Paint and show, whatever the frame says."""
        self._dirty = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._last_s = asyncio.get_running_loop().time()
        self._snapshot = self._paint()
        for listener in tuple(self._listeners):
            try:
                listener(self._snapshot)
            except Exception as error:  # noqa: BLE001 - a broken screen must not stop the desk (RELIABILITY R7)
                self._listeners.remove(listener)
                self._failed(f"a console stopped listening: {type(error).__name__}")

    def close(self) -> None:
        """Show nothing more."""
        if self._timer is not None:
            self._timer.cancel()
        self._listeners.clear()

    def _frame(self) -> None:
        self._timer = None
        if self._dirty and not self._held():
            self.publish()
