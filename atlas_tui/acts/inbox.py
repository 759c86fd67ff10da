"""Rows and the items behind them: which wait for a word, and where the cursor goes next."""

import re
from collections.abc import Sequence

from atlas_tui.acts.stage import Stage
from atlas_tui.tabs import Tab
from core.domain.patterns import Side

_RANGE = re.compile(r"(\d+)(?:-(\d+))?")


def item_of(key: str) -> str:
    """The id behind a row's key: the Setups tab has a row for each side."""
    for side in Side:
        if key.endswith(f"|{side}"):
            return key.removesuffix(f"|{side}")
    return key


def next_waiting(keys: Sequence[str], at: int, waiting: frozenset[str]) -> str | None:
    """The first row after `at` whose item waits, going around; None where none does."""
    around = [*keys[at + 1 :], *keys[: at + 1]]
    return next((key for key in around if item_of(key) in waiting), None)


def still_waiting(stage: Stage) -> frozenset[str]:
    """What waits for a word: the picture's inbox without what has been spoken of since it was taken."""
    inbox = frozenset(stage.snapshot.inbox)
    stage.spoken &= inbox
    return inbox - stage.spoken


def advance(stage: Stage, done: Sequence[str]) -> int:
    """Put the cursor on the next row that waits, the ones just done left out; says how many still wait."""
    stage.spoken.update(done)
    waiting = still_waiting(stage)
    key = next_waiting(stage.table.keys, stage.table.cursor_row, waiting)
    if key is not None:
        stage.table.move_cursor(key)
    return len(waiting)


def to_waiting(stage: Stage) -> bool:
    """Put the cursor on a row that waits, unless it is on one; False where none waits here."""
    waiting = still_waiting(stage)
    key = stage.table.cursor_key
    if key is not None and item_of(key) in waiting:
        return True
    found = next_waiting(stage.table.keys, -1, waiting)
    return found is not None and stage.table.move_cursor(found)


def rows_asked(stage: Stage, argument: str) -> list[str] | str:
    """Ids behind `all`, `3` or `1-4` of the shown list (`all`: those that wait); a sentence where there are none.

    Without an argument it is the row under the cursor.
    """
    keys = stage.table.keys
    if not argument:
        key = stage.table.cursor_key
        return [item_of(key)] if key is not None else "there is nothing under the cursor"
    if argument == "all":
        waiting = still_waiting(stage)
        found = list(dict.fromkeys(item_of(key) for key in keys if item_of(key) in waiting))
        return found or "nothing in this list waits for a word"
    asked = _RANGE.fullmatch(argument)
    if asked is None:
        return f"which rows? a number, a range such as 1-4, or all; not {argument!r}"
    first, last = int(asked[1]), int(asked[2] or asked[1])
    if not 1 <= first <= last <= len(keys):
        return f"this list has rows 1 to {len(keys)}"
    return list(dict.fromkeys(item_of(key) for key in keys[first - 1 : last]))


def can_be_judged(stage: Stage) -> str:
    """Why no verdict can be given here; empty where it can."""
    if stage.tab not in (Tab.SIGNALS, Tab.SETUPS):
        return "verdicts are given on Signals and Setups: press 1 or 2"
    return "" if stage.table.row_count else "there is nothing here to judge"
