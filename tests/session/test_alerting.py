"""Alerts reach their channels in the end, once and in order, whatever the sinks do; the desk waits for none of it."""

import asyncio
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from core.adapters.ledger_check import check
from core.adapters.sqlite_store import SqliteStore
from core.alerts.outbox import AlertRules, Outbox, Post
from core.alerts.policy import AlertKind, Channel
from core.domain.events import Level
from core.domain.facts import PositionClosed
from core.domain.link import FeedState
from core.domain.retries import Retries
from core.session import alerting
from core.session.alerting import AlertPorts, Wake
from tests.adapters.ledger_story import a_day
from tests.alerts.sink import DRIP, HANG, RESET, a_sink
from tests.alerts.stories import alerts_of_the_day
from tests.session.alert_desk import POLICY, Desk, titles, until
from tests.session.rig import Rig, bought

TOLD = [alert.title for alert in alerts_of_the_day(Decimal("0.01"))]


async def test_every_alert_arrives_once_and_in_order_through_refusals_resets_and_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerting, "PATIENCE_S", 1.0)
    with a_sink([500, RESET, (429, "0.1"), HANG, 503, 204, DRIP, 204, RESET, 500]) as sink:
        desk = Desk(tmp_path, {Channel.JSON: sink})
        async with desk.running():
            desk.tell(a_day())
            # Back-off is by the desk's clock, which the test moves.
            await until(lambda: desk.later(0.05) and len(titles(sink)) >= len(TOLD))
    assert titles(sink) == TOLD
    assert len({body["id"] for body in sink.taken}) == len(sink.taken)
    assert all(result.ok for result in check(desk.state.root))
    assert [text for level, text in desk.notes if level is Level.GOOD] != []


async def test_an_address_that_is_gone_is_said_once_and_not_tried_for_ever(tmp_path: Path) -> None:
    with a_sink([404] * 100) as sink:
        desk = Desk(tmp_path, {Channel.JSON: sink})
        async with desk.running():
            desk.tell(a_day())
            await until(lambda: len(sink.asked) == 9)
    messages = len(sink.asked)
    assert [text.split(":")[0] for _, text in desk.notes] == ["json refused an alert for good"]
    async with desk.running():
        pass
    assert (len(sink.asked), sink.taken) == (messages, [])


async def test_a_channel_that_hangs_holds_up_no_other_and_no_commit(tmp_path: Path) -> None:
    policy = replace(POLICY, channels=(Channel.JSON, Channel.NTFY))
    with a_sink([HANG] * 50) as hanging, a_sink() as well:
        desk = Desk(tmp_path, {Channel.JSON: hanging, Channel.NTFY: well}, policy)
        async with desk.running():
            desk.tell(a_day())  # each commit returns while the sink hangs
            await until(lambda: len(well.taken) == 9)
            assert hanging.taken == []


async def test_what_was_not_sent_waits_for_the_next_start_in_order(tmp_path: Path) -> None:
    with a_sink([500] * 100) as sink:
        desk = Desk(tmp_path, {Channel.JSON: sink})
        async with desk.running(Retries(first_s=3600, longest_s=3600)):
            desk.tell(a_day())
            await until(lambda: sink.asked)
        sink.script.clear()
        desk.clock.move(3700)
        async with desk.running():
            await until(lambda: len(titles(sink)) == len(TOLD))
    assert titles(sink) == TOLD


async def test_the_end_of_a_desk_is_still_sent(tmp_path: Path) -> None:
    with a_sink() as sink:
        desk = Desk(tmp_path, {Channel.JSON: sink}, replace(POLICY, kinds=(AlertKind.DESK,)))
        async with desk.running():
            desk.tell(a_day())
    assert titles(sink) == ["DESK STARTED", "DESK STOPPED"]


async def test_with_the_mask_no_amount_leaves_and_without_it_they_do(tmp_path: Path) -> None:
    told: dict[bool, str] = {}
    for mask in (True, False):
        with a_sink() as sink:
            desk = Desk(tmp_path / str(mask), {Channel.JSON: sink}, replace(POLICY, mask=mask, digest_at=time(0)))
            async with desk.running():
                desk.tell(a_day())
                await until(lambda sink=sink: sink.asked)  # type: ignore[misc]  # the watch has begun
                desk.clock.move(120)
                await until(lambda sink=sink: len(titles(sink)) == len(TOLD) + 1)  # type: ignore[misc]  # and the digest
            told[mask] = repr(sink.taken)
    for amount in ("30.56", "20.00", "1.98 @"):
        assert amount in told[False]
        assert amount not in told[True]
    assert "••• @ 105.10" in told[True] and "+1.53R" in told[True]


async def test_alerts_that_fail_count_for_the_time_they_fell_into(tmp_path: Path) -> None:
    with a_sink([404] * 100) as sink:
        desk = Desk(tmp_path, {Channel.JSON: sink})
        async with desk.running() as sending:
            began = desk.clock.now()
            desk.clock.move(60)
            desk.tell(a_day())
            await until(lambda: len(sink.asked) == 9 and sending.failed_within(began, None) == 12)
            now = desk.clock.now()
            within = [sending.failed_within(*ends) for ends in ((None, None), (began, now), (now, None), (None, began))]
    assert within == [12, 12, 0, 0]


async def test_quiet_hours_hold_what_is_not_severe(tmp_path: Path) -> None:
    night = replace(POLICY, quiet_from=time(22), quiet_until=time(7))
    with a_sink() as sink:
        desk = Desk(tmp_path, {Channel.JSON: sink}, night)
        async with desk.running():
            desk.tell(a_day())
            await until(lambda: len(titles(sink)) == 4)
            assert {title.split()[0] for title in titles(sink)} == {"DESK", "GUARD"}
            desk.clock.move(8 * 3600)
        async with desk.running():
            await until(lambda: len(titles(sink)) == len(TOLD))


async def test_a_feed_that_stays_down_and_comes_back_is_told_once_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerting, "BEAT_S", 0.01)
    with a_sink() as sink:
        desk = Desk(tmp_path, {Channel.JSON: sink})
        async with desk.running():
            desk.feed = FeedState.DOWN
            await until(lambda: desk.later(1) and titles(sink))
        async with desk.running():
            desk.feed = FeedState.LIVE
            await until(lambda: len(titles(sink)) == 2)
    assert titles(sink) == ["FEED DOWN", "FEED UP"]


async def test_the_digest_comes_at_its_hour_once_even_over_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerting, "BEAT_S", 0.01)
    with a_sink() as sink:
        desk = Desk(tmp_path, {Channel.JSON: sink}, replace(POLICY, kinds=(AlertKind.DIGEST,), digest_at=time(0)))
        async with desk.running():
            desk.tell(a_day())
            await until(lambda: desk.later(1) and titles(sink))
        async with desk.running():
            desk.clock.move(23 * 3600)
        desk.clock.move(23 * 3600)
        async with desk.running():
            await until(lambda: len(titles(sink)) == 2)
    assert [title[:6] for title in titles(sink)] == ["DIGEST"] * 2
    assert sink.taken[0]["alerts"][0]["text"] == "2 signals, 3 triggers, 1 exit, +1.53R, net +$30.56"


async def test_what_a_sink_did_not_take_for_a_day_is_given_up_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerting, "BEAT_S", 0.01)
    with a_sink([503] * 1000) as sink:
        desk = Desk(tmp_path, {Channel.JSON: sink}, replace(POLICY, kinds=(AlertKind.EXIT, AlertKind.ARMED)))
        async with desk.running(Retries(first_s=3600, longest_s=3600)):
            desk.tell(a_day())
            await until(lambda: sink.asked)
            desk.clock.move(40 * 3600)
            await until(lambda: desk.later(120) and any("given up after 24 h" in text for _, text in desk.notes))
    assert sum(text.startswith("5 alerts given up") for _, text in desk.notes) == 1


SEND_AND_DIE = """
import os, signal, sys
from pathlib import Path
from core.adapters.alert_post import AlertPost
from core.adapters.ledger_outbox import LedgerOutbox
from core.adapters.state_dir import StateDir
from core.alerts.message import Message
from core.alerts.outbox import AlertRules
from core.alerts.policy import AlertPolicy, Channel, Severity
from core.config.alert_rules import targets_of
from core.config.secrets import read_secrets
policy = AlertPolicy(channels=(Channel.JSON,))
post = AlertPost(targets_of(policy, read_secrets())[Channel.JSON])
parcel = LedgerOutbox(StateDir(Path(sys.argv[1])), AlertRules(policy)).parcel(Channel.JSON, ())
post.send(Message(parcel.alerts, Severity.NORMAL, "PAPER"))
os.kill(os.getpid(), signal.SIGKILL)
"""
"""A desk's sender that is killed between sending and noting it."""


async def test_a_kill_between_sending_and_noting_it_sends_once_more_and_loses_nothing(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_sink() as sink:
        desk = Desk(tmp_path, {Channel.JSON: sink})
        store = SqliteStore(desk.state, AlertRules(POLICY))
        for batch in a_day():
            store.append(batch).result(5)
        store.close()
        monkeypatch.setenv("ATLAS_JSON_URL", f"{sink.url}/topic")
        killed = await asyncio.create_subprocess_exec(
            sys.executable, "-c", SEND_AND_DIE, str(desk.state.root), cwd=root
        )
        assert await killed.wait() == -signal.SIGKILL
        assert len(sink.taken) == 1
        async with desk.running():
            await until(lambda: len(titles(sink)) == len(TOLD) + 3)
    ids = [body["id"] for body in sink.taken]
    assert ids[0] == ids[1]
    assert len(set(ids)) == len(ids) - 1
    assert titles(sink)[3:] == TOLD


class StuckOutbox:
    """A disk that never answers."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def __getattr__(self, name: str) -> Callable[..., None]:
        def stuck(*values: object) -> None:
            self.let_go.wait(20)

        stuck.__name__ = name
        return stuck


async def test_a_desk_trades_and_ends_in_time_while_its_alerts_stand_still() -> None:
    rig, stuck = Rig(bought()), StuckOutbox()
    rig.session.alert_by(AlertPorts(AlertRules(POLICY), cast(Outbox, stuck), {Channel.JSON: cast(Post, stuck)}, Wake()))
    async with rig.running():
        await rig.feed.ready.wait()
        rig.feed.say(90)
        await rig.until(lambda: bool(rig.kept(PositionClosed)))
        began = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began < 2
    stuck.let_go.set()
