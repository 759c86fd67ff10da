"""The desk's codes in short words for the eye; JSON never uses these."""

from core.domain.levels import Verdict
from core.domain.positions import ExitReason
from core.domain.signals import SetupStatus, Signal
from core.domain.sizing import Refusal

VERDICTS = {
    Verdict.OK: "OK",
    Verdict.MAINTENANCE_GAP: "GAP",
    Verdict.MIN_MAGNITUDE: "SMALL",
    Verdict.MIN_RISK_REWARD: "LOW R:R",
}
"""At most seven cells."""


def signal_word(signal: Signal) -> str:
    """How a completed signal stands: FORMING, what its filter said, or DONE. At most eight cells."""
    if signal.in_progress:
        return "FORMING"
    verdict = signal.judged.verdict
    return "DONE" if verdict is Verdict.OK else VERDICTS[verdict]


STATUSES = {
    SetupStatus.PENDING: "SETUP",
    SetupStatus.TRIGGERED: "BROKEN",
    SetupStatus.MISSED: "MISSED",
    SetupStatus.EXPIRED: "EXPIRED",
    SetupStatus.INVALIDATED: "INVALID",
    SetupStatus.INVALIDATED_OUTSIDE: "OUTSIDE",
    SetupStatus.INVALID_DATA: "BAD DATA",
    SetupStatus.HISTORICAL_TRIGGERED: "PAST",
    SetupStatus.HISTORICAL_TRIGGERED_LONG: "PAST",
    SetupStatus.HISTORICAL_TRIGGERED_SHORT: "PAST",
}
"""At most eight cells."""

REFUSALS = {
    Refusal.MAINTENANCE_GAP: "GAP",
    Refusal.MIN_MAGNITUDE: "SMALL",
    Refusal.MIN_RISK_REWARD: "LOW R:R",
    Refusal.MAINTENANCE: "MAINT",
    Refusal.VETO_1W: "VETO 1W",
    Refusal.VETO_1D: "VETO 1D",
    Refusal.LOW_CONTINUITY: "LOW TFC",
    Refusal.POSITION_OPEN: "POS OPEN",
    Refusal.STALE_PRICE: "STALE",
    Refusal.INVALID: "INVALID",
    Refusal.LEVERAGE: "LEVERAGE",
    Refusal.MIN_NOTIONAL: "TINY",
    Refusal.MAX_NOTIONAL: "TOO BIG",
    Refusal.MIN_SIZE: "MIN SIZE",
    Refusal.MARGIN: "MARGIN",
    Refusal.LIQUIDATION_FIRST: "LIQ 1ST",
    Refusal.REJECTED: "REJECTED",
    Refusal.SNOOZED: "SNOOZED",
    Refusal.WATCHED: "WATCHED",
    Refusal.IGNORED: "IGNORED",
    Refusal.NOT_APPROVED: "NOT YET",
    Refusal.HALTED: "HALTED",
    Refusal.PAUSED: "PAUSED",
    Refusal.DAILY_LOSS: "DAY LOSS",
    Refusal.DRAWDOWN: "DRAWDOWN",
    Refusal.LOSING_STREAK: "STREAK",
    Refusal.EXPOSURE: "EXPOSURE",
    Refusal.COOL_DOWN: "COOLING",
    Refusal.CLOCK_SKEW: "CLOCK",
}
"""At most eight cells."""

EXITS = {
    ExitReason.LIQUIDATION: "LIQ",
    ExitReason.STOP: "STP",
    ExitReason.TARGET: "TGT",
    ExitReason.INTRADAY_DEADLINE: "TIER",
    ExitReason.MANUAL: "MAN",
    ExitReason.PATTERN: "PAT",
}
"""At most four cells."""
