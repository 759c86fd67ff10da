"""A console that closes while the desk goes on publishing."""

import asyncio

from atlas_tui.app import AtlasApp
from atlas_tui.crash import SIGNALS
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


async def test_a_signal_is_heard_after_the_app_has_closed_until_the_desk_takes_it() -> None:
    app = AtlasApp(FakeDesk(rich()))
    async with app.run_test():
        pass
    loop = asyncio.get_running_loop()
    assert [loop.remove_signal_handler(number) for number in SIGNALS] == [True, True, True]
