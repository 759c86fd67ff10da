"""Before there is a desk the console shows nothing of an account, and what the desk then finds is no news."""

from dataclasses import replace

import pytest

from atlas_tui.lines import text_of
from atlas_tui.notices import is_new_setup, notices
from atlas_tui.tabs import Tab
from atlas_tui.views.listing import Order
from atlas_tui.views.pages import PAGES, page_lines
from atlas_tui.views.period import Period
from atlas_tui.views.tables import table_of
from atlas_tui.widgets.top_bar import top_line
from atlas_tui.zones import UTC_ZONE
from core.domain.snapshot import LinkView, Snapshot
from tests.tui.snapshots_data import empty, rich


def _waiting() -> Snapshot:
    return replace(empty(), link=LinkView(waiting=True, loading="reading the ledger"))


@pytest.mark.parametrize("width", [40, 50, 80, 120, 200])
def test_the_top_bar_tells_no_balance_before_it_is_known(width: int) -> None:
    assert "$" in text_of(top_line(empty(), width))
    assert "$" not in text_of(top_line(_waiting(), width))


@pytest.mark.parametrize("tab", [tab for tab in Tab if tab not in PAGES])
def test_an_empty_list_says_what_is_waited_for(tab: Tab) -> None:
    assert table_of(_waiting(), tab, 120, Order(), UTC_ZONE).empty_text == "▒ reading the ledger"


@pytest.mark.parametrize("tab", PAGES)
def test_a_page_says_what_is_waited_for(tab: Tab) -> None:
    assert [text_of(line).strip() for line in page_lines(_waiting(), tab, 120, Period(), UTC_ZONE)] == [
        "▒ reading the ledger"
    ]


def test_what_the_desk_finds_in_its_ledger_is_no_news() -> None:
    found = rich()
    assert found.trades
    assert found.positions
    assert {each.title for each in notices(empty(), found)} >= {"EXIT"}
    assert is_new_setup(empty(), found)
    assert notices(_waiting(), found) == []
    assert not is_new_setup(_waiting(), found)


def test_trouble_is_told_even_before_there_is_a_desk() -> None:
    troubled = replace(_waiting(), link=LinkView(waiting=True, problem="venue unreachable: refused"))
    assert [each.text for each in notices(_waiting(), troubled)] == ["venue unreachable: refused"]
