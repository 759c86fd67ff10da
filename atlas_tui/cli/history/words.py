"""What the verbs of the history share: where it is, and how its holes are told."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from core.config import Settings
from core.research.history.holes import Hole
from core.research.history.series import SeriesName
from core.research.history.store import History
from core.research.history.texts import moment

LONGEST = 5
"""Holes shown beside an answer; `gaps` lists them all."""


def history_of(settings: Settings) -> History:
    """The history of the settings' state directory."""
    return History(settings.state_dir)


def counted(number: int, what: str) -> str:
    """`1 row`, `2,976 rows`."""
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def hole_row(hole: Hole) -> dict[str, Any]:
    """A hole as a record; `until` is the opening of the bar behind it."""
    return {"since": moment(hole.since_s), "until": moment(hole.until_s), "bars": hole.bars}


def holes_told(name: SeriesName, holes: Sequence[Hole], clock: Callable[[datetime], str], zone: str) -> str:
    """How much is absent, and the longest holes, oldest first."""
    absent = sum(hole.bars for hole in holes)
    longest = sorted(sorted(holes, key=lambda hole: -hole.bars)[:LONGEST], key=lambda hole: hole.since_s)
    spans = [f"{clock(datetime.fromtimestamp(hole.since_s, UTC))} ({hole.bars:,})" for hole in longest]
    more = f"; atlas history gaps {name.symbol} --timeframe {name.timeframe} lists all" if len(holes) > LONGEST else ""
    return f"  {counted(len(holes), 'hole')}, {counted(absent, 'bar')} absent: {', '.join(spans)} {zone}{more}"
