"""The marked bar: its column, its time, and above the plot what is known of it in words; and what the view hides."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from atlas_tui import formats
from atlas_tui.chart.axis import kind_role, marked_time, time_of
from atlas_tui.chart.canvas import Canvas
from atlas_tui.chart.layout import MIN_HEIGHT, MIN_WIDTH, Layout, step_of
from atlas_tui.chart.model import ChartModel
from atlas_tui.chart.scale import is_drawable_bar
from core.domain.bars import Bar, BarKind

COLUMN: Final = "┊"
SILENT: Final = "no signal, no fill"
_TIME_WIDTH: Final = 17
_FOUND_WIDTH: Final = 42
"""Cells that what was found on a bar usually takes."""
_PLOT_SHARE: Final = 4
"""At most one row in so many is spent on words."""


class Part(NamedTuple):
    """A piece of the words about a bar that stays in one row."""

    text: str
    role: str
    close: bool = False
    """Only one blank stands before it."""

    @property
    def before(self) -> int:
        """Blanks between it and the part before."""
        return 1 if self.close else 2


def told_rows(model: ChartModel, width: int, height: int) -> int:
    """Rows above the plot for the words about the marked bar.

    They depend on the size and the prices' length only, not on the bar, so that the plot stands still under the cursor.
    """
    if not model.told or model.cursor is None or not model.bars or height <= MIN_HEIGHT or width < MIN_WIDTH:
        return 0
    longest = max((len(formats.price(bar.high, step_of(model))) for bar in model.bars[-1:]), default=1)
    needed = _TIME_WIDTH + 4 * (longest + 4) + _FOUND_WIDTH
    return max(1, min(-(-needed // max(1, width)), height // _PLOT_SHARE, height - MIN_HEIGHT))


def draw_told(canvas: Canvas, model: ChartModel) -> None:
    """The words, over all rows of the canvas."""
    for y, row in enumerate(told(model, canvas.width, canvas.height)):
        x = -1
        for part in row:
            x += part.before if x >= 0 else 2
            canvas.write(x, y, part.text, part.role, bold=part.role == "setup")
            x += len(part.text)


def told(model: ChartModel, width: int, rows: int) -> list[list[Part]]:
    """Time, class, OHLC, fills and what was found, in at most so many rows.

    Where the room is short the words move together, then the day and the open go; what still does not fit ends in `…`.
    """
    at = min(len(model.bars) - 1, max(0, model.cursor or 0))
    found = _found_parts(model, model.bars[at])
    wide, tight = _price_parts(model, at, tight=False), _price_parts(model, at, tight=True)
    closed = [part for part in tight if not part.text.startswith("O")]
    silent = found or [Part(SILENT, "readable")]
    tries = [
        [*_flow(wide, width), *_flow(silent, width)],
        _flow([*wide, *silent], width),
        *([] if found else [_flow(wide, width)]),
        [*_flow(tight, width), *_flow(found, width)],
        _flow([*tight, *found], width),
        [*_flow(closed, width), *_flow(found, width)],
    ]
    last = _flow([*closed, *found], width)
    lines = next((lines for lines in tries if len(lines) <= rows), last)
    return lines if len(lines) <= rows else [*lines[: rows - 1], _ending(lines[rows - 1], width)]


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


def _price_parts(model: ChartModel, at: int, tight: bool) -> list[Part]:
    bar = model.bars[at]
    kind = model.kinds[at] if at < len(model.kinds) else BarKind.UNKNOWN
    clock, day = time_of(bar, model)
    parts = [
        Part(clock if tight or clock == day else f"{day} {clock}", "setup"),
        Part(kind.text, kind_role(kind), tight),
    ]
    if not is_drawable_bar(bar):
        return [*parts, Part("the candle cannot be used", "failed")]
    for name, value in zip("OHLC", (bar.open, bar.high, bar.low, bar.close), strict=True):
        parts.append(Part(f"{name}{'' if tight else ' '}{formats.price(value, step_of(model))}", "text", tight))
    if model.forming and at == len(model.bars) - 1:
        parts.append(Part("forming", "readable"))
    if bar.gap_before:
        parts.append(Part("after a hole", "failed"))
    return parts


def _found_parts(model: ChartModel, bar: Bar) -> list[Part]:
    parts = [Part(f"{fill.kind.value} {fill.text}", "open") for fill in model.fills if fill.start == bar.start]
    return parts + [Part(mark.text, "text") for mark in model.marks if mark.start == bar.start]


def _flow(parts: Sequence[Part], width: int) -> list[list[Part]]:
    """The parts in rows of `width`, a blank at either end; one that is longer than a row is broken at blanks."""
    rows: list[list[Part]] = []
    free = room = max(1, width - 2)
    for part in parts:
        for piece in _pieces(part, room):
            if rows and piece.before + len(piece.text) <= free:
                rows[-1].append(piece)
                free -= piece.before + len(piece.text)
            else:
                rows.append([piece])
                free = room - len(piece.text)
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
    used = 1 + len(row[0].text) + sum(part.before + len(part.text) for part in row[1:])
    if used + 1 < width:
        return [*row, Part("…", "readable", close=True)]
    return [*row[:-1], row[-1]._replace(text=row[-1].text[:-1] + "…")]
