"""Settings values in layers: default, file, preset, option; each checked, each remembering where it came from."""

import difflib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from core.config.allowed import ClockTime, OneOf, clock_time
from core.config.options import OPTIONS, SECTIONS, Option
from core.config.toml_text import flattened, line_of, read_toml, toml_value
from core.domain.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Known:
    """Words only the console knows; an empty collection leaves them unchecked.

    Attributes:
        themes: names of themes.
        actions: gives the ids of the actions a key can be given to; asked only when a key is set.
    """

    themes: Collection[str] = ()
    actions: Callable[[], Collection[str]] = tuple


@dataclass(slots=True)
class Layers:
    """Values by dotted key (`tiers.swing.BTC` for an entry of a table) and the layer each came from."""

    known: Known = field(default_factory=Known)
    values: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    file: Path | None = None
    text: str = ""

    def put(self, key: str, value: object, source: str) -> None:
        """Check one value and lay it on top.

        Raises:
            ConfigError: unknown key, or a value that is not allowed.
        """
        option = self._option(key, source)
        if option.is_table and isinstance(value, dict):
            for name, one in value.items():
                self.put(f"{key}.{name}", one, source)
            return
        self.values[key] = self._checked(option, key, value, source)
        self.sources[key] = source

    def put_file(self, path: Path, apart: Collection[str] = ()) -> None:
        """Lay a settings file on top, but for the tables named `apart`. Raises ConfigError with file, line and key."""
        self.text, tree = read_toml(path)
        self.file = path
        for key, value in flattened({name: value for name, value in tree.items() if name not in apart}):
            if not (value == {} and key in SECTIONS):
                self.put(key, value, "file")

    def tree(self) -> dict[str, Any]:
        """The values as nested tables."""
        nested: dict[str, Any] = {}
        tables = [name for name, option in OPTIONS.items() if option.is_table]
        for key, value in self.values.items():
            table = next((name for name in tables if key.startswith(name + ".")), "")
            path = [*table.split("."), key[len(table) + 1 :]] if table else key.split(".")
            place = nested
            for name in path[:-1]:
                place = place.setdefault(name, {})
            place[path[-1]] = value
        return nested

    def refuse(self, key: str, reason: str, source: str = "") -> ConfigError:
        """An error that says where the key is written: file and line, or the layer."""
        if (source or self.sources.get(key)) != "file":
            where = f"{source or self.sources.get(key, 'default')}: " if source != "default" else ""
            return ConfigError(f"{where}{key}: {reason}")
        line = line_of(self.text, key)
        return ConfigError(f"{self.file}{f', line {line}' if line else ''}: {key}: {reason}")

    def _option(self, key: str, source: str) -> Option:
        if (option := OPTIONS.get(key)) is not None:
            return option
        for name, option in OPTIONS.items():
            if option.is_table and key.startswith(name + "."):
                actions = self.known.actions() if name == "keys" else ()
                if actions and key.removeprefix("keys.") not in actions:
                    raise self._unknown(key, [f"keys.{action}" for action in actions], source)
                return option
        if key in SECTIONS:
            raise self.refuse(key, "is a table: write it as a section of its own", source)
        raise self._unknown(key, [*OPTIONS, *SECTIONS], source)

    def _unknown(self, key: str, candidates: Collection[str], source: str) -> ConfigError:
        near = difflib.get_close_matches(key, sorted(candidates), n=1, cutoff=0.0)
        last = key.rpartition(".")[2]
        same = [one for one in sorted(candidates) if one.rpartition(".")[2] == last]
        nearest = (same or near or [""])[0]
        return self.refuse(key, f"unknown key; the nearest known one is {nearest}", source)

    def _checked(self, option: Option, key: str, value: object, source: str) -> object:
        """The value in the option's own type. Raises ConfigError with the allowed range."""
        allowed = option.allowed
        if isinstance(allowed, ClockTime) and isinstance(value, str):
            value = clock_time(value) or value
        if isinstance(allowed, OneOf) and isinstance(value, str):
            value = next((word for word in allowed.words if word.casefold() == value.casefold()), value)
        kind = option.kind.__args__[1] if option.is_table else option.kind
        try:
            typed = msgspec.convert(value, kind)
            fits = allowed.accepts(typed) and not (kind is Decimal and isinstance(value, str))
        except (msgspec.ValidationError, ArithmeticError, TypeError):
            typed, fits = value, False
        if not fits:
            raise self.refuse(key, f"{toml_value(value)[:80]} is not allowed; allowed: {allowed.says()}", source)
        if key == "ui.theme" and self.known.themes and typed not in self.known.themes:
            raise self.refuse(
                key,
                f"{toml_value(value)[:80]} is not a theme; there are {', '.join(sorted(self.known.themes))}",
                source,
            )
        return typed


def defaults(known: Known) -> Layers:
    """The bottom layer: every default."""
    layers = Layers(known)
    for key, option in OPTIONS.items():
        if option.is_table:
            for name, value in option.default.items():
                layers.values[f"{key}.{name}"] = value
                layers.sources[f"{key}.{name}"] = "default"
        else:
            layers.values[key] = option.default
            layers.sources[key] = "default"
    return layers
