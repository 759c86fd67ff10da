"""The heat map of a terminal: whole at any width, a number in every cell, and no more than 16 colors."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color, ColorType
from rich.style import Style
from rich.text import Text

from atlas_tui.cli.sweep.drawing import map_lines
from core.research.sweep.grid import Measure
from core.research.sweep.heat import HeatMap


def found(columns: int, rows: int = 2) -> HeatMap:
    """A map from -1 upwards, with a hole at its begin."""
    values = [[None if not place else (place - 5) / 5 for place in range(columns)] for _ in range(rows)]
    heads = tuple(f"0.{place:02}" for place in range(columns))
    return HeatMap("filters.a", "filters.b", tuple(map(str, range(rows))), heads, tuple(map(tuple, values)), 3)


def drawn(made: HeatMap, width: int, measure: Measure = Measure.AVERAGE_R) -> list[Text]:
    return list(map_lines("BTC", made, measure, width))


@given(st.integers(1, 40), st.integers(20, 130))
def test_every_value_is_there_once_a_row_within_the_width(columns: int, width: int) -> None:
    made = found(columns)
    lines = drawn(made, width)
    body = [line for line in lines[3:] if line.plain.lstrip()[:2] in ("0 ", "1 ")]
    cells = [cell for line in body for cell in line.plain.split()[1:]]
    wanted = ["-" if value is None else f"{value:+z.2f}" for row in made.cells for value in row]
    assert sorted(cells) == sorted(wanted)
    assert max(line.cell_len for line in lines[3:]) <= width
    assert [head for line in lines for head in re.findall(r"(?<![+-])\b0\.\d\d", line.plain)] == list(made.columns)


def _styles(line: Text) -> dict[str, str]:
    return {line.plain[span.start : span.end].strip(): str(span.style) for span in line.spans}


def test_signs_are_told_by_number_and_color_and_large_ones_are_painted() -> None:
    styles = _styles(drawn(found(11), 120)[4])
    assert styles["-"] == "dim"
    assert styles["-0.80"] == "white on red" and styles["-0.20"] == "red"
    assert styles.get("+0.00", "") == ""
    assert styles["+0.20"] == "green" and styles["+1.00"] == "black on green"


def test_only_colors_that_every_terminal_with_16_has_are_used() -> None:
    styles = [Style.parse(style) for line in drawn(found(11), 120) for style in _styles(line).values()]
    colors = [color for style in styles for color in (style.color, style.bgcolor) if color is not None]
    assert {color.type for color in colors} == {ColorType.STANDARD}
    assert Color.parse("red").number == 1


@pytest.mark.parametrize(("measure", "text"), [(Measure.NET, "+1"), (Measure.SHARPE, "+1.00")])
def test_net_stands_in_dollars_and_ratios_in_hundredths(measure: Measure, text: str) -> None:
    assert drawn(found(11), 120, measure)[4].plain.split()[-1] == text


def test_text_of_a_grid_steers_no_terminal() -> None:
    made = HeatMap("", "a\x1b[2J", ("",), ("\x1b]0;x\x07" + "long" * 9,), ((0.1,),), 1)
    assert all("\x1b" not in line.plain and "\x07" not in line.plain for line in drawn(made, 50))
    assert max(line.cell_len for line in drawn(made, 50)) <= 50
