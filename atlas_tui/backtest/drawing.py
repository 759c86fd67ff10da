"""A trade of a backtest on its bars: the chart's model, its title, and the facts below it; pure."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from atlas_tui import formats
from atlas_tui.backtest.book import held
from atlas_tui.backtest.talk import Candle, Drawn
from atlas_tui.chart.model import ChartModel, Level, LevelKind, Zone, index_of
from atlas_tui.lines import Line, facts
from atlas_tui.views.chart_marks import round_trip
from atlas_tui.views.words import EXITS
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.widgets.top_bar import money_role
from atlas_tui.zones import DisplayZone
from core.domain.bars import Bar, bad_bar, classify, flag_gaps
from core.domain.timeframes import Timeframe

_THREE, _WIDEST = 74, 96
"""Cells from which the facts stand in three columns, and their widest."""


def chart_of(drawn: Drawn, zone: DisplayZone) -> ChartModel:
    """The bars with entry, stop and target from the bar of the entry on, both fills marked, the exit's bar in view."""
    shown, trade = Timeframe(drawn.minutes), drawn.trade
    bars = bars_of(drawn.bars, drawn.unit, shown)
    entry, plan = trade.position.entry, trade.position.plan
    since = shown.start_of(entry.at)
    return ChartModel(
        bars,
        tuple(classify(bars[index - 1] if index else None, bar) for index, bar in enumerate(bars)),
        levels=(
            Level(LevelKind.TRIGGER, entry.price, since),
            Level(LevelKind.STOP, plan.stop, since),
            Level(LevelKind.TARGET, plan.target, since),
        ),
        increment=drawn.step,
        timeframe=shown,
        zone=Zone(since, entry.price, plan.stop, plan.target),
        display_zone=zone,
        cursor=index_of(bars, shown.start_of(trade.exit.at)),
        symbol=trade.position.symbol,
        fills=round_trip(trade, shown, drawn.step),
    )


def bars_of(candles: Sequence[Candle], unit: Decimal, timeframe: Timeframe) -> tuple[Bar, ...]:
    """The bars of the domain, those behind a hole flagged."""
    return flag_gaps((_bar(candle, unit) for candle in candles), timeframe)


def title_of(drawn: Drawn, count: int) -> str:
    """`3/179 ETH 4h  2D-1-2D SHORT STP -1.07R`."""
    trade = drawn.trade
    item = trade.position
    end = f"{EXITS[trade.reason]} {formats.r_multiple(trade.r_multiple)}"
    return f"{drawn.around.place + 1}/{count} {item.symbol} {item.timeframe}  {item.pattern} {item.side} {end}"


def fact_lines(drawn: Drawn, zone: DisplayZone, width: int) -> tuple[Line, ...]:
    """What the trade was, in three columns, or in two."""
    trade = drawn.trade
    item, step = trade.position, drawn.step
    plan = item.plan
    pairs = [
        ("entered", Cell(zone.full(item.entry.at)[2:16])),
        ("left", Cell(f"{zone.full(trade.exit.at)[2:16]}")),
        ("held", Cell(held(trade.exit.at - item.entry.at))),
        ("margin", Cell(f"{item.tier} {formats.leverage(item.margin_leverage)}")),
        ("entry", Cell(formats.price(item.entry.price, step))),
        ("exit", Cell(formats.price(trade.exit.price, step))),
        ("stop", Cell(formats.price(plan.stop, step), "stop")),
        ("target", Cell(formats.price(plan.target, step), "target")),
        ("net", Cell(formats.usd(trade.net, signed=True), money_role(trade.net))),
        ("fees", Cell(formats.usd(-trade.fees, signed=True))),
        ("funding", Cell(formats.usd(trade.funding, signed=True))),
        ("target kind", Cell(plan.target_kind.value)),
    ]
    return facts(pairs, min(width, _WIDEST), 3 if width >= _THREE else 2)


def _bar(candle: Candle, unit: Decimal) -> Bar:
    start = datetime.fromtimestamp(candle.start, UTC)
    if candle.low <= 0:
        return bad_bar(start)
    prices = (candle.open * unit, candle.high * unit, candle.low * unit, candle.close * unit)
    return Bar(start, *prices, Decimal(0))
