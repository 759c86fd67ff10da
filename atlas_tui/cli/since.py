"""What happened since the last key, for the first frame: the first thing that is read once that is on the screen.

What is imported here delays the strip, and what the console needs besides is imported after it was painted.
"""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from atlas_tui import formats
from atlas_tui.acts.glyphs import key_names, printed
from atlas_tui.cli.glance import Glance
from atlas_tui.lines import Line
from atlas_tui.views import absence
from atlas_tui.zones import zone_named
from core.adapters.absence_reader import read_absence, read_last_instant
from core.adapters.system_clock import SystemClock
from core.domain.link import Mode
from core.domain.review_views import AbsenceView


class Since(NamedTuple):
    """What happened since the last key.

    Attributes:
        at: the desk's clock, as far as it is known: a venue on this machine goes on where its ledger ends.
        absence: what has been counted.
    """

    at: datetime
    absence: AbsenceView


def read_since(ledger: Path, mode: Mode) -> Since | None:
    """What the ledger of a desk that is not running tells; None where it tells nothing. Reads it, so not in the loop.

    Args:
        ledger: the database file.
        mode: what the desk will trade on.
    """
    view = read_absence(ledger, alone=True)
    at = SystemClock().now() if mode is Mode.PAPER else read_last_instant(ledger)
    return None if view is None or at is None else Since(at, view)


def lines_of(since: Since, seen: Glance, width: int, height: int) -> tuple[Line, ...]:
    """The strip on a terminal of this size, as the console will show it; none where there is no news."""
    formats.mask_money(seen.masked)  # in whichever task paints it
    rows = absence.room(width, height, len(seen.opening.symbols))
    key = printed(key_names(seen.since_key) or ("tilde",))
    told = [since.absence] if since.absence.is_news else []
    return absence.strip_of(told, since.at, zone_named(seen.zone), width, rows, key)
