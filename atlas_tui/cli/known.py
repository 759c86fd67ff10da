"""The words of the console that settings may use: themes and ids of actions."""

import importlib
from collections.abc import Collection, Mapping
from importlib.resources import files

import tomli

from core.config import Known

_KEYMAP = "atlas_tui.keymap"  # imports Textual: only when a key is set


def console_words() -> Known:
    """Names of the themes that ship, with and without `atlas-`, and ids of the actions a key can be given to."""
    texts = (entry.read_text("utf-8") for entry in files("themes").iterdir() if entry.name.endswith(".toml"))
    names = {str(tomli.loads(text)["name"]) for text in texts}
    return Known(themes=tuple(sorted(names | {name.removeprefix("atlas-") for name in names})), actions=_actions)


def check_keys(keys: Mapping[str, str]) -> None:
    """See that no two actions share a key and no reserved key is given away.

    Raises:
        ConfigError: names the actions.
    """
    if keys:
        importlib.import_module(_KEYMAP).resolve(keys)


def _actions() -> Collection[str]:
    return [key.id for key in importlib.import_module(_KEYMAP).KEYS]
