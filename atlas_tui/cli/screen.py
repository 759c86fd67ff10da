"""The console as the command line shows it, made from settings."""

from dataclasses import replace

from atlas_tui.app import AtlasApp
from atlas_tui.cli.known import HISTORY, THEMES
from atlas_tui.options import ConsoleOptions
from atlas_tui.zones import zone_named
from core.config import Settings
from core.ports import DeskLink


def screen_for(link: DeskLink, settings: Settings, still: bool = False) -> AtlasApp:
    """The console of these settings, looking through `link`; a still one paints everything at once, for a picture."""
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
        history=settings.state_dir / HISTORY,
    )
    if still:
        options = replace(options, slow_s=0, chart_s=0, flash=False, history=None)
    return AtlasApp(link, options, settings.keys)
