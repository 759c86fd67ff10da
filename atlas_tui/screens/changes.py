"""What differs between two pictures, as far as painting goes."""

from dataclasses import replace
from operator import attrgetter

from core.domain.snapshot import QuoteView, Snapshot

_PARTS = attrgetter(
    *("policy", "account", "signals", "setups", "positions", "trades", "series", "standings", "scores", "tier"),
    *("in_maintenance", "caps", "last_scan", "log", "reviews", "inbox", "halts", "guards", "shadows", "stories"),
    *("absence", "last_absence"),
)
"""What a list, the strip or the chart shows, the clock and the link left out: those wait for the second's paint."""


def is_same_market(before: Snapshot, after: Snapshot) -> bool:
    """Would prices, lists and chart look the same but for ages and clocks? The desk hands unchanged parts out again."""
    if any(was is not now for was, now in zip(_PARTS(before), _PARTS(after), strict=True)):
        return False
    if before.quotes is after.quotes:
        return True
    same = len(before.quotes) == len(after.quotes)
    return same and all(_is_same_quote(was, now) for was, now in zip(before.quotes, after.quotes, strict=True))


def is_urgent(before: Snapshot, after: Snapshot) -> bool:
    """Did something change that may not wait for the next second?"""
    old, new = before.link, after.link
    return (
        (old.state, old.problem, old.scan_error, old.unsaved) != (new.state, new.problem, new.scan_error, new.unsaved)
        or old.states != new.states
        or len(before.positions) != len(after.positions)
        or len(before.trades) != len(after.trades)
        or before.tier is not after.tier
    )


def _is_same_quote(was: QuoteView, now: QuoteView) -> bool:
    """The same but for the moment it was last heard?"""
    return was is now or (was.price == now.price and replace(was, at=now.at, real_s=now.real_s) == now)
