"""What the detail pane is about: the row under the cursor, as a series, three levels and the item behind it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from atlas_tui import formats
from atlas_tui.chart.model import ChartModel, FillMark, Level, LevelKind, Zone, series_bars
from atlas_tui.tabs import Tab
from atlas_tui.views.chart_marks import fills_of, marks_of
from atlas_tui.views.prices import is_stale, price_of, price_step
from atlas_tui.views.series_cell import SHOWN, series_cell
from atlas_tui.views.setups import leg_key
from atlas_tui.views.signals import shown_leg
from atlas_tui.views.words import EXITS, REFUSALS, STATUSES, signal_word
from atlas_tui.zones import DisplayZone
from core.domain.bars import Bar, SeriesKey
from core.domain.levels import Leg
from core.domain.patterns import Side
from core.domain.positions import ClosedTrade
from core.domain.signals import JudgedLeg
from core.domain.snapshot import PositionView, QuoteView, SetupView, SignalView, Snapshot
from core.domain.timeframes import H1, Timeframe

Item = SetupView | SignalView | PositionView | ClosedTrade | QuoteView


@dataclass(frozen=True, slots=True)
class Levels:
    """Where a trade begins and ends; quote currency."""

    entry: Decimal
    stop: Decimal
    target: Decimal
    since: datetime


@dataclass(frozen=True, slots=True)
class Focus:
    """The subject of the detail pane.

    Attributes:
        tab: whose row it is.
        key: of the row.
        title: `ETH 1d 2D-1-? LONG SETUP`.
        judged: the leg shown of a setup or signal.
        levels: None for a plain price.
    """

    tab: Tab
    key: str
    symbol: str
    timeframe: Timeframe
    title: str
    item: Item
    side: Side | None = None
    judged: JudgedLeg | None = None
    levels: Levels | None = None

    @property
    def item_id(self) -> str:
        """The id the desk knows the item by; the symbol for a price."""
        match self.item:
            case SetupView():
                return self.item.setup.id
            case SignalView():
                return self.item.signal.id
            case PositionView():
                return self.item.position.id
            case ClosedTrade():
                return self.item.id
            case QuoteView():
                return self.item.symbol


def focus_of(snapshot: Snapshot, tab: Tab, key: str | None) -> Focus | None:
    """What the row of this key on this tab is; None for no row, or for a tab whose rows have no detail."""
    if key is None:
        return None
    match tab:
        case Tab.SIGNALS:
            return _signal_row(snapshot, key)
        case Tab.SETUPS:
            return _setup_row(snapshot, key)
        case Tab.POSITIONS:
            held = next((view for view in snapshot.positions if view.position.id == key), None)
            return _of_position(held, key, tab) if held else None
        case Tab.TRADES:
            trade = next((trade for trade in snapshot.trades if trade.id == key), None)
            return _of_trade(trade, key, tab) if trade else None
        case Tab.TICKER:
            return series_focus(snapshot, key, H1)
        case Tab.MATRIX:
            return _matrix_cell(snapshot, key)
        case Tab.LEVERAGE | Tab.PERFORMANCE | Tab.LOG:
            return None


def series_focus(snapshot: Snapshot, symbol: str, timeframe: Timeframe) -> Focus | None:
    """A series by itself, without a setup; None for an unknown symbol."""
    quote = snapshot.quote(symbol)
    return Focus(Tab.TICKER, symbol, symbol, timeframe, f"{symbol} {timeframe}", quote) if quote else None


def market_of(snapshot: Snapshot) -> Focus | None:
    """What the chart shows while there is no row to show: the first symbol by the hour; None without symbols."""
    return series_focus(snapshot, snapshot.quotes[0].symbol, H1) if snapshot.quotes else None


def refreshed(snapshot: Snapshot, focus: Focus) -> Focus:
    """The same row in a newer picture; as it was when the row is gone."""
    if isinstance(focus.item, QuoteView) and focus.tab is not Tab.MATRIX:
        return series_focus(snapshot, focus.symbol, focus.timeframe) or focus
    return focus_of(snapshot, focus.tab, focus.key) or focus


def chart_model(
    snapshot: Snapshot, focus: Focus | None, zone: DisplayZone, timeframe: Timeframe | None = None
) -> ChartModel:
    """The chart of what is in focus, on its own timeframe or another."""
    if focus is None:
        return ChartModel(empty_text="nothing selected")
    shown = timeframe or focus.timeframe
    bars, kinds, forming = series_bars(snapshot.series.get(SeriesKey(focus.symbol, shown)))
    levels: tuple[Level, ...] = ()
    tint = None
    if focus.levels is not None:
        found = focus.levels
        since = found.since if shown == focus.timeframe else shown.start_of(found.since)
        levels = (
            Level(LevelKind.TRIGGER, found.entry, since),
            Level(LevelKind.STOP, found.stop, since),
            Level(LevelKind.TARGET, found.target, since),
        )
        tint = Zone(since, found.entry, found.stop, found.target)
    return ChartModel(
        bars,
        kinds,
        forming,
        levels,
        last=price_of(snapshot, focus.symbol),
        stale=is_stale(snapshot, focus.symbol),
        increment=price_step(snapshot, focus.symbol),
        timeframe=shown,
        zone=tint,
        display_zone=zone,
        cursor=_exit_bar(focus, bars, shown),
        empty_text=f"no {shown} bars of {focus.symbol} yet",
        symbol=focus.symbol,
        marks=marks_of(snapshot, focus.symbol, shown),
        fills=_fills(snapshot, focus, shown, bars),
    )


def _matrix_cell(snapshot: Snapshot, key: str) -> Focus | None:
    """The setup that waits on the series of this key, `BTC|4h`, at its next trigger; the series where none does."""
    symbol, _, text = key.partition("|")
    timeframe = next((each for each in SHOWN if str(each) == text), None)
    quote = snapshot.quote(symbol)
    if quote is None or timeframe is None:
        return None
    cell = series_cell(snapshot, symbol, timeframe)
    if cell.nearest is not None:
        return _of_setup(cell.nearest.view, key, cell.nearest.judged, Tab.MATRIX)
    title = f"{symbol} {timeframe}  {cell.last_text} {cell.forming_text}"
    return Focus(Tab.MATRIX, key, symbol, timeframe, title, quote)


def _of_position(view: PositionView, key: str, tab: Tab) -> Focus:
    item = view.position
    title = f"{item.symbol} {item.timeframe}  {item.pattern} {item.side} OPEN"
    levels = Levels(item.entry.price, item.plan.stop, item.plan.target, item.timeframe.start_of(item.entry.at))
    return Focus(tab, key, item.symbol, item.timeframe, title, view, item.side, None, levels)


def _fills(snapshot: Snapshot, focus: Focus, timeframe: Timeframe, bars: tuple[Bar, ...]) -> tuple[FillMark, ...]:
    """The fills among these bars; of a trade in focus always its own."""
    if not bars:
        return ()
    own = focus.item if isinstance(focus.item, ClosedTrade) else None
    return fills_of(snapshot, focus.symbol, timeframe, bars[0].start, own)


def _exit_bar(focus: Focus, bars: tuple[Bar, ...], timeframe: Timeframe) -> int | None:
    """The bar a trade ended in, which the chart then shows; None for what is not over."""
    if not isinstance(focus.item, ClosedTrade):
        return None
    start = timeframe.start_of(focus.item.exit.at)
    return next((index for index, bar in enumerate(bars) if bar.start == start), None)


def _signal_row(snapshot: Snapshot, key: str) -> Focus | None:
    signal = next((view for view in snapshot.signals if view.signal.id == key), None)
    if signal is not None:
        return _of_signal(signal, key)
    held = next((view for view in snapshot.positions if view.position.setup_id == key), None)
    if held is not None:
        return _of_position(held, key, Tab.SIGNALS)
    trade = next((trade for trade in snapshot.trades if trade.position.setup_id == key), None)
    if trade is not None:
        return _of_trade(trade, key, Tab.SIGNALS)
    setup = next((view for view in snapshot.setups if view.setup.id == key), None)
    if setup is None:
        return None
    return _of_setup(setup, key, shown_leg(setup, price_of(snapshot, setup.setup.symbol)), Tab.SIGNALS)


def _setup_row(snapshot: Snapshot, key: str) -> Focus | None:
    for view in snapshot.setups:
        for judged in view.setup.legs:
            if leg_key(view.setup.id, judged.leg.side) == key:
                return _of_setup(view, key, judged, Tab.SETUPS)
    return None


def _of_setup(view: SetupView, key: str, judged: JudgedLeg, tab: Tab) -> Focus:
    setup = view.setup
    status = REFUSALS[view.refusal.code] if view.refusal else STATUSES[view.status]
    title = f"{setup.symbol} {setup.timeframe}  {setup.name} {judged.leg.side} {status}"
    levels = _levels(judged.leg, setup.bar_start)
    return Focus(tab, key, setup.symbol, setup.timeframe, title, view, judged.leg.side, judged, levels)


def _of_signal(view: SignalView, key: str) -> Focus:
    signal = view.signal
    title = f"{signal.symbol} {signal.timeframe}  {signal.sequence} {signal.side} {signal_word(signal)}"
    levels = _levels(signal.judged.leg, signal.bar_start - signal.timeframe.span)
    return Focus(Tab.SIGNALS, key, signal.symbol, signal.timeframe, title, view, signal.side, signal.judged, levels)


def _of_trade(trade: ClosedTrade, key: str, tab: Tab) -> Focus:
    item = trade.position
    word = f"{EXITS[trade.reason]} {formats.r_multiple(trade.r_multiple)}"
    title = f"{item.symbol} {item.timeframe}  {item.pattern} {item.side} {word}"
    levels = Levels(item.entry.price, item.plan.stop, item.plan.target, item.timeframe.start_of(item.entry.at))
    return Focus(tab, key, item.symbol, item.timeframe, title, trade, item.side, None, levels)


def _levels(leg: Leg, since: datetime) -> Levels:
    return Levels(leg.entry, leg.stop, leg.target, since)
