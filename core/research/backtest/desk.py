"""The exact path: the desk itself, fed one `BarClosed` after the other (STRAT.md S13).

Slow, some ten thousand bars a second; it is what the fast path must agree with, and takes over what that leaves out.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from heapq import merge

from core.domain.events import BarClosed, InstrumentListed
from core.domain.facts import EntryRefused, PositionClosed, SetupFound, SetupResolved
from core.domain.margin import funding_times
from core.domain.performance import Fall
from core.domain.policy import Policy
from core.domain.positions import ClosedTrade
from core.domain.signals import Setup, SetupStatus
from core.domain.symbols import VenueFunding
from core.research.backtest.bars import Bars, SymbolBars
from core.research.backtest.outcome import (
    Ambiguous,
    ArmedSetup,
    Drawdown,
    Outcome,
    Passed,
    RefusedEntry,
    Result,
    unheard,
)
from core.research.backtest.settings import BacktestSettings, FundingRecord
from core.trading.desk import Desk
from core.trading.state import DeskState

EPOCH = datetime.fromtimestamp(0, UTC)
TOLD_EVERY = 1000
"""Bars after which it is told again how far a run has come."""


def by_desk(bars: Bars, settings: BacktestSettings, passed: Passed = unheard) -> Outcome:
    """Both results, each by a desk of its own."""
    first, ambiguous = _run(bars, settings, False, passed)
    second, _ = _run(bars, settings, True, passed)
    return Outcome(first, second, ambiguous)


def _run(bars: Bars, settings: BacktestSettings, enter_ambiguous: bool, passed: Passed) -> tuple[Result, Ambiguous]:
    desk = Desk(policy_of(bars, settings, enter_ambiguous))
    events = closings(bars, settings)
    kept = _Kept(desk.state, settings.policy.start_balance)
    began = beginning(bars)
    desk.start(began)
    for listed in listings(bars, settings, began):
        desk.handle(listed)
    for number, event in enumerate(events, 1):
        kept.before(event.at)
        for outcome in desk.handle(event):
            kept.take(outcome)
        if number % TOLD_EVERY == 0:
            passed(TOLD_EVERY)
    kept.before(None)
    passed(len(bars) % TOLD_EVERY)
    counted = desk.state.ambiguous
    return kept.result(), Ambiguous(counted.total, counted.open_beyond)


def beginning(bars: Bars) -> datetime:
    """When a desk on these bars begins."""
    span = bars.span_s
    return datetime.fromtimestamp(span[0], UTC) if span is not None else EPOCH


def listings(bars: Bars, settings: BacktestSettings, at: datetime) -> Iterator[InstrumentListed]:
    """What stands for each symbol, with the funding that its bars are judged by where none is recorded."""
    for series in bars.series:
        rate, hours = settings.funding_of(series.symbol)
        listed = replace(settings.instruments[series.symbol], funding=VenueFunding(rate, hours, None))
        yield InstrumentListed(listed, at)


def policy_of(bars: Bars, settings: BacktestSettings, enter_ambiguous: bool = False) -> Policy:
    """The desk's rules for the symbols there are bars of; funding is what the listings say, recorded or not."""
    funding = replace(settings.policy.funding, use_venue_rate=True)
    symbols = tuple(each.symbol for each in bars.series)
    return replace(settings.policy, symbols=symbols, funding=funding, enter_ambiguous=enter_ambiguous)


def closings(bars: Bars, settings: BacktestSettings) -> Iterator[BarClosed]:
    """Every bar as an event: by close time, then in the order of symbols (S13.1)."""
    lanes = [
        ((event.at, rank, event) for event in _lane(series, settings.funding.get(series.symbol)))
        for rank, series in enumerate(bars.series)
    ]
    return (event for _, _, event in merge(*lanes, key=lambda lane: lane[:2]))


def _lane(series: SymbolBars, record: FundingRecord | None) -> Iterator[BarClosed]:
    before = datetime.fromtimestamp(int(series.start[0]), UTC) if len(series) else EPOCH
    for row in range(len(series)):
        bar = series.bar(row)
        end = bar.start + series.timeframe.span
        yield BarClosed(series.symbol, series.timeframe, bar, end, _rates(record, before, end))
        before = end


def _rates(record: FundingRecord | None, after: datetime, until: datetime) -> tuple[tuple[datetime, Decimal], ...]:
    """The recorded rates of the instants in (after, until]."""
    if record is None:
        return ()
    instants = funding_times(after, until, record.interval_hours)
    known = ((instant, record.rates.get(int(instant.timestamp()))) for instant in instants)
    return tuple((instant, rate) for instant, rate in known if rate is not None)


class _Kept:
    """What is kept of a desk's way through the bars."""

    def __init__(self, state: DeskState, start: Decimal) -> None:
        self._state, self._start = state, start
        self._trades: list[ClosedTrade] = []
        self._balances: list[Decimal] = []
        self._refusals: list[RefusedEntry] = []
        self._setups: dict[str, ArmedSetup] = {}
        self._scores: dict[str, int] = {}
        self._equity = Fall(start)
        self._at: datetime | None = None

    def before(self, at: datetime | None) -> None:
        """A bar that closes `at` comes next: what the last close time has come to is sampled (S13.8)."""
        if self._at is not None and at != self._at:
            self._equity.take(_equity(self._state))
        self._at = at

    def take(self, outcome: object) -> None:
        """Keep one outcome of the desk, if a backtest tells it."""
        match outcome:
            case PositionClosed(trade=trade):
                self._trades.append(trade)
                self._balances.append(self._state.account.balance)
            case EntryRefused(setup_id=setup_id, side=side, code=code, price=price, at=at):
                self._refusals.append(RefusedEntry(setup_id, side, code, price, at))
            case SetupFound(setup=setup):
                self._setups[setup.id] = _armed(setup)
            case SetupResolved(setup_id=setup_id, status=status, at=at, tfc_score=score):
                self._setups[setup_id] = replace(self._setups[setup_id], status=status, at=at)
                self._scores[setup_id] = score
            case _:
                pass

    def result(self) -> Result:
        """All of it, at the end of the bars."""
        account = self._state.account
        still_open = tuple(account.positions[s] for s in self._state.markets if s in account.positions)
        return Result(
            self._start, tuple(self._trades), tuple(self._balances), still_open, tuple(self._refusals),
            tuple(self._setups.values()), Drawdown(self._equity.usd, self._equity.pct),
            tuple(self._scores[trade.position.setup_id] for trade in self._trades),
            Counter(each.code for each in self._refusals),
        )  # fmt: skip


def _equity(state: DeskState) -> Decimal:
    """Balance, and the open positions at their symbols' last closes, USD."""
    account = state.account
    open_profit = (each.unrealised(state.mark_of(each)) for each in account.positions.values())
    return account.balance + sum(open_profit, Decimal(0))


def _armed(setup: Setup) -> ArmedSetup:
    return ArmedSetup(setup.symbol, setup.timeframe, setup.name, setup.bar_start, SetupStatus.PENDING, None)
