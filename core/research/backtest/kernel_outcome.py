"""What the loop wrote in whole numbers, as the desk's own values: trades, refusals, setups and the equity's falls."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext
from typing import Final

import numpy as np

from core.domain.levels import Verdict, make_leg
from core.domain.leverage import Tier
from core.domain.margin import MICRO, PRECISION
from core.domain.policy import Policy
from core.domain.positions import ClosedTrade, ExitReason, Fill, FillTag, OpenPosition, slipped
from core.domain.settling import Offer, Settled, settle
from core.domain.signals import JudgedLeg, Setup
from core.domain.symbols import Instrument
from core.domain.timeframes import Timeframe
from core.research.backtest import kernel_equity as equity
from core.research.backtest import kernel_money as money
from core.research.backtest import kernel_positions as held
from core.research.backtest import kernel_setups as setups
from core.research.backtest.bars import Ints, SymbolBars
from core.research.backtest.kernel_lists import NAMES, moment, side_of
from core.research.backtest.kernel_rows import HIGH, LOW
from core.research.backtest.kernel_table import Rolled
from core.research.backtest.outcome import Drawdown
from core.trading.gates import EntryRequest, margin_leverage, position_of

_REASONS: Final = {
    held.LIQUIDATED: ExitReason.LIQUIDATION,
    held.STOPPED: ExitReason.STOP,
    held.TARGETED: ExitReason.TARGET,
    held.DEADLINED: ExitReason.INTRADAY_DEADLINE,
}


def usd(micros: int) -> Decimal:
    """Micro-USD as USD."""
    return micros * MICRO


class Telling:
    """Rows of one run's arrays, told in the desk's values.

    Args:
        series: every symbol's bars and rows, in the order of symbols.
        table: the setups the run was given.
        policy: the desk's rules.
        instruments: in the order of symbols.
    """

    def __init__(
        self, series: Sequence[Rolled], table: Ints, policy: Policy, instruments: Sequence[Instrument]
    ) -> None:
        self._series, self._table = series, table
        self._policy, self._instruments = policy, instruments
        self._first = np.cumsum([0, *(len(each.bars) for each in series)])

    def trades(self, trades: Ints) -> Iterator[ClosedTrade | OpenPosition]:
        """The trades in the order of their exits, then the positions that are still open."""
        for row in trades.tolist():
            position = self._position(row)
            yield self._closed(row, position) if row[held.T_REASON] != held.STILL_OPEN else position

    def holdings(self, trades: Ints) -> Ints:
        """Where each position was entered and left, by symbol and entry, as `kernel_equity` takes it."""
        found = np.zeros((len(trades), equity.HOLDING_COLUMNS), np.int64)
        rows = self._table[trades[:, held.T_SETUP]]
        rank = rows[:, setups.RANK]
        found[:, equity.H_SYMBOL] = rank
        found[:, equity.H_ENTRY_BAR] = self._first[rank] + rows[:, setups.BAR]
        over = trades[:, held.T_REASON] != held.STILL_OPEN
        found[:, equity.H_EXIT_BAR] = np.where(over, trades[:, held.T_EXIT_BAR], self._first[rank + 1])
        found[:, equity.H_SIDE], found[:, equity.H_SIZE] = rows[:, setups.SIDE], trades[:, held.T_SIZE]
        found[:, equity.H_ENTRY] = trades[:, held.T_ENTRY]
        return found[np.lexsort((found[:, equity.H_ENTRY_BAR], rank))]

    def _bars(self, row: Sequence[int]) -> SymbolBars:
        return self._series[row[setups.RANK]].bars

    def _position(self, trade: Sequence[int]) -> OpenPosition:
        row = self._table[trade[held.T_SETUP]].tolist()
        policy, instrument, side = self._policy, self._instruments[row[setups.RANK]], side_of(row[setups.SIDE])
        bars = self._bars(row)
        setup, price = self._setup(row, instrument), bars.price(row[setups.RAW])
        fill, size = slipped(price, side.sign, policy.fees.slippage_bp), trade[held.T_SIZE] * instrument.size_increment
        balance = usd(trade[held.T_BALANCE])
        with localcontext() as context:
            context.prec = PRECISION
            risked = balance * policy.risk.risk_pct
        tier = Tier.INTRADAY if trade[held.T_TIER] == money.INTRADAY else Tier.SWING
        settled = self._settled(setup, instrument, fill, size, tier)
        request = EntryRequest(
            setup, setup.legs[0], price, moment(row[setups.AT]), 0.0, False, {}, instrument, False, balance,
            Decimal(0), tier,
        )  # fmt: skip
        position = position_of(request, policy, fill, size, risked, settled)
        if trade[held.T_SWUNG]:
            settled = self._settled(setup, instrument, fill, size, Tier.SWING)
            liquidation = position.liquidation if settled.liquidation is None else settled.liquidation
            position = replace(
                position, tier=Tier.SWING, margin_leverage=settled.offer.leverage, margin=settled.amount,
                liquidation=liquidation,
            )  # fmt: skip
        return replace(position, funding=usd(trade[held.T_FUNDING]))

    def _setup(self, row: Sequence[int], instrument: Instrument) -> Setup:
        """The setup with the leg that was taken."""
        bars, timeframe, side = self._bars(row), Timeframe(row[setups.MINUTES]), side_of(row[setups.SIDE])
        frame = next(each for each in self._series[row[setups.RANK]].frames if each.timeframe == timeframe)
        ahead = bars.price(row[setups.TARGET] // 2) if row[setups.STRUCTURAL] else None
        leg = make_leg(side, bars.price(row[setups.LEVEL]), bars.price(row[setups.STOP]), ahead)
        if leg is None:
            raise ValueError(f"the table of setups has a leg without risk: {bars.symbol}")
        top, bottom = (bars.price(int(frame.rows[column][row[setups.ROW]])) for column in (HIGH, LOW))
        return Setup(
            bars.symbol, instrument.product_id, timeframe, NAMES[row[setups.BEFORE]], moment(row[setups.SET_AT]), top,
            bottom, (JudgedLeg(leg, Verdict.OK),), self._policy.filters.max_inside_bars - 1, moment(row[setups.AT]),
        )  # fmt: skip

    def _settled(self, setup: Setup, instrument: Instrument, fill: Decimal, size: Decimal, tier: Tier) -> Settled:
        policy, leg = self._policy, setup.legs[0].leg
        leverage = margin_leverage(policy, instrument, tier, instrument.symbol)
        offer = Offer(tier, leverage, policy.margin.rate(instrument.symbol, leverage))
        return settle(leg.side, fill, leg.stop, size, (offer,), policy.margin.basis)

    def _closed(self, trade: Sequence[int], position: OpenPosition) -> ClosedTrade:
        row = self._table[trade[held.T_SETUP]].tolist()
        reason = _REASONS[trade[held.T_REASON]]
        seen = trade[held.T_EXIT_HALVES] * self._bars(row).unit / 2
        slip = Decimal(0) if reason is ExitReason.TARGET else self._policy.fees.slippage_bp
        price = slipped(seen, -position.side.sign, slip)
        fee, gross = usd(trade[held.T_EXIT_FEE]), usd(trade[held.T_GROSS])
        net = gross - position.entry.fee - fee + position.funding
        left = Fill(price, fee, moment(trade[held.T_EXIT_AT]), FillTag.RECONSTRUCTED)
        return ClosedTrade(position, left, reason, gross, net)


def drawdown(found: Ints, count: int, grain: int) -> Drawdown:
    """The deepest fall in USD, and of the candidates the deepest in percent, as the desk's Decimals give it."""
    with localcontext() as context:
        context.prec = PRECISION
        falls = [(_wide(row[0], row[1]), _wide(row[2], row[3])) for row in found[: max(1, count)].tolist()]
        exact = [(Decimal(peak) / grain * MICRO, Decimal(fall) / grain * MICRO) for peak, fall in falls]
    shares = (float(fall / peak * 100) for peak, fall in exact[1:])
    return Drawdown(exact[0][1], max(shares, default=0.0))


def _wide(high: int, low: int) -> int:
    return (high << 64) + (low % 2**64)
