"""What candles a state directory's history holds, as a console is told of them; brings pyarrow."""

from datetime import UTC, datetime
from pathlib import Path

from atlas_tui.backtest.talk import Series, Stored
from core.research.history.auditing import overview
from core.research.history.series import Kind
from core.research.history.store import History


def stored_in(state_dir: Path) -> Stored:
    """Every series of candles with its span; a damaged month is moved aside, and told in a sentence."""
    history = History(state_dir)
    series: list[Series] = []
    damaged: list[str] = []
    for name in history.names():
        if name.kind is Kind.CANDLES:
            seen = overview(history, name)
            damaged += seen.damaged
            if seen.first_s is not None and seen.last_s is not None:
                begins, last = (datetime.fromtimestamp(at, UTC) for at in (seen.first_s, seen.last_s))
                series.append(Series(name.symbol, name.timeframe.minutes, begins, last + name.timeframe.span))
    return Stored(tuple(series), tuple(damaged))
