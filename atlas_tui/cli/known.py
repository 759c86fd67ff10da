"""The words of the console that settings may use: themes and ids of actions."""

import importlib
from collections.abc import Collection, Mapping
from pathlib import Path

import tomli

import themes
from core.config import Known, named_config_path
from core.config.places import THEMES
from core.domain.text import one_line

HISTORY = "history"
"""File in the state directory: the lines typed after `:`."""

_KEYMAP = "atlas_tui.keymap"  # imports Textual: only when a key is set


def console_words(config: Path | None = None) -> Known:
    """Names of themes, with and without `atlas-`, and ids of the actions a key can be given to.

    Args:
        config: the settings file; its neighbour `themes` may hold the user's own. A file there that cannot be used is
            known by its name all the same: the console then takes another theme and says why.
    """
    texts = [path.read_text("utf-8") for path in Path(themes.__path__[0]).glob("*.toml")]
    names = {str(tomli.loads(text)["name"]) for text in texts}
    names |= {name.removeprefix("atlas-") for name in names}
    own = (config or named_config_path()).parent / THEMES
    if own.is_dir():
        for path in sorted(own.glob("*.toml")):
            names |= {path.stem, _name_in(path)}
    return Known(themes=tuple(sorted(names)), actions=_actions)


def _name_in(path: Path) -> str:
    """The name a theme file gives itself; that of the file where it cannot be read."""
    try:
        return one_line(str(tomli.loads(path.read_text("utf-8")).get("name", path.stem)), 40) or path.stem
    except (OSError, ValueError, RecursionError):
        return path.stem


def check_keys(keys: Mapping[str, str]) -> None:
    """See that no two actions share a key and no reserved key is given away.

    Raises:
        ConfigError: names the actions.
    """
    if keys:
        importlib.import_module(_KEYMAP).resolve(keys)


def _actions() -> Collection[str]:
    return [act.id for act in importlib.import_module(_KEYMAP).ACTS]
