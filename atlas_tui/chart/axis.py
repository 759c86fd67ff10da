"""Everything around the candles: grid, levels and their tags, the live price, labels and times."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, NamedTuple

from atlas_tui.chart.canvas import Canvas
from atlas_tui.chart.layout import Layout, step_of
from atlas_tui.chart.model import ChartModel, Level, LevelKind
from atlas_tui.chart.scale import Scale, is_drawable, is_drawable_bar
from atlas_tui.formats import price
from core.domain.bars import Bar, BarKind
from core.domain.timeframes import D1

_PRIORITY: Final = (LevelKind.TRIGGER, LevelKind.STOP, LevelKind.TARGET)
_ROLES: Final = {LevelKind.TRIGGER: "setup", LevelKind.STOP: "stop", LevelKind.TARGET: "target"}
_RAYS: Final = {LevelKind.TRIGGER: "─", LevelKind.STOP: "┄", LevelKind.TARGET: "┄"}
_LABEL_ROLES: Final = {
    BarKind.INSIDE: "inside",
    BarKind.UP: "long",
    BarKind.DOWN: "short",
    BarKind.OUTSIDE: "outside",
    BarKind.UNKNOWN: "readable",
}
_ARROWS: Final = {BarKind.UP: "↑", BarKind.DOWN: "↓"}
_OFF_SPAN: Final = {1: "▲", 0: " ", -1: "▼"}
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BETWEEN_TIMES: Final = 4
_LONGEST_TIME: Final = "Dec 14"


class Tag(NamedTuple):
    """What stands on the axis for a price."""

    letter: str
    price: Decimal
    role: str
    ink: str = "tag-text"


def draw_grid(canvas: Canvas, layout: Layout, ticks: Iterable[int]) -> None:
    """Dots at the rows of the ticks, and the axis line."""
    for y in ticks:
        for x in range(0, layout.plot_width, 4):
            canvas.put(x, y, "·", "grid")
    for y in range(layout.plot_height):
        canvas.put(layout.plot_width, y, "│", "grid")


def draw_zone(canvas: Canvas, model: ChartModel, layout: Layout, scale: Scale) -> None:
    """Tint what the trade stands to win and to lose, where the terminal can show a tint."""
    zone = model.zone
    if zone is None or not canvas.palette.tint or not all(map(is_drawable, (zone.entry, zone.stop, zone.target))):
        return
    left = max(0, layout.left_of(model, zone.from_start) - 1)
    entry = scale.row(zone.entry)
    for end, role in ((zone.target, "zone-long"), (zone.stop, "zone-short")):
        rows = sorted((entry, scale.row(end)))
        for y in range(rows[0], rows[1] + 1):
            canvas.tint(left, layout.plot_width if y != entry else left, y, role)


def levels_of(model: ChartModel) -> list[Level]:
    """The levels that can be drawn, the most important first."""
    drawable = [level for level in model.levels if is_drawable(level.price)]
    return sorted(drawable, key=lambda level: _PRIORITY.index(level.kind))


def draw_rays(canvas: Canvas, model: ChartModel, layout: Layout, scale: Scale) -> None:
    """A line for each level inside the span, the most important on top."""
    for level in reversed(levels_of(model)):
        if scale.side_of(level.price) == 0:
            for x in range(layout.left_of(model, level.from_start), layout.plot_width):
                canvas.put(x, scale.row(level.price), _RAYS[level.kind], _ROLES[level.kind])


def draw_last(canvas: Canvas, model: ChartModel, layout: Layout, scale: Scale) -> None:
    """A dotted line from the newest candle to the live price's tag."""
    if model.last is None or not is_drawable(model.last) or scale.side_of(model.last) or not layout.at_end(model):
        return
    for x in range(layout.end, layout.plot_width):
        if canvas.is_free(x, scale.row(model.last)):
            canvas.put(x, scale.row(model.last), "┈", _last_role(model))


def draw_axis(canvas: Canvas, model: ChartModel, layout: Layout, scale: Scale, ticks: Iterable[Decimal]) -> None:
    """Tags in reverse video, from the highest price to the lowest, and round prices in the rows left over."""
    x, room = layout.plot_width + 1, layout.width - layout.plot_width - 1
    tags = [Tag(level.kind.value, level.price, _ROLES[level.kind]) for level in levels_of(model)]
    if model.last is not None and is_drawable(model.last):
        tags.append(Tag("●", model.last, "panel" if model.stale else "grid", _last_role(model)))
    taken: set[int] = set()
    for tag, row in _placed(tags[: layout.plot_height], scale, layout.plot_height):
        taken.add(row)
        text = f"{tag.letter}{_OFF_SPAN[scale.side_of(tag.price)]}{price(tag.price, step_of(model))}"
        canvas.tag(x, row, text.ljust(room)[:room], tag.role, tag.ink)
    for tick in ticks:
        row = scale.row(tick)
        text = price(tick, step_of(model))
        if row not in taken and len(text) <= room - 2:
            taken.add(row)
            canvas.write(x + 2, row, text, "readable")


def draw_labels(canvas: Canvas, model: ChartModel, layout: Layout) -> None:
    """The class of each bar below it: `1 2U 2D 3`, arrows where narrow; `?` marks the forming one, `✕` a bad one."""
    y, full = layout.plot_height, layout.pitch >= 3
    shown = zip(layout.bars(model), layout.kinds(model), layout.lefts, strict=True)
    for index, (bar, kind, left) in enumerate(shown):
        text, role = _label(bar, kind, full)
        forming = layout.is_forming(model, index) and kind is not BarKind.UNKNOWN
        x = left + max(0, layout.body - len(text)) // 2
        text += "?" if forming else ""
        if model.cursor == layout.first + index:
            canvas.tag(x, y, text, role)
        else:
            canvas.write(x, y, text, role, bold=not forming)


def draw_times(canvas: Canvas, model: ChartModel, layout: Layout) -> None:
    """Start of every few bars, the date where the day changed since the time before, and below the axis whose clock."""
    free_from, day_before = 0, ""
    zone = "UTC" if _is_daily(model) else model.display_zone.name(layout.bars(model)[-1].start)
    canvas.write(layout.plot_width + 3, layout.height - 1, zone, "readable")
    marked = marked_time(model, layout)
    for bar, left in zip(layout.bars(model), layout.lefts, strict=True):
        if left < free_from:
            continue
        text, day = time_of(bar, model)
        if marked is not None and left <= marked[0] + len(marked[1]) and marked[0] <= left + len(_LONGEST_TIME):
            continue
        if day_before and day != day_before:
            text = day
        if left + len(text) > layout.plot_width:
            return
        canvas.write(max(0, left), layout.height - 1, text, "readable")
        day_before, free_from = day, left + len(text) + _BETWEEN_TIMES


def time_of(bar: Bar, model: ChartModel) -> tuple[str, str]:
    """What names the bar on the chart's clock, `14:00` or a date, and its day, `Dec 14`."""
    daily = _is_daily(model)
    local = bar.start if daily else model.display_zone.local(bar.start)
    day = f"{_MONTHS[local.month - 1]} {local.day:02}"
    return (day if daily else f"{local:%H:%M}"), day


def kind_role(kind: BarKind) -> str:
    """The palette's role of a class."""
    return _LABEL_ROLES[kind]


def marked_time(model: ChartModel, layout: Layout) -> tuple[int, str] | None:
    """Where on the line of times that of the marked bar stands; None where no bar in view is told of."""
    if not model.told or model.cursor is None or not layout.first <= model.cursor <= layout.last:
        return None
    text, _ = time_of(model.bars[model.cursor], model)
    return max(0, min(layout.lefts[model.cursor - layout.first], layout.plot_width - len(text))), text


def _label(bar: Bar, kind: BarKind, full: bool) -> tuple[str, str]:
    if not is_drawable_bar(bar):
        return "✕", "failed"
    return (kind.text if full else _ARROWS.get(kind, kind.text)), _LABEL_ROLES[kind]


def _is_daily(model: ChartModel) -> bool:
    """Bars of a day and longer begin at UTC midnight and are named by that date, whoever looks."""
    return model.timeframe is not None and model.timeframe >= D1


def _last_role(model: ChartModel) -> str:
    return "stale" if model.stale else "last"


def _placed(tags: Iterable[Tag], scale: Scale, rows: int) -> list[tuple[Tag, int]]:
    """A row of its own for each tag, as near to its price as the order of prices allows.

    Tags that want one row share the rows around it: moved down past its neighbours, a tag would tell a wrong order.
    """
    ordered = sorted(tags, key=lambda tag: -tag.price)
    groups: list[list[int]] = []
    for tag in ordered:
        groups.append([scale.row(tag.price)])
        while len(groups) > 1 and _top(groups[-2], rows) + len(groups[-2]) > _top(groups[-1], rows):
            last = groups.pop()
            groups[-1] += last
    placed = [_top(group, rows) + at for group in groups for at in range(len(group))]
    return list(zip(ordered, placed, strict=True))


def _top(wanted: list[int], rows: int) -> int:
    """The first row of tags that stand below each other, around the middle of the rows they want."""
    middle = (sum(wanted) - sum(range(len(wanted)))) / len(wanted)
    return max(0, min(rows - len(wanted), round(middle)))
