"""TOML both ways: where in a text a key stands, and how a value is written."""

import re
from collections.abc import Iterator, Mapping
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import tomli

from core.domain.errors import ConfigError

_HEADER = re.compile(r"\s*\[{1,2}\s*(?P<name>[^\]]+?)\s*\]{1,2}\s*(?:#.*)?")
_KEY = re.compile(
    r"""\s*(?P<key>(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """The text and its values; numbers with a point as Decimal, exactly as written.

    Raises:
        ConfigError: the file cannot be read, is not UTF-8, or is not TOML; with its line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text (byte {error.start})") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        return text, tomli.loads(text, parse_float=Decimal)
    except (tomli.TOMLDecodeError, ValueError, ArithmeticError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        reason = str(getattr(error, "msg", "") or error).splitlines()[0]
        raise ConfigError(f"{path}{f', line {line}' if line else ''}: not valid TOML: {reason}") from error


def line_of(text: str, key: str) -> int | None:
    """The line, from 1, on which the dotted key (or the nearest table around it) is written; None if nowhere."""
    wanted = tuple(key.split("."))
    best: tuple[int, int] | None = None
    for number, written in _written(text):
        depth = len(written)
        if wanted[:depth] == written and (best is None or depth > best[0]):
            best = (depth, number)
    return best[1] if best else None


def _written(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Line and full path of every table header and key."""
    section: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if (header := _HEADER.fullmatch(line)) is not None:
            section = _parts(header["name"])
            yield number, section
        elif (match := _KEY.match(line)) is not None:
            yield number, section + _parts(match["key"])


def _parts(dotted: str) -> tuple[str, ...]:
    """The names of a path; a quoted name with points in it counts as a path, as the ids of actions are."""
    return tuple(name for part in _PART.findall(dotted) for name in part.strip("\"'").split("."))


def flattened(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted keys and values of nested tables; an empty table is a value."""
    for name, value in values.items():
        key = prefix + name
        if isinstance(value, dict) and value:
            yield from flattened(value, key + ".")
        else:
            yield key, value


def toml_value(value: object) -> str:
    """A setting as TOML writes it; times of day as `16:00`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        plain = isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < 30
        return f"{value:f}" if plain else str(value)
    if isinstance(value, time):
        return quoted(value.isoformat("minutes" if value.second == 0 else "seconds"))
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml_value(one) for one in value) + "]"
    return quoted(str(value))


def toml_key(name: str) -> str:
    """A key, quoted where TOML asks for it."""
    return name if _BARE.fullmatch(name) else quoted(name)


def quoted(text: str) -> str:
    """A basic TOML string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in escaped) + '"'
