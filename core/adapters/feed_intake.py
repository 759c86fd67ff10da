"""What one feed makes of the frames it hears: order, spikes, counts, and calls to its listener. No socket here."""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final, assert_never

from core.adapters.coinbase_wire import (
    AckFrame,
    BadFrame,
    ErrorFrame,
    Frame,
    HeartbeatFrame,
    OtherFrame,
    TickerFrame,
    decode,
)
from core.adapters.sequence import Order, SequenceTracker
from core.adapters.spikes import SPIKE_FRACTION, SpikeGuard
from core.domain.events import Level
from core.domain.text import one_line
from core.ports import FeedListener, FeedTick

KEPT_BAD_FRAMES: Final = 5

MESSAGES: Final = "messages"
TICKS: Final = "ticks"
BAD: Final = "bad frames"
GAPS: Final = "sequence gaps"
LATE: Final = "late or doubled messages"
DROPPED: Final = "dropped prices"
SPIKES: Final = "spikes held"
CROSSED: Final = "crossed books"
OFF_INCREMENT: Final = "off-increment prices"
UNKNOWN: Final = "prices of other products"
OTHER: Final = "messages of other channels"
STRANGE: Final = "messages with unknown fields"
OVERSIZED: Final = "oversized messages"
ERRORS: Final = "error messages"
LISTENER: Final = "listener failures"
RECONNECTS: Final = "reconnects"
FAILED: Final = "failed connects"

COUNTED: Final = (
    *(MESSAGES, TICKS, BAD, GAPS, LATE, DROPPED, SPIKES),
    *(CROSSED, OFF_INCREMENT, UNKNOWN, OTHER, STRANGE, OVERSIZED, ERRORS, LISTENER, RECONNECTS, FAILED),
)


class FeedIntake:
    """Takes frames and tells the listener; `take` never raises.

    Counters, the spike rule and the per-product times live as long as the feed; order and acknowledgement as long as
    one connection.
    """

    def __init__(
        self,
        product_ids: frozenset[str],
        listener: FeedListener,
        increments: Mapping[str, Decimal],
        counters: Counter[str],
        bad_frames: deque[str],
        spike_fraction: Decimal = SPIKE_FRACTION,
    ) -> None:
        self.product_ids = product_ids
        self.live = False
        """A ticker or an acknowledgement has come on this connection."""
        self.last_message_s: float | None = None
        self.ticked_s: dict[str, float] = {}
        """Receipt of each product's last ticker on this connection, real monotonic seconds."""
        self._listener = listener
        self._increments = increments
        self._counters = counters
        self._bad_frames = bad_frames
        self._order = SequenceTracker()
        self._spikes = SpikeGuard(spike_fraction)
        self._judged: dict[str, tuple[Decimal, bool]] = {}
        self._acked: frozenset[str] | None = None
        self._said: set[str] = set()

    def begin(self) -> None:
        """A new connection: new base of the numbers, nothing acknowledged."""
        self._order.restart()
        self.live = False
        self.ticked_s.clear()
        self._acked = None
        self._said.clear()
        self._judged.clear()

    def take(self, data: bytes, real_s: float) -> None:
        """One frame, received at `real_s`, real monotonic seconds."""
        self.last_message_s = real_s
        self._counters[MESSAGES] += 1
        message = decode(data, real_s)
        if type(message) is TickerFrame:
            if self._in_order(message.sequence):
                self._prices(message)
        else:
            self._other(message)

    def missing(self) -> frozenset[str]:
        """Asked-for products the venue's acknowledgement left out; empty before the first."""
        return frozenset() if self._acked is None else self.product_ids - self._acked

    def note_once(self, level: Level, text: str) -> None:
        """Tell the listener, once a connection for each text."""
        if text not in self._said and len(self._said) < 50:
            self._said.add(text)
            self.tell(lambda: self._listener.noted(level, text))

    def tell(self, call: Callable[[], None]) -> None:
        """Call the listener; its failure is counted and noted, and never reaches the socket."""
        try:
            call()
        except Exception as error:  # noqa: BLE001 - whatever a listener does, the prices go on for the others
            self._listener_failed(error)

    def _listener_failed(self, error: Exception) -> None:
        self._counters[LISTENER] += 1
        text = f"the feed's listener failed: {type(error).__name__}: {one_line(str(error), 120)}"
        if text not in self._said:
            self._said.add(text)
            self.tell(lambda: self._listener.noted(Level.ERROR, text))

    def _in_order(self, sequence: int | None) -> bool:
        order = self._order.judge(sequence)
        if order is Order.FOLLOWS:
            return True
        if order is Order.LOWER:
            self._counters[LATE] += 1
            return False
        self._counters[GAPS] += 1
        lost = self._order.missing
        reason = f"{lost} messages lost" if order is Order.GAP else "the venue began to count its messages anew"
        self.tell(lambda: self._listener.suspect(reason))
        return True

    def _other(self, message: Frame) -> None:
        match message:
            case BadFrame():
                self._bad(message)
            case ErrorFrame():
                self._counters[ERRORS] += 1
                self.note_once(Level.WARN, f"the venue answered: {message.message}")
            case AckFrame():
                if self._in_order(message.sequence):
                    self._acknowledged(message.product_ids)
            case OtherFrame():
                self._counters[OTHER] += 1
                self._in_order(message.sequence)
            case TickerFrame() | HeartbeatFrame():
                self._in_order(message.sequence)
            case _:
                assert_never(message)

    def _prices(self, message: TickerFrame) -> None:
        self._counters[STRANGE] += message.strange
        for reason in message.dropped:
            self._counters[DROPPED] += 1
            self._keep(f"price dropped: {reason}")
        for tick in message.ticks:
            if tick.product_id not in self.product_ids:
                self._counters[UNKNOWN] += 1
                continue
            self.ticked_s[tick.product_id] = tick.real_s
            self.live = True
            self._price(tick)

    def _price(self, tick: FeedTick) -> None:
        bid, ask, price = tick.bid, tick.ask, tick.price
        if bid is not None and ask is not None and bid > ask:
            self._counters[CROSSED] += 1
            bid = ask = None
            tick = FeedTick(tick.product_id, price, None, None, tick.venue_at, tick.real_s, tick.day)
        if not self._spikes.accept(tick.product_id, price, bid, ask, tick.real_s):
            self._counters[SPIKES] += 1
            self._keep(f"spike held: {tick.product_id} at {price}")
            return
        if self._is_off(tick.product_id, price):
            self._counters[OFF_INCREMENT] += 1
        self._counters[TICKS] += 1
        try:
            self._listener.tick(tick)
        except Exception as error:  # noqa: BLE001 - as in tell, without a closure on the hot path
            self._listener_failed(error)

    def _is_off(self, product_id: str, price: Decimal) -> bool:
        """Does the price miss the product's increment? Prices mostly repeat, so the last verdict is kept."""
        last = self._judged.get(product_id)
        if last is not None and last[0] is price:
            return last[1]
        increment = self._increments.get(product_id)
        try:
            off = increment is not None and price % increment != 0
        except InvalidOperation:  # so far apart that the quotient has no exact form
            off = True
        self._judged[product_id] = price, off
        return off

    def _acknowledged(self, acked: frozenset[str]) -> None:
        ours = acked & self.product_ids
        self.live = True
        if ours == self._acked:
            return
        self._acked = ours
        self.tell(lambda: self._listener.subscribed(ours))
        if missing := ", ".join(sorted(self.missing())):
            self.note_once(Level.WARN, f"the venue sends no prices for {missing}")

    def _bad(self, message: BadFrame) -> None:
        self._counters[BAD] += 1
        self._keep(f"{message.reason}: {message.excerpt}")
        self.note_once(Level.WARN, "the venue sent an unreadable message; more are only counted")

    def _keep(self, text: str) -> None:
        self._bad_frames.append(text)
