"""A recorded session beside the same session in bar mode: every trade that differs, each with its causes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from core.domain.errors import RecordingError
from core.domain.taped import DeskBegan, DeskEnded
from core.ports import Recording
from core.research.diff.course import Course, FactList, Held, bar_of
from core.research.diff.entries import on_entry
from core.research.diff.evidence import Cause, Evidence, Reason, ticks_of
from core.research.diff.exits import ended, exit_bar, on_exit
from core.research.diff.fates import on_one
from core.research.diff.rerun import Known, in_bar_mode, known_of
from core.session.outline import outline_of
from core.session.replay import Replaying

PUT_BACK: Final = (
    "a backup or another ledger was put in place within this recording: it is no one session; "
    "give --record another file from there on"
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A trade that the two did not make alike; None where one did not make it at all.

    Attributes:
        second: what the second result of S13.3 made of its setup, where one bar broke that on both sides.
    """

    id: str
    live: Held | None
    bars: Held | None
    reasons: tuple[Reason, ...]
    second: Held | None = None

    @property
    def made(self) -> Held:
        """The position, the live one where there is one."""
        held = self.live or self.bars
        assert held is not None, "one of them made it"
        return held

    @property
    def is_of_both_sides(self) -> bool:
        """Did one bar break both sides of its setup, so that the first result does not enter it?"""
        return any(reason.cause is Cause.BOTH_SIDES for reason in self.reasons)

    @property
    def is_explained(self) -> bool:
        """Has every part of it a cause that was shown?"""
        return all(reason.cause is not Cause.UNEXPLAINED for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of it.

    Attributes:
        since: the 15m close from which candles took the place of ticks.
        until: the close of the last candle that every symbol has.
        live: positions of the recorded desk within that.
        bars: those of bar mode.
        same: how many both made alike.
        later: live entries after the last candle, which are not compared.
        differences: in the order of their entries.
    """

    since: datetime
    until: datetime
    live: int
    bars: int
    same: int
    later: int
    differences: tuple[Difference, ...]

    @property
    def unexplained(self) -> int:
        """How many of the differences have a part without a cause."""
        return sum(1 for each in self.differences if not each.is_explained)


def compare(recording: Recording) -> Comparison:
    """Run the session both ways and compare.

    Raises:
        RecordingError: it cannot be read, or holds no whole 15m bar to compare.
    """
    outline = outline_of(recording)
    if outline.damage:
        raise RecordingError(outline.damage)
    if any(life.vain for life in outline.lives):
        raise RecordingError(PUT_BACK)
    store, live = FactList(), Course()
    _replay(recording, Replaying(recording, store, outline))
    known = known_of(recording)
    if known.switch is None or known.until is None or known.switch >= known.until:
        raise RecordingError(
            "the recording holds no whole 15m bar after its first scan: record for half an hour or more"
        )
    live.take(store.kept)
    bars = in_bar_mode(recording, outline, known)
    within = [_between(course, known.switch, known.until) for course in (live, bars)]
    seen = _evidence(recording, known, live, bars, within)
    ids = sorted({**within[0], **within[1]}, key=lambda each: _began(within, each))
    unlike = [told for each in ids if (told := _difference(seen, each, within)) is not None]
    if any(each.is_of_both_sides for each in unlike):
        unlike = _with_second(unlike, in_bar_mode(recording, outline, known, second=True))
    later = sum(1 for held in live.held.values() if held.position.entry.at >= known.until)
    counts = len(within[0]), len(within[1]), len(ids) - len(unlike)
    return Comparison(known.switch, known.until, *counts, later, tuple(unlike))


def _replay(recording: Recording, replaying: Replaying) -> None:
    """As it was, in one ledger. A kill may take its last facts away; of a desk that ended, the next one found them all.

    Raises:
        RecordingError: it did not: another ledger stood there.
    """
    lost = 0
    for number, entry in recording.entries():
        replaying.take(number, entry)
        if isinstance(entry, DeskBegan):
            lost = replaying.told.lost
        elif isinstance(entry, DeskEnded) and replaying.told.lost > lost:
            raise RecordingError(PUT_BACK)


def _with_second(unlike: Iterable[Difference], second: Course) -> list[Difference]:
    """Beside what the first result leaves out for both sides of a bar, what the second made of it."""
    by_setup = {held.position.setup_id: held for held in second.held.values()}
    return [
        replace(each, second=by_setup.get(each.made.position.setup_id)) if each.is_of_both_sides else each
        for each in unlike
    ]


def _between(course: Course, since: datetime, until: datetime) -> dict[str, Held]:
    """Positions that were entered before the last candle's close, and not over before the first."""
    return {
        name: held
        for name, held in course.held.items()
        if held.position.entry.at < until and (held.closed is None or exit_bar(held.closed.trade) >= since)
    }


def _began(within: Iterable[Mapping[str, Held]], name: str) -> tuple[datetime, str]:
    return min(held[name].position.entry.at for held in within if name in held), name


def _evidence(
    recording: Recording, known: Known, live: Course, bars: Course, within: list[dict[str, Held]]
) -> Evidence:
    wanted = set()
    for held in (each for side in within for each in side.values()):
        wanted.add((held.position.symbol, bar_of(held.position.entry.at)))
        if held.closed is not None:
            wanted.add((held.position.symbol, exit_bar(held.closed.trade)))
    return Evidence(live, bars, ticks_of(recording, wanted), known)


def _difference(seen: Evidence, name: str, within: list[dict[str, Held]]) -> Difference | None:
    """What differs of one position; None where nothing does."""
    live, bars = (held.get(name) for held in within)
    if live is None or bars is None:
        return Difference(name, live, bars, tuple(on_one(seen, live, bars)))
    found = [*on_entry(seen, live, bars), *on_exit(seen, live, bars)]
    found += on_money(seen, live, bars, explained=bool(found))
    return Difference(name, live, bars, tuple(found)) if found else None


def on_money(seen: Evidence, live: Held, bars: Held, explained: bool) -> list[Reason]:
    """Funding and fees: what price, size and time of exit do not account for.

    Args:
        seen: the evidence.
        live: the live trade.
        bars: that of bar mode.
        explained: do prices, sizes or exits differ already? Amounts then follow from them.
    """
    ours, theirs = ({paid.instant: paid for paid in held.funding} for held in (live, bars))
    shared = [each for each in ours if each in theirs]
    rates = [each for each in shared if ours[each].rate != theirs[each].rate]
    if rates:
        return [Reason(Cause.UNEXPLAINED, f"funding of {rates[0]:%m-%d %H:%M}: other rates")]
    marks = [each for each in shared if ours[each].mark != theirs[each].mark]
    if marks:
        prices = f"{ours[marks[0]].mark} live, {theirs[marks[0]].mark} at the bar's close"
        return [Reason(Cause.INSTANT_AT_CLOSE, f"funding of {marks[0]:%m-%d %H:%M} on the mark {prices}")]
    trades = [ended(held, seen.until) for held in (live, bars)]
    nets = [trade.net if trade is not None else None for trade in trades]
    if not explained and (nets[0] != nets[1] or live.position.entry.fee != bars.position.entry.fee):
        return [Reason(Cause.UNEXPLAINED, f"net {nets[0]} live, {nets[1]} in bar mode, at the same prices and size")]
    return []
