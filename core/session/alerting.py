"""Brings alerts from the outbox to their channels, beside the desk: it never waits for any of this."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Final
from weakref import WeakSet

from core.alerts.answers import Answer, Never, NotNow, Taken
from core.alerts.feed_watch import FeedWatch
from core.alerts.message import Message
from core.alerts.outbox import AlertRules, Outbox, Parcel, Post
from core.alerts.policy import AlertKind, Channel, Severity
from core.alerts.telling import feed_cause
from core.domain.errors import StoreError
from core.domain.events import Level
from core.domain.link import LinkView
from core.domain.retries import Retries
from core.domain.text import one_line
from core.ports import Clock
from core.session.threads import in_thread

LOOK_S: Final = 30.0
"""Real seconds after which a channel looks again without being woken: a person may have put failed alerts up again."""
BEAT_S: Final = 1.0
PATIENCE_S: Final = 5.0
"""A post is not waited for longer, whatever it hangs in; real seconds."""
_GIVE_UP_EVERY_S: Final = 60.0
_LOUDNESS: Final = tuple(Severity)


class Wake:
    """Rung by whoever puts alerts up, on any thread; made on the event loop that is woken."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._events: WeakSet[asyncio.Event] = WeakSet()

    def event(self) -> asyncio.Event:
        """A new event that every ring sets for as long as somebody holds it."""
        event = asyncio.Event()
        self._events.add(event)
        return event

    def ring(self) -> None:
        """Wake whoever waits; safe from any thread, and after the end of the loop."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._set)

    def _set(self) -> None:
        for event in list(self._events):
            event.set()


@dataclass(slots=True)
class AlertPorts:
    """What alerts need of the outside: the rules that hold, the outbox, and the way to each channel of the rules."""

    rules: AlertRules
    outbox: Outbox
    posts: Mapping[Channel, Post]
    wake: Wake
    retries: Retries = Retries(first_s=2.0, longest_s=300.0, longest_retry_after_s=60.0)

    def take(self, rules: AlertRules, posts: Mapping[Channel, Post]) -> None:
        """Send by other rules, and by other ways, from now on; to be called on the event loop."""
        self.rules.policy, self.rules.tiers = rules.policy, rules.tiers
        self.posts = posts
        self.wake.ring()


class Alerting:
    """One task a channel, so that one that hangs holds up no other; on each, alerts keep their order."""

    def __init__(
        self,
        ports: AlertPorts,
        clock: Clock,
        link: Callable[[], LinkView],
        note: Callable[[Level, str, str], None],
    ) -> None:
        """
        Args:
            ports: the outside.
            clock: the desk's.
            link: how the feed does, at any moment.
            note: puts a line into the log.
        """
        self._ports = ports
        self._clock = clock
        self._link = link
        self._note = note
        self._jitter = Random()
        self._ending = False
        self._troubles: dict[Channel, str] = {}
        """By channel: why it does not take alerts, as it was said."""
        self._unkept = ""
        self._failures: tuple[datetime, ...] = ()
        self._ended = asyncio.Event()

    def failed_within(self, since: datetime | None, until: datetime | None) -> int:
        """How many of the latest alerts failed after one moment and not after another; None is without that end."""
        return sum(
            (since is None or failed > since) and (until is None or failed <= until) for failed in self._failures
        )

    async def run(self) -> None:
        """Send for ever, or until `finish`, then until nothing more can be sent at once; by the rules of the moment."""
        posts = None
        while posts is not self._ports.posts:
            posts = self._ports.posts
            await self._send_by(posts)
        self._ended.set()

    async def _send_by(self, posts: Mapping[Channel, Post]) -> None:
        """Send until the end, or until other rules hold; what is on its way then is waited for and noted."""
        watching = asyncio.create_task(self._watch() if posts else asyncio.Event().wait(), name="alerts-watch")
        try:
            async with asyncio.TaskGroup() as channels:
                for channel, post in posts.items():
                    channels.create_task(self._deliver(channel, post), name=f"alerts-{channel}")
                channels.create_task(self._until_over(posts, watching))
        finally:
            watching.cancel()

    async def finish(self, timeout_s: float) -> None:
        """Let `run` end as soon as what can be sent now is sent; waits for that, at most so long."""
        self._ending = True
        self._ports.wake.ring()
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._ended.wait()

    async def _until_over(self, posts: Mapping[Channel, Post], watching: asyncio.Task[object]) -> None:
        """Take part in the group so that a failure of the watch ends it; at the end the watch is just let go."""
        woken = self._ports.wake.event()
        while not self._ending and self._ports.posts is posts and not watching.done():
            woken.clear()
            waiting = asyncio.create_task(woken.wait())
            await asyncio.wait({waiting, watching}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
        if watching.done():
            watching.result()

    async def _deliver(self, channel: Channel, post: Post) -> None:
        woken = self._ports.wake.event()
        while self._ports.posts.get(channel) is post:
            woken.clear()
            try:
                wait_s = await self._once(channel, post)
            except StoreError as error:
                self._unwell(f"the outbox cannot be read: {error}")
                wait_s = LOOK_S
            if wait_s > 0 and self._ending:
                return
            if wait_s > 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await woken.wait()

    async def _once(self, channel: Channel, post: Post) -> float:
        """Try the oldest message that may be sent; real seconds until there is a reason to look again."""
        now, outbox = self._clock.now(), self._ports.outbox
        parcel = await in_thread(outbox.parcel, channel, self._ports.rules.policy.held_at(now))
        if parcel is None:
            return LOOK_S
        if parcel.due > now:
            return min(LOOK_S, max(0.01, (parcel.due - now).total_seconds() / self._clock.speed))
        answer = await self._sent(post, parcel)
        now = self._clock.now()
        match answer:
            case Taken():
                await self._keep(partial(outbox.sent, parcel, now))
            case NotNow(why=why, retry_after_s=asked_s):
                wait_s = self._ports.retries.wait_s(min(parcel.tries, 30) + 1, asked_s, self._jitter.random())
                due = now + timedelta(seconds=wait_s * self._clock.speed)
                await self._keep(partial(outbox.again, parcel, due, one_line(why)))
            case Never(why=why):
                await self._keep(partial(outbox.failed, parcel, now, one_line(why)))
                self._failures = await in_thread(outbox.failures)
        self._tell(channel, answer)
        return 0.0

    async def _sent(self, post: Post, parcel: Parcel) -> Answer:
        policy = self._ports.rules.policy
        loudest = max((policy.severities[alert.kind] for alert in parcel.alerts), key=_LOUDNESS.index)
        alerts = tuple(alert.masked() for alert in parcel.alerts) if policy.mask else parcel.alerts
        message = Message(alerts, loudest, self._link().mode.value)
        return await posted(post, message)

    async def _keep(self, write: Callable[[], object]) -> None:
        """Write to the outbox, however long the disk refuses: an alert that was sent must not be sent for ever."""

        def kept() -> None:
            write()

        while True:
            try:
                await in_thread(kept)
            except StoreError as error:
                self._unwell(f"the outbox cannot be written, nothing more is sent until it can: {error}")
                await asyncio.sleep(BEAT_S)
            else:
                self._unkept = ""
                return

    def _unwell(self, text: str) -> None:
        """Say once that the ledger refuses."""
        if text != self._unkept:
            self._unkept = text
            self._say(Level.WARN, text)

    def _tell(self, channel: Channel, answer: Answer) -> None:
        """Say once what is wrong with a channel, and once that it is well again."""
        trouble = "" if isinstance(answer, Taken) else answer.why
        if trouble == self._troubles.get(channel, ""):
            return
        self._troubles[channel] = trouble
        match answer:
            case Taken():
                self._say(Level.GOOD, f"{channel} takes alerts again")
            case NotNow(why=why):
                self._say(Level.WARN, f"{channel} takes no alerts now: {why}; they wait and are tried again")
            case Never(why=why):
                self._say(Level.ERROR, f"{channel} refused an alert for good: {why}; see atlas alerts pending")

    def _say(self, level: Level, text: str) -> None:
        self._note(level, "alerts", one_line(text))

    async def _watch(self) -> None:
        """What no fact tells: the feed for too long down or up again, the day's digest, what has waited too long."""
        policy, outbox, clock = self._ports.rules.policy, self._ports.outbox, self._clock
        watch = FeedWatch(policy.feed_down_after_s, _down_since(await in_thread(outbox.last, AlertKind.FEED)))
        told = await in_thread(outbox.last, AlertKind.DIGEST)
        digested = clock.now() if told is None else datetime.fromisoformat(told)
        self._failures = await in_thread(outbox.failures)
        looked_s = clock.real()
        while True:
            now, real_s = clock.now(), clock.real()
            turn = watch.look(self._link().state, now, real_s)
            if turn is not None:
                await self._put(AlertKind.FEED, feed_cause(turn), now)
            if (due := policy.last_digest_at(now)) > digested:
                digested = due
                await self._put(AlertKind.DIGEST, due.isoformat(), due)
            if real_s - looked_s >= _GIVE_UP_EVERY_S:
                looked_s = real_s
                if count := await in_thread(outbox.give_up, now):
                    self._failures = await in_thread(outbox.failures)
                    self._say(Level.ERROR, f"{count} alerts given up after 24 h; see atlas alerts pending")
            await asyncio.sleep(BEAT_S)

    async def _put(self, kind: AlertKind, cause: str, at: datetime) -> None:
        if kind in self._ports.rules.policy.kinds:
            await self._keep(partial(self._ports.outbox.put, kind, cause, at))
            self._ports.wake.ring()


async def posted(post: Post, message: Message) -> Answer:
    """Send a message once, and wait for the answer no longer than PATIENCE_S."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await in_thread(post.send, message)
    except TimeoutError:
        return NotNow("no answer in time")


def _down_since(cause: str | None) -> datetime | None:
    """Since when the feed was down, where that was the last that was told of it."""
    turn, _, since = (cause or "").partition(" ")
    return datetime.fromisoformat(since) if turn == "down" else None
