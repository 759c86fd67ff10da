"""The looks of the console as settings have them, and as a glance at them does."""

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from atlas_tui.cli.glance import Glance
from atlas_tui.options import ConsoleOptions
from atlas_tui.zones import zone_named
from core.config.places import HISTORY, THEMES, state_dir_of

if TYPE_CHECKING:
    from core.config import Settings


def options_of(settings: "Settings") -> ConsoleOptions:
    """What a person has chosen."""
    ui = settings.ui
    return ConsoleOptions(
        theme=ui.theme,
        zone=zone_named(ui.zone),
        ascii_only=ui.ascii,
        flash=ui.flash,
        fps=ui.fps,
        slow_after_min=ui.slow_after_min,
        bell=ui.bell,
        osc9=ui.osc9,
        masked=ui.mask,
        themes_dir=settings.config_path.parent / THEMES,
        history=settings.state_dir / HISTORY,
        same_settings=_same(settings.config_path, settings.state_dir),
        state_words=_state_words(settings.state_dir),
    )


def first_options(seen: Glance) -> ConsoleOptions:
    """What a first frame shows of it; the rest as where nothing is chosen."""
    return ConsoleOptions(
        theme=seen.theme,
        zone=zone_named(seen.zone),
        ascii_only=seen.ascii_only,
        masked=seen.masked,
        themes_dir=seen.themes_dir,
        history=seen.state_dir / HISTORY,
        same_settings=_same(seen.config_path, seen.state_dir),
        state_words=_state_words(seen.state_dir),
    )


def _same(config_path: Path, state_dir: Path) -> tuple[str, ...]:
    return ("--config", str(config_path), "--state-dir", str(state_dir))


def _state_words(state_dir: Path) -> str:
    """The option that names it; none for where a command line looks by itself."""
    return "" if state_dir == state_dir_of(None) else f"--state-dir {quote(str(state_dir))}"
