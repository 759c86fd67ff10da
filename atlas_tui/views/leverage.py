"""Tab 5, Leverage: the tier's clock, what the deadline will do, the guards, and every symbol's maximum."""

from collections.abc import Sequence

from atlas_tui import formats
from atlas_tui.lines import GAP, Line, beside, clip, rule, words
from atlas_tui.views import deadline, guard_board, tape
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.widgets.top_bar import tier_line
from atlas_tui.zones import NEW_YORK_ZONE, DisplayZone
from core.domain.leverage import Tier
from core.domain.snapshot import CapView, Snapshot

_TWO = 150
"""Width from which guards and maxima stand side by side."""
_CAPS = 46
_SKEW_S = 2.0


def lines(snapshot: Snapshot, width: int, zone: DisplayZone) -> tuple[Line, ...]:
    """The whole page, what is most pressing first.

    Args:
        snapshot: what is known.
        width: cells of the screen; 40 and up.
        zone: clock for times.
    """
    room = max(20, width - 2)
    page: list[Line] = [rule("tier", room), *_clock_warning(snapshot, room), tier_line(snapshot)]
    page += [*_deadline_lines(snapshot, zone, room), (), *tape.lines(snapshot, room, zone)]
    page += [(), rule("at the deadline", room), *deadline.lines(snapshot, room, zone), ()]
    if room >= _TWO:
        board = room - _CAPS - 3
        page += beside(guard_board.block(snapshot, board, zone), _cap_block(snapshot, _CAPS), board, 3)
    else:
        page += [*guard_board.block(snapshot, room, zone), (), *_cap_block(snapshot, room)]
    return tuple((GAP, *clip(line, room)) for line in page)


def _clock_warning(snapshot: Snapshot, width: int) -> tuple[Line, ...]:
    if abs(snapshot.link.clock_skew_s) <= _SKEW_S:
        return ()
    text = f"this machine's clock is {snapshot.link.clock_skew_s:+.1f} s off the venue's: check it"
    return words(text, width, "setup bold")


def _deadline_lines(snapshot: Snapshot, zone: DisplayZone, width: int) -> tuple[Line, ...]:
    at = f"{zone.hour_minute(snapshot.deadline_at)} {zone.name(snapshot.deadline_at)}"
    if zone != NEW_YORK_ZONE:
        at += f" ({NEW_YORK_ZONE.hour_minute(snapshot.deadline_at)} ET)"
    left = tape.short(snapshot.deadline_at, snapshot.at)
    return words(f"positions over the swing maximum are closed at {at}, in {left}", width, "readable")


def _cap_block(snapshot: Snapshot, width: int) -> tuple[Line, ...]:
    """A line a symbol; where long names leave no room, what the maximum comes from is left out before what it is."""
    name = max([6, *(len(cap.symbol) + 1 for cap in snapshot.caps)])
    titles = [("intraday", 8), ("swing", 6), ("venue", 6), ("yours", 6), ("now", 6)]
    for spared in ("", "yours", "venue"):
        titles = [pair for pair in titles if pair[0] != spared]
        if name + sum(cells for _, cells in titles) <= width:
            break
    head = "".join(f"{title:>{cells}}" for title, cells in titles)
    return (
        rule("maximum leverage", width),
        (Cell(f"{'sym':<{name}}{head}", "readable"),),
        *(_cap_line(snapshot, cap, name, titles) for cap in snapshot.caps),
        (),
        *words(_footnote(snapshot), width, "readable"),
    )


def _cap_line(snapshot: Snapshot, cap: CapView, name: int, titles: Sequence[tuple[str, int]]) -> Line:
    intraday = snapshot.tier is Tier.INTRADAY
    values = {
        "intraday": (cap.intraday, "setup bold" if intraday else "readable"),
        "swing": (cap.swing, "readable" if intraday else "setup bold"),
        "venue": (cap.venue, "text"),
        "yours": (snapshot.policy.risk.max_leverage, "text"),
        "now": (cap.effective, "text bold"),
    }
    found = [Cell(f"{cap.symbol:<{name}}", "text bold")]
    for title, cells in titles:
        value, role = values[title]
        found.append(Cell(f"{formats.leverage(value):>{cells}}", role))
    return tuple(found)


def _footnote(snapshot: Snapshot) -> str:
    window = snapshot.policy.tiers.window
    return (
        f"Intraday from {window.opens:%H:%M} to {window.closes:%H:%M} New York time, entries take the swing maximum "
        f"from {window.deadline:%H:%M}. Now is the least of the tier, yours and the venue's."
    )
