"""What the process beside a console answers: what is stored, a run, its figures, the bars around one of its trades."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from atlas_tui.backtest.figures import page_of
from atlas_tui.backtest.talk import (
    Answer,
    Around,
    Ask,
    Candle,
    Drawn,
    Found,
    Half,
    Look,
    Page,
    Passed,
    Refused,
    Run,
    Series,
    Stored,
    Told,
    Trade,
    Trades,
)
from atlas_tui.cli.asked import settings_asked
from atlas_tui.cli.backtest.command import engine_of
from atlas_tui.cli.backtest.document import document
from atlas_tui.cli.backtest.inputs import Inputs, Question, inputs_of
from atlas_tui.cli.extras import extra
from atlas_tui.cli.warmth import usual_cache
from atlas_tui.formats import mask_money
from core.config.settings import no_secrets
from core.domain.errors import AtlasError, ConfigError, HistoryError, SeveralListings
from core.domain.performance import metrics_of_trades, standard_error
from core.domain.positions import ClosedTrade
from core.domain.timeframes import Timeframe
from core.research import warm
from core.research.backtest.around import rolled_between
from core.research.backtest.bars import SymbolBars
from core.research.backtest.outcome import Outcome, Result
from core.research.backtest.settings import Slippage

_SHELF: Final = "atlas_tui.cli.backtest.shelf"  # pyarrow, which an installation may do without
AT_ONCE: Final = 100
"""Trades in one answer: the console's loop takes them in some 0.3 ms."""
BEFORE, AFTER = 120, 60
"""Bars of a chart's timeframe before a trade's entry and after its exit."""
MOST: Final = 1500
"""Bars around one trade at most; of a longer trade its end is left out."""


class Answers:
    """The last run, and whatever is asked of it.

    Args:
        asked: the options that every verb takes, by name.
        tell: takes every answer.
    """

    def __init__(self, asked: Mapping[str, Any], tell: Callable[[Answer], None]) -> None:
        self._asked = asked
        self._tell = tell
        self._ran: tuple[Inputs, Outcome, dict[str, Any]] | None = None

    def to(self, ask: Ask) -> None:
        """Answer; what cannot be done is told in a sentence, and is no end of the process."""
        try:
            self._answer(ask)
        except AtlasError as error:
            self._tell(Refused(str(error), isinstance(error, SeveralListings)))

    def _answer(self, ask: Ask) -> None:
        match ask:
            case Look():
                self._tell(self._stored())
            case Run():
                self._run(ask)
            case Page():
                self._tell(self._page(ask))
            case Around():
                self._tell(self._around(ask))

    def _stored(self) -> Stored:
        """What is stored. Raises ConfigError where a wrong setting, or a package that is missing, hides it."""
        state_dir = settings_asked(self._asked, secrets=no_secrets).state_dir
        found: Stored = extra(_SHELF, "history", "the stored history").stored_in(state_dir)
        return found

    def _run(self, ask: Run) -> None:
        self._ran = None
        stored = self._stored()
        if stored.damaged:
            raise HistoryError(stored.damaged[0])
        progress = _Progress(self._tell, _expected(ask, stored.series))
        question = Question(
            symbols=ask.symbols, since=ask.since, until=ask.until, settings_file=None, data=(),
            timeframe=Timeframe(ask.minutes) if ask.minutes else None, fees=None,
            slippage=Slippage(ask.slippage) if ask.slippage else None,
        )  # fmt: skip
        inputs = inputs_of(question, self._asked, progress.read)
        progress.say("getting ready" if warm.is_warm(usual_cache()) else "compiling, once: half a minute")
        engine = engine_of(inputs, progress.passed)
        progress.ready(len(inputs.bars))
        outcome = engine(inputs.bars, False)
        for number, result in enumerate((outcome.first, outcome.second)):
            for rows in _in_parts([_row(trade) for trade in result.trades]):
                self._tell(Trades(number, rows))
        self._ran = inputs, outcome, document(inputs, outcome)
        self._tell(_found(inputs, outcome))

    def _page(self, ask: Page) -> Told:
        _, outcome, told = self._last()
        mask_money(ask.masked)
        lines = page_of(outcome.second if ask.result else outcome.first, told, bool(ask.result), ask.width)
        return Told(ask, tuple(tuple((cell.text, cell.role) for cell in line) for line in lines))

    def _around(self, ask: Around) -> Drawn:
        inputs, outcome, _ = self._last()
        trade = (outcome.second if ask.result else outcome.first).trades[ask.place]
        symbol, timeframe = trade.position.symbol, trade.position.timeframe
        bars = next(each for each in inputs.bars.series if each.symbol == symbol)
        shown = Timeframe(ask.minutes) if ask.minutes else timeframe
        if shown.minutes % bars.timeframe.minutes:
            shown = timeframe
        around = _stretch(bars, trade, shown)
        columns = (around.start, around.open, around.high, around.low, around.close)
        candles = tuple(Candle(*row) for row in zip(*(column[:MOST].tolist() for column in columns), strict=True))
        step = inputs.rules.instruments[symbol].price_increment
        return Drawn(ask, trade, shown.minutes, bars.unit, step, candles)

    def _last(self) -> tuple[Inputs, Outcome, dict[str, Any]]:
        if self._ran is None:
            raise ConfigError("nothing has been run yet: press enter to run it")
        return self._ran


class _Progress:
    """Tells how many bars are done: read once, then passed once for each result."""

    def __init__(self, tell: Callable[[Answer], None], expected: int) -> None:
        self._tell, self._done, self._bars = tell, 0, expected
        tell(Passed("reading", 0, 3 * expected))

    def read(self, bars: SymbolBars) -> None:
        """The bars of one symbol are read."""
        self._done += len(bars)
        self.say(f"read {bars.symbol}")

    def say(self, what: str) -> None:
        """What is done now; no bar more than before."""
        self._tell(Passed(what, min(self._done, self._bars), 3 * self._bars))

    def ready(self, bars: int) -> None:
        """All are read, and how many there are is known."""
        self._done = self._bars = bars
        self._tell(Passed("running", bars, 3 * bars))

    def passed(self, bars: int) -> None:
        """So many more were passed."""
        self._done += bars
        what = "second result" if self._done > 2 * self._bars else "first result"
        self._tell(Passed(what, self._done, 3 * self._bars))


def _expected(ask: Run, stored: Sequence[Series]) -> int:
    """About how many bars there are to read: as if none were absent."""
    count = 0
    for symbol in ask.symbols:
        fitting = [each for each in stored if each.is_of(symbol)]
        wanted = ask.minutes or min((each.minutes for each in fitting), default=0)
        spans = [(each.until - each.since).total_seconds() for each in fitting if each.minutes == wanted]
        count += sum(int(span) // (60 * wanted) for span in spans)
    return count


def _stretch(bars: SymbolBars, trade: ClosedTrade, shown: Timeframe) -> SymbolBars:
    entered, left = (int(fill.at.timestamp()) for fill in (trade.position.entry, trade.exit))
    return rolled_between(bars, shown, entered - BEFORE * shown.seconds, left + AFTER * shown.seconds)


def _row(trade: ClosedTrade) -> Trade:
    item = trade.position
    held_s = int((trade.exit.at - item.entry.at).total_seconds())
    return Trade(
        trade.exit.at, held_s, item.symbol, item.timeframe.minutes, item.pattern, item.side, item.entry.price,
        trade.exit.price, trade.net, round(trade.r_multiple, 4), trade.reason,
    )  # fmt: skip


def _in_parts(rows: Sequence[Trade]) -> Iterator[tuple[Trade, ...]]:
    return (tuple(rows[first : first + AT_ONCE]) for first in range(0, len(rows), AT_ONCE))


def _half(result: Result) -> Half:
    found = metrics_of_trades(result.trades)
    error = standard_error([float(trade.r_multiple) for trade in result.trades])
    mean = found.average_r if result.trades else None
    return Half(found.trades, found.win_rate, mean, error, found.net if result.trades else Decimal(0))


def _found(inputs: Inputs, outcome: Outcome) -> Found:
    bars = inputs.bars
    begins, ends = (_moment(at) for at in bars.span_s or (0, 0))
    lengths = tuple(sorted({each.timeframe.minutes for each in bars.series}))
    symbols = tuple(each.symbol for each in bars.series)
    return Found(symbols, lengths, begins, ends, _half(outcome.first), _half(outcome.second))


def _moment(epoch_s: int) -> datetime:
    return datetime.fromtimestamp(epoch_s, UTC)
