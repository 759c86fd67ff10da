"""A job, run: figures of every setting in both results, or the trades of one that is tried on bars it has not seen."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np

from core.domain.performance import Fall
from core.domain.positions import ClosedTrade, OpenPosition
from core.research.backtest import kernel_positions as held
from core.research.backtest.bars import Ints
from core.research.backtest.kernel_loop import Laid, Ran
from core.research.backtest.kernel_outcome import Telling, usd
from core.research.backtest.kernel_sweep import Sweep
from core.research.backtest.kernel_terms import TooWideError
from core.research.backtest.settings import BacktestSettings
from core.research.sweep.honesty import Moments, moments_of
from core.research.sweep.plan import Job, World


@dataclass(frozen=True, slots=True)
class Figures:
    """One result of one run.

    Attributes:
        wins: trades with a net above zero.
        net_micros: of the closed trades, micro-USD.
        moments: of their R multiples.
        drawdown_pct: deepest fall of the balance after closed trades, percent of its peak.
        open: positions still open at the end; they are in no other figure.
    """

    wins: int
    net_micros: int
    moments: Moments
    drawdown_pct: float
    open: int

    @property
    def trades(self) -> int:
        """How many were closed."""
        return self.moments.count


@dataclass(frozen=True, slots=True)
class Run:
    """One setting over one span; `results` are both of S13.3, None where whole numbers could not decide it."""

    job: Job
    setting: int
    results: tuple[Figures, Figures] | None


@dataclass(frozen=True, slots=True)
class Trade:
    """A closed trade: what is kept of it.

    Attributes:
        id: as in `atlas trades`.
        net: USD, on an account that began anew with its window.
        r: R multiple.
    """

    id: str
    symbol: str
    direction: str
    opened_at: datetime
    closed_at: datetime
    reason: str
    net: Decimal
    r: float


Trades = tuple[Trade, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """The trades of a chosen setting on the bars behind those it was chosen on.

    Attributes:
        trades: closed, of the first result and of the second; None where whole numbers could not decide it.
        open: positions still open at the end of either.
    """

    job: Job
    trades: tuple[Trades, Trades] | None
    open: tuple[int, int]


def run(world: World, job: Job) -> tuple[Run, ...]:
    """Every setting of the job, in their order."""
    laid, rules = _laid(world, job)
    if laid is None:
        return tuple(Run(job, number, (_NOTHING, _NOTHING)) for number in job.settings)
    sweep = Sweep(laid, rules, job.span.since_s)
    return tuple(Run(job, number, _both(sweep, each)) for number, each in zip(job.settings, rules, strict=True))


def attempt(world: World, job: Job) -> Tried:
    """The trades of the job's only setting."""
    laid, rules = _laid(world, job)
    if laid is None:
        return Tried(job, ((), ()), (0, 0))
    sweep = Sweep(laid, rules, job.span.since_s)
    try:
        loop, table = sweep.entering(rules[0])
        telling = Telling(laid.series, table, rules[0].policy, loop.instruments)
        first, second = (list(telling.trades(loop.run(table, each, booked=False).trades)) for each in (False, True))
    except TooWideError:
        return Tried(job, None, (0, 0))
    return Tried(job, (_closed(first), _closed(second)), (_open(first), _open(second)))


_NOTHING = Figures(0, 0, moments_of(()), 0.0, 0)


def _laid(world: World, job: Job) -> tuple[Laid | None, list[BacktestSettings]]:
    """The bars of the job, None where its span is one hole, and the rules."""
    account = world.accounts[job.account]
    bars = account.bars.between(job.span.warm_s, job.span.until_s)
    return Laid(bars) if len(bars) else None, [account.rules(world.policies[number]) for number in job.settings]


def _both(sweep: Sweep, rules: BacktestSettings) -> tuple[Figures, Figures] | None:
    try:
        loop, table = sweep.entering(rules)
        first, second = (loop.run(table, second, booked=False) for second in (False, True))
    except TooWideError:
        return None
    return _figures(first, rules), _figures(second, rules)


def _figures(ran: Ran, rules: BacktestSettings) -> Figures:
    over = ran.trades[: int(ran.account[held.A_TRADES])]
    nets = net_micros(over)
    risked = over[:, held.T_BALANCE] * float(rules.policy.risk.risk_pct)
    fall = Fall(rules.policy.start_balance)
    for balance in over[:, held.T_AFTER].tolist():
        fall.take(usd(balance))
    return Figures(
        int(np.count_nonzero(nets > 0)), int(nets.sum()), moments_of((nets / risked).tolist()), fall.pct,
        len(ran.trades) - len(over),
    )  # fmt: skip


def net_micros(trades: Ints) -> Ints:
    """Gross less both fees, plus funding, of closed trades as the loop writes them, micro-USD (S10.3)."""
    fees = trades[:, held.T_ENTRY_FEE] + trades[:, held.T_EXIT_FEE]
    nets: Ints = trades[:, held.T_GROSS] - fees + trades[:, held.T_FUNDING]
    return nets


def _closed(told: list[ClosedTrade | OpenPosition]) -> Trades:
    return tuple(_kept(each) for each in told if isinstance(each, ClosedTrade))


def _kept(trade: ClosedTrade) -> Trade:
    position = trade.position
    return Trade(
        trade.id, position.symbol, position.side.value, position.entry.at, trade.exit.at, trade.reason.value, trade.net,
        float(trade.r_multiple),
    )  # fmt: skip


def _open(told: list[ClosedTrade | OpenPosition]) -> int:
    return sum(isinstance(each, OpenPosition) for each in told)
