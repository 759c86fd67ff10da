"""Every setting by its dotted key, read off the schema: type, default, bounds, meaning."""

from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from msgspec import Struct

from core.config.allowed import Allowed
from core.config.schema import SettingsFile


class Option(Struct, frozen=True):
    """One setting.

    Attributes:
        key: dotted, e.g. `filters.veto`.
        kind: its Python type.
        default: value of that type.
        allowed: what it may be.
        meaning: what it is for, a few words.
    """

    key: str
    kind: Any
    default: Any
    allowed: Allowed
    meaning: str

    @property
    def is_table(self) -> bool:
        """Is it a table whose keys the user chooses, as `[keys]` or `[tiers.swing]`?"""
        return get_origin(self.kind) is dict


def _options(struct: Struct, prefix: str = "") -> Iterator[Option]:
    for name, hint in get_type_hints(type(struct), include_extras=True).items():
        value = getattr(struct, name)
        if isinstance(value, Struct):
            yield from _options(value, f"{prefix}{name}.")
        elif get_origin(hint) is Annotated:
            kind, allowed, meaning = get_args(hint)
            yield Option(prefix + name, kind, value, allowed, meaning)


OPTIONS = {option.key: option for option in _options(SettingsFile())}
"""By dotted key, in the order of the schema."""

SECTIONS = {key.rpartition(".")[0] for key in OPTIONS if "." in key} | {key for key in OPTIONS if OPTIONS[key].is_table}
"""Names of tables a file may open."""


def section_meaning(section: str) -> str:
    """The first line of the section's docstring; of a free table, its meaning."""
    if section in OPTIONS:
        return OPTIONS[section].meaning[:1].upper() + OPTIONS[section].meaning[1:] + "."
    return (type(getattr(SettingsFile(), section)).__doc__ or "").strip().splitlines()[0]
