"""The strip "since you left": what happened since the last key, or during the last absence; pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from atlas_tui import formats
from atlas_tui.lines import Line, clip, flow, text_of, words
from atlas_tui.views.words import REFUSALS
from atlas_tui.widgets.strip_shape import strip_rows
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.zones import DisplayZone
from core.domain.figures import counted
from core.domain.review_views import AbsenceView, DealView, StopKind, StopView

if TYPE_CHECKING:
    from core.domain.snapshot import Snapshot  # every event there is: not before the strip is on the first frame

Telling = Literal["start", "asked", ""]
"""Why the strip is there: a console has begun and nobody has pressed a key yet; it was asked for; it is not there."""
MOST: Final = 8
"""Most lines of the strip."""
_ZONE_FROM: Final = 60
"""Width from which the strip names its clock; below, the status bar does."""


def room(width: int, height: int, symbols: int) -> int:
    """Most lines of the strip on a terminal of this size: about a third of what the bars leave."""
    return min(MOST, 1 + (height - 4 - strip_rows(height, width, symbols)) // 3)


def strip(
    snapshot: "Snapshot", telling: Telling, zone: DisplayZone, width: int, rows: int, key: str = "~"
) -> tuple[Line, ...]:
    """The lines to show, none where there is nothing to tell.

    Args:
        snapshot: what is known.
        telling: why the strip is there.
        zone: clock that times are shown on.
        width: cells of the screen.
        rows: most lines there is room for.
        key: that opens the strip, as printed.
    """
    views = told(snapshot, telling)
    if telling == "asked" and not views:
        return _closable(words(_calm(snapshot, zone), width - 2, "readable"), width, rows, key)
    return strip_of(views, snapshot.at, zone, width, rows, key)


def strip_of(
    views: Sequence[AbsenceView], now: datetime, zone: DisplayZone, width: int, rows: int, key: str = "~"
) -> tuple[Line, ...]:
    """The same of these absences, at this moment of the desk's clock; none where there are none."""
    found: list[Line] = []
    for view in views:
        found += _lines(view, now, zone, width - 2, rows - len(found))
    return _closable(found, width, rows, key)


def _closable(found: Sequence[Line], width: int, rows: int, key: str) -> tuple[Line, ...]:
    """So many of the lines, and how to close them where there is room for that."""
    within = width - 2
    hint = f"any key closes this, {key} opens it again"
    closing: list[Line] = [(Cell(hint, "readable"),)] if found and len(hint) <= within else []
    return tuple((Cell(" "), *clip(line, within)) for line in [*found, *closing][: max(0, rows)])


def summary(view: AbsenceView, now: datetime, zone: DisplayZone) -> tuple[str, ...]:
    """One absence in texts of any length: `since 23:10 UTC: 3 signals, 1 trigger, 0 exits` and what else there is."""
    return tuple(text_of(line) for line in _lines(view, now, zone, 1_000_000, MOST))


def told(snapshot: "Snapshot", telling: Telling) -> list[AbsenceView]:
    """What is told, the newest first."""
    running, last = snapshot.absence, snapshot.last_absence
    if telling != "asked":
        return [running] if telling and running.is_news else []
    return [*([running] if running.is_news else []), *([last] if last is not None else [])]


def _calm(snapshot: "Snapshot", zone: DisplayZone) -> str:
    since = snapshot.absence.since
    if since is None:
        return "nobody has been away yet"
    return f"nothing has happened since {_moment(since, snapshot.at, zone)} {zone.name(since)}"


def _lines(view: AbsenceView, now: datetime, zone: DisplayZone, width: int, rows: int) -> list[Line]:
    """One absence: counts, exits, ends of the desk, and what else happened while there is room; exits are money."""
    found = [*flow(_counts(view), width, _heading(view, now, zone, width))]
    ends = [line for stop in _stops(view) for line in _stop_lines(stop, now, zone, width)]
    exits = [_deal(deal) for deal in reversed(view.deals) if deal.reason is not None]
    rest = [*(_deal(deal) for deal in reversed(view.deals) if deal.reason is None), *_rest(view)]
    found += _fitting(exits, width, max(1, rows - len(found) - len(ends)))
    found += ends
    return [*found, *_fitting(rest, width, rows - len(found))]


def _heading(view: AbsenceView, now: datetime, zone: DisplayZone, width: int) -> Line:
    """`since 23:10:`, or `away 23:10-07:40:` of an absence that is over."""
    if view.since is None:
        return (Cell("since the beginning: ", "brand bold"),)
    named = f" {zone.name(view.since)}" if width >= _ZONE_FROM else ""
    began = _moment(view.since, now, zone)
    if view.until is None:
        return (Cell(f"since {began}{named}: ", "brand bold"),)
    return (Cell(f"away {began}-{_moment(view.until, now, zone)}{named}: ", "brand bold"),)


def _counts(view: AbsenceView) -> list[Line]:
    """Signals, triggers and exits always; what the exits came to."""
    pieces: list[Line] = [
        (Cell(counted(view.signals, "signal")),),
        (Cell(counted(view.triggered, "trigger")),),
        (Cell(counted(view.exits, "exit")),),
    ]
    if view.exits:
        role = "long bold" if view.net >= 0 else "short bold"
        pieces.append((Cell(formats.r_multiple(view.r_multiple), role),))
        pieces.append((Cell(f"net {formats.usd(view.net, signed=True)}", role),))
    return pieces


def _stops(view: AbsenceView) -> list[StopView]:
    """The newest end, after the newest that nobody asked for."""
    unasked = [stop for stop in view.stops if stop.kind is not StopKind.ASKED][-1:]
    return [stop for stop in view.stops if stop in (*unasked, view.stops[-1])]


def _stop_lines(stop: StopView, now: datetime, zone: DisplayZone, width: int) -> tuple[Line, ...]:
    """An end of the desk and the time without one, up to now where there still is none: a sentence, or a few words
    where that takes more than a line.
    """
    at = _moment(stop.at, now, zone)
    down_s = ((stop.until or now) - stop.at).total_seconds()
    down = f", down {formats.age(down_s)}" if down_s >= 1 else ""
    whole, short = {
        StopKind.ASKED: (f"the desk was asked to stop at {at}", f"asked to stop at {at}"),
        StopKind.HANGUP: (f"the link dropped at {at}, the desk stopped with it", f"link dropped at {at}"),
        StopKind.HARD: (f"the desk was stopped hard after {at}", f"stopped hard after {at}"),
    }[stop.kind]
    role = "readable" if stop.kind is StopKind.ASKED else "setup bold"
    return words((whole if len(whole + down) <= width else short) + down, width, role)


def _rest(view: AbsenceView) -> list[Line]:
    """What else happened, the gravest first."""
    found: list[str] = []
    if view.trips:
        found.append(f"{counted(view.trips, 'guard')} tripped")
    if view.halts:
        found.append("entries halted")
    if view.alerts_failed:
        found.append(f"{counted(view.alerts_failed, 'alert')} failed")
    if view.refusals:
        code, most = view.refusals[0]
        often = REFUSALS[code] if most == view.refused else f"({most} {REFUSALS[code]})"
        found.append(f"{view.refused} refused {often}")
    if view.gaps:
        found.append(f"{counted(view.gaps, 'feed gap')} {formats.age(view.gap_s)}{' in all' if view.gaps > 1 else ''}")
    if view.restarts > 1:
        hard = f" ({view.crashes} hard)" if view.crashes else ""
        found.append(f"{view.restarts} restarts{hard}, down {formats.age(view.down_s)} in all")
    if view.funding:
        found.append(f"funding {formats.usd(view.funding, signed=True)}")
    found += [f"{count} {word}" for count, word in ((view.missed, "missed"), (view.armed, "armed")) if count]
    return [(Cell(text),) for text in found]


def _fitting(pieces: Sequence[Line], width: int, rows: int) -> tuple[Line, ...]:
    """As many of the first pieces as the rows hold, and how many more there are."""
    for shown in range(len(pieces), 0, -1):
        more: list[Line] = [(Cell(f"{len(pieces) - shown} more", "readable"),)] if shown < len(pieces) else []
        found = flow([*pieces[:shown], *more], width)
        if len(found) <= rows:
            return found
    return ()


def _deal(deal: DealView) -> Line:
    """`exit ETH 1h STOP -1.00R`, or `entry SOL 15m ▲ LONG`."""
    where = f"{deal.symbol} {deal.timeframe}"
    if deal.reason is None or deal.r_multiple is None:
        return (Cell(f"entry {where} "), Cell(formats.side(deal.side), "long" if deal.side.sign > 0 else "short"))
    result = formats.r_multiple(deal.r_multiple)
    why = deal.reason.value.replace("_", " ")
    return (Cell(f"exit {where} {why} "), Cell(result, "long bold" if deal.r_multiple >= 0 else "short bold"))


def _moment(at: datetime, now: datetime, zone: DisplayZone) -> str:
    """The shortest that is not ambiguous: `23:10` within a day, `Fri 23:10` within a week, `12-01 23:10` before."""
    ago = now - at
    if ago < timedelta(days=1):
        return zone.hour_minute(at)
    return zone.weekday_minute(at) if ago < timedelta(days=7) else zone.minute(at)
