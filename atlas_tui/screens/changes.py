"""What differs between two pictures, as far as painting goes."""

from dataclasses import fields, replace
from operator import attrgetter

from core.domain.link import PlayState
from core.domain.snapshot import QuoteView, Snapshot

_PASSING = ("at", "link", "quotes", "tier_seconds")
_PARTS = attrgetter(*(part.name for part in fields(Snapshot) if part.name not in _PASSING))
"""All but the clock and the link, which wait for the second's paint, and the quotes, which are looked at one by one."""


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
        or _standing(before) != _standing(after)
    )


def _standing(snapshot: Snapshot) -> tuple[object, ...]:
    """Of a play: how it stands, and where while it moves for a key alone; nothing of a desk that runs."""
    play = snapshot.link.play
    if play is None:
        return ()
    return (play.state,) if play.state is PlayState.PLAYING else (play.state, play.done, snapshot.at)


def _is_same_quote(was: QuoteView, now: QuoteView) -> bool:
    """The same but for the moment it was last heard?"""
    return was is now or (was.price == now.price and replace(was, at=now.at, real_s=now.real_s) == now)
