"""One small backtest that calls every kernel with the types real ones have (it imports numba)."""

from decimal import Decimal

import numpy as np

from core.domain.levels import FilterPolicy
from core.domain.policy import Policy
from core.domain.symbols import Instrument, ListingKind
from core.domain.timeframes import M15
from core.research.backtest.bars import Bars, Ints, SymbolBars
from core.research.backtest.fast import by_kernel
from core.research.backtest.kernel_compile import SOURCES
from core.research.backtest.kernel_loop import Laid
from core.research.backtest.kernel_sweep import Sweep
from core.research.backtest.settings import BacktestSettings

ROWS = 480
_UNIT = Decimal("0.1")


def rehearse() -> int:
    """Compile, or load from the cache, every kernel of a backtest; returns how many files of them there are."""
    series = SymbolBars("BTC", M15, _UNIT, np.arange(ROWS, dtype=np.int64) * M15.seconds, *_zigzag())
    filters = FilterPolicy(Decimal(0), Decimal(0), min_continuity=0, veto=False)
    listing = Instrument("BTC", "BTC-PERP-INTX", ListingKind.INTX, _UNIT, Decimal("0.001"), Decimal("0.001"))
    settings = BacktestSettings(Policy(symbols=("BTC",), filters=filters), {"BTC": listing})
    bars = Bars((series,))
    outcome = by_kernel(bars, settings)
    Sweep(Laid(bars), [settings]).run()
    if not outcome.first.trades:
        raise ValueError("the rehearsal traded nothing, so not every kernel was called")
    return len(SOURCES)


def _zigzag() -> tuple[Ints, Ints, Ints, Ints]:
    """Prices that swing wide and narrow in turn, so that inside bars come and break."""
    at = np.arange(ROWS + 1)
    path = 10_000 + (300 * np.sin(at / 3) * np.sin(at / 17)).astype(np.int64)
    reach = 5 + (at[1:] * 7919) % 60
    opened, close = path[:-1], path[1:]
    return opened.copy(), np.maximum(opened, close) + reach, np.minimum(opened, close) - reach, close.copy()
