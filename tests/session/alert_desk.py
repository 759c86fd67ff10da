"""Alerting over a ledger and sinks, with a clock and a feed of the test's own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path

from core.adapters.alert_post import AlertPost
from core.adapters.ledger_outbox import LedgerOutbox
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.alerts.outbox import AlertRules, Post
from core.alerts.policy import AlertKind, AlertPolicy, Channel
from core.config.alert_rules import targets_of
from core.config.secrets import Found
from core.domain.events import Level
from core.domain.facts import Fact
from core.domain.link import FeedState, LinkView, Mode
from core.domain.retries import Retries
from core.domain.secret import Secret
from core.session.alerting import Alerting, AlertPorts, Wake
from tests.adapters.ledger_story import NOON
from tests.alerts.sink import Sink
from tests.fakes import ManualClock

POLICY = AlertPolicy(channels=(Channel.JSON,), kinds=tuple(AlertKind), digest_at=time(12))
EVENING = NOON + timedelta(hours=11, minutes=59)
QUICK = Retries(first_s=0.01, longest_s=0.02, longest_retry_after_s=60)


class Desk:
    """Alerting over a ledger, with a clock and a feed of the test's own."""

    def __init__(self, folder: Path, sinks: Mapping[Channel, Sink], policy: AlertPolicy = POLICY) -> None:
        self.state, self.policy, self.sinks = StateDir.create(folder), policy, sinks
        self.clock = ManualClock(EVENING)
        self.feed = FeedState.LIVE
        self.notes: list[tuple[Level, str]] = []

    @asynccontextmanager
    async def running(self, retries: Retries = QUICK) -> AsyncIterator[Alerting]:
        rules, wake = AlertRules(self.policy), Wake()
        outbox = LedgerOutbox(self.state, rules, {"BTC-PERP-INTX": Decimal("0.01")})
        self.ports = ports = AlertPorts(rules, outbox, self.posts(), wake, retries)
        self.store = SqliteStore(self.state, rules, wake.ring)
        sending = Alerting(ports, self.clock, self.link, lambda level, topic, text: self.notes.append((level, text)))
        task = asyncio.create_task(sending.run())
        try:
            yield sending
        finally:
            await sending.finish(1)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self.store.close()

    def posts(self) -> dict[Channel, Post]:
        """The way to each sink of a channel of the policy."""
        names = {Channel.JSON: "ATLAS_JSON_URL", Channel.NTFY: "ATLAS_NTFY_URL"}
        found = {names[each]: Found(Secret(f"{sink.url}/topic"), "environment") for each, sink in self.sinks.items()}
        return {channel: AlertPost(target, 0.5) for channel, target in targets_of(self.policy, found).items()}

    def reload(self, sinks: Mapping[Channel, Sink], policy: AlertPolicy = POLICY) -> None:
        """Send by another policy, and to other sinks, from now on."""
        self.sinks, self.policy = sinks, policy
        self.ports.take(AlertRules(policy), self.posts())

    def link(self) -> LinkView:
        return replace(LinkView(Mode.PAPER), state=self.feed)

    def later(self, seconds: float) -> bool:
        """Move the clock on; always true, for conditions that are waited for meanwhile."""
        self.clock.move(seconds)
        return True

    def tell(self, batches: Sequence[Sequence[Fact]]) -> None:
        for batch in batches:
            self.store.append(batch).result(5)


async def until(holds: Callable[[], object], patience_s: float = 40) -> None:
    async with asyncio.timeout(patience_s):
        while not holds():
            await asyncio.sleep(0.01)


def titles(sink: Sink) -> list[str]:
    return [alert["title"] for body in sink.taken for alert in body["alerts"]]
