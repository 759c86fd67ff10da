"""Once a day the disk is held to its budget, for a desk that runs for weeks; on a hand clock."""

from functools import partial

import pytest

from core.domain.events import Level
from core.session import upkeep
from core.session.upkeep import DAY_S
from tests.session.rig import Rig


async def test_it_is_done_at_the_start_and_every_day_and_a_disk_that_refuses_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(upkeep, "LOOK_S", 0.001)
    days: list[list[tuple[Level, str]] | OSError] = [
        [(Level.INFO, "deleted ledger-1.db")],
        OSError(30, "Read-only file system"),
        [],
    ]

    def keep() -> list[tuple[Level, str]]:
        day = days.pop(0)
        if isinstance(day, OSError):
            raise day
        return day

    async with Rig(upkeep=partial(keep)).running() as rig:
        rounds = rig.session._shell.link.upkeep
        for done, failed in ((1, 0), (1, 1), (2, 1)):
            await rig.until(lambda done=done, failed=failed: (rounds.done, rounds.failed) == (done, failed))  # type: ignore[misc]
            assert rounds.next_at is not None
            assert (rounds.next_at - rig.clock.now()).total_seconds() == DAY_S
            rig.clock.move(DAY_S if days else 0)
        told = [(note.level, note.text) for note in rig.session._shell.desk.state.log if note.topic == "disk"]
    assert told == [
        (Level.INFO, "deleted ledger-1.db"),
        (Level.WARN, "the disk cannot be looked after: Read-only file system"),
    ]
