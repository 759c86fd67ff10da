"""One cell of the STRAT matrix: how a series stands, and how far its nearest triggers are; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from atlas_tui import formats
from atlas_tui.views.prices import away_pct, price_of
from core.domain.bars import BarKind, SeriesKey, average_true_range
from core.domain.patterns import Side
from core.domain.signals import JudgedLeg
from core.domain.snapshot import SetupView, Snapshot
from core.domain.timeframes import SCANNED, Timeframe

SHOWN: Final = tuple(reversed(SCANNED))
"""The columns of every matrix: all five, longest first."""

KIND_ROLES: Final[Mapping[BarKind, str]] = {
    BarKind.INSIDE: "inside",
    BarKind.UP: "long",
    BarKind.DOWN: "short",
    BarKind.OUTSIDE: "outside",
    BarKind.UNKNOWN: "readable",
}

Pending = Mapping[SeriesKey, Sequence[SetupView]]


@dataclass(frozen=True, slots=True)
class Reach:
    """A trigger and the way to it.

    Attributes:
        pct: of the price, below 0 when the price is beyond; None without a price.
        atrs: the same way in ATR(14) of the series; None without 15 good bars.
        armed: would the desk take it by itself?
    """

    view: SetupView
    judged: JudgedLeg
    pct: Decimal | None
    atrs: Decimal | None
    armed: bool

    @property
    def side(self) -> Side:
        """LONG lies above, SHORT below."""
        return self.judged.leg.side


@dataclass(frozen=True, slots=True)
class SeriesCell:
    """What the matrix tells of one series.

    Attributes:
        last: class of the last closed bar; None without one.
        forming: class of the forming bar so far; None without one.
        body: sign of the forming bar's close against its open.
        above, below: the nearest trigger of a waiting setup on each side.
        closes_at: when the bar that holds now ends.
        atr: ATR(14) in price; None where it is not known.
    """

    symbol: str
    timeframe: Timeframe
    last: BarKind | None
    forming: BarKind | None
    body: int
    above: Reach | None
    below: Reach | None
    closes_at: datetime
    atr: Decimal | None

    @property
    def may_change(self) -> bool:
        """May the forming bar still become another class? A 3 stays one."""
        return self.forming in (BarKind.INSIDE, BarKind.UP, BarKind.DOWN)

    @property
    def is_against(self) -> bool:
        """Does the body point against the class: a 2U that trades below its open, a 2D above it?"""
        return (self.forming is BarKind.UP and self.body < 0) or (self.forming is BarKind.DOWN and self.body > 0)

    @property
    def nearest(self) -> Reach | None:
        """The nearer of the two triggers; one that is armed comes before one that is not."""
        found = [reach for reach in (self.above, self.below) if reach is not None]
        return min(found, key=lambda reach: (not reach.armed, _distance(reach)), default=None)

    @property
    def forming_text(self) -> str:
        """`2U▲?`: class, where it trades against its open, and `?` while the class may change."""
        if self.forming is None:
            return formats.DONE
        if self.forming is BarKind.UNKNOWN:
            return formats.UNKNOWN
        return f"{self.forming.text}{formats.move_glyph(self.body)}{'?' if self.may_change else ''}"

    @property
    def last_text(self) -> str:
        """`2D`; a dash for a bar of no class, a dot for none."""
        if self.last is None:
            return formats.DONE
        return formats.UNKNOWN if self.last is BarKind.UNKNOWN else self.last.text

    @property
    def role(self) -> str:
        """Colour of the class on the ground of the body."""
        ground = "" if self.body == 0 else " on zone-long" if self.body > 0 else " on zone-short"
        return "dim" if self.forming is None else f"{KIND_ROLES[self.forming]}{ground}"


def pending_of(snapshot: Snapshot) -> Pending:
    """The waiting setups by series."""
    found: dict[SeriesKey, list[SetupView]] = {}
    for view in snapshot.setups:
        if view.pending:
            found.setdefault(SeriesKey(view.setup.symbol, view.setup.timeframe), []).append(view)
    return found


def series_cell(snapshot: Snapshot, symbol: str, timeframe: Timeframe, pending: Pending | None = None) -> SeriesCell:
    """The cell of a series.

    Args:
        snapshot: what is known.
        symbol: one that is watched; an unknown one gives an empty cell.
        timeframe: one of `SHOWN`.
        pending: as `pending_of` gave, where many cells are made of one snapshot.
    """
    key = SeriesKey(symbol, timeframe)
    view = snapshot.series.get(key)
    waiting = (pending_of(snapshot) if pending is None else pending).get(key, ())
    closed = view.closed if view is not None else ()
    forming = view.forming if view is not None else None
    atr = average_true_range(closed) if closed else None
    return SeriesCell(
        symbol,
        timeframe,
        view.kinds[-1] if view is not None and view.kinds else None,
        view.forming_kind if view is not None and forming is not None else None,
        _sign(forming.close - forming.open) if forming is not None else 0,
        _reach(snapshot, waiting, Side.LONG, atr),
        _reach(snapshot, waiting, Side.SHORT, atr),
        timeframe.end_of(snapshot.at),
        atr,
    )


def _reach(snapshot: Snapshot, waiting: Sequence[SetupView], side: Side, atr: Decimal | None) -> Reach | None:
    """The nearest trigger on a side; of two at one level the armed one."""
    found = []
    for view in waiting:
        judged = view.setup.leg_on(side)
        if judged is not None:
            price = price_of(snapshot, view.setup.symbol)
            pct = away_pct(price, side, judged.leg.entry)
            atrs = side.sign * (judged.leg.entry - price) / atr if price is not None and atr else None
            found.append(Reach(view, judged, pct, atrs, view.is_armed_on(side)))
    return min(found, key=_distance, default=None)


def _distance(reach: Reach) -> tuple[Decimal, bool]:
    return (abs(reach.pct) if reach.pct is not None else Decimal("Infinity"), not reach.armed)


def _sign(moved: Decimal) -> int:
    return 0 if not moved.is_finite() or moved == 0 else 1 if moved > 0 else -1
