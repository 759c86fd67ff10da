"""The console as the command line shows it, made from settings, over a desk that is there."""

from dataclasses import replace

from atlas_tui.app import AtlasApp
from atlas_tui.cli.looks import options_of
from core.config import Settings
from core.ports import DeskLink


def screen_for(link: DeskLink, settings: Settings, still: bool = False) -> AtlasApp:
    """The console of these settings, looking through `link`; a still one paints everything at once, for a picture."""
    options = options_of(settings)
    if still:
        options = replace(options, slow_s=0, chart_s=0, flash=False, history=None)
    return AtlasApp(link, options, settings.keys)
