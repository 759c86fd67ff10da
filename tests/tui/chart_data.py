"""A short, round series of bars, and a chart as text."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from atlas_tui.chart.drawing import ChartCell, ChartModel, Level, LevelKind, Zone, render
from atlas_tui.theming import Palette, load_themes
from core.domain.bars import Bar, BarKind, classify
from core.domain.timeframes import H4

START = datetime(2025, 12, 1, tzinfo=UTC)
# Open, high, low, close: 2U 2U 3 1 2D 1 and one that forms.
PRICES = (
    (100, 106, 98, 104),
    (104, 110, 102, 108),
    (108, 114, 106, 112),
    (112, 116, 100, 104),
    (104, 110, 102, 108),
    (108, 109, 96, 98),
    (98, 106, 98, 104),
    (104, 105, 100, 102),
)


def bar(index: int, prices: tuple[int, int, int, int], gap_before: bool = False) -> Bar:
    opened, high, low, close = (Decimal(price) for price in prices)
    return Bar(START + index * timedelta(hours=4), opened, high, low, close, Decimal(1), gap_before=gap_before)


def kinds_of(bars: tuple[Bar, ...]) -> tuple[BarKind, ...]:
    return tuple(classify(bars[index - 1] if index else None, bar) for index, bar in enumerate(bars))


BARS = tuple(bar(index, prices) for index, prices in enumerate(PRICES))
SETUP = BARS[6]
LEVELS = (
    Level(LevelKind.TARGET, Decimal(114), SETUP.start),
    Level(LevelKind.TRIGGER, Decimal(106), SETUP.start),
    Level(LevelKind.STOP, Decimal(98), SETUP.start),
)
MODEL = ChartModel(
    BARS, kinds_of(BARS), True, LEVELS, Decimal(102), increment=Decimal("0.1"), timeframe=H4,
    zone=Zone(SETUP.start, Decimal(106), Decimal(98), Decimal(114)),
)  # fmt: skip


def palette(
    name: str = "atlas-dark", no_color: bool = False, truecolor: bool = True, ascii_only: bool = False
) -> Palette:
    theme = next(theme for theme in load_themes() if theme.name == name)
    variables = {"foreground": theme.foreground or "", **theme.variables}
    return Palette.from_theme_variables(variables, no_color=no_color, truecolor=truecolor, ascii_only=ascii_only)


PALETTE = palette()


def cells(model: ChartModel, width: int, height: int, paint: Palette = PALETTE) -> tuple[tuple[ChartCell, ...], ...]:
    return render(model, width, height, paint)


def text(model: ChartModel, width: int, height: int, paint: Palette = PALETTE) -> str:
    """The characters alone; blanks at line ends are cut, and the first line starts on a new one."""
    rows = ("".join(cell.char for cell in row).rstrip() for row in cells(model, width, height, paint))
    return "\n" + "\n".join(rows)
