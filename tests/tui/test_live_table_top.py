"""A list that grows at its top: whether the cursor goes with it."""

from atlas_tui.widgets.live_table import LiveTable, Row
from tests.tui.test_live_table import Bench, row


def _rows(*keys: str) -> list[Row]:
    return [row(key) for key in keys]


async def test_a_cursor_that_follows_the_top_stays_there_until_it_is_moved_off() -> None:
    async with Bench().run_test(size=(40, 8)) as pilot:
        table = pilot.app.query_one(LiveTable)
        table.follows_top = True
        table.set_rows(_rows("b", "c"))
        table.set_rows(_rows("a", "b", "c"))
        assert table.cursor_key == "a"
        table.action_cursor_down()
        table.set_rows(_rows("z", "a", "b", "c"))
        assert table.cursor_key == "b"
        table.action_cursor_top()
        table.set_rows(_rows("y", "z", "a", "b", "c"))
        assert table.cursor_key == "y"
