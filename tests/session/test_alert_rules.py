"""Other rules of alerts reach a desk that runs: from then on it tells by them, and nothing is lost or sent twice."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from core.adapters.ledger_check import check
from core.alerts.policy import AlertKind, AlertPolicy, Channel
from core.session import alerting
from tests.adapters.ledger_story import a_day
from tests.alerts.sink import HANG, a_sink
from tests.session.alert_desk import POLICY, Desk, titles, until

QUIET = AlertPolicy()


async def test_a_desk_without_channels_gets_one_and_loses_it_again(tmp_path: Path) -> None:
    with a_sink() as sink:
        desk = Desk(tmp_path, {}, QUIET)
        async with desk.running():
            desk.tell(a_day()[:4])
            desk.reload({Channel.JSON: sink})
            desk.tell(a_day()[4:6])
            await until(lambda: len(titles(sink)) == 2)
            desk.reload({}, QUIET)
            desk.tell(a_day()[6:])
            desk.reload({Channel.JSON: sink}, replace(POLICY, kinds=(AlertKind.DIGEST,)))
            await asyncio.sleep(0)
    assert [title.split()[0] for title in titles(sink)] == ["ENTRY", "REFUSED"]
    assert all(result.ok for result in check(desk.state.root))


async def test_what_is_on_its_way_to_an_address_that_is_left_goes_to_the_new_one_once_and_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerting, "PATIENCE_S", 0.7)
    with a_sink([HANG] * 50) as left, a_sink() as new:
        desk = Desk(tmp_path, {Channel.JSON: left})
        async with desk.running():
            desk.tell(a_day())
            await until(lambda: left.asked)
            desk.reload({Channel.JSON: new})
            await until(lambda: desk.later(0.05) and len(titles(new)) == 12)
    assert (len(left.asked), left.taken) == (1, [])
    assert len({body["id"] for body in new.taken}) == len(new.taken) == 9


async def test_kinds_and_the_mask_hold_for_the_next_alert(tmp_path: Path) -> None:
    with a_sink() as sink:
        desk = Desk(tmp_path, {Channel.JSON: sink})
        async with desk.running():
            desk.tell(a_day()[:5])
            await until(lambda: len(titles(sink)) == 4)
            desk.reload({Channel.JSON: sink}, replace(POLICY, kinds=(AlertKind.EXIT,), mask=True))
            desk.tell(a_day()[5:])
            await until(lambda: len(titles(sink)) == 5)
    assert sink.taken[-1]["alerts"][0]["fields"]["P&L"] == "$•••"
    assert titles(sink)[-1].startswith("EXIT")
