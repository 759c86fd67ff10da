"""What a chart tells of its bars: signals, setups and what became of them, and every entry and exit."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import islice, takewhile
from typing import Final, Generic, TypeVar

from atlas_tui import formats
from atlas_tui.chart.model import BarMark, FillKind, FillMark
from atlas_tui.views.prices import price_step
from atlas_tui.views.words import EXITS, REFUSALS, STATUSES, VERDICTS
from core.domain.levels import Verdict
from core.domain.patterns import Side
from core.domain.positions import ClosedTrade, ExitReason, OpenPosition
from core.domain.signals import Setup, SetupStatus, Signal
from core.domain.snapshot import SetupView, SignalView, Snapshot
from core.domain.timeframes import Timeframe

T = TypeVar("T")

_ENDS = {
    ExitReason.LIQUIDATION: "LIQUIDATION",
    ExitReason.STOP: "STOP",
    ExitReason.TARGET: "TARGET",
    ExitReason.INTRADAY_DEADLINE: "TIER DEADLINE",
    ExitReason.MANUAL: "BY HAND",
    ExitReason.PATTERN: "PATTERN FAILED",
}

MOST_TRADES: Final = 50
"""Closed trades drawn at most; a chart has no room for more."""


def marks_of(snapshot: Snapshot, symbol: str, timeframe: Timeframe) -> tuple[BarMark, ...]:
    """The signals completed on the bars of a series, then its setups by their setup bar; each in a few words."""
    found = [
        _signal_mark(_Same(view))
        for view in snapshot.signals
        if view.signal.symbol == symbol and view.signal.timeframe == timeframe
    ]
    views = [view for view in snapshot.setups if view.setup.symbol == symbol and view.setup.timeframe == timeframe]
    became = _became(snapshot, {view.setup.id for view in views})
    found += [_setup_mark(_Same(view), became.get(view.setup.id, "")) for view in views]
    return tuple(found)


def fills_of(
    snapshot: Snapshot, symbol: str, timeframe: Timeframe, since: datetime, own: ClosedTrade | None = None
) -> tuple[FillMark, ...]:
    """Entries and exits of the positions in the symbol, whatever timeframe they were on, by the bar they fall in.

    Args:
        snapshot: the picture.
        symbol: whose positions.
        timeframe: of the bars.
        since: start of the oldest bar; trades that were over before it are left out, and so are those beyond the
            newest `MOST_TRADES`.
        own: a trade that is never left out.
    """
    step = price_step(snapshot, symbol)
    over = takewhile(lambda trade: trade.exit.at >= since, reversed(snapshot.trades))
    newest = list(islice((trade for trade in over if trade.position.symbol == symbol), MOST_TRADES))
    if own is not None and all(trade.id != own.id for trade in newest):
        newest.append(own)
    found: list[FillMark] = []
    for trade in reversed(newest):
        found += _round_trip(_Same(trade), timeframe, step)
    held = (view.position for view in snapshot.positions if view.position.symbol == symbol)
    return (*found, *(_entry(position, timeframe, step) for position in held))


def round_trip(trade: ClosedTrade, timeframe: Timeframe, step: Decimal | None) -> tuple[FillMark, FillMark]:
    """Entry and exit of one trade, by the bars they fall in."""
    return _entry(trade.position, timeframe, step), _exit(trade, timeframe)


def signal_text(signal: Signal) -> str:
    """`2D-1-2U LONG LOW R:R`; one on a bar that still forms may vanish and says so."""
    words = f"{signal.sequence} {signal.side} {VERDICTS[signal.judged.verdict]}"
    return f"{words}, still forming" if signal.in_progress else words


def setup_text(view: SetupView, became: str = "") -> str:
    """`setup 2U-1-? BROKEN LONG → refused VETO 1D`; `became` is what is known of its position."""
    setup = view.setup
    words = f"setup {setup.name} {_status(view)}"
    if view.refusal is not None:
        return f"{words} → refused {REFUSALS[view.refusal.code]}"
    return f"{words} {became}".rstrip()


def _became(snapshot: Snapshot, setups: set[str]) -> dict[str, str]:
    """What is known of the positions of these setups, by the setup's id."""
    if not setups:
        return {}
    became = {
        trade.position.setup_id: f"→ {EXITS[trade.reason]} {formats.r_multiple(trade.r_multiple)}"
        for trade in snapshot.trades
        if trade.position.setup_id in setups
    }
    return became | {held.position.setup_id: "→ OPEN" for held in snapshot.positions}


def _status(view: SetupView) -> str:
    """Where it stands, with the side it broke on, or while it waits what its filters say of either side."""
    if view.status is SetupStatus.PENDING:
        return "waits: " + ", ".join(_leg_texts(view.setup))
    side = view.resolution.side if view.resolution else None
    side = {
        SetupStatus.HISTORICAL_TRIGGERED_LONG: Side.LONG,
        SetupStatus.HISTORICAL_TRIGGERED_SHORT: Side.SHORT,
    }.get(view.status, side)
    return f"{STATUSES[view.status]} {side}" if side else STATUSES[view.status]


def _leg_texts(setup: Setup) -> list[str]:
    return [
        f"{judged.leg.side} {'armed' if judged.verdict is Verdict.OK else VERDICTS[judged.verdict]}"
        for judged in setup.legs
    ]


@dataclass(frozen=True, slots=True, eq=False)
class _Same(Generic[T]):
    """A frozen value known by identity: the desk hands the same ones out again, and hashing a trade is dear."""

    value: T

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.value is self.value


@lru_cache(maxsize=512)
def _signal_mark(view: _Same[SignalView]) -> BarMark:
    return BarMark(view.value.signal.bar_start, signal_text(view.value.signal))


@lru_cache(maxsize=512)
def _setup_mark(view: _Same[SetupView], became: str) -> BarMark:
    return BarMark(view.value.setup.bar_start, setup_text(view.value, became))


@lru_cache(maxsize=512)
def _round_trip(trade: _Same[ClosedTrade], timeframe: Timeframe, step: Decimal | None) -> tuple[FillMark, FillMark]:
    return round_trip(trade.value, timeframe, step)


def _entry(position: OpenPosition, timeframe: Timeframe, step: Decimal | None) -> FillMark:
    kind = FillKind.LONG if position.side is Side.LONG else FillKind.SHORT
    text = f"entry {position.side} {formats.price(position.entry.price, step)}"
    return FillMark(timeframe.start_of(position.entry.at), position.entry.price, kind, text)


def _exit(trade: ClosedTrade, timeframe: Timeframe) -> FillMark:
    kind = FillKind.WON if trade.net >= 0 else FillKind.LOST
    text = f"exit {_ENDS[trade.reason]} {formats.r_multiple(trade.r_multiple)}"
    return FillMark(timeframe.start_of(trade.exit.at), trade.exit.price, kind, text)
