"""What the daily deadline will do to each open position: which would be closed, by how much they are too large."""

from decimal import Decimal

from atlas_tui import formats
from atlas_tui.lines import Line, width_of, words
from atlas_tui.views.prices import stale_mark
from atlas_tui.views.signals import side_role
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.zones import DisplayZone
from core.domain.leverage import Tier
from core.domain.sizing import raised
from core.domain.snapshot import PositionView, Snapshot

_SUMS = 96
"""Width from which the division is written out."""


def lines(snapshot: Snapshot, width: int, zone: DisplayZone) -> tuple[Line, ...]:
    """A line or two for each position, those that would be closed first.

    Args:
        snapshot: what is known.
        width: cells; 20 and up.
        zone: clock for the deadline.
    """
    if not snapshot.positions:
        return words("Nothing is open: nothing will be closed.", width, "readable")
    found: list[Line] = []
    for view in sorted(snapshot.positions, key=lambda view: not view.closes_at_deadline):
        found += _position(snapshot, view, width, zone)
    return tuple(found)


def to_cut(snapshot: Snapshot, view: PositionView) -> Decimal:
    """Base units that must go for the position to stay, rounded up to the venue's step; 0 where it may stay."""
    quote = snapshot.quote(view.position.symbol)
    if quote is None or quote.instrument is None:
        return view.excess
    return raised(view.excess, quote.instrument.size_increment)


def _position(snapshot: Snapshot, view: PositionView, width: int, zone: DisplayZone) -> list[Line]:
    item, equity = view.position, snapshot.account.equity
    ratio = item.notional(view.mark) / equity if equity > 0 else None
    limit = snapshot.policy.tiers.maximum(item.symbol, Tier.SWING)
    amounts = f"{formats.usd(item.notional(view.mark))} / {formats.usd(equity)} = " if width >= _SUMS else ""
    mark = stale_mark(snapshot, item.symbol)
    head: Line = (
        Cell(f"{item.symbol:<5} ", "text bold"),
        Cell(f"{formats.side(item.side):<7} ", side_role(item.side)),
        Cell(f"{amounts}{formats.leverage(ratio)} of {formats.leverage(limit)}"),
        Cell(f" {mark}" if mark else "", "setup bold"),
    )
    fate, role = _fate(snapshot, view, zone)
    if width_of(head) + len(fate) + 2 <= width:
        return [(*head, Cell("  "), Cell(fate, role))]
    return [head, *((Cell("  "), *line) for line in words(fate, width - 2, role))]


def _fate(snapshot: Snapshot, view: PositionView, zone: DisplayZone) -> tuple[str, str]:
    """What becomes of it, in words, and their colour."""
    if view.position.tier is Tier.SWING:
        return "stays: it is a swing position", "readable"
    if not view.closes_at_deadline:
        return "stays, as swing", "long"
    at = f"{zone.hour_minute(snapshot.deadline_at)} {zone.name(snapshot.deadline_at)}"
    cut = to_cut(snapshot, view)
    if cut <= 0:
        return f"would be CLOSED at {at}", "short bold"
    size = formats.size(view.position.size)
    return f"would be CLOSED at {at}: {formats.size(cut)} of {size} too much", "short bold"
