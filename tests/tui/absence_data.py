"""Absences a console may tell of: a quiet one, a calm one, and a night in which everything happened."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from core.domain.patterns import Side
from core.domain.positions import ExitReason
from core.domain.review_views import AbsenceView, DealView, StopKind, StopView
from core.domain.sizing import Refusal
from core.domain.timeframes import H1, M15
from tests.tui.series_data import NOW

SINCE = NOW - timedelta(hours=8, minutes=30)
QUIET = AbsenceView(since=SINCE)
SIGNALS = replace(QUIET, signals=3, triggered=1)
DROPPED = StopView(StopKind.HANGUP, NOW - timedelta(hours=5), NOW - timedelta(minutes=1))
HARD = StopView(StopKind.HARD, NOW - timedelta(hours=7), NOW - timedelta(hours=6, minutes=48))
EXIT = DealView("1", "ETH", H1, Side.LONG, ExitReason.STOP, Decimal("-1.01"))
ENTRY = DealView("2", "SOL", M15, Side.SHORT)
NIGHT = replace(
    SIGNALS, exits=1, entries=2, net=Decimal("-20.10"), r_multiple=Decimal("-1.01"), funding=Decimal("-0.12"),
    deals=(EXIT, ENTRY), stops=(HARD, DROPPED), restarts=2, crashes=1, down_s=18_660.0, gaps=2, gap_s=840.0,
    refusals=((Refusal.LOW_CONTINUITY, 3), (Refusal.LEVERAGE, 2)), trips=1, halts=1, missed=1, armed=5,
)  # fmt: skip
