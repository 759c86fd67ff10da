"""The top bar: what is traded on, whether the feed lives, and what the account stands at."""

from decimal import Decimal
from typing import TYPE_CHECKING

from atlas_tui import formats
from atlas_tui.lines import GAP, Line, Part, clip, fitting, spread, width_of
from atlas_tui.widgets.brand import brand, feed_line
from atlas_tui.widgets.table_rows import Cell
from core.domain.leverage import Tier

if TYPE_CHECKING:
    from core.domain.snapshot import Snapshot

_NARROW, _MID = 70, 100
_BETWEEN: Line = (Cell("   "),)
_SOON_S = 1800
"""A tier that ends within half an hour is written loudly."""


def top_line(snapshot: "Snapshot", width: int) -> Line:
    """The whole bar: badge and feed on the left, tier and account on the right."""
    words = width >= _NARROW
    left = brand(snapshot.link, words)
    room = max(0, width - width_of(left) - 1)
    feed = feed_line(snapshot.link, short=not words)
    free = max(0, room - width_of(feed) - 3)
    right = fitting(_right_parts(snapshot, width), free, _BETWEEN)
    if words and width_of(right) + 12 <= free and not any("→" in cell.text for cell in right):
        short = Part(1, tier_line(snapshot, words=False))
        right = fitting([short, *_right_parts(snapshot, width)[-1:]], free, _BETWEEN)
    if not right:
        return clip((*left, GAP, *feed), width)
    return spread((*left, Cell("  "), *feed), (*right, GAP), width)


def _right_parts(snapshot: "Snapshot", width: int) -> list[Part]:
    if snapshot.link.waiting:
        return []
    account, wide, words = snapshot.account, width >= _MID, width >= _NARROW
    day = (Cell("day ", "readable"), Cell(formats.usd(account.day_net, signed=True), money_role(account.day_net)))
    held = (
        Cell("open ", "readable"),
        Cell(formats.usd(account.unrealised, signed=True), money_role(account.unrealised)),
    )
    balance: Line = (Cell(formats.usd(account.balance), "text bold"),)
    if words:
        change = formats.pct(account.return_pct, 1)
        balance = (*balance, GAP, Cell(change, money_role(account.return_pct)))
    parts = [Part(3, day), Part(2, held)] if wide else []
    return [*parts, Part(1, tier_line(snapshot, words)), Part(0, balance)]


def tier_line(snapshot: "Snapshot", words: bool = True) -> Line:
    """`INTRADAY 10x → 4x in 1h27m`, or `10x 1h27m` where the room is short."""
    intraday = snapshot.tier is Tier.INTRADAY
    now, then = (Tier.INTRADAY, Tier.SWING) if intraday else (Tier.SWING, Tier.INTRADAY)
    left = max(0.0, (snapshot.tier_change_at - snapshot.at).total_seconds())
    role = "short bold" if intraday and left < _SOON_S else "setup"
    until = Cell(formats.countdown(left), role)
    if not words:
        return (Cell(f"{_most(snapshot, now)} ", "setup bold"), until)
    return (
        Cell(f"{now.upper()} ", "setup bold"),
        Cell(_most(snapshot, now), "text bold"),
        Cell(f" → {_most(snapshot, then)} in ", "readable"),
        until,
    )


def _most(snapshot: "Snapshot", tier: Tier) -> str:
    """The tier's highest maximum over the desk's symbols."""
    tiers = snapshot.policy.tiers
    highest = max((tiers.maximum(symbol, tier) for symbol in snapshot.policy.symbols), default=tiers.unknown)
    return formats.leverage(highest)


def money_role(amount: Decimal) -> str:
    """Gain, loss, or neither."""
    return "long" if amount > 0 else "short" if amount < 0 else "readable"
