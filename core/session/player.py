"""A play: a recording at a speed, for a console; paused, stepped and sought, and nobody's to decide in.

The desk at any place is the one a replay of as many entries gives. Going back is going again from the beginning, at
full speed and unpainted; so there is no other truth to keep.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import inf
from typing import Final

from core.domain.commands import Attend, Command, EnterByHand
from core.domain.events import Noted, TimePassed
from core.domain.link import FeedState, LinkView, Mode, PlayState, PlayView
from core.domain.review_views import ExpectedEntry
from core.domain.snapshot import Snapshot
from core.domain.timeframes import M15
from core.session.pacing import Pacing
from core.session.publisher import FRAME_S, Publisher
from core.session.reel import Reel
from core.trading.hand import expected

AT_ONCE_S: Final = 0.01
"""Real seconds of playing between two looks at keys."""
REST_S: Final = 0.005
"""And how long they then have: a key passes through several turns of the loop until it has done what it stands for."""
SEEKING_S: Final = 0.25
"""Between two pictures of a seek; only how far it is changes on them."""
_LOOK_EVERY: Final = 16
"""Entries between two looks at the real clock."""
_EVER: Final = datetime.max.replace(tzinfo=UTC)
_BESIDE = (TimePassed, Noted, Attend)
"""What a step takes along: it moves nothing that can be seen."""


@dataclass(frozen=True, slots=True)
class _Aim:
    """Where a seek goes: up to and with this moment, or on to the first entry at or after it."""

    at: datetime
    through: bool = False


class Player:
    """Plays a reel; fits `core.ports.DeskLink`, and takes no word of whoever looks.

    Args:
        reel: at its beginning.
        real: monotonic real seconds.
        speed: desk seconds per real second.
        what: is played, in a few words.
        of_bars: it is made of closed candles.
    """

    def __init__(self, reel: Reel, real: Callable[[], float], speed: float, what: str, of_bars: bool = False) -> None:
        self._reel, self._real, self._what, self._of_bars = reel, real, what, of_bars
        self._pacing = Pacing(reel.at, speed, real())
        self._aim: _Aim | None = None
        self._woken = asyncio.Event()
        self._picture: Snapshot | None = None
        self._publisher = Publisher(self._paint, lambda: False, lambda text: None, FRAME_S)

    @property
    def snapshot(self) -> Snapshot:
        """The newest picture."""
        return self._publisher.snapshot

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        """Call `listener` with every picture; returns the way to stop it."""
        return self._publisher.subscribe(listener)

    def send(self, command: Command) -> None:
        """Nothing: what was decided stands in what is played."""

    def expected(self, command: EnterByHand) -> ExpectedEntry:
        """What the desk would have done at this place."""
        return expected(self._reel.desk.state, replace(command, at=self._reel.at))

    def scan_now(self) -> None:
        """Nothing: its scans are in what is played."""

    def reload(self) -> None:
        """Nothing: its rules are in what is played."""

    # -- what a person can do

    @property
    def paused(self) -> bool:
        """Does it stand still?"""
        return self._pacing.paused

    @property
    def at(self) -> datetime:
        """Where it stands, the desk's time."""
        return self._reel.at

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From where to where it can be sought."""
        outline = self._reel.outline
        began = outline.began_at or self._reel.at
        return began, outline.ends_at or began

    def pause(self) -> None:
        """Stand still, or go on."""
        if self._pacing.paused:
            self._pacing.go_on(self._real())
        else:
            self._pacing.pause(self._real())
        self._woken.set()

    def step(self) -> str:
        """Stand still one input further on, the clock's ticks before it taken along; its name, empty at the end."""
        self._stand()
        while (entry := self._reel.step()) is not None:
            if not isinstance(entry, _BESIDE):
                break
        self._pacing.move_to(self._reel.at, self._real())
        self._woken.set()
        return "" if entry is None else " ".join((type(entry).__name__, str(getattr(entry, "symbol", "")))).strip()

    def step_bar(self) -> None:
        """Stand still where the next 15m bar has closed."""
        self._stand()
        self._go_to(_Aim(M15.start_of(self._reel.at) + M15.span, through=True))

    def jump(self, by: timedelta) -> None:
        """On, or back where it is below zero; from where a seek under way goes."""
        self.seek((min(self._aim.at, self.span[1]) if self._aim is not None else self._reel.at) + by)

    def seek(self, at: datetime) -> None:
        """To this moment of the desk's, or the end of what is played that is nearer to it."""
        began, ends = self.span
        if at < self._reel.at:
            self._reel.rewind()
        self._go_to(_Aim(_EVER if at >= ends else max(at, began)))

    def faster(self) -> float:
        """The next speed up; returns it."""
        self._pacing.faster(self._real())
        self._woken.set()
        return self._pacing.speed

    def slower(self) -> float:
        """The next speed down; returns it."""
        self._pacing.slower(self._real())
        self._woken.set()
        return self._pacing.speed

    def run_at(self, speed: float) -> float:
        """This speed, as far as there is one; returns what it became."""
        self._pacing.run_at(speed, self._real())
        self._woken.set()
        return self._pacing.speed

    # -- playing

    async def run(self) -> None:
        """Play until cancelled; at the end it stays."""
        shown_s = -inf
        while True:
            self._woken.clear()
            wait_s = self.turn()
            if wait_s > 0 or self._real() - shown_s >= (SEEKING_S if self._aim is not None else 0):
                shown_s = self._real()
                self._publisher.changed()
            if wait_s <= 0:
                await asyncio.sleep(REST_S)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(None if wait_s == inf else wait_s):
                    await self._woken.wait()

    def turn(self) -> float:
        """Take what is due, for a moment at most; returns the real seconds until there is more to do."""
        began_s, taken = self._real(), 0
        while self._is_due(self._real() if taken % _LOOK_EVERY == 0 else began_s):
            anew = self._reel.begins_anew
            self._reel.step()
            taken += 1
            if anew and self._aim is None:
                self._pacing.move_to(self._reel.at, self._real())
            if taken % _LOOK_EVERY == 0 and self._real() - began_s > AT_ONCE_S:
                if self._aim is None:  # the machine is slower than the speed: time waits for it
                    self._pacing.move_to(self._reel.at, self._real())
                return 0.0
        if self._aim is not None:
            self._arrive()
        coming = self._reel.next_at
        return inf if coming is None else self._pacing.wait_s(coming, self._real())

    def _is_due(self, real_s: float) -> bool:
        """Is the next entry to be taken now?"""
        coming, aim = self._reel.next_at, self._aim
        if coming is None:
            return False
        if aim is None:
            return coming <= self._pacing.due(real_s) or (self._reel.begins_anew and not self._pacing.paused)
        if not aim.through:
            return coming <= aim.at
        return self._reel.at < aim.at or coming <= self._reel.at

    def _arrive(self) -> None:
        """The seek is over: time goes on from there."""
        assert self._aim is not None
        at = self._reel.at if self._aim.through or self._reel.next_at is None else self._aim.at
        self._pacing.move_to(at, self._real())
        self._aim = None

    def _stand(self) -> None:
        self._aim = None
        self._pacing.pause(self._real())

    def _go_to(self, aim: _Aim) -> None:
        self._aim = aim
        self._woken.set()

    # -- the picture

    def _paint(self) -> Snapshot:
        """The desk at this place; while seeking the picture before it, with how far the seek is."""
        if self._aim is None or self._picture is None:
            self._picture = self._reel.desk.snapshot()
        return replace(self._picture, link=self._link(self._picture))

    def _link(self, picture: Snapshot) -> LinkView:
        reel, (began, ends) = self._reel, self.span
        lost = {
            quote.symbol for quote in picture.quotes if reel.desk.state.markets[quote.symbol].lost_since is not None
        }
        states = {quote.symbol: FeedState.STALE if quote.symbol in lost else FeedState.LIVE for quote in picture.quotes}
        return LinkView(
            mode=Mode.REPLAY,
            state=FeedState.STALE if states and len(lost) == len(states) else FeedState.LIVE,
            speed=self._pacing.speed,
            states=states,
            problem=f"{reel.over}: the play ends here" if reel.damaged else "",
            play=PlayView(self._what, self._state(), began, ends, reel.done, reel.over, self._of_bars),
        )

    def _state(self) -> PlayState:
        if self._aim is not None:
            return PlayState.SEEKING
        if self._reel.next_at is None:
            return PlayState.ENDED
        return PlayState.PAUSED if self._pacing.paused else PlayState.PLAYING
