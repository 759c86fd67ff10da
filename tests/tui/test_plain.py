"""The console in a terminal that shows only ASCII."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from atlas_tui.formats import to_ascii
from atlas_tui.plain import AsciiFilter
from core.domain.snapshot import Snapshot
from tests.tui.as_text import screen_text
from tests.tui.conftest import console_over
from tests.tui.fake_desk import FakeDesk
from tests.tui.snapshots_data import empty, failing, rich, stale


@pytest.mark.parametrize(
    ("state", "size"),
    [(rich, (50, 30)), (rich, (200, 50)), (failing, (80, 24)), (stale, (40, 20)), (empty, (120, 40))],
    ids=lambda value: value.__name__ if callable(value) else f"{value[0]}x{value[1]}",
)
async def test_nothing_on_any_screen_is_beyond_ascii(state: Callable[[], Snapshot], size: tuple[int, int]) -> None:
    app = console_over(FakeDesk(state()), ascii_only=True)
    async with app.run_test(size=size) as pilot:
        for keys in ("0", "1", "2", "3", "4", "5", "6", "7", "8", "1 enter", "q 2 enter", "q 3 enter",
                     "q question_mark", "q 3 x", "n slash é", "escape"):  # fmt: skip
            await pilot.press(*keys.split())
            await pilot.pause()
            beyond = {char for line in screen_text(app) for char in line if not " " <= char <= "~"}
            assert beyond == set(), keys


async def test_a_toast_is_plain_too() -> None:
    app = console_over(FakeDesk(rich()), ascii_only=True)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.pause()
        app.notify("▲ ENTRY…", markup=False)
        await pilot.pause()
        await pilot.pause()
        assert any("^ ENTRY~" in line for line in screen_text(app))


def test_every_glyph_of_the_console_has_a_likeness(root: Path) -> None:
    glyphs = {
        char
        for path in (root / "atlas_tui").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for char in node.value
        if not char.isascii()
    }
    assert "●" in glyphs
    assert {char for char in glyphs if to_ascii(char) == "?"} == set()


@given(st.text(st.characters(min_codepoint=32)))
def test_a_line_keeps_its_cells(text: str) -> None:
    (plain,) = AsciiFilter().apply([Segment(text)], Color(0, 0, 0))
    assert plain.text.isascii()
    assert cell_len(plain.text) == cell_len(text)
