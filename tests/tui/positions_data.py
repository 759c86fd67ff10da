"""Two open positions and eight closed trades."""

from datetime import datetime, timedelta
from decimal import Decimal

from core.domain.leverage import Tier
from core.domain.patterns import Side, TargetKind
from core.domain.positions import ClosedTrade, ExitReason, Fill, OpenPosition, Plan
from core.domain.snapshot import PositionView
from core.domain.timeframes import Timeframe
from tests.tui.series_data import NOW, PRICES

M15 = Timeframe.parse("15m")


def position(
    symbol: str, timeframe: str, name: str, levels: tuple[str, str, str], size: str, opened: datetime
) -> OpenPosition:
    """A position by entry, stop and target; its direction follows from them."""
    entry, stop, target = (Decimal(level) for level in levels)
    span = Timeframe.parse(timeframe)
    side = Side.LONG if target > entry else Side.SHORT
    start = span.start_of(opened) - span.span
    setup = f"{symbol}|{timeframe}|{name}|{start.isoformat().replace('+00:00', 'Z')}"
    plan = Plan(side, stop, target, TargetKind.STRUCTURAL, stop, opened + span.span)
    return OpenPosition(
        f"{setup}|{side}", setup, symbol, f"{symbol}-PERP-INTX", span, name.replace("?", side.kind.text), plan,
        Decimal(size), Fill(entry, Decimal("0.27"), opened), Decimal("1.0"), Tier.INTRADAY, Decimal(10),
        entry * Decimal(size) / 10, entry * Decimal("0.95"), Decimal(1000), abs(entry - stop) * Decimal(size),
    )  # fmt: skip


def positions() -> tuple[PositionView, ...]:
    """SOL and BTC long, both in profit."""
    held = (
        position("SOL", "15m", "2D-1-?", ("131.92", "130.88", "133.40"), "7.58", NOW - timedelta(seconds=61)),
        position("BTC", "1h", "3-1-?", ("90120.0", "89710.0", "90940.0"), "0.0110", NOW - timedelta(minutes=29)),
    )
    views = []
    for item in held:
        mark = PRICES[item.symbol]
        unrealised = item.unrealised(mark)
        views.append(PositionView(item, mark, unrealised, unrealised / item.risk_usd, item.symbol == "SOL"))
    return tuple(views)


def trades() -> tuple[ClosedTrade, ...]:
    """Five wins, three losses, oldest first."""
    rows = (
        ("BTC", "15m", "3-1-?", ("88000", "87600", "88900"), "0.02", ExitReason.TARGET),
        ("ETH", "1h", "2U-1-?", ("3080", "3110", "3020"), "0.4", ExitReason.STOP),
        ("SOL", "15m", "2D-1-?", ("128", "127", "130"), "8", ExitReason.TARGET),
        ("BTC", "1h", "2D-1-?", ("89000", "88500", "90100"), "0.02", ExitReason.TARGET),
        ("ETH", "15m", "3-1-?", ("3060", "3045", "3090"), "0.6", ExitReason.STOP),
        ("SOL", "1h", "2U-1-?", ("131", "129.5", "134"), "6", ExitReason.TARGET),
        ("BTC", "4h", "2U-1-?", ("90500", "91200", "89000"), "0.01", ExitReason.INTRADAY_DEADLINE),
        ("ETH", "15m", "2D-1-?", ("3098", "3110", "3070"), "0.8", ExitReason.TARGET),
    )
    return tuple(_trade(index, *row) for index, row in enumerate(rows))


def _trade(
    index: int, symbol: str, timeframe: str, name: str, levels: tuple[str, str, str], size: str, reason: ExitReason
) -> ClosedTrade:
    opened = NOW - timedelta(hours=7 * (8 - index))
    item = position(symbol, timeframe, name, levels, size, opened)
    at = opened + timedelta(minutes=35 + 40 * index)
    price = {ExitReason.TARGET: item.plan.target, ExitReason.STOP: item.plan.stop}.get(reason, item.entry.price - 120)
    gross = item.unrealised(price)
    fee = Decimal("0.27")
    return ClosedTrade(item, Fill(price, fee, at), reason, gross, gross - fee - item.entry.fee)
