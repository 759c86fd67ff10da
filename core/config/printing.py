"""Settings as TOML text: what holds now with its source, and the commented file `config init` writes."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.config.options import OPTIONS, Option, section_meaning
from core.config.secrets import NAMES
from core.config.settings import Settings
from core.config.toml_text import toml_key, toml_value

_EXAMPLES = {"[keys]": '\n# scan = "f5"', "[review.policy]": '\n# "SOL 15m SHORT" = "ask"'}
"""An entry for each table that is empty by default."""


def shown(settings: Settings) -> str:
    """The effective values as TOML, each with its source behind it; of secrets only where they come from."""
    lines = [
        f"# file: {settings.config_path}{'' if settings.config_path.is_file() else ' (not there)'}",
        f"# state directory: {settings.state_dir}",
    ]
    for name in NAMES:
        found = settings.secrets.get(name)
        lines.append(f"# {name}: {f'{found.secret}  # {found.source}' if found else 'not set'}")
    for key, value in _in_sections(settings.values, lines):
        lines.append(f"{key.written} = {toml_value(value)}  # {settings.sources[key.dotted]}")
    return "\n".join(lines) + "\n"


def commented() -> str:
    """A settings file of nothing but comments: every key with its default, bounds and meaning."""
    lines = [
        "# ATLAS settings. Every key is shown with its default; take away the # in front to change one.",
        "# atlas config show prints what holds, and why.",
    ]
    values = {key: option.default for key, option in OPTIONS.items()}
    for key, value in _in_sections(_spread(values), lines):
        if key.first:
            lines.append(f"# {key.option.meaning}: {key.option.allowed.says()}")
        lines.append(f"# {key.written} = {toml_value(value)}")
    return "\n".join(line + _EXAMPLES.get(line, "") for line in lines) + "\n"


class _Key:
    """One line's key: as it is written under its section, and its option."""

    def __init__(self, dotted: str, section: str, option: Option, first: bool) -> None:
        self.dotted = dotted
        self.written = toml_key(dotted[len(section) + 1 :] if section else dotted)
        self.option = option
        self.first = first


def _spread(values: Mapping[str, Any]) -> dict[str, Any]:
    """Tables spread into their entries."""
    spread: dict[str, Any] = {}
    for key, value in values.items():
        spread |= {f"{key}.{name}": one for name, one in value.items()} if OPTIONS[key].is_table else {key: value}
    return spread


def _in_sections(values: Mapping[str, Any], lines: list[str]) -> Iterator[tuple[_Key, Any]]:
    """Keys and values in the schema's order; section headers go to `lines` on the way."""
    section = ""
    for name, option in OPTIONS.items():
        here = name if option.is_table else name.rpartition(".")[0]
        if here != section:
            section = here
            lines.extend(("", f"# {section_meaning(section)}", f"[{section}]"))
        entries = [key for key in values if key == name or (option.is_table and key.startswith(name + "."))]
        for index, key in enumerate(entries):
            yield _Key(key, section, option, index == 0), values[key]
