"""Bars laid out for the kernels once, and runs of the compiled loop over them under any number of settings."""

import math
from copy import copy
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from core.domain.calendar import MaintenanceWindow, TierWindow
from core.research.backtest import kernel_positions as held
from core.research.backtest import kernel_run
from core.research.backtest.bars import Bars, Ints, SymbolBars
from core.research.backtest.kernel_clock import ClockArrays, clock_arrays
from core.research.backtest.kernel_positions import Market
from core.research.backtest.kernel_rows import HIGH, LOW
from core.research.backtest.kernel_table import Rolled, rolled, table_of
from core.research.backtest.kernel_terms import Scale, TooWideError, exact, limits_of, rules_of, terms_of
from core.research.backtest.settings import BacktestSettings


@dataclass(frozen=True, slots=True, eq=False)
class Ran:
    """What the loop wrote: the account's counts, trades (open ones last), fates of the setups, and bookings."""

    account: Ints
    trades: Ints
    fates: Ints
    bookings: Ints


class Laid:
    """Bars rolled, classified and laid end to end: all that no setting changes."""

    def __init__(self, bars: Bars) -> None:
        self.bars = bars
        self.series = [rolled(each) for each in bars.series]
        self.market = _market(self.series)
        self.reach = [_reach(each) for each in self.series]
        """Highest and lowest price of each symbol, units."""
        self._clocks: dict[tuple[MaintenanceWindow, TierWindow], ClockArrays] = {}

    def clock(self, maintenance: MaintenanceWindow, tiers: TierWindow) -> ClockArrays:
        """The clock's arrays over the bars, made once for each pair of windows."""
        key = (maintenance, tiers)
        if key not in self._clocks:
            since, until = self.bars.span_s or (0, 0)
            self._clocks[key] = clock_arrays(maintenance, tiers, since, until)
        return self._clocks[key]


class Loop:
    """The settings in whole numbers, over bars that are laid out.

    Raises:
        TooWideError: something does not fit; so do its methods.
    """

    def __init__(self, laid: Laid, settings: BacktestSettings) -> None:
        self.laid, self.settings = laid, settings
        policy, symbols = settings.policy, [each.bars.symbol for each in laid.series]
        self.instruments = [settings.instruments[symbol] for symbol in symbols]
        self.limits = limits_of(policy.filters)
        paid = [_funding(settings, each.bars, reach) for each, reach in zip(laid.series, laid.reach, strict=True)]
        self.terms, self.grain, self._most = terms_of(settings, symbols, [scale for _, _, scale in paid])
        self._rules = rules_of(settings, self.grain, self._most, len(symbols))
        clock = laid.clock(policy.maintenance, policy.tiers.window)
        self._clock = (
            clock.windows,
            clock.tiers,
            clock.deadlines,
            np.cumsum([0, *(len(instants) for instants, _, _ in paid)]),
            np.concatenate([instants for instants, _, _ in paid]),
            np.concatenate([rates for _, rates, _ in paid]),
        )

    def under(self, settings: BacktestSettings) -> "Loop":
        """The loop under settings that differ from its own in filters alone: all but their limits is shared."""
        other = copy(self)
        other.settings, other.limits = settings, limits_of(settings.policy.filters)
        other._rules = rules_of(settings, self.grain, self._most, len(self.instruments))
        return other

    def table(self, armed_only: bool) -> Ints:
        """The setups, as `kernel_table.table_of` finds them."""
        filters = self.settings.policy.filters
        return table_of(self.laid.series, self._clock[0], filters, self.instruments, self.limits, armed_only)

    def run(self, table: Ints, second: bool, booked: bool = True) -> Ran:
        """One result of S13.3; without `booked` the bookings are not listed."""
        rules = self._rules.copy()
        rules[held.R_SECOND] = int(second)
        account = np.zeros(held.A_COLUMNS, np.int64)
        positions = np.zeros((len(self.instruments), held.COLUMNS), np.int64)
        trades = np.empty((len(table) + 1, held.TRADE_COLUMNS), np.int64)
        fates = np.zeros(len(table), np.int64)
        room = 2 * len(table) + len(self._clock[4]) if booked else 0
        bookings = np.empty((room, 2), np.int64)
        world = (table, self.laid.market, self._clock, rules, self.terms)
        kernel_run.run(world, (account, positions, trades, bookings), fates)
        if account[held.A_UNDECIDED]:
            raise TooWideError("a number stands exactly on a limit, or the account has outgrown the kernel's integers")
        over = int(account[held.A_TRADES]) + int(positions[:, held.IS_OPEN].sum())
        return Ran(account, trades[:over], fates, bookings[: account[held.A_BOOKED]])


def _market(series: list[Rolled]) -> Market:
    """All symbols' bars end to end; those of one symbol are not copied."""
    columns = [[each.base[column] for each in series] for column in range(5)]
    joined = [each[0] if len(each) == 1 else np.concatenate(each) for each in columns]
    offsets = np.cumsum([0, *(len(each.base[0]) for each in series)])
    child = np.array([each.bars.timeframe.seconds for each in series], np.int64)
    return offsets, child, joined[0], joined[1], joined[2], joined[3], joined[4]


def _reach(series: Rolled) -> tuple[int, int]:
    if not series.frames:
        return 0, 0
    rows = series.frames[-1].rows
    count = series.frames[-1].count
    high, low = rows[HIGH][:count], rows[LOW][:count]
    highest = int(high.max())
    return highest, int(low.min(initial=highest, where=low > 0))


def _funding(settings: BacktestSettings, bars: SymbolBars, reach: tuple[int, int]) -> tuple[Ints, Ints, Scale]:
    """The instants of one symbol, their rates as numerators, and the scale of its numbers."""
    rate, hours = settings.funding_of(bars.symbol)
    usual, rounded = exact(rate)
    record = settings.funding.get(bars.symbol)
    recorded = {at: Fraction(each) for at, each in record.rates.items()} if record is not None else {}
    step = hours * 3600
    begins, ends = (int(bars.start[0]), int(bars.start[-1]) + bars.timeframe.seconds) if len(bars) else (0, 0)
    instants = np.arange(begins // step * step + step, ends + 1, step, dtype=np.int64)
    by = math.lcm(usual.denominator, *(each.denominator for each in recorded.values()))
    top = max([usual, *recorded.values()], key=abs)
    if abs(top) * by >= 1 << 62:
        raise TooWideError("the funding rates have too many digits")
    rates = np.full(len(instants), int(usual * by), np.int64)
    for place, at in enumerate(instants.tolist() if recorded else ()):
        if at in recorded:
            rates[place] = int(recorded[at] * by)
    highest, lowest = reach
    scale = Scale(
        unit=Fraction(bars.unit), most=highest, least=lowest, rates=abs(int(top * by)), rates_by=by,
        rounded=int(usual * by) if rounded else 0,
    )  # fmt: skip
    return instants, rates, scale
