"""What a person asks of a backtest: symbols, period, length of the bars, slippage; by keys or in one line; pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from atlas_tui.backtest.talk import Run, Series
from atlas_tui.views.period import following
from core.domain.text import one_line
from core.domain.timeframes import Timeframe
from core.research.backtest.settings import Slippage

PERIODS: Final = {"all": 0, "1y": 365, "90d": 90, "30d": 30}
"""By name: the last so many days of what is stored; 0 is all of it."""
SLIPPAGES: Final = tuple(each.value for each in Slippage)
AS_SET: Final = "as set"
EXAMPLE: Final = "BTC,ETH 2025-01-01..2025-06-30 15m harsh"
BY_KEYS: Final = "s goes through them, i takes a line"
"""How a listing is named on the screen."""
_SYMBOL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,39}(,[A-Za-z0-9][A-Za-z0-9.-]{0,39})*", re.ASCII)
_LENGTH: Final = re.compile(r"[1-9]\d{0,3}[mh]", re.ASCII)
_DAYS: Final = re.compile(r"[1-9]\d{0,2}[dy]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Choice:
    """One question.

    Attributes:
        watched: symbols the desk watches.
        symbols: those asked for; empty is all that are watched and stored.
        period: `all`, `90d`, `1y`, or `2025-01-01..2025-06-30` with one end or none.
        minutes: of the base bars; 0 takes the shortest that are stored.
        slippage: a preset's name; empty leaves what is configured.
    """

    watched: tuple[str, ...]
    symbols: tuple[str, ...] = ()
    period: str = "all"
    minutes: int = 0
    slippage: str = ""

    def turned(self, field: str, stored: Sequence[Series]) -> "Choice":
        """The next choice of `symbols`, `period`, `minutes` or `slippage`."""
        if field == "symbols":
            each = [(), *((symbol,) for symbol in self._single(stored))]
            return replace(self, symbols=following(each, self.symbols))
        if field == "period":
            return replace(self, period=following(list(PERIODS), self.period))
        if field == "minutes":
            return replace(self, minutes=following([0, *sorted({series.minutes for series in stored})], self.minutes))
        return replace(self, slippage=following(["", *SLIPPAGES], self.slippage))

    def known(self, stored: Sequence[Series]) -> tuple[str, ...]:
        """Those of the watched symbols that candles are stored of."""
        return tuple(symbol for symbol in self.watched if any(series.is_of(symbol) for series in stored))

    def _single(self, stored: Sequence[Series]) -> Iterator[str]:
        """What can be asked for alone: the watched symbols, and the listings of one that has several."""
        for symbol in self.known(stored):
            listings = sorted({series.symbol for series in stored if series.is_of(symbol)})
            yield from listings if len(listings) > 1 else (symbol,)

    def typed(self, text: str) -> "Choice | str":
        """What a line asks for; what it does not name stays. A sentence where a word means nothing."""
        found = self
        for word in text.split():
            small = word.lower()
            if ".." in word:
                if isinstance(ends := _ends(word), str):
                    return ends
                found = replace(found, period=small)
            elif small in SLIPPAGES:
                found = replace(found, slippage=small)
            elif small == "all" or _DAYS.fullmatch(small):
                found = replace(found, period=small)
            elif _LENGTH.fullmatch(small):
                found = replace(found, minutes=Timeframe.parse(small).minutes)
            elif _SYMBOL.fullmatch(word):
                found = replace(found, symbols=tuple(word.upper().split(",")))
            else:
                return f"{one_line(word, 40)} is no symbol, period, length or slippage; as in {EXAMPLE}"
        return found

    def run(self, stored: Sequence[Series]) -> Run:
        """The question itself, over what is stored."""
        symbols = self.symbols or self.known(stored) or self.watched
        since: datetime | None = None
        until: datetime | None = None
        if ".." in self.period:
            ends = _ends(self.period)
            since, until = ends if not isinstance(ends, str) else (None, None)
        elif (days := days_of(self.period)) and stored:
            since = max(series.until for series in stored) - timedelta(days=days)
        return Run(symbols, since, until, self.minutes, self.slippage)


def days_of(period: str) -> int:
    """How many days a period of a name has; 0 for all."""
    return PERIODS[period] if period in PERIODS else int(period[:-1]) * (365 if period[-1] == "y" else 1)


def _ends(word: str) -> tuple[datetime | None, datetime | None] | str:
    """Both dates of `2025-01-01..2025-06-30`, UTC; a sentence where one is none."""
    ends: list[datetime | None] = []
    for text in word.split("..", 1):
        try:
            at = datetime.fromisoformat(text) if text else None
        except ValueError:
            return f"{one_line(word, 40)} is no period: write it as 2025-01-01..2025-06-30"
        ends.append(at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at)
    since, until = ends
    if since is not None and until is not None and since >= until:
        return f"{one_line(word, 60)} ends before it begins"
    return since, until
