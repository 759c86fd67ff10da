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

VERDICT_SENTENCES = {
    Verdict.OK: "passes the filters",
    Verdict.MAINTENANCE_GAP: "rests on a hole in the data or on the maintenance window",
    Verdict.MIN_MAGNITUDE: "the way to the target is too short",
    Verdict.MIN_RISK_REWARD: "reward over risk is too low",
}


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

STATUS_SENTENCES = {
    SetupStatus.PENDING: "waits for a break",
    SetupStatus.TRIGGERED: "broken by a live price",
    SetupStatus.MISSED: "first seen beyond its target",
    SetupStatus.EXPIRED: "not broken in time",
    SetupStatus.INVALIDATED: "broken on the side without a leg, or disarmed",
    SetupStatus.INVALIDATED_OUTSIDE: "broken on both sides by one bar",
    SetupStatus.INVALID_DATA: "a bar after it cannot be used",
    SetupStatus.HISTORICAL_TRIGGERED: "broken before it was seen",
    SetupStatus.HISTORICAL_TRIGGERED_LONG: "candles show it broken upward; never traded",
    SetupStatus.HISTORICAL_TRIGGERED_SHORT: "candles show it broken downward; never traded",
}

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

REFUSAL_SENTENCES = {
    Refusal.MAINTENANCE_GAP: "it rests on a hole in the data or on the maintenance window",
    Refusal.MIN_MAGNITUDE: "the way to the target is too short",
    Refusal.MIN_RISK_REWARD: "reward over risk is too low",
    Refusal.MAINTENANCE: "the venue is in maintenance",
    Refusal.VETO_1W: "the week is inside",
    Refusal.VETO_1D: "the day is inside",
    Refusal.LOW_CONTINUITY: "too few timeframes stand on its side",
    Refusal.POSITION_OPEN: "a position in this symbol is open",
    Refusal.STALE_PRICE: "the price was too old",
    Refusal.INVALID: "the size cannot be computed",
    Refusal.LEVERAGE: "it needs more leverage than is allowed",
    Refusal.MIN_NOTIONAL: "the position would be too small",
    Refusal.MAX_NOTIONAL: "the position would be too large",
    Refusal.MIN_SIZE: "the size is below the product's least",
    Refusal.MARGIN: "there is not enough free margin",
    Refusal.LIQUIDATION_FIRST: "it would be liquidated before its stop",
    Refusal.REJECTED: "you rejected it",
    Refusal.SNOOZED: "you had put it off",
    Refusal.WATCHED: "you only wanted to watch it",
    Refusal.IGNORED: "the policy ignores setups of this kind",
    Refusal.NOT_APPROVED: "it waited for your approval",
    Refusal.HALTED: "all entries were halted",
    Refusal.PAUSED: "entries of this symbol were paused",
    Refusal.DAILY_LOSS: "the day had lost as much as the guard allows",
    Refusal.DRAWDOWN: "the balance had fallen from its peak as far as the guard allows",
    Refusal.LOSING_STREAK: "the guard on losses in a row had tripped",
    Refusal.EXPOSURE: "it would have brought the exposure over its limit",
    Refusal.COOL_DOWN: "the symbol was cooling down after an exit",
    Refusal.CLOCK_SKEW: "the venue's clock and ours were too far apart",
}

EXITS = {
    ExitReason.LIQUIDATION: "LIQ",
    ExitReason.STOP: "STP",
    ExitReason.TARGET: "TGT",
    ExitReason.INTRADAY_DEADLINE: "TIER",
    ExitReason.MANUAL: "MAN",
    ExitReason.PATTERN: "PAT",
}
"""At most four cells."""

EXIT_SENTENCES = {
    ExitReason.LIQUIDATION: "liquidated",
    ExitReason.STOP: "stop reached",
    ExitReason.TARGET: "target reached",
    ExitReason.INTRADAY_DEADLINE: "closed at the tier's deadline",
    ExitReason.MANUAL: "closed by hand",
    ExitReason.PATTERN: "the pattern failed",
}
