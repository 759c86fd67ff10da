"""What a phone shows, as text: to be read in a review where a picture would be opened."""

import pytest
from syrupy.assertion import SnapshotAssertion

from atlas_tui.tabs import Tab
from tests.tui.as_text import screen_text
from tests.tui.driven import Console
from tests.tui.states_data import STATES

CARDS, PHONE = (40, 20), (50, 30)


async def drawn(state: str, size: tuple[int, int], *presses: str) -> str:
    """The screens after each of these groups of keys, framed and under their names."""
    found = []
    async with Console(STATES[state](), size) as console:
        for keys in presses:
            await console.press(*keys.split())
            lines = "\n".join(f"│{line.ljust(size[0])}│" for line in screen_text(console.app))
            found.append(f"{state} {size[0]}x{size[1]}: {keys}\n{lines}")
            await console.press("escape")
    return "\n".join(found)


@pytest.mark.parametrize("size", [CARDS, PHONE], ids=["40x20", "50x30"])
async def test_every_tab_on_a_phone(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    assert await drawn("rich", size, *(tab.value for tab in Tab)) == snapshot


@pytest.mark.parametrize("state", [name for name in STATES if name != "rich"])
async def test_every_state_on_cards(state: str, snapshot: SnapshotAssertion) -> None:
    assert await drawn(state, CARDS, "1", "3") == snapshot


async def test_windows_on_cards(snapshot: SnapshotAssertion) -> None:
    """Help and palette are left out: they change with every new act."""
    assert await drawn("rich", CARDS, "1 enter", "slash e t h", "1 X", "1 n", "2 E", "2 e", "3 x", "K") == snapshot
