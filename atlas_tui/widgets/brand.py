"""The left end of the top bar: the name, what is traded on, and whether the feed lives."""

from atlas_tui import formats
from atlas_tui.lines import Line
from atlas_tui.widgets.table_rows import Cell
from core.domain.link import FeedState, LinkView, Mode

_FEED_ROLES = {
    FeedState.CONNECTING: "slow",
    FeedState.LIVE: "live",
    FeedState.SLOW: "slow",
    FeedState.STALE: "failed",
    FeedState.RECONNECTING: "slow",
    FeedState.DOWN: "failed",
    FeedState.MAINT: "maint",
}


def brand(link: LinkView, words: bool = True) -> Line:
    """The left end: the name, and what is traded on."""
    return (Cell(" ATLAS ", "tag-text on brand bold"), *badge(link, words))


def badge(link: LinkView, words: bool = True) -> Line:
    """`PAPER`, `DEMO x60` or `REPLAY`, and the preset that loosens the rules."""
    speed = f" x{link.speed:g}" if link.mode is Mode.DEMO or link.speed != 1 else ""
    cells = [Cell(f" {link.mode}{speed} ", "tag-text on badge-paper bold")]
    if link.preset:
        cells.append(Cell(f" {link.preset} rules" if words else " loose", "setup"))
    return tuple(cells)


def feed_line(link: LinkView, short: bool = False) -> Line:
    """`● SLOW 4.2s`: the feed's state in words, with what it is waiting for; LIVE says it all. A play has no feed."""
    if link.play is not None:
        return (Cell("▶ ", "setup"), Cell(link.play.state, "setup bold"))
    role = _FEED_ROLES[link.state]
    if short:
        quiet = link.state is FeedState.LIVE
        return (Cell("●", role),) if quiet else (Cell("● ", role), Cell(_SHORT.get(link.state, link.state), role))
    return (Cell("● ", role), Cell(f"{link.state} ", f"{role} bold"), Cell(_feed_note(link), "readable"))


_SHORT = {FeedState.RECONNECTING: "RECONN", FeedState.CONNECTING: "CONN"}


def _feed_note(link: LinkView) -> str:
    match link.state:
        case FeedState.RECONNECTING | FeedState.CONNECTING:
            tries = f"try {link.attempt}" if link.attempt else ""
            wait = f"in {int(link.retry_in_s)}s" if link.retry_in_s >= 1 else ""
            return " ".join(part for part in (tries, wait) if part)
        case FeedState.LIVE:
            return ""
        case FeedState.MAINT | FeedState.SLOW | FeedState.STALE | FeedState.DOWN:
            return formats.age(link.age_s) if link.age_s is not None else ""
