"""The chart holds its shape for any bars, any size and any palette."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from atlas_tui.chart.drawing import BarMark, ChartModel, FillKind, FillMark, Level, LevelKind, Zone, render
from atlas_tui.chart.layout import PITCHES
from atlas_tui.theming import Palette
from core.domain.bars import NAN, Bar, bad_bar
from core.domain.timeframes import SCANNED
from tests.tui.chart_data import BARS, START, kinds_of, palette

anything = st.decimals(allow_nan=True, allow_infinity=True).filter(lambda value: not value.is_snan())
prices = st.one_of(st.decimals(min_value="0.0001", max_value="200000", places=4), anything, st.just(NAN))
words = st.lists(st.text("2UD-1?→ LONG", max_size=30), max_size=5).map(" ".join)
palettes: st.SearchStrategy[Palette] = st.sampled_from(
    [palette(), palette("mono"), palette(no_color=True), palette(ascii_only=True), palette("mono", ascii_only=True)]
)


@st.composite
def bars(draw: st.DrawFn) -> tuple[Bar, ...]:
    found: list[Bar] = []
    for index in range(draw(st.integers(0, 40))):
        start = START + index * timedelta(hours=1)
        if draw(st.integers(0, 9)) == 0:
            found.append(bad_bar(start, draw(st.booleans())))
            continue
        ends = draw(prices), draw(prices), draw(prices), draw(prices)
        if draw(st.booleans()) and not any(price.is_nan() for price in ends):
            ends = ends[0], max(ends), min(ends), ends[3]
        found.append(Bar(start, *ends, volume=Decimal(1), gap_before=draw(st.booleans())))
    return tuple(found)


@st.composite
def models(draw: st.DrawFn) -> ChartModel:
    shown = draw(bars())
    starts = st.sampled_from([bar.start for bar in shown] or [START])
    levels = tuple(Level(kind, draw(prices), draw(st.none() | starts)) for kind in LevelKind if draw(st.booleans()))
    return ChartModel(
        shown,
        kinds_of(shown)[: draw(st.integers(0, 50))],
        draw(st.booleans()),
        levels,
        draw(st.none() | prices),
        increment=draw(st.sampled_from([None, Decimal("0.01"), Decimal(5), Decimal(0), NAN, Decimal("0.0000001")])),
        timeframe=draw(st.sampled_from([None, *SCANNED])),
        zone=draw(st.none() | st.builds(Zone, starts, prices, prices, prices)),
        cursor=draw(st.none() | st.integers(-3, 50)),
        pitch=draw(st.sampled_from([0, *PITCHES, 7])),
        marks=tuple(BarMark(draw(starts), draw(words)) for _ in range(draw(st.integers(0, 4)))),
        fills=tuple(
            FillMark(draw(starts), draw(prices), kind, f"entry {kind.name}") for kind in FillKind if draw(st.booleans())
        ),
        newest=draw(st.none() | st.integers(-3, 50)),
        told=draw(st.booleans()),
        tag=draw(st.sampled_from(["", "FROZEN 14:32"])),
    )


@given(model=models(), width=st.integers(0, 120), height=st.integers(0, 40), paint=palettes)
def test_every_row_is_exactly_as_wide_as_told(model: ChartModel, width: int, height: int, paint: Palette) -> None:
    rows = render(model, width, height, paint)
    assert len(rows) == height
    for row in rows:
        assert len(row) == width
        assert all(cell_len(cell.char) == 1 for cell in row)
        if paint.ascii_only:
            assert "".join(cell.char for cell in row).isascii()


@given(shift=st.integers(10_000, 90_000), width=st.integers(40, 100), height=st.integers(9, 30))
def test_the_picture_does_not_depend_on_where_the_prices_lie(shift: int, width: int, height: int) -> None:
    def moved(bar: Bar, by: int) -> Bar:
        return replace(bar, open=bar.open + by, high=bar.high + by, low=bar.low + by, close=bar.close + by)

    def plot(by: int) -> list[list[str]]:
        shown = tuple(moved(bar, by) for bar in BARS)
        model = ChartModel(shown, kinds_of(shown), increment=Decimal(1), pitch=4)
        return [[cell.char for cell in row if cell.char in "█▀▄│╵╷"] for row in render(model, width, height, palette())]

    assert plot(shift) == plot(10_000)
