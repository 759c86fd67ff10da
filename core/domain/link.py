"""What the session knows of the venue and of itself: the feed's state, the mode, the schedule of scans."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

_NO_TROUBLE = frozenset({"messages", "ticks"})
"""Counters of the feed that only tell that it is there."""


class FeedState(StrEnum):
    """How the feed, or one product of it, is doing; judged on the real clock (COINBASE.md section 4)."""

    CONNECTING = "CONNECTING"
    LIVE = "LIVE"
    SLOW = "SLOW"
    STALE = "STALE"
    RECONNECTING = "RECONNECTING"
    DOWN = "DOWN"
    MAINT = "MAINT"


class Mode(StrEnum):
    """What the badge says."""

    PAPER = "PAPER"
    DEMO = "DEMO"
    REPLAY = "REPLAY"


class PlayState(StrEnum):
    """What a play is doing."""

    PLAYING = "PLAYING"
    PAUSED = "PAUSED"
    SEEKING = "SEEKING"
    ENDED = "ENDED"


@dataclass(frozen=True, slots=True)
class PlayView:
    """The picture is of something that is played, and of no desk that runs.

    Attributes:
        what: is played, in a few words.
        state: of the play.
        began_at: where it begins, the desk's time.
        ends_at: where it ends.
        done: how much has been played, 0 to 1.
        over: why it does not go on, one sentence; empty while it does.
        of_bars: it is made of closed candles: there are no ticks, and fills are those of bar mode.
    """

    what: str
    state: PlayState
    began_at: datetime
    ends_at: datetime
    done: float
    over: str = ""
    of_bars: bool = False


@dataclass(frozen=True, slots=True)
class RoundsView:
    """Something the desk does again and again since it began: scans, prices by REST, checks of the venue.

    Attributes:
        late: begun so long after it was due that a candle or a price was waited for in vain.
        last_at: when the last one ended; None before it.
        next_at: when the next one is due; None while none is.
    """

    done: int = 0
    failed: int = 0
    late: int = 0
    last_at: datetime | None = None
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LinkView:
    """What the session knows: feed, messages, scan schedule, store.

    Attributes:
        speed: venue seconds per real second; 1 on a live venue.
        age_s: real seconds since the last message; None before the first.
        attempt: reconnects tried since the feed was last live.
        retry_in_s: real seconds until the next try, 0 when not waiting.
        rate: messages per real second, lately.
        clock_skew_s: venue minus local clock, real seconds; warn above 2.
        next_scan_at: desk time; None when not scheduled (maintenance).
        loading: a first load or scan is under way and what, e.g. `scanning 3/15 BTC 4h`; empty when not.
        scan_error: the last scan's failure with its time, empty when it went well.
        unsaved: facts not yet in the ledger because it cannot be written.
        problem: one sentence the screen must show as a red strip; empty when all is well.
        preset: name of a preset that loosens the rules, e.g. `demo`; empty otherwise.
        waiting: there is no desk yet, so that the rest of the picture is empty and says nothing of the account.
        play: what is played, where this is a play; None for a desk that runs.
    """

    mode: Mode = Mode.PAPER
    state: FeedState = FeedState.CONNECTING
    speed: float = 1.0
    age_s: float | None = None
    attempt: int = 0
    retry_in_s: float = 0.0
    rate: float = 0.0
    clock_skew_s: float = 0.0
    next_scan_at: datetime | None = None
    loading: str = ""
    scan_error: str = ""
    unsaved: int = 0
    problem: str = ""
    preset: str = ""
    waiting: bool = False
    play: PlayView | None = None
    ages: Mapping[str, float] = field(default_factory=dict)
    """Real seconds since each symbol's last tick."""
    rates: Mapping[str, float] = field(default_factory=dict)
    """Messages per real second by symbol."""
    states: Mapping[str, FeedState] = field(default_factory=dict)
    """Liveness by symbol."""
    counters: Mapping[str, int] = field(default_factory=dict)
    """Bad frames, gaps, dropped prices, reconnects and the like, by name."""
    rounds: Mapping[str, RoundsView] = field(default_factory=dict)
    """By name: `scans`, `polls`, `health` and `upkeep`."""
    bad_frames: tuple[str, ...] = ()
    """The last few messages and prices that could not be used, oldest first, cleaned and cut."""

    @property
    def troubles(self) -> tuple[tuple[str, int], ...]:
        """Counters that tell of trouble and are not zero."""
        return tuple((name, count) for name, count in self.counters.items() if count and name not in _NO_TROUBLE)
