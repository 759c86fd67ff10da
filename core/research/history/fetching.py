"""Candles of the venue into the history: in pieces, oldest first, each on disk before the next is asked for."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

import numpy as np

from core.domain.bars import Bar
from core.domain.errors import HistoryError
from core.domain.timeframes import D1, Timeframe
from core.research.backtest.bars import is_usable
from core.research.history.part import Spans, joined_spans, outside
from core.research.history.rows import Rows, compared, in_units, no_rows
from core.research.history.series import SeriesName, symbol_of
from core.research.history.store import History
from core.research.history.texts import moment

PIECE: Final = 600
"""Bars asked for at once: two of the venue's pages, so a kill loses little, and no empty page ends a piece."""


class Candles(Protocol):
    """What is needed of a venue; `core.ports.Venue` fits."""

    @property
    def is_loopback(self) -> bool:
        """Is it an exchange on this machine?"""
        ...

    def candles(self, product_id: str, timeframe: Timeframe, start: datetime, end: datetime) -> tuple[Bar, ...]:
        """Native candles with start <= bar start <= end. Raises FeedError."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """How far a fetch has come: seconds of history done, of all; the month of the piece, and its bars."""

    done_s: int
    whole_s: int
    month: str
    bars: int


@dataclass(frozen=True, slots=True)
class Fetch:
    """What a fetch has done: the series, bars new to it, and candles of the venue that are none (asked for again)."""

    name: SeriesName
    new: int
    bad: int


def fetch(
    history: History,
    venue: Candles,
    name: SeriesName,
    since: datetime,
    until: datetime,
    progress: Callable[[Step], None],
) -> Fetch:
    """Fetch what is not there yet of [since, until), closed bars only. The caller holds `history.writing`.

    What the venue was asked for is remembered with the bars: after a kill, or on another day, the same call goes on
    where this one ended.

    Args:
        history: where they are kept.
        venue: whose candles.
        name: the series.
        since: from when on; a bar that began before is left out.
        until: the venue's time at most.
        progress: told of every piece.

    Raises:
        FeedError: the venue cannot be used; what came before is stored.
        HistoryError: the series is of another venue, contradicts this one, or the disk refuses.
    """
    source = "this machine" if venue.is_loopback else "the venue"
    asked = _asked(history, name, source)
    length = name.timeframe.seconds
    until_s = name.timeframe.floor_s(int(until.timestamp()))
    first_s = name.timeframe.floor_s(_listed_s(venue, name, since, until) + length - 1)
    pieces = list(_pieces(outside(asked, first_s, max(first_s, until_s)), name.timeframe))
    whole, done, new, bad = sum(b - a for a, b in pieces), 0, 0, 0
    for a, b in pieces:
        last = datetime.fromtimestamp(b - length, UTC)
        bars = venue.candles(name.symbol, name.timeframe, datetime.fromtimestamp(a, UTC), last)
        rows = _rows(bars, len(name.kind.columns))
        unusable = [int(bar.start.timestamp()) for bar in bars if not is_usable(bar)]
        # What is absent at the very end may only not be published yet: it is asked for again.
        known = b if b < until_s else max((int(bar.start.timestamp()) + length for bar in bars), default=a)
        new += _keep(history, name, rows, _without(a, min(b, known), unusable, name.timeframe), source)
        bad, done = bad + len(unusable), done + b - a
        progress(Step(done, whole, moment(a)[:7], len(rows)))
    return Fetch(name, new, bad)


def series_of(product_id: str, timeframe: Timeframe) -> SeriesName:
    """The series of a product's candles. Raises HistoryError where its id cannot name one."""
    return SeriesName(symbol_of(product_id), timeframe)


def _asked(history: History, name: SeriesName, source: str) -> Spans:
    """What the venue was asked for. Raises HistoryError where that was another one."""
    spans: list[tuple[int, int]] = []
    for file in history.parts(name):
        part = history.part(file, ())
        if part.source not in ("", source):
            raise HistoryError(
                f"{name} is stored from {part.source}, and this would be from {source}: choose another --state-dir"
            )
        spans += part.asked
    return joined_spans(tuple(spans))


def _listed_s(venue: Candles, name: SeriesName, since: datetime, until: datetime) -> int:
    """From when on there are candles, epoch seconds: daily ones tell it in a few questions."""
    since_s = int(since.timestamp())
    if name.timeframe.seconds >= D1.seconds or until - since <= PIECE * name.timeframe.span:
        return since_s
    days = venue.candles(name.symbol, D1, D1.start_of(since), until)
    return max(since_s, int(days[0].start.timestamp())) if days else int(until.timestamp())


def _pieces(spans: Spans, timeframe: Timeframe) -> Iterator[tuple[int, int]]:
    """The spans cut at months and into pieces, oldest first."""
    for since, until in spans:
        at = since
        while at < until:
            month = np.datetime64(at, "s").astype("datetime64[M]") + 1
            edge = timeframe.floor_s(int(month.astype("datetime64[s]").astype(np.int64)) - 1) + timeframe.seconds
            end = min(until, edge, at + PIECE * timeframe.seconds)
            yield at, end
            at = end


def _rows(bars: Sequence[Bar], columns: int) -> Rows:
    """The usable bars as rows."""
    good = [bar for bar in bars if is_usable(bar)]
    if not good:
        return no_rows(columns)
    prices = [(bar.open, bar.high, bar.low, bar.close) for bar in good]
    exponents = {price.normalize().as_tuple().exponent for row in prices for price in row}
    digits = max(0, -min(each for each in exponents if isinstance(each, int)))
    start = np.array([int(bar.start.timestamp()) for bar in good], np.int64)
    return Rows(start, in_units(prices, digits), digits, np.array([float(bar.volume) for bar in good]))


def _without(since: int, until: int, starts: Sequence[int], timeframe: Timeframe) -> Spans:
    """[since, until) without the bars that begin at these times."""
    return outside(tuple((at, at + timeframe.seconds) for at in starts), since, until)


def _keep(history: History, name: SeriesName, rows: Rows, asked: Spans, source: str) -> int:
    """Keep a piece; how many bars are new. Raises HistoryError where stored ones say otherwise."""
    if len(rows):
        end_s = int(rows.start[-1]) + name.timeframe.seconds
        beside = compared(rows, history.rows(name, int(rows.start[0]), end_s))
        if beside.other.any():
            count, first = int(beside.other.sum()), moment(int(rows.start[beside.other][0]))
            raise HistoryError(
                f"the venue says other numbers for {count} stored bars of {name}, the first at {first}: "
                f"one of the two is of another market; to have the venue's, take the stored ones off with "
                f"atlas history remove {name.symbol} --timeframe {name.timeframe}"
            )
        history.keep(name, rows, asked, source)
        return int(beside.new.sum())
    if asked:
        history.keep(name, rows, asked, source)
    return 0
