"""Tab 5, Leverage: the day's two tiers on a tape, every symbol's maximum, and what the deadline will do."""

from datetime import datetime, timedelta
from decimal import Decimal

from atlas_tui import formats
from atlas_tui.lines import GAP, Line, clip, rule, words
from atlas_tui.views import guard_board
from atlas_tui.views.signals import side_role
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.widgets.top_bar import tier_line
from atlas_tui.zones import NEW_YORK_ZONE, DisplayZone
from core.domain.calendar import new_york_midnight
from core.domain.leverage import Tier
from core.domain.snapshot import CapView, PositionView, Snapshot

TAPE = 96
"""At most this wide: a quarter of an hour a cell."""
_DAY = timedelta(hours=24)
_SKEW_S = 2.0
_SHOWN = Decimal("0.0001")
"""Digits of a size that is only told."""


def lines(snapshot: Snapshot, width: int, zone: DisplayZone) -> tuple[Line, ...]:
    """The whole page."""
    room = max(20, width - 2)
    page: list[Line] = [rule("tier", room), tier_line(snapshot), _deadline_line(snapshot, zone), ()]
    page += tape(snapshot, min(TAPE, room), zone)
    page += [(), rule("maximum leverage", room), *_cap_lines(snapshot)]
    page += [(), rule("at the deadline", room), *_forced_lines(snapshot, room)]
    page += [(), *guard_board.block(snapshot, room, zone)]
    page += [(), *words(_footnote(snapshot), room, "readable")]
    if abs(snapshot.link.clock_skew_s) > _SKEW_S:
        warning = f"this machine's clock is {snapshot.link.clock_skew_s:+.1f} s off the venue's: check it"
        page.insert(0, (Cell(warning, "setup bold"),))
    return tuple((GAP, *clip(line, room)) for line in page)


def tape(snapshot: Snapshot, width: int, zone: DisplayZone) -> list[Line]:
    """24 hours from the opening of the intraday tier: █ intraday, ░ swing, ▲ now, the hours below."""
    window = snapshot.policy.tiers.window
    start = new_york_midnight(snapshot.at) + timedelta(hours=window.opens.hour, minutes=window.opens.minute)
    if start > snapshot.at:
        start -= _DAY
    step = _DAY / width
    cells: list[Cell] = []
    for index in range(width):
        inside = window.is_intraday(start + step * index + step / 2)
        cells.append(Cell("█" if inside else "░", "setup" if inside else "open"))
    now = min(width - 1, max(0, int((snapshot.at - start) / step)))
    pointer: Line = (Cell(" " * now), Cell("▲", "text bold"))
    note = f" now {zone.hour_minute(snapshot.at)} {zone.name(snapshot.at)}"
    if now + 1 + len(note) > width:
        pointer = (Cell(note.strip().rjust(now)[:now], "readable"), Cell("▲", "text bold"))
    else:
        pointer = (*pointer, Cell(note, "readable"))
    return [_merged(cells), pointer, _hours(start, width, zone), *_marks(snapshot, start, width)]


def _marks(snapshot: Snapshot, start: datetime, width: int) -> list[Line]:
    """Closes of 4h bars, funding instants and the Friday maintenance under the tape, and what the letters mean."""
    row = [" "] * width
    hours = snapshot.quotes[0].funding_interval_hours if snapshot.quotes else snapshot.policy.funding.interval_hours
    for index in range(width):
        begins, ends = start + _DAY / width * index, start + _DAY / width * (index + 1)
        if snapshot.policy.maintenance.contains(begins):
            row[index] = "M"
        elif _holds(begins, ends, hours):
            row[index] = "f"
        elif _holds(begins, ends, 4):
            row[index] = "|"
    text = "".join(row)
    told = "f funding  | 4h close" + ("  M maintenance" if "M" in text else "")
    return [(Cell(text, "open"),), (Cell(told, "readable"),)]


def _holds(begins: datetime, ends: datetime, hours: int) -> bool:
    """Does a multiple of so many hours since the epoch lie in [begins, ends)?"""
    step = hours * 3600
    first = -(-int(begins.timestamp()) // step) * step
    return begins.timestamp() <= first < ends.timestamp()


def _merged(cells: list[Cell]) -> Line:
    """Runs of the same look in one cell each."""
    found: list[Cell] = []
    for cell in cells:
        if found and found[-1].role == cell.role:
            found[-1] = Cell(found[-1].text + cell.text, cell.role)
        else:
            found.append(cell)
    return tuple(found)


def _hours(start: datetime, width: int, zone: DisplayZone) -> Line:
    text = ""
    for hour in range(0, 24, 3 if width >= 60 else 6):
        label = zone.hour_minute(start + timedelta(hours=hour))
        text = text.ljust(int(hour * width / 24)) + label
    return (Cell(text[:width], "readable"),)


def _deadline_line(snapshot: Snapshot, zone: DisplayZone) -> Line:
    left = formats.countdown((snapshot.deadline_at - snapshot.at).total_seconds())
    both = f"{zone.hour_minute(snapshot.deadline_at)} {zone.name(snapshot.deadline_at)}"
    if zone != NEW_YORK_ZONE:
        both += f" ({NEW_YORK_ZONE.hour_minute(snapshot.deadline_at)} ET)"
    return (
        Cell("positions over the swing maximum are closed at ", "readable"),
        Cell(both, "text bold"),
        Cell(f", in {left}", "readable"),
    )


def _cap_lines(snapshot: Snapshot) -> list[Line]:
    head = Cell(f"{'sym':<6}{'intraday':>9}{'swing':>7}{'venue':>7}{'yours':>7}{'now':>7}", "readable")
    return [(head,), *(_cap_line(snapshot, cap) for cap in snapshot.caps)]


def _cap_line(snapshot: Snapshot, cap: CapView) -> Line:
    intraday = snapshot.tier is Tier.INTRADAY
    return (
        Cell(f"{cap.symbol:<6}", "text bold"),
        Cell(f"{formats.leverage(cap.intraday):>9}", "setup bold" if intraday else "readable"),
        Cell(f"{formats.leverage(cap.swing):>7}", "readable" if intraday else "setup bold"),
        Cell(f"{formats.leverage(cap.venue):>7}"),
        Cell(f"{formats.leverage(snapshot.policy.risk.max_leverage):>7}"),
        Cell(f"{formats.leverage(cap.effective):>7}", "text bold"),
    )


def _forced_lines(snapshot: Snapshot, width: int) -> list[Line]:
    if not snapshot.positions:
        return [(Cell("Nothing is open: nothing will be closed.", "readable"),)]
    return [_forced_line(snapshot, view, width) for view in snapshot.positions]


def _forced_line(snapshot: Snapshot, view: PositionView, width: int) -> Line:
    item, equity = view.position, snapshot.account.equity
    ratio = item.notional(view.mark) / equity if equity > 0 else None
    limit = snapshot.policy.tiers.maximum(item.symbol, Tier.SWING)
    too_much = f": {formats.size(view.excess.quantize(_SHOWN))} too much" if view.excess and width >= 60 else ""
    closed = Cell(f"would be CLOSED{too_much}", "short bold")
    fate = closed if view.closes_at_deadline else Cell("stays, as swing", "long")
    arithmetic = f"{formats.usd(item.notional(view.mark))} / {formats.usd(equity)} = " if width >= 70 else ""
    return (
        Cell(f"{item.symbol:<6}", "text bold"),
        Cell(f"{formats.side(item.side):<8} ", side_role(item.side)),
        Cell(f"{arithmetic}{formats.leverage(ratio)} of {formats.leverage(limit)}  "),
        fate,
    )


def _footnote(snapshot: Snapshot) -> str:
    window = snapshot.policy.tiers.window
    return (
        f"Intraday from {window.opens:%H:%M} to {window.closes:%H:%M} New York time, entries take the swing maximum "
        f"from {window.deadline:%H:%M}. Now is the least of the tier, yours and the venue's."
    )
