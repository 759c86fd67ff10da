"""Settings read again while a console runs: keys and looks are taken, what it is built with stays."""

import pytest

from atlas_tui.app import AtlasApp
from atlas_tui.options import ConsoleOptions
from atlas_tui.screens.console import ConsoleScreen
from core.domain.errors import ConfigError
from tests.tui.fake_desk import FakeDesk
from tests.tui.snapshots_data import rich


def stage_of(app: AtlasApp) -> ConsoleScreen:
    found = app.screen_stack[1]
    assert isinstance(found, ConsoleScreen)
    return found


async def test_another_key_does_the_act_from_then_on_and_the_old_one_does_not() -> None:
    desk = FakeDesk(rich())
    app = AtlasApp(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        app.take_looks(ConsoleOptions(theme="light"), {"scan": "f5"})
        await pilot.press("r")
        assert desk.scans == 0
        await pilot.press("f5")
        assert desk.scans == 1
        assert app.theme == "atlas-light"
        assert stage_of(app).act_named("scan").keys == ("f5",)


async def test_a_theme_chosen_by_key_stays_while_the_settings_name_no_other() -> None:
    app = AtlasApp(FakeDesk(rich()), ConsoleOptions(theme="dark"))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("t")
        chosen = app.theme
        app.take_looks(ConsoleOptions(theme="dark"), {})
        assert (app.theme, chosen != "atlas-dark") == (chosen, True)


async def test_a_console_that_hides_amounts_goes_on_hiding_them() -> None:
    app = AtlasApp(FakeDesk(rich()), ConsoleOptions(masked=True, fps=30))
    async with app.run_test(size=(120, 40)):
        app.take_looks(ConsoleOptions(masked=False, fps=5), {})
        assert (stage_of(app).options.masked, stage_of(app).options.fps) == (True, 5)
        assert stage_of(app).pace.interval_s == pytest.approx(0.2)


async def test_keys_that_cannot_be_had_change_nothing() -> None:
    app = AtlasApp(FakeDesk(rich()))
    async with app.run_test(size=(120, 40)):
        with pytest.raises(ConfigError, match="no such action"):
            app.take_looks(ConsoleOptions(theme="light"), {"scam": "f5"})
        assert app.theme == "atlas-dark"


async def test_reload_reads_this_consoles_own_settings_again_beside_the_desks() -> None:
    desk, read = FakeDesk(rich()), list[str]()
    app = AtlasApp(desk, ConsoleOptions(reread=lambda: read.append("again")))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(":", *"reload", "enter")
        await pilot.pause()
    assert (desk.reloads, read) == (1, ["again"])
