"""The whole screen, in pictures that a person has looked at."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.domain.snapshot import Mode
from tests.tui.absence_data import NIGHT
from tests.tui.explained_data import desk_in_the_afternoon
from tests.tui.snapshots_data import empty, failing, rich, stale

SMALL, MIDDLE, WIDE, PHONE = (80, 24), (120, 40), (200, 50), (50, 30)
Compare = Callable[..., None]


def name_of(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


@pytest.mark.parametrize("tab", list("012345678"))
@pytest.mark.parametrize("size", [SMALL, MIDDLE], ids=name_of)
def test_every_tab_at_two_sizes(tab: str, size: tuple[int, int], same_picture: Compare) -> None:
    same_picture(rich(), size, press=[tab])


def test_the_wide_screen_shows_list_chart_positions_and_events_at_once(same_picture: Compare) -> None:
    same_picture(rich(), WIDE)


@pytest.mark.parametrize("tab", ["0", "1"])
def test_a_phone(tab: str, same_picture: Compare) -> None:
    same_picture(rich(Mode.DEMO), PHONE, press=[tab])


def test_a_phone_on_its_first_frame_says_what_happened_since_the_last_key(same_picture: Compare) -> None:
    same_picture(replace(rich(), absence=NIGHT), PHONE)


def test_the_full_detail_on_a_phone(same_picture: Compare) -> None:
    same_picture(rich(), PHONE, press=["j", "j", "j", "enter"])


def test_the_full_detail(same_picture: Compare) -> None:
    same_picture(rich(), MIDDLE, press=["2", "enter", "h", "h"])


@pytest.mark.parametrize(
    ("size", "press"), [(PHONE, ["4", "e"]), (MIDDLE, ["3", "e", "pagedown"])], ids=["50x30", "120x40"]
)
def test_an_explanation(size: tuple[int, int], press: list[str], same_picture: Compare) -> None:
    same_picture(desk_in_the_afternoon(), size, press=press)


def test_help(same_picture: Compare) -> None:
    same_picture(rich(), SMALL, press=["question_mark"])


def test_closing_a_position_asks(same_picture: Compare) -> None:
    same_picture(rich(), SMALL, press=["3", "x"])


def test_a_filter_narrows_the_list(same_picture: Compare) -> None:
    same_picture(rich(), SMALL, press=["slash", "e", "t", "h"])


@pytest.mark.parametrize("tab", list("01236"))
def test_an_empty_desk_says_what_it_waits_for(tab: str, same_picture: Compare) -> None:
    same_picture(empty(), SMALL, press=[tab])


@pytest.mark.parametrize("tab", list("03"))
def test_no_price_of_a_lost_feed_looks_live(tab: str, same_picture: Compare) -> None:
    same_picture(stale(), SMALL, press=[tab])


def test_trouble_stands_in_red_below_the_body(same_picture: Compare) -> None:
    same_picture(failing(), SMALL)


def test_a_terminal_that_is_too_small_is_told_so(same_picture: Compare) -> None:
    same_picture(rich(), (39, 11))


def test_the_smallest_terminal_is_usable(same_picture: Compare) -> None:
    same_picture(rich(), (40, 12))


@pytest.mark.parametrize("theme", ["light", "colour-blind", "mono"])
def test_other_themes(theme: str, same_picture: Compare) -> None:
    same_picture(rich(), SMALL, theme=theme)
