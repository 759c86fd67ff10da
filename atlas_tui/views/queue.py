"""The review queue in the bars: what waits for a word, in groups and capped, and what happens without one."""

from atlas_tui import formats
from atlas_tui.lines import Line, Part
from atlas_tui.widgets.table_rows import Cell
from core.domain.review import AtTimeout, ReviewPolicy
from core.domain.sizing import Refusal
from core.domain.snapshot import Snapshot


def queue_parts(snapshot: Snapshot, roomy: bool = True) -> list[Part]:
    """Setups first, for a word still changes what becomes of them; then signals, which are only to be seen.

    Args:
        snapshot: what is known.
        roomy: is there room to name what waits?
    """
    inbox = frozenset(snapshot.inbox)
    setups = [view for view in snapshot.setups if view.setup.id in inbox]
    signals = len(inbox) - len(setups)
    found: list[Part] = []
    if setups:
        found.append(Part(1, _told("? ", _counted(len(setups), "setup", roomy, "waits", "wait"))))
        asked = sum(Refusal.NOT_APPROVED in view.held.values() for view in setups)
        found.append(Part(4, (Cell(_outcome(asked, len(setups), snapshot.policy.review), "readable"),)))
    if signals:
        text = _counted(signals, "signal", roomy, "unseen", "unseen")
        found.append(Part(6 if setups else 1, _told("" if setups else "? ", text)))
    return found


def _counted(count: int, noun: str, named: bool, one: str, many: str) -> str:
    """`3 setups wait`, or `3 wait`."""
    what = [] if not named else [noun if count == 1 else f"{noun}s"]
    return " ".join((formats.capped(count), *what, one if count == 1 else many))


def _told(mark: str, text: str) -> Line:
    return (Cell(mark, "setup bold"), Cell(text, "setup"))


def _outcome(asked: int, waiting: int, policy: ReviewPolicy) -> str:
    """What becomes of a setup that nobody speaks of: `auto takes`, or `2 ask: rejected after 15m`."""
    if not asked:
        return "auto takes"
    head = "ask" if asked == waiting else f"{formats.capped(asked)} ask"
    if not policy.ask_timeout_s:
        return f"{head}: never taken unasked"
    ending = "taken" if policy.at_timeout is AtTimeout.TAKE else "rejected"
    return f"{head}: {ending} after {formats.age(policy.ask_timeout_s)}"
