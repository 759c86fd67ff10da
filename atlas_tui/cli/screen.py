"""The console as the command line shows it, made from settings."""

from atlas_tui.app import AtlasApp
from atlas_tui.cli.known import THEMES
from atlas_tui.options import ConsoleOptions
from atlas_tui.zones import zone_named
from core.config import Settings
from core.ports import DeskLink


def screen_for(link: DeskLink, settings: Settings) -> AtlasApp:
    """The console of these settings, looking through `link`."""
    ui = settings.ui
    options = ConsoleOptions(
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
    )
    return AtlasApp(link, options, settings.keys)
