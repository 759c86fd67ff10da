"""The themes of a running console: the first one, the others, and stepping through them as `t` and `:theme` do."""

import importlib
from pathlib import Path
from typing import Any

from textual.app import App

from atlas_tui.theming import DEFAULT_THEME, load_theme, load_themes

_USERS = "atlas_tui.user_themes"  # only where there may be some


def _sixteen(app: App[Any]) -> bool:
    """Has its terminal sixteen colours only? Greys need no choice by hue."""
    return app.console.color_system == "standard" and not app.no_color


def first_theme(app: App[Any], folder: Path | None, wanted: str) -> None:
    """Show the wanted theme: one that ships is read alone, the others are registered later."""
    theme = load_theme(wanted, _sixteen(app))
    if theme is None:
        register_themes(app, folder, wanted)
        return
    app.register_theme(theme)
    # As setting `app.theme` would, but for reading the whole stylesheet a second time once it has been read.
    app.set_reactive(App.theme, theme.name)
    shown = {f"-theme-{theme.name}": True, "-dark-mode": theme.dark, "-light-mode": not theme.dark}
    app.update_classes(shown, update=False)
    app.stylesheet.set_variables(app.get_css_variables())


def register_themes(app: App[Any], folder: Path | None, wanted: str) -> tuple[str, ...]:
    """Give an app every theme, in what colours its terminal has, and show the wanted one, or the default.

    Returns:
        One sentence for each file of the user's folder that cannot be used.
    """
    sixteen = _sixteen(app)
    shipped = load_themes(sixteen)
    for name in theme_names(app):  # the first one again, in its place among the others
        app.unregister_theme(name)
    for theme in shipped:
        app.register_theme(theme)
    problems: tuple[str, ...] = ()
    if folder is not None and folder.is_dir():
        own = importlib.import_module(_USERS).load_user_themes(folder, [theme.name for theme in shipped], sixteen)
        for theme in own.themes:
            app.register_theme(theme)
        problems = own.problems
    if not take_theme(app, wanted):
        app.theme = DEFAULT_THEME
    return problems


def theme_names(app: App[Any]) -> tuple[str, ...]:
    """Themes that `t` and `:theme` go through: ours and the user's, in the order they were registered."""
    return tuple(name for name, theme in app.available_themes.items() if "atlas-mono" in theme.variables)


def take_theme(app: App[Any], name: str) -> bool:
    """Show a theme at once, by its name with or without `atlas-`; False when there is none of that name."""
    names = theme_names(app)
    found = next((each for each in (name, f"atlas-{name}") if each in names), "")
    if found:
        app.theme = found
    return bool(found)


class Preview:
    """How a theme looks while its name is typed; `show("")` puts back the one from before."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._before = app.theme

    def show(self, name: str) -> None:
        """This theme, or the one from before where there is none of that name."""
        if not (name and take_theme(self._app, name)):
            self._app.theme = self._before


def next_theme(app: App[Any], by: int = 1) -> str:
    """Show the theme so many places on, around the end; returns its name."""
    names = theme_names(app)
    at = names.index(app.theme) if app.theme in names else -by
    app.theme = names[(at + by) % len(names)]
    return app.theme
