"""The way of one connection's messages to its queue: numbered here, and here lost, doubled, delayed or swapped."""

from core.simulator.faults import Faults
from core.simulator.socket_faults import Delay, Duplicate, OutOfOrder, Skip
from core.simulator.wire import Message, envelope

Parcel = tuple[float, str | bytes]
"""When a frame may leave, real monotonic seconds, and the frame."""


class Lane:
    """Numbers the messages of one connection and applies the faults of delivery.

    Args:
        faults: what is to go wrong.
        client_id: what envelopes carry as client_id, or None for none.
    """

    def __init__(self, faults: Faults, client_id: str | None) -> None:
        self.sequence = 0
        """The next number."""
        self._faults = faults
        self._client_id = client_id
        self._held: list[str] = []

    def parcels(self, message: Message, now: float) -> list[Parcel]:
        """What leaves because of this message; nothing where a fault takes it."""
        faults = self._faults
        said = faults.said(message)
        if said is None:
            return []
        frames = [envelope(said, self.sequence, self._client_id)]
        self.sequence += 1
        if faults.use(Skip):
            return []
        if faults.use(Duplicate):
            frames *= 2
        if self._held:
            frames += self._held
            self._held = []
        elif faults.use(OutOfOrder):
            self._held = frames
            return []
        delay = faults.use(Delay)
        due = now + delay.seconds if delay is not None else now
        return [(due, frame) for frame in frames]
