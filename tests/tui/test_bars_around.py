"""Top bar, ticker strip, tabs, status bar and red strip: pure lines."""

from dataclasses import replace
from datetime import timedelta

import pytest

from atlas_tui.lines import text_of, width_of
from atlas_tui.tabs import Tab, counts_of, tab_line
from atlas_tui.views.prices import is_stale, stale_mark
from atlas_tui.widgets.brand import badge
from atlas_tui.widgets.status_bar import alert_lines, echo_lines, status_line
from atlas_tui.widgets.strip_shape import strip_rows
from atlas_tui.widgets.ticker_strip import strip_lines
from atlas_tui.widgets.top_bar import top_line
from atlas_tui.zones import NEW_YORK_ZONE, UTC_ZONE
from core.domain.leverage import Tier
from core.domain.snapshot import FeedState, LinkView, Mode, Snapshot
from tests.tui.series_data import NOW
from tests.tui.snapshots_data import empty, failing, rich, stale
from tests.tui.states_data import halted

WIDTHS = [40, 50, 69, 70, 80, 100, 120, 200]
STATES = [rich(), rich(Mode.DEMO), stale(), failing(), empty()]


@pytest.mark.parametrize("snapshot", STATES, ids=["rich", "demo", "stale", "failing", "empty"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_bar_fits_its_width(snapshot: Snapshot, width: int) -> None:
    lines = [
        top_line(snapshot, width),
        status_line(snapshot, width, NEW_YORK_ZONE),
        *(tab_line(snapshot, tab, width) for tab in Tab),
        *strip_lines(snapshot, width, strip_rows(40, width, 3)),
    ]
    assert [text_of(line) for line in lines if width_of(line) > width] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_badge_never_leaves_the_screen(width: int) -> None:
    assert " DEMO x60 " in text_of(top_line(rich(Mode.DEMO), width))


def test_the_badge_names_a_preset_that_loosens_the_rules() -> None:
    assert text_of(badge(LinkView(mode=Mode.DEMO, speed=60.0, preset="demo"))) == " DEMO x60  demo rules"
    assert text_of(badge(LinkView(mode=Mode.REPLAY))) == " REPLAY "


def test_the_top_bar_says_it_all_where_there_is_room() -> None:
    text = text_of(top_line(rich(), 120))
    for words in ("● LIVE ", "day +$12.40", "open +$4.16", "INTRADAY 10x → 4x in 1h27m", "$1,072.28 +7.2%"):
        assert words in text


def test_the_swing_tier_says_when_the_intraday_one_opens() -> None:
    swing = replace(rich(), tier=Tier.SWING, tier_seconds=0, tier_change_at=NOW + timedelta(minutes=88))
    assert "SWING 4x → 10x in 1h28m" in text_of(top_line(swing, 120))


@pytest.mark.parametrize("state", list(FeedState))
def test_every_feed_state_is_written_in_words(state: FeedState) -> None:
    snapshot = replace(rich(), link=replace(rich().link, state=state))
    assert state.value in text_of(top_line(snapshot, 120))


def test_a_reconnect_says_which_try_and_when() -> None:
    assert "RECONNECTING try 3 in 8s" in text_of(top_line(stale(), 120))


def test_a_silent_symbol_is_marked_with_its_age() -> None:
    assert (stale_mark(rich(), "SOL"), stale_mark(rich(), "BTC")) == ("!11s", "")
    assert "SOL 132.08 ▲2.10% !11s" in text_of(strip_lines(rich(), 80, 1)[0])


def test_every_symbol_is_stale_when_the_feed_is() -> None:
    assert all(is_stale(stale(), symbol) for symbol in ("BTC", "ETH", "SOL"))
    assert is_stale(empty(), "BTC")


def test_a_stale_price_is_never_written_in_a_live_colour() -> None:
    roles = {cell.role for line in strip_lines(stale(), 120, 2) for cell in line}
    assert roles & {"long", "short", "text bold", "long bold", "short bold"} == set()


def test_symbols_that_do_not_fit_are_counted() -> None:
    quote = rich().quotes[0]
    many = replace(rich(), quotes=tuple(replace(quote, symbol=f"S{number}") for number in range(30)))
    line = text_of(strip_lines(many, 80, 1)[0])
    assert line.endswith("+27 ")
    assert len(line) <= 80


def test_a_symbol_without_a_listing_says_so() -> None:
    base = empty()
    unlisted = replace(base, quotes=(replace(base.quotes[0], instrument=None, reason="BTC is not listed"),))
    assert "BTC not listed" in text_of(strip_lines(unlisted, 80, 1)[0])


def test_tabs_count_what_waits_and_what_is_open() -> None:
    assert counts_of(rich()) == {Tab.SIGNALS: 5, Tab.SETUPS: 3, Tab.POSITIONS: 2}
    assert "2 Setups·3" in text_of(tab_line(rich(), Tab.SIGNALS, 80))


def test_the_status_bar_names_its_zone() -> None:
    assert text_of(status_line(rich(), 80, NEW_YORK_ZONE)).endswith("14:32 ET ")
    assert text_of(status_line(rich(), 80, UTC_ZONE)).endswith("19:32 UTC ")


def test_the_status_bar_says_what_comes_next() -> None:
    text = text_of(status_line(rich(), 200, NEW_YORK_ZONE))
    for words in ("42/s", "scan 14:30 ✓13", "next 12m", "maint Fri 17:00 5d2h", "fund 4h27m", "pos 2/3", "lev 1.9x"):
        assert words in text


def test_an_answer_takes_the_place_of_the_status() -> None:
    (line,) = echo_lines("copied: BTC", rich(), 80, UTC_ZONE)
    assert text_of(line).startswith(" copied: BTC ")
    assert text_of(line).endswith("19:32 UTC ")


def test_a_long_answer_goes_on_in_the_row_of_the_keys_and_ends_after_a_word() -> None:
    said = "press K again to halt all entries; exits go on, :resume undoes it"
    assert [text_of(line).strip() for line in echo_lines(said, rich(), 40, UTC_ZONE)] == [
        "press K again to halt all entries;", "exits go on, :resume undoes it",
    ]  # fmt: skip
    cut = [text_of(line) for line in echo_lines(f"{said} {said}", rich(), 40, UTC_ZONE)]
    assert len(cut) == 2
    assert cut[1].endswith("undoes it press…")
    assert max(map(len, cut)) <= 40


def test_a_clock_that_is_off_is_told() -> None:
    off = replace(rich(), link=replace(rich().link, clock_skew_s=-3.5))
    assert "clock off -3.5s" in text_of(status_line(off, 80, UTC_ZONE))


def test_no_trouble_no_strip() -> None:
    assert alert_lines(rich(), UTC_ZONE, 80) == ()


def test_all_trouble_is_told_in_two_lines() -> None:
    first, second = (text_of(line) for line in alert_lines(failing(), NEW_YORK_ZONE, 100))
    assert "UNSAVED: 2 facts · the ledger cannot be written: disk full" in first
    assert "timeout on ETH 4h [503] — retry r, details 7 (last good 14:30)" in second


def test_a_lost_feed_suspends_the_trigger_watch() -> None:
    assert "trigger watch SUSPENDED" in text_of(alert_lines(stale(), UTC_ZONE, 80)[0])


@pytest.mark.parametrize("width", [40, 50, 80, 120])
def test_trouble_is_wrapped_at_words_and_says_where_it_was_cut(width: int) -> None:
    found = alert_lines(replace(failing(), halts=halted().halts), NEW_YORK_ZONE, width)
    texts = [text_of(line) for line in found]
    assert len(texts) <= (4 if width < 70 else 3)
    assert set(map(len, texts)) == {width}
    whole = " ".join(" ".join(text.removeprefix(" ✕").split()) for text in texts)
    assert whole.startswith("UNSAVED: 2 facts · the ledger cannot be written: disk full")
    assert whole.endswith("…") == (width < 80)
    assert ("SOL ENTRIES PAUSED" in whole) == (width >= 80)
