"""The fast path of a backtest: setups found ahead, one compiled loop over those that broke, and the desk's own trades.

What the loop decides in whole numbers is written down here with the desk's Decimals. It gives what `by_desk` gives,
trade for trade; where it cannot know, it says so, and the desk is asked.
"""

import numpy as np

from core.domain.policy import Policy
from core.domain.positions import ClosedTrade, OpenPosition
from core.domain.review import Stance
from core.research.backtest import kernel_equity
from core.research.backtest import kernel_positions as held
from core.research.backtest.bars import Bars, Ints
from core.research.backtest.kernel_lists import Lists, refused
from core.research.backtest.kernel_loop import Laid, Loop, Ran
from core.research.backtest.kernel_outcome import Telling, drawdown, usd
from core.research.backtest.kernel_setups import SCORE
from core.research.backtest.kernel_terms import TooWideError
from core.research.backtest.outcome import Ambiguous, Drawdown, Outcome, Passed, Result, unheard
from core.research.backtest.settings import BacktestSettings

CANDIDATES = 64
"""How many falls of the equity may be equally deep to within a billionth."""


def outcome_of(bars: Bars, settings: BacktestSettings, listed: bool = True, passed: Passed = unheard) -> Outcome:
    """Both results of S13.3, by the fast path where it knows the rules and its integers hold the numbers.

    Else the desk is asked, which lists always. The arguments are those of `by_kernel`.
    """
    if not supports(settings) or not len(bars):
        return _by_desk(bars, settings, passed)
    try:
        outcome = by_kernel(bars, settings, listed)
    except TooWideError:
        return _by_desk(bars, settings, passed)
    passed(2 * len(bars))
    return outcome


def _by_desk(bars: Bars, settings: BacktestSettings, passed: Passed) -> Outcome:
    # The loader: the desk's modules are a thirtieth of a start, and most backtests never ask it.
    from core.research.backtest.desk import by_desk  # noqa: PLC0415

    return by_desk(bars, settings, passed)


def supports(settings: BacktestSettings) -> bool:
    """Does the loop know these rules?"""
    return not beyond(settings.policy)


def beyond(policy: Policy) -> tuple[str, ...]:
    """Keys of the settings that the loop does not know: guards, words of a person, optional setups and exits."""
    guards, review, filters = policy.guards, policy.review, policy.filters
    asked = {
        "guards.daily_loss_pct": guards.daily_loss_pct,
        "guards.drawdown_pct": guards.drawdown_pct,
        "guards.losing_streak": guards.losing_streak,
        "guards.exposure": guards.exposure,
        "guards.cool_down_min": guards.cool_down_s,
        "review.default": review.default is not Stance.AUTO,
        "review.policy": review.rules,
        "filters.directional_setups": filters.directional_setups,
        "filters.pattern_exit": filters.pattern_exit,
        "filters.atr_stop_floor": filters.atr_stop_floor,
    }
    return tuple(key for key, value in asked.items() if value)


def by_kernel(bars: Bars, settings: BacktestSettings, listed: bool = True) -> Outcome:
    """Both results of S13.3, equal to those of `by_desk`.

    Args:
        bars: of every symbol; at least one bar.
        settings: rules that `supports` knows.
        listed: also list refusals and setups; without them only the setups that may be entered are looked at.

    Raises:
        TooWideError: the integers do not hold it, or cannot tell what the desk's 50 digits would; `by_desk` can.
    """
    loop = Loop(Laid(bars), settings)
    table = loop.table(armed_only=not listed)
    first, second = (loop.run(table, second) for second in (False, True))
    counted = Ambiguous(int(first.account[held.A_TOTAL]), int(first.account[held.A_BEYOND]))
    lists = Lists(loop.laid.series, table) if listed else None
    return Outcome(_told(loop, table, first, lists), _told(loop, table, second, lists), counted)


def _told(loop: Loop, table: Ints, ran: Ran, lists: Lists | None) -> Result:
    """A run in the desk's values."""
    policy, trades = loop.settings.policy, ran.trades
    telling = Telling(loop.laid.series, table, policy, loop.instruments)
    told = list(telling.trades(trades))
    over = [each for each in told if isinstance(each, ClosedTrade)]
    return Result(
        policy.start_balance,
        tuple(over),
        tuple(map(usd, trades[: len(over), held.T_AFTER].tolist())),
        tuple(each for each in told if isinstance(each, OpenPosition)),
        lists.refusals(ran.fates) if lists else (),
        lists.setups(trades[:, held.T_SETUP]) if lists else (),
        _falls(loop, ran, telling.holdings(trades)),
        tuple(table[trades[: len(over), held.T_SETUP], SCORE].tolist()),
        refused(table, ran.fates),
    )


def _falls(loop: Loop, ran: Ran, holdings: Ints) -> Drawdown:
    """The deepest falls of the equity (S13.8)."""
    ranks, of = np.arange(len(loop.instruments)), holdings[:, kernel_equity.H_SYMBOL]
    first, last = np.searchsorted(of, ranks), np.searchsorted(of, ranks, side="right")
    entered = np.append(holdings[:, kernel_equity.H_ENTRY_BAR], held.NEVER)
    following = np.where(first < last, entered[first], held.NEVER)
    state = np.stack([first, last, following, np.full(len(ranks), -1)], axis=1).astype(np.int64)
    found, deepest, count = np.zeros((CANDIDATES, 4), np.int64), np.zeros(1), np.zeros(1, np.int64)
    start = int(loop.settings.policy.start_balance.scaleb(6))
    ground = (loop.laid.market, loop.terms, holdings, state, ran.bookings)
    kernel_equity.equity_falls(*ground, loop.grain, start, (found, deepest, count))
    if count[0] > len(found):
        raise TooWideError("too many falls of the equity are equally deep")
    return drawdown(found, int(count[0]), loop.grain)
