"""A console that closes while the desk goes on publishing."""

import asyncio

from atlas_tui.app import AtlasApp
from tests.tui.fake_desk import FakeDesk
from tests.tui.snapshots_data import rich


async def test_pictures_that_come_while_the_console_closes_are_nobodys_trouble() -> None:
    desk = FakeDesk(rich())
    app = AtlasApp(desk)

    async def flood() -> None:
        while True:
            desk.publish(rich())
            await asyncio.sleep(0)

    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        flooding = asyncio.create_task(flood())
        await asyncio.sleep(0.05)
    flooding.cancel()
    assert (app.crash, desk.listeners) == ("", [])
