"""Refused entries followed on paper to their stop or target, so that a person sees what a no was worth (S13).

The tick that broke the level gives the entry; from there on 15m candles (1m ones in an outage) judge it: in the 15m bar
of the entry the stop only, later the stop first, then the target (S13.6). No liquidation, no funding, both taker fees.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from core.domain.bars import Bar
from core.domain.facts import EntryRefused, Fact, ShadowClosed
from core.domain.margin import booked
from core.domain.patterns import Side, TargetKind
from core.domain.positions import Exit, Plan, exit_in_candle
from core.domain.review_views import ShadowView
from core.domain.signals import Setup
from core.domain.sizing import Refusal
from core.domain.timeframes import M15

BY_PERSON = frozenset((Refusal.REJECTED, Refusal.SNOOZED, Refusal.WATCHED, Refusal.IGNORED, Refusal.NOT_APPROVED))
"""Refused by a person's word, or for want of one."""
BY_RULE = frozenset((Refusal.VETO_1W, Refusal.VETO_1D, Refusal.LOW_CONTINUITY))
BY_FILTER = frozenset((Refusal.MAINTENANCE_GAP, Refusal.MIN_MAGNITUDE, Refusal.MIN_RISK_REWARD))
BY_GUARD = frozenset(
    (Refusal.HALTED, Refusal.PAUSED, Refusal.DAILY_LOSS, Refusal.DRAWDOWN, Refusal.LOSING_STREAK, Refusal.EXPOSURE,
     Refusal.COOL_DOWN, Refusal.CLOCK_SKEW)
)  # fmt: skip
FOLLOWED = BY_PERSON | BY_RULE | BY_FILTER | BY_GUARD
"""Refusals whose entry is followed; the others could not have been taken at all."""
_ZERO = Decimal(0)
_NO_LIQUIDATION = {Side.LONG: Decimal(0), Side.SHORT: Decimal("Infinity")}


@dataclass(slots=True)
class ShadowBook:
    """Shadows by setup id, in the order they began; a fold of facts."""

    _open: dict[str, dict[str, ShadowView]] = field(default_factory=dict)
    """By symbol, then by setup id."""
    _all: dict[str, ShadowView] = field(default_factory=dict)
    _views: tuple[ShadowView, ...] | None = field(default=None, compare=False)

    def open_of(self, symbol: str) -> Iterable[ShadowView]:
        """Shadows of a symbol that have not left."""
        return tuple(self._open.get(symbol, {}).values())

    def views(self) -> tuple[ShadowView, ...]:
        """All of them, oldest first."""
        if self._views is None:
            self._views = tuple(self._all.values())
        return self._views

    def begin(self, setup: Setup, refused: EntryRefused) -> None:
        """Follow a refused entry, if its refusal is one that is followed."""
        judged = setup.leg_on(refused.side)
        if refused.code not in FOLLOWED or judged is None or setup.id in self._all:
            return
        leg = judged.leg
        self._keep(ShadowView(
            setup.id, setup.symbol, setup.timeframe, setup.sequence_on(leg.side), leg.side, refused.code,
            refused.price, leg.stop, leg.target, refused.at,
        ))  # fmt: skip

    def fold(self, fact: Fact) -> None:
        """Take one fact; only the end of a shadow concerns the book (`begin` needs the setup)."""
        if isinstance(fact, ShadowClosed) and fact.setup_id in self._all:
            shadow = self._all[fact.setup_id]
            self._keep(replace(
                shadow, r_multiple=fact.r_multiple, reason=fact.reason, exit=fact.price, closed_at=fact.at
            ))  # fmt: skip

    def _keep(self, shadow: ShadowView) -> None:
        self._all[shadow.setup_id] = shadow
        self._views = None
        still_open = self._open.setdefault(shadow.symbol, {})
        if shadow.closed_at is None:
            still_open[shadow.setup_id] = shadow
        else:
            still_open.pop(shadow.setup_id, None)


def judged_shadow(shadow: ShadowView, bar: Bar, end: datetime, fee_rate: Decimal) -> ShadowClosed | None:
    """What one candle makes of a shadow; None while it stays open.

    Args:
        shadow: an open one.
        bar: a closed candle, or one of an outage.
        end: when the candle ended.
        fee_rate: taker fee of the symbol's listing, a fraction of notional.
    """
    entry_bar_end = M15.end_of(shadow.opened_at)
    if end <= shadow.opened_at or not bar.good:
        return None
    plan = Plan(shadow.side, shadow.stop, shadow.target, TargetKind.STRUCTURAL, shadow.stop, entry_bar_end)
    in_entry_bar = bar.start < entry_bar_end
    candle = (bar.open, bar.high, bar.low)
    if in_entry_bar:
        worst = bar.low if shadow.side is Side.LONG else bar.high
        candle = (shadow.entry, max(shadow.entry, worst), min(shadow.entry, worst))
    reached = exit_in_candle(plan, _NO_LIQUIDATION[shadow.side], candle, may_target=not in_entry_bar)
    if reached is None:
        return None
    return ShadowClosed(
        shadow.setup_id, shadow.side, reached.reason, reached.price, _r_multiple(shadow, reached, fee_rate), end
    )


def _r_multiple(shadow: ShadowView, reached: Exit, fee_rate: Decimal) -> Decimal:
    """(d x (exit - entry) - both fees) / |entry - stop|."""
    risk = abs(shadow.entry - shadow.stop)
    if risk == 0:
        return _ZERO
    fees = fee_rate * (shadow.entry + reached.price)
    return booked((shadow.side.sign * (reached.price - shadow.entry) - fees) / risk)
