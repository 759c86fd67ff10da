"""A console on a desk that is only read: it shows all there is, asks nothing, and says why."""

from pathlib import Path

import pytest

from atlas_tui.acts.registry import ACTS
from atlas_tui.acts.stage import REVIEW, TRADE, Act
from atlas_tui.app import AtlasApp
from atlas_tui.lines import text_of
from atlas_tui.options import ConsoleOptions
from atlas_tui.screens.console import ConsoleScreen
from atlas_tui.tabs import Tab
from atlas_tui.widgets.lines import Lines
from tests.tui.fake_desk import FakeDesk
from tests.tui.snapshots_data import rich

WHY = "this console only reads"
ENDS = ("quit",)


def a_reader(desk: FakeDesk, ended: list[str], exports: Path = Path()) -> AtlasApp:
    return AtlasApp(desk, ConsoleOptions(only_reads=WHY, end_desk=lambda: ended.append("end"), export_dir=exports))


def stage_of(app: AtlasApp) -> ConsoleScreen:
    found = app.screen_stack[1]
    assert isinstance(found, ConsoleScreen)
    return found


@pytest.mark.parametrize("tab", [Tab.SIGNALS, Tab.SETUPS, Tab.POSITIONS, Tab.LOG], ids=lambda tab: tab.name)
async def test_whatever_is_done_the_desk_is_asked_nothing(tab: Tab, tmp_path: Path) -> None:
    desk, ended = FakeDesk(rich()), list[str]()
    app = a_reader(desk, ended, tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        stage = stage_of(app)
        stage.show_tab(tab)
        for act in (act for act in ACTS if act.id not in ENDS and not act.action):
            stage.perform(act)
            await pilot.pause()
            while app.screen is not stage:
                await pilot.press("y" if app.screen is not stage else "escape")
                if app.screen is not stage:
                    await pilot.press("escape")
            stage.show_tab(tab)
    assert (desk.sent, desk.scans, ended) == ([], 0, [])


@pytest.mark.parametrize("act", [act for act in ACTS if act.asks], ids=lambda act: act.id)
async def test_what_asks_something_says_why_it_does_not(act: Act) -> None:
    app = a_reader(FakeDesk(rich()), [])
    async with app.run_test(size=(120, 40)):
        stage_of(app).perform(act)
        assert stage_of(app).echo == WHY


def test_every_act_of_review_and_trade_asks_something_but_the_one_that_moves_the_cursor() -> None:
    assert [act.id for act in ACTS if act.group in (REVIEW, TRADE) and not act.asks] == ["inbox"]


@pytest.mark.parametrize(("only_reads", "reads", "takes"), [(WHY, True, False), ("", False, True)])
async def test_the_footer_says_so_and_leaves_out_what_cannot_be_done(only_reads: str, reads: bool, takes: bool) -> None:
    app = AtlasApp(FakeDesk(rich()), ConsoleOptions(only_reads=only_reads))
    async with app.run_test(size=(120, 40)):
        footer = "\n".join(text_of(line) for line in stage_of(app).query_one("#keys", Lines).shown)
    assert ("only reads" in footer, "a Take" in footer, "q Quit" in footer) == (reads, takes, True)
