"""What the best of many tries is worth: the deflated Sharpe ratio.

D. H. Bailey and M. Lopez de Prado, The Deflated Sharpe Ratio: Correcting for Selection Bias, Backtest Overfitting and
Non-Normality, Journal of Portfolio Management 40 (5), 2014. Ratios are per trade, of R multiples, never annualised.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

EULER: Final = 0.577_215_664_901_532_9
"""Euler-Mascheroni."""
_NORMAL: Final = NormalDist()


@dataclass(frozen=True, slots=True)
class Moments:
    """Of a sample of R multiples.

    Attributes:
        count: how many.
        mean: 0 without any.
        deviation: sample standard deviation (n - 1); None below two.
        skew: third standardized moment (divided by n); 0 where it has no meaning.
        kurtosis: fourth standardized moment (divided by n), 3 for a normal one; 3 where it has no meaning.
    """

    count: int
    mean: float
    deviation: float | None
    skew: float = 0.0
    kurtosis: float = 3.0

    @property
    def sharpe(self) -> float | None:
        """Mean over standard deviation; None below two trades, or where all are alike."""
        return self.mean / self.deviation if self.deviation else None

    @property
    def error(self) -> float | None:
        """Standard error of the mean; None below two."""
        return None if self.deviation is None else self.deviation / math.sqrt(self.count)


def moments_of(values: Sequence[float]) -> Moments:
    """The moments, summed exactly, so that they are the same on every machine."""
    count = len(values)
    if count < 2:
        return Moments(count, values[0] if count else 0.0, None)
    mean = math.fsum(values) / count
    second, third, fourth = (math.fsum((value - mean) ** power for value in values) for power in (2, 3, 4))
    spread = second / count
    if spread**2 == 0:
        return Moments(count, mean, 0.0)
    skew, kurtosis = third / count / spread**1.5, fourth / count / spread**2
    return Moments(count, mean, math.sqrt(second / (count - 1)), skew, kurtosis)


def luckiest(sharpes: Sequence[float], tried: int) -> float:
    """The Sharpe ratio that the best of so many independent tries of nothing would be expected to show.

    SR0 = sqrt(V) * ((1 - g) * Z(1 - 1 / N) + g * Z(1 - 1 / (N e))), with V the variance of the tries' ratios, g the
    Euler-Mascheroni constant, Z the normal quantile and N how many were tried; 0 for a single one.

    Args:
        sharpes: of the tries that have one.
        tried: N, how many there were.
    """
    if tried < 2 or len(sharpes) < 2:
        return 0.0
    mean = math.fsum(sharpes) / len(sharpes)
    variance = math.fsum((each - mean) ** 2 for each in sharpes) / (len(sharpes) - 1)
    ordinary = (1 - EULER) * _NORMAL.inv_cdf(1 - 1 / tried)
    return math.sqrt(variance) * (ordinary + EULER * _NORMAL.inv_cdf(1 - 1 / (tried * math.e)))


def deflated(moments: Moments, lucky: float) -> float | None:
    """The probability that the true Sharpe ratio is above that of the luckiest of nothing; None where it has none.

    DSR = Phi((SR - SR0) * sqrt(T - 1) / sqrt(1 - skew * SR + (kurtosis - 1) / 4 * SR**2)), with T trades.
    """
    sharpe = moments.sharpe
    if sharpe is None:
        return None
    spread = 1 - moments.skew * sharpe + (moments.kurtosis - 1) / 4 * sharpe**2
    if spread <= 0:
        return None
    return _NORMAL.cdf((sharpe - lucky) * math.sqrt(moments.count - 1) / math.sqrt(spread))
