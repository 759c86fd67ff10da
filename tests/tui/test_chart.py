"""The chart as text: every picture here is what the console shows, colours aside."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_tui.chart.drawing import ChartModel, Level, LevelKind
from atlas_tui.zones import NEW_YORK_ZONE
from core.domain.bars import bad_bar
from core.domain.timeframes import D1
from tests.tui.chart_data import BARS, MODEL, PALETTE, PRICES, bar, cells, kinds_of, palette, text


def shown(picture: str) -> str:
    """The picture without the line its closing quotes stand on."""
    return picture.removesuffix("\n")


def test_wide_candles_stand_in_half_rows_with_their_classes_below() -> None:
    assert text(MODEL, 64, 16) == shown("""
                             ╷                          │
                         ╷   │          ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄│T 114.0
                         │   │                          │
                        ███ ███                         │
·   ·   ·   ·   ·   ·│  ███ ███ ·│  ·   ·   ·   ·   ·   │  110.0
                    ███ ███ ███ ███ ▄▄▄                 │
                    ███  │  ███ ███ ███                 │
                 │  ███  ╵  ███ ███ ███ ─│───╷──────────│E 106.0
                ███ ███     ███ ███ ███ ███ ▒▒▒         │
                ███  │       │   │  ███ ███ ▒▒▒┈┈┈┈┈┈┈┈┈│● 102.0
·   ·   ·   ·   ███ ·   ·   ·│  ·   ███ ███ ·│  ·   ·   │  100.0
                 │                  ███ ███             │
                 ╵                  ███ ▀▀▀┄┄┄┄┄┄┄┄┄┄┄┄┄│S 98.0
                                     ╵                  │
                 ?  2U  2U   3   1  2D   1   1?
                00:00       12:00       Dec 02             UTC
""")


def test_narrow_candles_are_heavy_lines_with_arrows_below() -> None:
    assert text(MODEL, 40, 11) == shown("""
                 │              │
               │ │     ┄┄┄┄┄┄┄┄┄│T 114.0
             ╷ ┃ ┃ ╷            │
             ╽ ┃ ┃ ╽ ╽          │
           ╷ ┃ │ ┃ ┃ ┃ ╷─╷──────│E 106.0
           ┃ ╿   ╿ ╿ ┃ ┃ ▒      │
           ┃ ╵   │ ╵ ┃ ┃ ▒┈┈┈┈┈┈│● 102.0
·   ·   ·  ╿·   ·╵  ·┃ ┃┄╵┄┄┄┄┄┄│S 98.0
                     │          │
           ? ↑ ↑ 3 1 ↓ 1 1?
           00:00     20:00         UTC
""")


def test_without_colour_rising_bodies_are_hollow_and_falling_ones_filled() -> None:
    assert text(MODEL, 64, 16, palette("mono")) == shown("""
                             ╷                          │
                         ╷   │          ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄│T 114.0
                         │   │                          │
                        ░░░ ███                         │
·   ·   ·   ·   ·   ·│  ░░░ ███ ·│  ·   ·   ·   ·   ·   │  110.0
                    ░░░ ░░░ ███ ░░░ ███                 │
                    ░░░  │  ███ ░░░ ███                 │
                 │  ░░░  ╵  ███ ░░░ ███ ─│───╷──────────│E 106.0
                ░░░ ░░░     ███ ░░░ ███ ░░░ ▒▒▒         │
                ░░░  │       │   │  ███ ░░░ ▒▒▒┈┈┈┈┈┈┈┈┈│● 102.0
·   ·   ·   ·   ░░░ ·   ·   ·│  ·   ███ ░░░ ·│  ·   ·   │  100.0
                 │                  ███ ░░░             │
                 ╵                  ███ ░░░┄┄┄┄┄┄┄┄┄┄┄┄┄│S 98.0
                                     ╵                  │
                 ?  2U  2U   3   1  2D   1   1?
                00:00       12:00       Dec 02             UTC
""")


def test_ascii_draws_the_same_chart() -> None:
    assert text(MODEL, 64, 16, palette(ascii_only=True)) == shown("""
                             |                          |
                         |   |          ----------------|T 114.0
                         |   |                          |
                        ooo ###                         |
.   .   .   .   .   .|  ooo ### .|  .   .   .   .   .   |  110.0
                    ooo ooo ### ooo ###                 |
                    ooo  |  ### ooo ###                 |
                 |  ooo  |  ### ooo ### -|---|----------|E 106.0
                ooo ooo     ### ooo ### ooo %%%         |
                ooo  |       |   |  ### ooo %%%.........|* 102.0
.   .   .   .   ooo .   .   .|  .   ### ooo .|  .   .   |  100.0
                 |                  ### ooo             |
                 |                  ### ooo-------------|S 98.0
                                     |                  |
                 ?  2U  2U   3   1  2D   1   1?
                00:00       12:00       Dec 02             UTC
""")


def test_missing_time_and_bad_bars_are_seen() -> None:
    holed = (*BARS[:4], bad_bar(BARS[4].start), bar(5, PRICES[5], gap_before=True), *BARS[6:])
    model = replace(MODEL, bars=holed, kinds=kinds_of(holed))
    assert text(model, 64, 12) == shown("""
                             │   : :                    │
                         │   │   : :    ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄│T 114.0
                        ███ ███  : :                    │
                     │  ███ ███  : : ╷                  │
                    ███ ███ ███  : :███                 │
                ▄▄▄ ███  ╵  ███  : :███ ▄▄▄─▄▄▄─────────│E 106.0
                ███  │       │   : :███ ███ ▒▒▒┈┈┈┈┈┈┈┈┈│● 102.0
·   ·   ·   ·   ███ ·   ·   ·│  ·: :███ ███ ·│  ·   ·   │  100.0
                 │               : :███ ███┄┄┄┄┄┄┄┄┄┄┄┄┄│S 98.0
                                 : : │                  │
                 ?  2U  2U   3   ✕   ?   1   1?
                00:00       12:00       Dec 02             UTC
""")


def test_levels_too_far_off_wait_at_the_edge_and_leave_the_candles_readable() -> None:
    far = (Level(LevelKind.TARGET, Decimal(400)), Level(LevelKind.STOP, Decimal(1)))
    assert text(replace(MODEL, levels=far), 64, 10) == shown("""
                             │                          │T▲400.0
                        ▄▄▄ ███                         │
                     ╷  ███ ███  ╷   ╷                  │
                    ███ ███ ███ ███ ███                 │
                ▄▄▄ ███  ╵  ███ ███ ███ ▄▄▄ ▄▄▄         │
                ███  ╵       │   ╵  ███ ███ ▒▒▒┈┈┈┈┈┈┈┈┈│● 102.0
·   ·   ·   ·   ▀▀▀ ·   ·   ·╵  ·   ███ ███ ·╵  ·   ·   │  100.0
                                     │                  │S▼1.0
                 ?  2U  2U   3   1  2D   1   1?
                00:00       12:00       Dec 02             UTC
""")


def test_tags_that_want_one_row_stand_below_each_other() -> None:
    close = [Level(kind, Decimal("102.1")) for kind in (LevelKind.TARGET, LevelKind.STOP, LevelKind.TRIGGER)]
    lines = text(replace(MODEL, levels=tuple(close)), 64, 12).splitlines()
    tags = [line.split("│")[-1] for line in lines if line[-7:].strip()[:1] in {"E", "S", "T", "●"}]
    assert tags == ["E 102.1", "S 102.1", "T 102.1", "● 102.0"]


def test_tags_of_one_price_at_the_bottom_stand_above_it() -> None:
    low = [Level(kind, Decimal(96)) for kind in (LevelKind.TARGET, LevelKind.STOP, LevelKind.TRIGGER)]
    lines = text(replace(MODEL, levels=tuple(low), last=None), 64, 9).splitlines()
    assert [line.split("│")[-1] for line in lines[5:8]] == ["E 96.0", "S 96.0", "T 96.0"]


PRICES_ON_THE_AXIS = st.lists(st.decimals(90, 110, places=1), min_size=4, max_size=4)


@given(PRICES_ON_THE_AXIS, st.integers(6, 20))
def test_no_tag_stands_above_one_of_a_higher_price(prices: list[Decimal], height: int) -> None:
    *levels, last = prices
    kinds = (LevelKind.TARGET, LevelKind.STOP, LevelKind.TRIGGER)
    model = replace(MODEL, last=last, levels=tuple(map(Level, kinds, levels)))
    ends = [line.rsplit("│", 1)[-1] for line in text(model, 64, height).splitlines() if "│" in line]
    shown = [Decimal(end[2:]) for end in ends if end[:1] in {"E", "S", "T", "●"}]
    assert shown == sorted(prices, reverse=True)


def test_a_chart_without_bars_says_so() -> None:
    assert text(ChartModel(), 30, 3) == "\n\n         no bars yet\n"
    assert text(ChartModel(empty_text="ETH is not listed"), 30, 3) == "\n\n      ETH is not listed\n"


@pytest.mark.parametrize(("width", "height"), [(23, 20), (60, 4)], ids=["narrow", "flat"])
def test_a_chart_without_room_says_so(width: int, height: int) -> None:
    assert text(MODEL, width, height).strip() == "too small"


def test_a_chart_of_bad_bars_alone_says_so() -> None:
    holes = tuple(bad_bar(bar.start) for bar in BARS)
    assert text(ChartModel(holes, kinds_of(holes)), 40, 8).strip() == "no usable bars"


def test_tags_are_in_reverse_video_on_their_colour() -> None:
    tag = cells(MODEL, 64, 16)[7][57]
    assert (tag.char, tag.fg, tag.bg, tag.bold) == ("E", PALETTE.color("tag-text"), PALETTE.color("setup"), True)
    plain = cells(MODEL, 64, 16, palette(no_color=True))[7][57]
    assert (plain.char, plain.fg, plain.bg, plain.reverse) == ("E", None, None, True)


def test_rising_and_falling_differ_in_colour_and_the_forming_label_is_not_bold() -> None:
    rows = cells(MODEL, 64, 16)
    assert (rows[8][20].fg, rows[8][28].fg) == (PALETTE.color("long"), PALETTE.color("short"))
    labels = {cell.char: (cell.fg, cell.bold) for cell in rows[14] if cell.char in "3?D"}
    assert labels["3"] == (PALETTE.color("outside"), True)
    assert labels["D"] == (PALETTE.color("short"), True)
    assert labels["?"] == (PALETTE.color("inside"), False)


def test_zones_are_tinted_only_where_the_terminal_has_the_colours() -> None:
    tints = {PALETTE.color("zone-long"), PALETTE.color("zone-short")}
    grounds = {cell.bg for row in cells(MODEL, 64, 16) for cell in row[:56]}
    assert grounds == {None, *tints}
    for paint in (palette(truecolor=False), palette(no_color=True), palette("mono")):
        assert {cell.bg for row in cells(MODEL, 64, 16, paint) for cell in row[:56]} == {None}


def test_a_stale_price_is_drawn_in_the_stale_colour() -> None:
    rows = cells(replace(MODEL, stale=True), 64, 16)
    assert {cell.fg for row in rows for cell in row if cell.char in "┈●"} == {PALETTE.color("stale")}


def test_the_cursor_marks_its_bar_and_scrolls_to_it() -> None:
    days = tuple(replace(BARS[0], start=BARS[0].start + index * timedelta(days=1)) for index in range(100))
    model = ChartModel(days, kinds_of(days), timeframe=D1, pitch=4)
    assert text(model, 64, 10).splitlines()[-1].split()[-3:] == ["Mar", "10", "UTC"]
    rows = cells(replace(model, cursor=2, told=True), 64, 12)
    assert "".join(cell.char for cell in rows[11]).split()[:2] == ["Dec", "03"]
    assert [cell.bg is not None for cell in rows[10]].index(True) == 2


def test_a_bar_the_model_points_at_is_shown_with_what_led_to_it() -> None:
    days = tuple(replace(BARS[0], start=BARS[0].start + index * timedelta(days=1)) for index in range(100))
    model = ChartModel(days, kinds_of(days), timeframe=D1, pitch=4, cursor=50)
    marked = [cell.bg is not None for cell in cells(model, 64, 10)[8]].index(True)
    assert 30 < marked < 45
    assert "▶" in text(model, 64, 10)


def test_times_are_those_of_the_chosen_clock_and_days_are_utc_dates() -> None:
    assert text(replace(MODEL, display_zone=NEW_YORK_ZONE), 64, 16).splitlines()[-1].split() == [
        "19:00",
        "Dec",
        "01",
        "19:00",
        "ET",
    ]
    daily = replace(MODEL, display_zone=NEW_YORK_ZONE, timeframe=D1)
    assert text(daily, 64, 16).splitlines()[-1].split() == ["Dec", "01", "Dec", "01", "Dec", "02", "UTC"]
    assert BARS[0].start == datetime(2025, 12, 1, tzinfo=UTC)


def test_zoom_takes_the_pitch_it_is_told() -> None:
    assert "2U" in text(replace(MODEL, pitch=4), 40, 11)
    assert "↑ ↑" in text(replace(MODEL, pitch=2), 64, 16)
