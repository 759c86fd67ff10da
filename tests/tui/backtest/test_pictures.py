"""Pictures of the Backtest screen, at the sizes people have."""

import pytest

from tests.tui.conftest import Compare
from tests.tui.snapshots_data import rich

RUN = ["9", "enter"]


pytestmark = pytest.mark.usefixtures("state")


def test_the_question_on_a_phone(same_picture: Compare) -> None:
    same_picture(rich(), (50, 30), press=["9"])


def test_results_beside_their_trades(same_picture: Compare) -> None:
    same_picture(rich(), (120, 40), press=[*RUN, "tab"])


def test_figures_on_a_phone(same_picture: Compare) -> None:
    same_picture(rich(), (50, 30), press=[*RUN, *["pagedown"] * 2])


def test_a_trade_on_its_bars(same_picture: Compare) -> None:
    same_picture(rich(), (80, 24), press=[*RUN, "tab", "j", "enter"])
