"""What closed trades add up to (STRAT.md S10.4). Statistics may be float; money stays Decimal."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.domain.positions import ClosedTrade

Z95 = 1.96
"""Standard errors on either side that hold 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """Metrics on net profit.

    Attributes:
        win_rate: percent of all closed trades; 0 with none.
        profit_factor: sum of wins over sum of losses; None with no loss, 0 with no trade.
        expectancy: mean net, USD.
        standard_error: of the mean net, USD; None below two trades.
        average_r: mean R-multiple, None where not given.
    """

    trades: int
    wins: int
    losses: int
    win_rate: float
    profit_factor: float | None
    net: Decimal
    expectancy: Decimal
    standard_error: float | None
    average_r: float | None = None


def metrics_of(nets: Sequence[Decimal], r_multiples: Sequence[Decimal] = ()) -> Metrics:
    """Metrics of a run of net profits: a win is above zero, a loss below (S10.4)."""
    count = len(nets)
    won = sum((net for net in nets if net > 0), Decimal(0))
    lost = -sum((net for net in nets if net < 0), Decimal(0))
    wins = sum(1 for net in nets if net > 0)
    total = sum(nets, Decimal(0))
    factor = float(won / lost) if lost else (None if count else 0.0)
    return Metrics(
        trades=count,
        wins=wins,
        losses=sum(1 for net in nets if net < 0),
        win_rate=100 * wins / count if count else 0.0,
        profit_factor=factor,
        net=total,
        expectancy=total / count if count else Decimal(0),
        standard_error=standard_error([float(net) for net in nets]),
        average_r=float(sum(r_multiples, Decimal(0)) / len(r_multiples)) if r_multiples else None,
    )


def metrics_of_trades(trades: Iterable[ClosedTrade]) -> Metrics:
    """Metrics of closed trades, average R included."""
    closed = tuple(trades)
    return metrics_of([trade.net for trade in closed], [trade.r_multiple for trade in closed])


def equity_curve(start: Decimal, trades: Iterable[ClosedTrade]) -> tuple[Decimal, ...]:
    """Balance after every closed trade, the start first, USD."""
    curve = [start]
    for trade in trades:
        curve.append(curve[-1] + trade.net)
    return tuple(curve)


class Fall:
    """The deepest fall from a peak of a curve, point by point (S13.8).

    Attributes:
        usd: the deepest, USD.
        pct: the deepest in percent of its own peak; it may be another one.
    """

    def __init__(self, start: Decimal) -> None:
        self._peak = start
        self.usd, self.pct = Decimal(0), 0.0

    def take(self, value: Decimal) -> None:
        """The curve's next point, USD."""
        if value >= self._peak:
            self._peak = value
            return
        self.usd = max(self.usd, self._peak - value)
        if self._peak > 0:
            self.pct = max(self.pct, float((self._peak - value) / self._peak * 100))


def max_drawdown(curve: Sequence[Decimal]) -> tuple[Decimal, float]:
    """The deepest fall from a peak of the curve: in USD, and in percent of that peak (S13.8)."""
    fall = Fall(Decimal("-Infinity"))
    for value in curve:
        fall.take(value)
    return fall.usd, fall.pct


def win_band(wins: int, count: int, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval of a win rate, percent; 95 % by default, 0 to 100 with no trade.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference (JASA, 1927).
    """
    if count == 0:
        return 0.0, 100.0
    rate, square = wins / count, z * z
    middle = rate + square / (2 * count)
    spread = z * math.sqrt(rate * (1 - rate) / count + square / (4 * count * count))
    scale = 100 / (1 + square / count)
    return max(0.0, (middle - spread) * scale), min(100.0, (middle + spread) * scale)


def mean_band(values: Sequence[Decimal], z: float = Z95) -> tuple[float, float] | None:
    """The band of a mean, mean -/+ z standard errors; None below two values."""
    error = standard_error([float(value) for value in values])
    if error is None:
        return None
    mean = float(sum(values, Decimal(0)) / len(values))
    return mean - z * error, mean + z * error


def rolling_mean(values: Sequence[Decimal], length: int = 10) -> tuple[Decimal, ...]:
    """At each value the mean of the last `length`, of fewer at the beginning."""
    found = []
    for index in range(len(values)):
        last = values[max(0, index + 1 - length) : index + 1]
        found.append(sum(last, Decimal(0)) / len(last))
    return tuple(found)


def drawdown_curve(curve: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """At each point how far it lies below the highest so far, percent; 0 and below."""
    found, peak = [], Decimal("-Infinity")
    for value in curve:
        peak = max(peak, value)
        found.append((value - peak) / peak * 100 if peak > 0 else Decimal(0))
    return tuple(found)


def standard_error(values: Sequence[float]) -> float | None:
    """Of the mean of these values; None below two."""
    if len(values) < 2:
        return None
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return math.sqrt(variance / len(values))
