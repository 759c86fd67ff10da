"""What only the shell knows of the feed: liveness on the real clock, rates, the words for the screen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from core.domain.link import RoundsView
from core.domain.snapshot import FeedState, LinkView, Mode
from core.ports import Clock, FeedHealth

SLOW_S = 3.0
STALE_S = 10.0
DOWN_S = 60.0
"""A feed that has been reconnecting for so long is called down."""
RATE_WINDOW_S = 5.0


@dataclass(slots=True)
class Pulse:
    """Ticks of one symbol on the real clock."""

    last_s: float | None = None
    count: int = 0
    rate: float = 0.0
    _since_s: float = 0.0
    _counted: int = 0

    def beat(self, real_s: float) -> None:
        """A tick arrived."""
        self.last_s = real_s
        self.count += 1

    def measure(self, real_s: float) -> None:
        """Refresh the rate over the last seconds; called about once a second."""
        if real_s - self._since_s >= RATE_WINDOW_S:
            if self._since_s:
                self.rate = (self.count - self._counted) / (real_s - self._since_s)
            self._since_s, self._counted = real_s, self.count

    def state(self, real_s: float) -> FeedState:
        """LIVE below 3 s, SLOW to 10 s, then STALE; CONNECTING before the first tick."""
        if self.last_s is None:
            return FeedState.CONNECTING
        age = real_s - self.last_s
        if age > STALE_S:
            return FeedState.STALE
        return FeedState.SLOW if age > SLOW_S else FeedState.LIVE


@dataclass(slots=True)
class Rounds:
    """What the desk does again and again, as it is counted; see `RoundsView`."""

    done: int = 0
    failed: int = 0
    late: int = 0
    last_at: datetime | None = None
    next_at: datetime | None = None

    def ended(self, well: bool, at: datetime) -> None:
        """One has been done, or has failed."""
        self.done += well
        self.failed += not well
        self.last_at = at

    def view(self) -> RoundsView:
        """As of now."""
        return RoundsView(self.done, self.failed, self.late, self.last_at, self.next_at)


def in_real(clock: Clock, seconds: float) -> datetime:
    """The desk's time in so many real seconds."""
    return clock.now() + timedelta(seconds=seconds * clock.speed)


ROUNDS: Final = ("scans", "polls", "health", "upkeep")
"""What is counted, as `Link` and the picture name it."""


@dataclass(slots=True)
class Link:
    """The shell's part of the picture, kept up to date by the session.

    Attributes:
        problem: what the red strip says; the session sets and clears it.
    """

    mode: Mode
    preset: str = ""
    pulses: dict[str, Pulse] = field(default_factory=dict)
    clock_skew_s: float = 0.0
    scans: Rounds = field(default_factory=Rounds)
    polls: Rounds = field(default_factory=Rounds)
    health: Rounds = field(default_factory=Rounds)
    upkeep: Rounds = field(default_factory=Rounds)
    loading: str = ""
    scan_error: str = ""
    problem: str = ""
    lost_at_s: float | None = None
    counters: dict[str, int] = field(default_factory=dict)

    def view(
        self, health: FeedHealth, real_s: float, speed: float, maintenance: bool, unsaved: int, store_problem: str
    ) -> LinkView:
        """Freeze the link as of now."""
        age = None if health.last_message_s is None else max(0.0, real_s - health.last_message_s)
        return LinkView(
            mode=self.mode,
            state=self._state(health, real_s, age, maintenance),
            speed=speed,
            age_s=age,
            attempt=health.attempt,
            retry_in_s=max(0.0, health.retry_at_s - real_s) if health.retry_at_s is not None else 0.0,
            rate=sum(pulse.rate for pulse in self.pulses.values()),
            clock_skew_s=self.clock_skew_s,
            next_scan_at=self.scans.next_at,
            loading=self.loading,
            scan_error=self.scan_error,
            unsaved=unsaved,
            problem=store_problem or self.problem,
            preset=self.preset,
            ages={s: real_s - p.last_s for s, p in self.pulses.items() if p.last_s is not None},
            rates={symbol: pulse.rate for symbol, pulse in self.pulses.items()},
            states={symbol: pulse.state(real_s) for symbol, pulse in self.pulses.items()},
            counters=_merged(self.counters, health.counters),
            bad_frames=health.bad_frames,
            rounds={name: getattr(self, name).view() for name in ROUNDS},
        )

    def _state(self, health: FeedHealth, real_s: float, age: float | None, maintenance: bool) -> FeedState:
        if not health.connected:
            self.lost_at_s = real_s if self.lost_at_s is None else self.lost_at_s
            if real_s - self.lost_at_s > DOWN_S:
                return FeedState.DOWN
            never = health.last_message_s is None and health.attempt <= 1
            return FeedState.CONNECTING if never else FeedState.RECONNECTING
        self.lost_at_s = None
        if age is None:
            return FeedState.CONNECTING
        if age > STALE_S:
            return FeedState.STALE
        if maintenance:
            return FeedState.MAINT
        if self._all_stale(real_s):
            return FeedState.STALE
        return FeedState.SLOW if age > SLOW_S else FeedState.LIVE

    def _all_stale(self, real_s: float) -> bool:
        """Heartbeats may flow while no symbol has a price younger than 10 s; that is not live."""
        states = [pulse.state(real_s) for pulse in self.pulses.values() if pulse.last_s is not None]
        return bool(states) and all(state is FeedState.STALE for state in states)


def _merged(own: Mapping[str, int], feed: Mapping[str, int]) -> dict[str, int]:
    return {**feed, **own}
