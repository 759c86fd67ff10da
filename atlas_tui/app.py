"""The whole console as one app, over a desk that is already there."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from atlas_tui.console import Console
from atlas_tui.options import ConsoleOptions
from atlas_tui.shell import Shell

if TYPE_CHECKING:
    from core.ports import DeskLink  # every event and fact with it


class AtlasApp(Shell):
    """The console over a desk, from its first frame on."""

    def __init__(
        self, link: "DeskLink", options: ConsoleOptions | None = None, keys: Mapping[str, str] | None = None
    ) -> None:
        looks = options or ConsoleOptions()
        super().__init__(looks.theme, looks.themes_dir, looks.ascii_only)
        self.options = looks
        self._console = Console(self, link, looks, keys or {})

    def on_mount(self) -> None:
        """The console is there at once."""
        self.play(self._console)

    def take_looks(self, options: ConsoleOptions, keys: Mapping[str, str]) -> None:
        """Settings were read again; raises ConfigError for keys that cannot be had."""
        self._console.take_looks(options, keys)
