"""How often pictures are published: the first change at once, a flood by the frame, the last one always."""

import asyncio
from random import Random
from typing import Any, cast

import pytest

from core.domain.snapshot import Snapshot
from core.session.publisher import FRAME_S, GRACE_S, Publisher


class Flood:
    """Changes on a clock moved by hand; a picture is the number of the newest change."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 100.0
        self.changes = 0
        self.held = False
        self.seen: list[int] = []
        monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: self.now_s)
        self.publisher = Publisher(lambda: cast("Snapshot", self.changes), lambda: self.held, pytest.fail)
        self.publisher.subscribe(lambda picture: self.seen.append(cast("Any", picture)))

    async def change(self, after_s: float) -> None:
        """Let time pass, with whatever is due, and change something."""
        await self.pass_by(after_s)
        self.changes += 1
        self.publisher.changed()

    async def pass_by(self, seconds: float) -> None:
        """Let time pass, and the loop do what is due."""
        self.now_s += seconds
        for _ in range(3):
            await asyncio.sleep(0)


async def test_the_first_change_is_published_at_once_and_the_next_with_the_first_one_past_the_frame(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    flood = Flood(monkeypatch)
    await flood.change(0)
    await flood.change(FRAME_S / 2)
    assert flood.seen == [1]
    await flood.change(FRAME_S / 2 + GRACE_S / 2)
    assert flood.seen == [1, 3]
    await flood.pass_by(1)
    assert flood.seen == [1, 3]


async def test_what_nothing_follows_is_published_when_the_frame_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    flood = Flood(monkeypatch)
    await flood.change(0)
    await flood.change(FRAME_S / 2)
    await flood.pass_by(FRAME_S / 2 + GRACE_S * 2)
    assert flood.seen == [1, 2]


async def test_a_commit_under_way_holds_every_picture_back(monkeypatch: pytest.MonkeyPatch) -> None:
    flood = Flood(monkeypatch)
    flood.held = True
    await flood.change(0)
    await flood.pass_by(1)
    assert flood.seen == []
    flood.held = False
    flood.publisher.changed()
    assert flood.seen == [1]


@pytest.mark.parametrize("seed", range(10))
async def test_after_any_flood_the_last_published_is_the_last_there_was(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    flood, random = Flood(monkeypatch), Random(seed)
    began = flood.now_s
    for _ in range(400):
        await flood.change(random.choice((0.0, 0.0005, 0.003, 0.02, 0.2)))
    took = flood.now_s - began
    await flood.pass_by(1)
    assert flood.seen[-1] == flood.changes
    assert flood.seen == sorted(set(flood.seen))
    assert len(flood.seen) <= took / FRAME_S + 2
