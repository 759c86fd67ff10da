"""Themes of the user's own: TOML files in `themes` beside the settings file, like those that ship.

A file may name a theme that ships as its `base`, and then needs only what differs. One that cannot be used is left out
and said in one sentence; it never keeps the console from starting.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import tomli
from textual.theme import Theme

from atlas_tui.theming import read_values, shipped_texts, theme_of_values
from core.domain.errors import ConfigError
from core.domain.text import one_line

_MOST_FILES: Final = 50
_MOST_BYTES: Final = 64_000
_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class UserThemes:
    """What the folder holds.

    Attributes:
        themes: those that can be used, by file name.
        problems: one sentence for each file that cannot: the file, the key, why.
    """

    themes: tuple[Theme, ...] = ()
    problems: tuple[str, ...] = ()


def load_user_themes(folder: Path | None, taken: Collection[str] = (), sixteen: bool = False) -> UserThemes:
    """The themes of a folder; None or an absent folder has none. Raises nothing.

    Args:
        folder: `themes` beside the settings file.
        taken: names that may not be used again, those that ship.
        sixteen: in the terminal's sixteen colours.
    """
    themes: dict[str, Theme] = {}
    problems: list[str] = []
    files, why = theme_files(folder) if folder else ((), "")
    if why:
        problems.append(why)
    for path in files:
        try:
            theme = _theme(path, sixteen)
            if theme.name in taken or theme.name in themes:
                raise ConfigError(f"theme {_said(path)}: name: there is a theme {theme.name} already")
            themes[theme.name] = theme
        except ConfigError as error:
            problems.append(f"{error}; the file is left out")
    return UserThemes(tuple(themes.values()), tuple(problems))


def theme_files(folder: Path) -> tuple[tuple[Path, ...], str]:
    """The theme files of a folder, by name, at most 50, and why there are not all of them (or an empty text)."""
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix == ".toml") if folder.is_dir() else []
    except OSError as error:
        return (), f"theme folder {folder} cannot be read: {error.strerror}"
    more = f"theme folder {folder} holds {len(found)} files; the first {_MOST_FILES} are read"
    return tuple(found[:_MOST_FILES]), more if len(found) > _MOST_FILES else ""


def _theme(path: Path, sixteen: bool) -> Theme:
    """Raises ConfigError."""
    source = _said(path)
    values = {"name": path.stem, **read_values(_text(path), source)}
    if isinstance(values["name"], str):
        values["name"] = one_line(values["name"], _NAME)
        if not values["name"]:
            raise ConfigError(f"theme {source}: name: is empty")
    values = _on_base(values, source)
    return theme_of_values(values, source, sixteen)


def _on_base(values: dict[str, Any], source: str) -> dict[str, Any]:
    """The values laid over those of the theme they name as their base. Raises ConfigError."""
    base = values.pop("base", None)
    if base is None:
        return values
    shipped = {str(one["name"]): one for one in map(tomli.loads, shipped_texts().values())}
    below = shipped.get(str(base)) or shipped.get(f"atlas-{base}")
    if below is None:
        raise ConfigError(f"theme {source}: base: must be one of {', '.join(sorted(shipped))}")
    merged: dict[str, Any] = {**below, **values}
    for table in ("ground", "ink"):
        over = values.get(table, {})
        if isinstance(over, Mapping):
            merged[table] = {**below[table], **over}
    return merged


def _text(path: Path) -> str:
    """Raises ConfigError."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ConfigError(f"theme {_said(path)}: is larger than {_MOST_BYTES // 1000} kB")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"theme {_said(path)}: is not UTF-8 text (byte {error.start})") from error
    except OSError as error:
        raise ConfigError(f"theme {_said(path)}: cannot be read: {error.strerror}") from error


def _said(path: Path) -> str:
    return one_line(path.name, 80)
