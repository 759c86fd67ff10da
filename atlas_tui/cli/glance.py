"""What the first frame tells, read at a glance: the settings are checked whole behind it, and refuse the start then."""

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from atlas_tui.screens.opening import Opening
from atlas_tui.shell import Shell
from core.config.places import THEMES, named_config_path, state_dir_of
from core.config.words import is_loopback
from core.domain.link import LinkView, Mode

if TYPE_CHECKING:
    from core.config import Settings

_TOML = "tomli"  # only where there is a file
SYMBOLS = ("BTC", "ETH", "SOL")
"""What is watched where no settings say otherwise, as in the schema."""
ZONE = "UTC"
"""The clock where none is chosen, as in the schema."""
_LONGEST = 20


class Glance(NamedTuple):
    """What is needed before there is a desk.

    Attributes:
        theme: as it is written; an unknown one gives the default.
        config_path: the settings file that was read, or would be.
        opening: what the first frame tells.
        zone: name of the clock that times are shown on; an unknown one gives UTC.
        masked: amounts of money are hidden.
        since_key: what `[keys]` says of the strip "since you left"; empty for its own key.
    """

    state_dir: Path
    theme: str
    config_path: Path
    ascii_only: bool
    mouse: bool
    opening: Opening
    zone: str
    masked: bool
    since_key: str

    @property
    def themes_dir(self) -> Path:
        """Folder of the user's own themes."""
        return self.config_path.parent / THEMES

    def shell(self) -> Shell:
        """The shell, with its first frame and nothing behind it yet."""
        return Shell(self.theme, self.themes_dir, self.ascii_only, self.opening)


def glance_at(asked: Mapping[str, Any]) -> Glance:
    """What options and the settings file say, as far as it can be used. Raises nothing for what it cannot.

    Args:
        asked: values by the option's name.
    """
    path = asked.get("config") or named_config_path()
    file = _read(path)
    ui, venue = _table(file, "ui"), _table(file, "venue")
    theme, rest = asked.get("theme") or ui.get("theme"), asked.get("rest") or venue.get("rest")
    keys = _table(file, "keys")
    zone, since_key = asked.get("zone") or ui.get("zone"), keys.get("since")
    preset = asked.get("preset") or ""
    link = LinkView(
        mode=Mode.DEMO if isinstance(rest, str) and is_loopback(rest) else Mode.PAPER,
        preset="" if preset == "none" else preset,
        loading="starting",
    )
    return Glance(
        state_dir=state_dir_of(asked.get("state_dir")),
        theme=theme if isinstance(theme, str) else "dark",
        config_path=path,
        ascii_only=bool(asked.get("ascii") or ui.get("ascii") is True),
        mouse=not asked.get("no_mouse") and ui.get("mouse") is not False,
        opening=Opening(link, _symbols(file.get("symbols")), bool(keys)),
        zone=zone if isinstance(zone, str) else ZONE,
        masked=bool(asked.get("mask") or ui.get("mask") is True),
        since_key=since_key if isinstance(since_key, str) else "",
    )


def glance_of(settings: "Settings", link: LinkView) -> Glance:
    """The same from settings that have been read."""
    ui = settings.ui
    return Glance(
        state_dir=settings.state_dir,
        theme=ui.theme,
        config_path=settings.config_path,
        ascii_only=ui.ascii,
        mouse=ui.mouse,
        opening=Opening(link, settings.policy.symbols, bool(settings.keys)),
        zone=ui.zone,
        masked=ui.mask,
        since_key=settings.keys.get("since", ""),
    )


def _read(path: Path) -> Mapping[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        found: Mapping[str, Any] = importlib.import_module(_TOML).loads(text)
    except (OSError, ValueError, RecursionError):
        return {}
    return found


def _table(file: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = file.get(name)
    return found if isinstance(found, dict) else {}


def _symbols(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        return SYMBOLS
    named = [one for one in value if isinstance(one, str) and one.isascii() and one.isprintable()]
    return tuple(one[:_LONGEST] for one in named) or SYMBOLS
