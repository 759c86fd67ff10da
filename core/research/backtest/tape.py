"""Stored bars as a recording: what bar mode would have heard of them, for a replay or a play (STRAT.md S13)."""

from collections.abc import Collection, Iterator

from core.domain.taped import DeskBegan, Taped
from core.research.backtest.bars import Bars
from core.research.backtest.desk import beginning, closings, listings, policy_of
from core.research.backtest.settings import BacktestSettings


class BarTape:
    """Fits `core.ports.Recording`: a desk that begins with the first bar, its listings, and one `BarClosed` a bar.

    Its trades are those of a backtest's first result. A setup broken on both sides in one bar is not entered.
    """

    torn = ""

    def __init__(self, bars: Bars, settings: BacktestSettings) -> None:
        self._bars, self._settings = bars, settings
        self._number = 0

    def entries(self, kinds: Collection[type] | None = None) -> Iterator[tuple[int, Taped]]:
        """Every entry with its number; only of these kinds where given."""
        for number, entry in enumerate(self._entries()):
            self._number = number
            if kinds is None or type(entry) in kinds:
                yield number, entry

    def place(self) -> str:
        """Which bar was read last."""
        return f"bar {self._number - len(self._bars.series)}"

    def _entries(self) -> Iterator[Taped]:
        began = beginning(self._bars)
        yield DeskBegan(policy_of(self._bars, self._settings), 0, began)
        yield from listings(self._bars, self._settings, began)
        yield from closings(self._bars, self._settings)
