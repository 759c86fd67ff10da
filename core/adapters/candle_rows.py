"""Candle rows of the venue to Bars: bad rows become holes, nothing is filled in (STRAT.md S7.4)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from core.adapters.coinbase_numbers import amount_of, epoch_of, price_of
from core.domain.bars import Bar, bad_bar, flag_gaps
from core.domain.timeframes import Timeframe

BAD: Final = "bad candle rows"
DUPLICATE: Final = "duplicate candle rows"
OFF_GRID: Final = "off-grid candle rows"
UNREADABLE: Final = "unreadable candle rows"


@dataclass(frozen=True, slots=True)
class CandleRows:
    """Sorted Bars without duplicates, and how many rows had which fault (no entry for none)."""

    bars: tuple[Bar, ...]
    faults: Mapping[str, int] = field(default_factory=dict)


def bars_of(rows: Iterable[object], timeframe: Timeframe) -> CandleRows:
    """Turn rows of `{start, open, high, low, close, volume}` strings, in any order, into Bars.

    A row whose numbers cannot be a candle stays as a bad bar; of two rows with one start the later wins; a row whose
    start cannot be read or lies off the timeframe's grid is dropped. Each is counted. Never raises.
    """
    faults: Counter[str] = Counter()
    found: dict[int, Bar] = {}
    for row in rows:
        start = epoch_of(row.get("start")) if isinstance(row, Mapping) else None
        if start is None:
            faults[UNREADABLE] += 1
        elif timeframe.floor_s(start) != start:
            faults[OFF_GRID] += 1
        elif isinstance(row, Mapping):
            faults[DUPLICATE] += start in found
            found[start] = bar = _bar(row, datetime.fromtimestamp(start, UTC))
            faults[BAD] += not bar.good
    bars = flag_gaps((found[start] for start in sorted(found)), timeframe)
    return CandleRows(bars, {name: count for name, count in faults.items() if count})


def _bar(row: Mapping[object, object], start: datetime) -> Bar:
    prices = [price_of(row.get(name)) for name in ("open", "high", "low", "close")]
    volume = amount_of(row.get("volume"))
    opened, high, low, close = prices
    if opened is None or high is None or low is None or close is None or volume is None:
        return bad_bar(start)
    if not low <= min(opened, close) or not max(opened, close) <= high:
        return bad_bar(start)
    return Bar(start, opened, high, low, close, volume)
