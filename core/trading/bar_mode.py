"""Bar mode: closed base bars instead of ticks (STRAT.md S13).

One bar is processed completely before the next: what the clock closed before it, instants of a hole, exits, triggers,
the stop of a position entered in it, funding, the deadline, and the bars it ends.
"""

from datetime import datetime
from decimal import Decimal

from core.domain.bars import ATR_LENGTH, BarKind
from core.domain.events import BarClosed
from core.domain.facts import SetupResolved
from core.domain.judging import Judge
from core.domain.patterns import Side
from core.domain.series import SeriesBars
from core.domain.signals import Setup, SetupStatus
from core.domain.timeframes import Timeframe
from core.trading.candles import JudgedSpan, exits_in_candle, instants_in_candle
from core.trading.following import follow_candle
from core.trading.gates import Opened
from core.trading.market import SymbolMarket
from core.trading.scans import age_setups_of, note_found
from core.trading.state import DeskState
from core.trading.triggers import Break, decided, resolve

_USED = ATR_LENGTH + 3
"""Rows a setup is judged on: the longest look back is that of the ATR."""
_BEFORE_A_SETUP = (BarKind.OUTSIDE, BarKind.UP, BarKind.DOWN)


def take_bar(state: DeskState, event: BarClosed) -> None:
    """Take one closed base bar of one symbol.

    A bad bar is a hole: it ends bars, but nothing is judged on it, and its instants wait for the next good one.
    """
    market, bar = state.markets[event.symbol], event.bar
    _close_bars(state, market, bar.start)
    span = JudgedSpan(bar, event.timeframe, event.at)
    if bar.good:
        market.rates.update(event.rates)
        _judge(state, market, span)
        market.rates.clear()
        market.price = bar.close
    else:
        market.rates.update(event.rates)
    market.at = span.end
    for timeframe, series in market.series.items():
        if timeframe >= event.timeframe and timeframe.minutes % event.timeframe.minutes == 0:
            series.take_bar(bar, event.timeframe, state.policy.maintenance)
    _close_bars(state, market, span.end)


def _judge(state: DeskState, market: SymbolMarket, span: JudgedSpan) -> None:
    closed_now = exits_in_candle(state, market.symbol, span)
    if _triggers(state, market, span, closed_now):
        exits_in_candle(state, market.symbol, span)
    instants_in_candle(state, market.symbol, span)
    follow_candle(state, market.symbol, span.bar, span.end)


def _triggers(state: DeskState, market: SymbolMarket, span: JudgedSpan, closed_now: bool) -> bool:
    """Resolve every setup the bar breaks, in the order of ticks (S9); True if one of them opened a position."""
    opened = False
    for tracked in state.book.pending(market.symbol):
        setup, bar = tracked.setup, span.bar
        in_range = setup.broken_in(bar.high, bar.low)
        if in_range is SetupStatus.PENDING:
            continue
        both = in_range is SetupStatus.INVALIDATED_OUTSIDE
        status = setup.broken_by_bar(bar)
        if status.side is None:
            opened |= _both_sides(state, market, setup, span, closed_now)
            continue
        entered = resolve(state, market, setup, _break(state, market, setup, status.side, span, closed_now))
        opened |= entered
        if both and entered:
            state.ambiguous.add(open_beyond=True)
    return opened


def _both_sides(state: DeskState, market: SymbolMarket, setup: Setup, span: JudgedSpan, closed_now: bool) -> bool:
    """A bar that broke both sides from within: which came first is not known, so nothing is entered (S13.3).

    Where the side nearer to the open would have been entered it is counted, and entered if the policy says so.
    """
    side = _nearer(setup, span.bar.open)
    seen = _break(state, market, setup, side, span, closed_now)
    triggered = setup.outcome(side, seen.price) is SetupStatus.TRIGGERED
    if triggered and isinstance(decided(state, market, setup, seen), Opened):
        state.ambiguous.add(open_beyond=False)
        if state.policy.enter_ambiguous:
            return resolve(state, market, setup, seen)
    cause = f"both sides broken within {span.timeframe} from {span.bar.open}"
    status = SetupStatus.INVALIDATED_OUTSIDE
    state.emit(SetupResolved(setup.id, status, None, None, 0, cause, seen.at))
    return False


def _nearer(setup: Setup, opened: Decimal) -> Side:
    """The side whose level is nearer to the open; LONG on a tie (S13.3)."""
    return Side.LONG if setup.long_trigger - opened <= opened - setup.short_trigger else Side.SHORT


def _break(
    state: DeskState, market: SymbolMarket, setup: Setup, side: Side, span: JudgedSpan, closed_now: bool
) -> Break:
    """The break of this side in the bar, filled one increment beyond the level or at the open (S13.3, S13.4)."""
    bar = span.bar
    step = market.instrument.price_increment if market.instrument is not None else Decimal(0)
    if side is Side.LONG:
        wanted = max(bar.open, setup.long_trigger + step)
    else:
        wanted = min(bar.open, setup.short_trigger - step)
    price = min(max(wanted, bar.low), bar.high)
    tier = state.policy.tiers.entry_tier_in(bar.start, span.end)
    return Break(side, price, bar.start, market.standings_at(bar.open, price), tier, closed_now)


def _close_bars(state: DeskState, market: SymbolMarket, at: datetime) -> None:
    """Close the bars whose time is over: the setups of each timeframe age, then its new bar may arm one (S13.2)."""
    for timeframe in market.roll(at):
        end = market.series[timeframe].closed[-1].start + timeframe.span
        age_setups_of(state, market, timeframe, end)
        _arm(state, market, timeframe, end)


def _arm(state: DeskState, market: SymbolMarket, timeframe: Timeframe, at: datetime) -> None:
    """Arm the setup, or with directional setups the one of S4.6, whose setup bar is the one just closed."""
    kinds = market.series[timeframe].kinds[-2:]
    filters = state.policy.filters
    is_setup = len(kinds) == 2 and kinds[1] is BarKind.INSIDE and kinds[0] in _BEFORE_A_SETUP
    if not is_setup and not filters.directional_setups:
        return
    product_id = market.instrument.product_id if market.instrument is not None else ""
    series = SeriesBars(market.symbol, product_id, timeframe, market.series[timeframe].closed[-_USED:])
    judge, row = Judge(filters, state.policy.maintenance, at), len(series.bars) - 1
    setup = judge.setup(series, row, -1) if is_setup else judge.directional(series, row)
    if setup is not None and not state.book.knows(setup):
        note_found(state, setup, SetupStatus.PENDING, known=True, at=at)
