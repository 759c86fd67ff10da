"""The marked bar: its column, its time, and above the plot what is known of it in words; and what the view hides."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from atlas_tui import formats
from atlas_tui.chart_axis import kind_role, marked_time, time_of
from atlas_tui.chart_canvas import Canvas
from atlas_tui.chart_layout import MIN_HEIGHT, Layout, step_of
from atlas_tui.chart_model import ChartModel
from atlas_tui.chart_scale import is_drawable_bar
from core.domain.bars import Bar, BarKind

COLUMN: Final = "┊"
SILENT: Final = "no signal, no fill"
_SEPARATOR: Final = "  "
_TIME_WIDTH: Final = 17
_FOUND_WIDTH: Final = 34
"""Cells that what was found on a bar usually takes."""
_PLOT_SHARE: Final = 4
"""At most one row in so many is spent on words."""


class Part(NamedTuple):
    """A piece of the words about a bar that stays in one row."""

    text: str
    role: str


def told_rows(model: ChartModel, width: int, height: int) -> int:
    """Rows above the plot for the words about the marked bar.

    They depend on the size and the prices' length only, not on the bar, so that the plot stands still under the cursor.
    """
    if not model.told or model.cursor is None or not model.bars or height <= MIN_HEIGHT:
        return 0
    longest = max((len(formats.price(bar.high, step_of(model))) for bar in model.bars[-1:]), default=1)
    needed = _TIME_WIDTH + 4 * (longest + len(_SEPARATOR) + 2) + _FOUND_WIDTH
    return max(1, min(-(-needed // max(1, width)), height // _PLOT_SHARE, height - MIN_HEIGHT))


def draw_told(canvas: Canvas, model: ChartModel) -> None:
    """The words, over all rows of the canvas."""
    for y, row in enumerate(told(model, canvas.width, canvas.height)):
        x = 1
        for part in row:
            canvas.write(x, y, part.text, part.role, bold=part.role == "setup")
            x += len(part.text) + len(_SEPARATOR)


def told(model: ChartModel, width: int, rows: int) -> list[list[Part]]:
    """Time, class, OHLC, fills and what was found, in at most so many rows; what does not fit ends in `…`."""
    at = min(len(model.bars) - 1, max(0, model.cursor or 0))
    bar = model.bars[at]
    kind = model.kinds[at] if at < len(model.kinds) else BarKind.UNKNOWN
    prices, found = _price_parts(model, bar, kind, at), _found_parts(model, bar)
    apart = [*_flow(prices, width), *_flow(found, width)]
    lines = apart if len(apart) <= rows else _flow([*prices, *found], width)
    if len(lines) > rows:
        lines = lines[:rows]
        lines[-1] = _ending(lines[-1], width)
    return lines


def draw_cursor(canvas: Canvas, model: ChartModel, layout: Layout) -> None:
    """A dotted column through the marked bar, and its time in reverse video."""
    marked = marked_time(model, layout)
    if marked is None or model.cursor is None:
        return
    middle = layout.lefts[model.cursor - layout.first] + layout.body // 2
    for y in range(layout.plot_height):
        if canvas.is_free(middle, y):
            canvas.put(middle, y, COLUMN, "readable")
    if layout.has_times:
        canvas.tag(marked[0], layout.height - 1, marked[1], "readable")


def draw_view(canvas: Canvas, model: ChartModel, layout: Layout) -> None:
    """How many newer bars there are to the right, and the model's tag."""
    newer = len(model.bars) - 1 - layout.last
    if newer:
        canvas.write(layout.plot_width + 1, layout.plot_height, f"▶{newer}", "setup", bold=True)
    if model.tag:
        canvas.tag(0, 0, f" {model.tag} "[: layout.plot_width], "setup")


def _price_parts(model: ChartModel, bar: Bar, kind: BarKind, at: int) -> list[Part]:
    clock, day = time_of(bar, model)
    parts = [Part(clock if clock == day else f"{day} {clock}", "setup"), Part(kind.text, kind_role(kind))]
    if not is_drawable_bar(bar):
        return [*parts, Part("the candle cannot be used", "failed")]
    for name, value in zip("OHLC", (bar.open, bar.high, bar.low, bar.close), strict=True):
        parts.append(Part(f"{name} {formats.price(value, step_of(model))}", "text"))
    if model.forming and at == len(model.bars) - 1:
        parts.append(Part("still forming", "readable"))
    if bar.gap_before:
        parts.append(Part("after a hole", "failed"))
    return parts


def _found_parts(model: ChartModel, bar: Bar) -> list[Part]:
    parts = [Part(f"{fill.kind.value} {fill.text}", "open") for fill in model.fills if fill.start == bar.start]
    parts += [Part(mark.text, "text") for mark in model.marks if mark.start == bar.start]
    return parts or [Part(SILENT, "readable")]


def _flow(parts: Sequence[Part], width: int) -> list[list[Part]]:
    """The parts in rows of `width`, a blank at either end; one that is longer than a row is broken at blanks."""
    rows: list[list[Part]] = [[]]
    free = room = max(1, width - 2)
    for part in parts:
        for piece in _pieces(part, room):
            if rows[-1] and len(piece.text) > free:
                rows.append([])
                free = room
            rows[-1].append(piece)
            free -= len(piece.text) + len(_SEPARATOR)
    return rows


def _pieces(part: Part, room: int) -> list[Part]:
    if len(part.text) <= room:
        return [part]
    pieces, line = [], ""
    for word in part.text.split():
        longer = f"{line} {word}" if line else word
        if len(longer) > room and line:
            pieces.append(Part(line, part.role))
            longer = word
        line = longer[:room]
    return [*pieces, Part(line, part.role)]


def _ending(row: list[Part], width: int) -> list[Part]:
    """The row with `…` at its end."""
    used = 1 + sum(len(part.text) + len(_SEPARATOR) for part in row)
    last = row[-1]
    if used < width:
        return [*row, Part("…", "readable")]
    return [*row[:-1], Part(last.text[: max(0, len(last.text) - 1)] + "…", last.role)]
