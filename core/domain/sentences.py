"""The desk's codes in words: what a verdict, an end, a refusal or an exit means; an entry and an exit in one line."""

from collections.abc import Mapping

from core.domain import figures
from core.domain.levels import Verdict
from core.domain.positions import ClosedTrade, ExitReason, OpenPosition
from core.domain.signals import SetupStatus
from core.domain.sizing import Refusal

VERDICT_SENTENCES: Mapping[Verdict, str] = {
    Verdict.OK: "passes the filters",
    Verdict.MAINTENANCE_GAP: "rests on a hole in the data or on the maintenance window",
    Verdict.MIN_MAGNITUDE: "the way to the target is too short",
    Verdict.MIN_RISK_REWARD: "reward over risk is too low",
}

STATUS_SENTENCES: Mapping[SetupStatus, str] = {
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

REFUSAL_SENTENCES: Mapping[Refusal, str] = {
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

EXIT_SENTENCES: Mapping[ExitReason, str] = {
    ExitReason.LIQUIDATION: "liquidated",
    ExitReason.STOP: "stop reached",
    ExitReason.TARGET: "target reached",
    ExitReason.INTRADAY_DEADLINE: "closed at the tier's deadline",
    ExitReason.MANUAL: "closed by hand",
    ExitReason.PATTERN: "the pattern failed",
}


def entry_line(position: OpenPosition, size: str, price: str) -> str:
    """`BTC 15m LONG 0.264 @ 90,610.0`, with size and price of the entry as the reader is to see them."""
    return f"{position.symbol} {position.timeframe} {position.side} {size} @ {price}"


def exit_line(trade: ClosedTrade, price: str, net: str) -> str:
    """`BTC LONG @ 90,610.0: +$12.40 +0.65R, target reached`, with price and net as the reader is to see them."""
    result = f"{net} {figures.r_multiple(trade.r_multiple)}, {EXIT_SENTENCES[trade.reason]}"
    return f"{trade.position.symbol} {trade.position.side} @ {price}: {result}"
