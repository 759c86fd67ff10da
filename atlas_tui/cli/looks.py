"""The looks of the console as settings have them."""

from atlas_tui.cli.known import HISTORY
from atlas_tui.options import ConsoleOptions
from atlas_tui.zones import zone_named
from core.config import Settings
from core.config.places import THEMES


def options_of(settings: Settings) -> ConsoleOptions:
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
    )
