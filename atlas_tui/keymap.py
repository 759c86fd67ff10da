"""Every key of the console, in one table: bindings, footer, help screen and the README's list are made from it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Final

from textual.binding import Binding, BindingType

from atlas_tui.acts.glyphs import glyph, key_names
from atlas_tui.acts.registry import ACTS
from atlas_tui.acts.stage import GROUPS, Act
from core.domain.errors import ConfigError

NEVER: Final = ("ctrl+z", "ctrl+c", "ctrl+q")
"""Keys that cannot be given away: suspending would stop the stops, and ctrl+c must always end the console."""


class KeyRefused(ConfigError):
    """A key that cannot be had; `actions` are the configured ones that ask for it."""

    def __init__(self, text: str, *actions: str) -> None:
        super().__init__(text)
        self.actions = actions


def resolve(overrides: Mapping[str, str]) -> tuple[Act, ...]:
    """The table with `[keys]` of the configuration applied: `scan = "f5,s"`.

    Raises:
        KeyRefused: an unknown action, a key that cannot be given away, or two actions on one key; named.
    """
    table = {key.id: key for key in ACTS}
    for action, text in overrides.items():
        if action not in table:
            near = get_close_matches(action, table, n=1, cutoff=0.0)
            raise KeyRefused(f"[keys] {action}: there is no such action; the nearest is {near[0]}", action)
        keys = key_names(text)
        if not keys:
            raise KeyRefused(f"[keys] {action}: give at least one key", action)
        for key in keys:
            if key in NEVER:
                raise KeyRefused(f"[keys] {action} = {key!r}: this key cannot be given away", action)
        table[action] = replace(table[action], keys=keys)
    _refuse_clashes(tuple(table.values()), overrides)
    return tuple(table.values())


def bindings() -> list[BindingType]:
    """Textual's bindings of the console, each with its id."""
    return [
        Binding(",".join(act.keys), f"act('{act.id}')", act.text, show=False, id=act.id) for act in ACTS if act.keys
    ]


def textual_keymap(keys: Sequence[Act]) -> dict[str, str]:
    """What `App.set_keymap` takes: only what differs from the defaults."""
    defaults = {key.id: key.keys for key in ACTS}
    return {key.id: ",".join(key.keys) for key in keys if key.keys != defaults[key.id]}


def markdown_table() -> str:
    """The README's table of keys."""
    shown = [act for group in GROUPS for act in ACTS if act.group == group and act.keys]
    rows = [f"| `{act.shown}` | {act.text} | {act.id} |" for act in shown]
    return "\n".join(["| key | does | name in `[keys]` |", "|---|---|---|", *rows])


def _refuse_clashes(keys: Sequence[Act], overrides: Mapping[str, str]) -> None:
    taken: dict[str, Act] = {}
    for entry in keys:
        for key in entry.keys:
            other = taken.setdefault(key, entry)
            if other is not entry:
                names = f"{other.id} ({other.text}) and {entry.id} ({entry.text})"
                asked = (act.id for act in (other, entry) if act.id in overrides)
                raise KeyRefused(f"[keys] {glyph(key)!r} would do two things: {names}", *asked)
