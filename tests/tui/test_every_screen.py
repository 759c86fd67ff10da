"""Every tab, window and state at every size: nothing is cut, nothing is told by colour alone."""

from collections.abc import AsyncIterator, Iterator

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from atlas_tui.app import AtlasApp
from atlas_tui.formats import to_ascii
from atlas_tui.screens.console import ConsoleScreen
from atlas_tui.tabs import Tab
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.table_rows import Column, Row
from tests.tui.as_text import screen_text
from tests.tui.conftest import console_over
from tests.tui.fake_desk import FakeDesk
from tests.tui.looking import Cuts, is_told, overflowing, painted, tables
from tests.tui.states_data import STATES

SNAPSHOTS = {name: make() for name, make in STATES.items()}
SIZES = ((40, 20), (50, 30), (80, 24), (120, 40), (200, 50))
OFTEN = ((50, 30), (120, 40))
"""Looked at in every run; the others when there is time."""
WINDOWS = {
    "help": "question_mark",
    "the end of help": "question_mark G",
    "detail of a signal": "1 enter",
    "detail of a setup": "2 enter h h",
    "detail of a position": "3 enter",
    "detail of a trade": "4 enter",
    "detail of a cell": "8 enter",
    "a note of the log": "7 enter",
    "the command line": "colon",
    "its completion": "colon t h",
    "themes to choose": "colon t h e m e space",
    "a command that is none": "colon z z z",
    "the palette": "ctrl+p",
    "the palette further down": "ctrl+p" + " down" * 17,
    "the filter": "1 slash",
    "a filter that matches nothing": "1 slash z z z",
    "a reason to reject": "1 X",
    "a note to write": "1 n",
    "a question": "3 x",
    "an entry by hand": "2 E",
    "a signal explained": "1 e",
    "a setup explained": "2 e",
    "a position explained": "3 e",
    "a trade explained": "4 e",
    "quitting": "q",
    "jump letters": "1 o",
    "a copied row": "4 y",
    "the first K": "K",
    "break-even": "3 m",
    "a refusal": "5 x",
}  # fmt: skip
NAMES = {"symbol", "text", "rest", "listing"}
"""Columns whose words may end in `…` where the room is short."""


def name_of(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


class Look:
    """A console of one size, led from screen to screen."""

    def __init__(self, app: AtlasApp, pilot: Pilot[None], cuts: Cuts) -> None:
        self.app = app
        self.pilot = pilot
        self.cuts = cuts

    async def states(self) -> AsyncIterator[str]:
        """Every state on every tab."""
        screen = self.app.screen
        assert isinstance(screen, ConsoleScreen)
        screen.echo = ""
        for state, snapshot in SNAPSHOTS.items():
            screen.snapshot = snapshot
            for tab in Tab:
                screen.show_tab(tab)
                await self.pilot.pause()
                yield f"{state}, {tab.name}"

    async def windows(self) -> AsyncIterator[str]:
        """Every window over the afternoon."""
        for name, keys in WINDOWS.items():
            await self.pilot.press(*keys.split())
            await self.pilot.pause()
            yield name
            await self.pilot.press("escape")
            await self.pilot.pause()

    def wrong(self) -> list[str]:
        """What is wrong with the screen."""
        found = [f"cut: {text}" for text in self.cuts] + [f"too wide: {text}" for text in overflowing(self.app)]
        self.cuts.clear()
        for layout, rows in {table.columns: table._rows for table in tables(self.app)}.items():
            for row in rows:
                found += _wrong_row(layout, row)
        found += [f"colour alone: {text} {role}" for text, role in painted(self.app) if not is_told(text, role)]
        beyond = {char for line in screen_text(self.app) for char in line if to_ascii(char) == "?" != char}
        return [*found, *(f"no likeness in ASCII: {char}" for char in sorted(beyond))]


def _wrong_row(layout: tuple[Column, ...], row: Row) -> list[str]:
    """A number or a word wider than its column; a price that is only greyed."""
    marked = any(cell.text.startswith("!") for cell in row.cells)
    found = []
    for column, cell in zip(layout, row.cells, strict=False):
        if cell_len(cell.text) > column.width and not column.grow and column.key not in NAMES:
            found.append(f"too wide: {column.key} {cell.text}")
        if cell.role.startswith("stale") and not marked:
            found.append(f"grey alone: {column.key} {cell.text}")
    return found


@pytest.fixture
def cuts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cuts]:
    found = Cuts()
    found.watch(monkeypatch)
    yield found


@pytest.mark.parametrize(
    "size", [size if size in OFTEN else pytest.param(size, marks=pytest.mark.long) for size in SIZES], ids=name_of
)
async def test_nothing_is_cut_or_told_by_colour_alone(size: tuple[int, int], cuts: Cuts) -> None:
    app = console_over(FakeDesk(SNAPSHOTS["rich"]))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        look = Look(app, pilot, cuts)
        wrong: dict[str, str] = {}
        async for name in look.windows():
            wrong |= dict.fromkeys(look.wrong(), name)
        async for name in look.states():
            wrong |= dict.fromkeys(look.wrong(), name)
            keys = "".join(cell.text for cell in app.screen.query_one("#keys", Lines).shown[0])
            assert "? Keys" in keys, name
            assert "q Quit" in keys, name
        assert wrong == {}


async def test_the_pane_that_has_the_keys_is_marked_by_a_sign() -> None:
    app = console_over(FakeDesk(SNAPSHOTS["rich"]))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab")
        await pilot.pause()
        assert "".join(cell.text for cell in app.screen.query_one("#chart-title", Lines).shown[0]).startswith(
            "▶SOL 15m"
        )
