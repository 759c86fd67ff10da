"""How the console calls a person who looks elsewhere: the terminal's bell and desktop notifications; pure.

A desktop notification is the terminal's OSC 9 (iTerm2, kitty, WezTerm, Windows Terminal, foot and others); inside tmux
it is wrapped so that tmux passes it on, which it does with `set -g allow-passthrough on`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from atlas_tui.notices import Notice
from atlas_tui.options import ConsoleOptions
from core.config import Bell
from core.domain.snapshot import Snapshot
from core.domain.text import one_line

UNATTENDED_S: Final = 120.0
"""Real seconds without a key after which nobody is taken to be there."""

_LONGEST: Final = 200
_PROGRESS: Final = re.compile(r"^\d+;")


@dataclass(frozen=True, slots=True)
class Call:
    """What to write to the terminal.

    Attributes:
        bell: ring it.
        escape: sequence of a desktop notification, whole; empty for none.
    """

    bell: bool = False
    escape: str = ""


def is_unattended(typed_s: float, now_s: float) -> bool:
    """Has nobody typed for two minutes? Both on the same monotonic clock, real seconds."""
    return now_s - typed_s >= UNATTENDED_S


def last_key_s(typed_s: float, snapshot: Snapshot, now_s: float) -> float:
    """When anybody last pressed a key: here, or in another console as far as the desk has been told.

    A desk is told about once a minute, so a key elsewhere counts for one minute at least and two at most.

    Args:
        typed_s: when a key was last pressed here, monotonic real seconds.
        snapshot: its absence begins with the last key the desk knows of, on the desk's clock.
        now_s: now, on the same clock as `typed_s`.
    """
    since = snapshot.absence.since
    if since is None:
        return typed_s
    return max(typed_s, now_s - max(0.0, (snapshot.at - since).total_seconds()) / snapshot.link.speed)


def call_for(
    notices: Sequence[Notice],
    options: ConsoleOptions,
    typed_s: float,
    now_s: float,
    environ: Mapping[str, str],
    new_setup: bool = False,
) -> Call:
    """How to call for what has just happened.

    Args:
        notices: entries, exits, tier changes and trouble; the last one is told.
        options: bell and osc9.
        typed_s: when a key was last pressed (or the console began), monotonic real seconds.
        now_s: now, on the same clock.
        environ: only TMUX is looked at.
        new_setup: a setup was armed; it rings, and is told when there is nothing else.
    """
    if not notices and not new_setup:
        return Call()
    away = is_unattended(typed_s, now_s)
    bell = options.bell is Bell.ALWAYS or (options.bell is Bell.UNATTENDED and away)
    if not options.osc9 or not away:
        return Call(bell)
    text = f"{notices[-1].title} {notices[-1].text}" if notices else "a new setup is armed"
    return Call(bell, notification(f"ATLAS: {text}", inside_tmux=bool(environ.get("TMUX"))))


def notification(text: str, inside_tmux: bool = False) -> str:
    """The escape sequence of a desktop notification; the text is made one safe line of at most 200 characters.

    Digits and a semicolon at its start would be read as another command of OSC 9 (progress): they are set apart.
    """
    safe = _PROGRESS.sub(lambda found: f" {found[0]}", one_line(text, _LONGEST))
    sequence = f"\x1b]9;{safe}\x07"
    if not inside_tmux:
        return sequence
    doubled = sequence.replace("\x1b", "\x1b\x1b")
    return f"\x1bPtmux;{doubled}\x1b\\"
