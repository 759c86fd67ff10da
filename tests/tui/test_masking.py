"""Amounts of money hidden on every screen; percent and R stay."""

import re

import pytest

from core.domain.figures import MASK
from core.domain.masking import without_money
from tests.tui.as_text import screen_text
from tests.tui.conftest import console_over
from tests.tui.fake_desk import FakeDesk
from tests.tui.snapshots_data import rich


@pytest.mark.parametrize("size", [(50, 30), (120, 40), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_no_screen_shows_money_or_a_size(size: tuple[int, int]) -> None:
    app = console_over(FakeDesk(rich()), masked=True)
    sizes = {f"{view.position.size}" for view in rich().positions}
    async with app.run_test(size=size) as pilot:
        for keys in ("0", "1", "2", "3", "4", "5", "6", "7", "8", "3 enter", "q 4 enter", "q 3 x"):
            await pilot.press(*keys.split())
            await pilot.pause()
            text = "\n".join(screen_text(app))
            assert not re.search(r"\$\s?[\d,]", text), keys
            assert not sizes & set(text.split()), keys


async def test_percent_and_r_stay_and_the_next_console_hides_nothing() -> None:
    async with (app := console_over(FakeDesk(rich()), masked=True)).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await pilot.pause()
        text = "\n".join(screen_text(app))
        assert f"${MASK}" in text and "+7.2%" in text and "+0.15R" in text
    async with (open_app := console_over(FakeDesk(rich()))).run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "$1,072.28" in "\n".join(screen_text(open_app))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("EXIT BTC 1h TARGET 0.0110 @ 90,648.6 net -$3.10 -1.02R", "EXIT BTC 1h TARGET ••• @ 90,648.6 net $••• -1.02R"),
        ("paper account opened with $1,000.00", "paper account opened with $•••"),
        (
            "refused SOL: LEVERAGE leverage=12.5 notional=1042.18 maximum=10",
            "refused SOL: LEVERAGE leverage=12.5 notional=••• maximum=10",
        ),
        ("no entry: too large (notional 1042.18, maximum 500)", "no entry: too large (notional •••, maximum 500)"),
        ("scan 1.84 s, 15 series", "scan 1.84 s, 15 series"),
    ],
)
def test_the_words_of_the_desk_lose_their_amounts(text: str, shown: str) -> None:
    assert without_money(text) == shown
