"""The chart panned, zoomed, frozen, told of and traded in, as text."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from atlas_tui.chart.cursor import SILENT
from atlas_tui.chart.drawing import BarMark, ChartModel, FillKind, FillMark, Level, LevelKind
from core.domain.bars import bad_bar
from core.domain.timeframes import D1
from tests.tui.chart_data import BARS, MODEL, PALETTE, PRICES, bar, cells, kinds_of, palette, text

MARKED = replace(
    MODEL, cursor=5, told=True, marks=(BarMark(BARS[5].start, "2U-2D SHORT LOW R:R"), BarMark(BARS[6].start, "other")),
)  # fmt: skip
FILLS = (
    FillMark(BARS[2].start, Decimal(112), FillKind.SHORT, "entry SHORT 112.0"),
    FillMark(BARS[3].start, Decimal(114), FillKind.LOST, "exit STOP -1.04R"),
    FillMark(BARS[5].start, Decimal(98), FillKind.LONG, "entry LONG 98.0"),
    FillMark(BARS[6].start, Decimal(105), FillKind.WON, "exit TARGET +2.00R"),
)
LONG_RUN = tuple(bar(index, PRICES[index % len(PRICES)]) for index in range(100))
RUN = replace(MODEL, bars=LONG_RUN, kinds=kinds_of(LONG_RUN), levels=(), zone=None)


def shown(picture: str) -> str:
    """The picture without the line its closing quotes stand on."""
    return picture.removesuffix("\n")


def lines_of(model: ChartModel, width: int, height: int) -> list[str]:
    return text(model, width, height).splitlines()[1:]


def test_the_marked_bar_has_a_column_its_time_and_words_above() -> None:
    assert text(MARKED, 64, 16) == shown("""
 Dec 01 20:00  2D  O 108.0  H 109.0  L 96.0  C 98.0
 2U-2D SHORT LOW R:R
                             │       ┊                  │
                         ╷   │       ┊  ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄│T 114.0
                        ███ ███      ┊                  │
·   ·   ·   ·   ·   ·╷  ███ ███ ·╷  ·┊  ·   ·   ·   ·   │  110.0
                    ███ ███ ███ ███ ▄▄▄                 │
                    ███  │  ███ ███ ███                 │
                 │  ███  ╵  ███ ███ ███ ─│───╷──────────│E 106.0
                ███ ███     ███ ███ ███ ███ ▒▒▒         │
                ███  ╵       │   ╵  ███ ███ ▒▒▒┈┈┈┈┈┈┈┈┈│● 102.0
·   ·   ·   ·   ███ ·   ·   ·╵  ·   ███ ███ ·╵  ·   ·   │  100.0
                 ╵                  ███ ▀▀▀┄┄┄┄┄┄┄┄┄┄┄┄┄│S 98.0
                                     │                  │
                 ?  2U  2U   3   1  2D   1   1?
                00:00       12:00   20:00   Dec 02         UTC
""")


def test_entries_stand_left_of_their_bar_and_exits_right_of_it_at_their_price() -> None:
    assert text(replace(MODEL, fills=FILLS), 64, 16) == shown("""
                             ╷                          │
                         ╷   │ ✕        ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄│T 114.0
                         │   │                          │
                       ▼███ ███                         │
·   ·   ·   ·   ·   ·│  ███ ███ ·│  ·   ·   ·   ·   ·   │  110.0
                    ███ ███ ███ ███ ▄▄▄                 │
                    ███  │  ███ ███ ███                 │
                 │  ███  ╵  ███ ███ ███ ─│─◆─╷──────────│E 106.0
                ███ ███     ███ ███ ███ ███ ▒▒▒         │
                ███  │       │   │  ███ ███ ▒▒▒┈┈┈┈┈┈┈┈┈│● 102.0
·   ·   ·   ·   ███ ·   ·   ·│  ·   ███ ███ ·│  ·   ·   │  100.0
                 │                  ███ ███             │
                 ╵                 ▲███ ▀▀▀┄┄┄┄┄┄┄┄┄┄┄┄┄│S 98.0
                                     ╵                  │
                 ?  2U  2U   3   1  2D   1   1?
                00:00       12:00       Dec 02             UTC
""")


def test_fills_are_told_of_their_bar() -> None:
    for fill, cursor in zip(FILLS, (2, 3, 5, 6), strict=True):
        told = lines_of(replace(MODEL, fills=FILLS, cursor=cursor, told=True), 64, 16)[1]
        assert told.strip() == f"{fill.kind.value} {fill.text}"


def test_fills_differ_in_ascii_too() -> None:
    picture = text(replace(MODEL, fills=FILLS), 64, 16, palette(ascii_only=True))
    plain = text(MODEL, 64, 16, palette(ascii_only=True))
    changed = [
        now for now, was in zip(picture.ljust(len(plain)), plain.ljust(len(picture)), strict=False) if now != was
    ]
    assert {"^", "v", "x", "$"} <= set(changed)


def test_fills_out_of_view_are_not_drawn() -> None:
    old = FillMark(LONG_RUN[2].start, Decimal(112), FillKind.LONG, "entry")
    none = FillMark(LONG_RUN[0].start - timedelta(days=9), Decimal(112), FillKind.LONG, "entry")
    assert text(replace(RUN, fills=(old, none)), 64, 16) == text(RUN, 64, 16)


def test_a_panned_view_says_how_many_newer_bars_there_are_and_leaves_the_end_alone() -> None:
    lines = lines_of(replace(RUN, newest=60), 64, 16)
    assert lines[-2].endswith("▶39")
    assert "?" not in lines[-2]
    assert "▶" not in text(RUN, 64, 16)


def test_a_view_of_the_oldest_bars_is_full() -> None:
    first = lines_of(replace(RUN, newest=0), 64, 16)
    assert len(first[-2].split()) == len(lines_of(RUN, 64, 16)[-2].split()) + 1
    assert first[-1].split()[:2] == ["00:00", "12:00"]


def test_the_past_is_not_pressed_flat_by_levels_and_prices_that_came_later() -> None:
    late = (Level(LevelKind.TARGET, Decimal(140), LONG_RUN[90].start),)
    past = replace(RUN, newest=60, levels=late, last=Decimal(130))
    tags = [line.split("│")[-1] for line in lines_of(past, 64, 16) if "▲1" in line]
    assert tags == ["T▲140.0", "●▲130.0"]
    assert "T 140.0" in text(replace(RUN, levels=late, last=Decimal(130)), 64, 16)


@pytest.mark.parametrize(
    ("pitch", "labels"), [(1, "?↑↑31↓11?"), (2, "? ↑ ↑ 3 1 ↓ 1 1?"), (3, "?  2U 2U 3  1  2D 1  1?")]
)
def test_narrow_candles_stand_closer(pitch: int, labels: str) -> None:
    assert lines_of(replace(MODEL, pitch=pitch), 64, 16)[-2].strip() == labels


@pytest.mark.parametrize(("pitch", "body"), [(4, "███"), (6, "█████"), (8, "███████")])
def test_wide_candles_have_wider_bodies(pitch: int, body: str) -> None:
    found = lines_of(replace(MODEL, pitch=pitch), 90, 16)
    assert any(f" {body} " in line for line in found)
    assert not any(f"{body}█" in line for line in found)


def test_classes_stand_in_the_middle_of_wide_candles() -> None:
    lines = lines_of(replace(MODEL, pitch=8, levels=(), zone=None), 90, 16)
    assert lines[0].index("╷") == lines[-2].index("3")


def test_the_tag_stands_in_the_upper_left_corner_in_reverse() -> None:
    frozen = replace(MODEL, tag="FROZEN 14:32")
    assert lines_of(frozen, 64, 16)[0].startswith(" FROZEN 14:32 ")
    corner = cells(frozen, 64, 16)[0][1]
    assert (corner.fg, corner.bg) == (PALETTE.color("tag-text"), PALETTE.color("setup"))
    assert cells(frozen, 64, 16, palette("mono"))[0][1].reverse


def test_the_cursor_is_seen_without_colour() -> None:
    rows = cells(MARKED, 64, 16, palette(no_color=True))
    assert "".join(cell.char for cell in rows[14] if cell.reverse) == "2D"
    assert "".join(cell.char for cell in rows[15] if cell.reverse) == "20:00"
    assert sum(cell.char == "┊" for row in rows for cell in row) >= 3


def test_the_plot_stands_still_under_a_moving_cursor() -> None:
    heads = {
        next(index for index, line in enumerate(lines_of(replace(MARKED, cursor=at), 64, 16)) if "│" in line)
        for at in range(len(BARS))
    }
    assert heads == {2}


def test_a_bar_on_which_nothing_happened_says_so() -> None:
    assert lines_of(replace(MARKED, cursor=1), 64, 16)[1].strip() == SILENT


def test_odd_bars_are_told_as_what_they_are() -> None:
    odd = (*BARS[:4], bad_bar(BARS[4].start), bar(5, PRICES[5], gap_before=True), *BARS[6:])
    model = replace(MARKED, bars=odd, kinds=kinds_of(odd))
    assert "the candle cannot be used" in lines_of(replace(model, cursor=4), 64, 16)[0]
    assert "after a hole" in " ".join(lines_of(replace(model, cursor=5), 90, 16)[:2])
    assert "forming" in " ".join(lines_of(replace(model, cursor=7), 90, 16)[:2])


def test_days_are_told_without_a_clock() -> None:
    assert lines_of(replace(MARKED, timeframe=D1), 64, 16)[0].startswith(" Dec 01  2D")


def test_a_phone_is_told_the_verdict_before_the_open() -> None:
    long_mark = BarMark(BARS[5].start, "setup 3-1-? BROKEN LONG → refused LOW TFC")
    model = replace(MARKED, marks=(long_mark,))
    assert lines_of(model, 50, 11)[:2] == [
        " 20:00 2D O108.0 H109.0 L96.0 C98.0",
        " setup 3-1-? BROKEN LONG → refused LOW TFC",
    ]
    assert lines_of(model, 34, 11)[0] == " 20:00 2D H109.0 L96.0 C98.0"
    assert lines_of(model, 34, 11)[1].endswith("…")


def test_a_chart_too_low_for_words_keeps_its_candles() -> None:
    assert lines_of(MARKED, 64, 5)[0].startswith(" Dec") is False
    assert "2D" in lines_of(MARKED, 64, 5)[-1]
