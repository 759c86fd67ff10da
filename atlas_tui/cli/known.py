"""The words of the console that settings may use: themes and ids of actions."""

import importlib
from collections.abc import Collection
from pathlib import Path

import tomli

import themes
from core.config import Known, Settings, named_config_path
from core.config.places import THEMES
from core.config.toml_text import line_of
from core.domain.errors import ConfigError
from core.domain.text import one_line

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


def check_keys(settings: Settings) -> None:
    """See that no two actions share a key and no reserved key is given away.

    Raises:
        ConfigError: names the actions, the file and the lines.
    """
    if not settings.keys:
        return
    keymap = importlib.import_module(_KEYMAP)
    try:
        keymap.resolve(settings.keys)
    except keymap.KeyRefused as error:
        raise ConfigError(f"{_where(settings.config_path, error.actions)}: {error}") from error


def _where(file: Path, actions: Collection[str]) -> str:
    """`config.toml, lines 3 and 5`."""
    text = file.read_text("utf-8") if file.is_file() else ""
    numbers = sorted({number for action in actions if (number := line_of(text, f"keys.{action}")) is not None})
    noun = "line" if len(numbers) == 1 else "lines"
    return f"{file}, {noun} {' and '.join(map(str, numbers))}" if numbers else str(file)


def _actions() -> Collection[str]:
    return [act.id for act in importlib.import_module(_KEYMAP).ACTS]
