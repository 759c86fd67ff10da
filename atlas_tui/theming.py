"""The TOML files of `themes` as Textual themes, and the palette that widgets paint with.

A colour is named once, in a theme file. The stylesheet reads it as `$long`, a widget asks its `Palette` for the role
`long`; no other place knows a hex value. Colours are exact members of the xterm-256 palette, so that they look the
same in a terminal without 24 bit colour; only the two chart tints are not, and they are painted with 24 bit only.
For a terminal with sixteen colours they are replaced by those (`sixteen`).
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import tomli
from rich.style import Style
from textual.app import App
from textual.theme import Theme

import themes
from atlas_tui.sixteen import ground_of, ink_of
from core.domain.errors import ConfigError

SHIPPED: Final = Path(themes.__path__[0])
"""The folder of the themes that ship."""

DEFAULT_THEME: Final = "atlas-dark"
"""The theme of a console that was not told another."""

MODIFIERS: Final = frozenset({"bold", "reverse", "underline"})
"""Words of a role that are not colours: `long bold`."""

_PATTERN: Final = re.compile(r"`str` matching regex '[^']*'")

Hex = Annotated[str, msgspec.Meta(pattern="^#[0-9a-fA-F]{6}$")]


class Ground(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What lies behind: colours that are never written with."""

    background: Hex
    surface: Hex
    panel: Hex
    bar: Hex
    cursor_row: Hex
    grid: Hex
    zone_long: Hex
    zone_short: Hex


class Ink(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What is written. `dim` is decoration; secondary text that must be read is `readable`."""

    text: Hex
    readable: Hex
    dim: Hex
    long: Hex
    short: Hex
    inside: Hex
    outside: Hex
    setup: Hex
    stop: Hex
    target: Hex
    last: Hex
    live: Hex
    slow: Hex
    stale: Hex
    maint: Hex
    failed: Hex
    open: Hex
    brand: Hex
    badge_paper: Hex
    badge_live: Hex
    tag_text: Hex


class ThemeFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the `themes` package."""

    name: str
    dark: bool
    mono: bool
    ground: Ground
    ink: Ink


class Palette(msgspec.Struct, frozen=True):
    """Colours by role, and what the terminal can show of them.

    Attributes:
        colors: hex by role; `text` is always there.
        mono: no colour may carry meaning: bodies are filled by direction, tags and cursor are in reverse.
        tint: 24 bit colour is there, so the chart may tint its zones.
        ascii_only: only ASCII may be written.
    """

    colors: Mapping[str, str]
    mono: bool = False
    tint: bool = True
    ascii_only: bool = False

    @classmethod
    def from_theme_variables(
        cls, variables: Mapping[str, str], *, no_color: bool = False, truecolor: bool = True, ascii_only: bool = False
    ) -> "Palette":
        """The palette of a theme's variables, as `app.theme_variables` gives them.

        A role the theme does not name is written in its foreground.

        Args:
            variables: name to value.
            no_color: NO_COLOR is set.
            truecolor: the terminal shows 24 bit colour.
            ascii_only: the user asked for ASCII.
        """
        foreground = variables.get("foreground", "#d0d0d0")
        colors = {role: variables.get(role, foreground) for role in ROLES}
        colors["text"] = foreground
        mono = no_color or variables.get("atlas-mono") == "on"
        return cls(colors, mono, truecolor and not mono, ascii_only)

    def color(self, role: str) -> str:
        """Hex of a role; an unknown one is written as text."""
        return self.colors.get(role) or self.colors["text"]

    def style(self, role: str) -> Style:
        """The style of a role, e.g. `long`, `setup bold`, `tag-text on badge-paper bold`.

        Without colour a role on a ground of its own is text in reverse video, which every terminal can show;
        the tints of zones are left out.
        """
        front, back, marks = _words(role)
        if self.mono and back.startswith("zone"):
            back = ""
        boxed = self.mono and bool(back)
        return Style(
            color=self.color("text" if boxed else front),
            bgcolor=self.color(back) if back and not boxed else None,
            bold="bold" in marks or None,
            reverse="reverse" in marks or boxed or None,
            underline="underline" in marks or None,
        )


ROLES: Final = tuple(
    field.encode_name for struct in (Ground, Ink) for field in msgspec.structs.fields(struct) if field.name != "text"
)
"""Every role a theme names beside `text`, in the spelling of the theme files."""


def load_themes(sixteen: bool = False) -> tuple[Theme, ...]:
    """Every theme that ships, the default one first; in the terminal's sixteen colours when `sixteen`.

    Raises:
        ConfigError: a theme file cannot be used.
    """
    themes = [theme_of(text, name, sixteen) for name, text in shipped_texts().items()]
    return tuple(sorted(themes, key=lambda theme: theme.name != DEFAULT_THEME))


def load_theme(name: str, sixteen: bool = False) -> Theme | None:
    """The theme that ships under a name, with or without `atlas-`, read alone; None for any other name.

    Its file bears its name, as `atlas_dark.toml` does for `atlas-dark`.
    """
    for stem in (name.replace("-", "_"), f"atlas_{name}"):
        path = SHIPPED / f"{stem}.toml"
        if stem.isidentifier() and path.is_file():
            return theme_of(path.read_text(encoding="utf-8"), path.name, sixteen)
    return None


def shipped_texts() -> dict[str, str]:
    """The theme files that ship, by file name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(SHIPPED.glob("*.toml"))}


def theme_of(text: str, source: str, sixteen: bool = False) -> Theme:
    """A Textual theme from the text of a theme file.

    Raises:
        ConfigError: not TOML, a field is absent or unknown, or a colour is not `#rrggbb`; names the file and the field.
    """
    return theme_of_values(read_values(text, source), source, sixteen)


def read_values(text: str, source: str) -> dict[str, Any]:
    """The values of a theme file. Raises ConfigError when it is not TOML."""
    try:
        return tomli.loads(text)
    except (tomli.TOMLDecodeError, ValueError, RecursionError) as error:
        raise ConfigError(f"theme {source}: {error}") from error


def theme_of_values(values: Mapping[str, Any], source: str, sixteen: bool = False) -> Theme:
    """A Textual theme from the values of a theme file; raises as `theme_of` does."""
    try:
        spec = msgspec.convert(values, ThemeFile)
    except msgspec.ValidationError as error:
        raise ConfigError(f"theme {source}: {_reason(error)}") from error
    if sixteen:
        spec = _in_sixteen(spec)
    ground, ink = spec.ground, spec.ink
    return Theme(
        name=spec.name,
        dark=spec.dark,
        primary=ink.open,
        secondary=ink.outside,
        warning=ink.setup,
        error=ink.failed,
        success=ink.live,
        accent=ink.brand,
        foreground=ink.text,
        background=ground.background,
        surface=ground.surface,
        panel=ground.panel,
        variables=_variables(spec),
    )


def _reason(error: Exception) -> str:
    """The error's own words; a bad colour said plainly."""
    return _PATTERN.sub("a color as in `#5fafd7`", str(error)).replace("`$.", "`")


def _in_sixteen(spec: ThemeFile) -> ThemeFile:
    ground = {role: ground_of(role, spec.dark) for role in msgspec.to_builtins(spec.ground)}
    ink = {role: ink_of(color, spec.dark) for role, color in msgspec.to_builtins(spec.ink).items()}
    return msgspec.structs.replace(spec, ground=msgspec.convert(ground, Ground), ink=msgspec.convert(ink, Ink))


def palette_of(app: App[Any]) -> Palette:
    """What a widget of this app paints with now; the app may say `ascii_only`."""
    return Palette.from_theme_variables(
        app.theme_variables,
        no_color=app.no_color,
        truecolor=app.console.color_system == "truecolor",
        ascii_only=bool(getattr(app, "ascii_only", False)),
    )


def _variables(spec: ThemeFile) -> dict[str, str]:
    """Our roles, and those of Textual's own that would otherwise be blends off the palette."""
    ground, ink = spec.ground, spec.ink
    roles: dict[str, str] = {**msgspec.to_builtins(ground), **msgspec.to_builtins(ink)}
    own = {role: roles[role] for role in ROLES if role not in ("background", "surface", "panel")}
    return own | {
        "atlas-mono": "on" if spec.mono else "off",
        "border": ink.open,
        "border-blurred": ground.grid,
        "footer-background": ground.bar,
        "footer-foreground": ink.text,
        "footer-key-foreground": ink.brand,
        "footer-key-background": ground.bar,
        "footer-description-foreground": ink.text,
        "footer-description-background": ground.bar,
        "footer-item-background": ground.bar,
        "block-cursor-background": ground.cursor_row,
        "block-cursor-foreground": ink.text,
        "block-cursor-blurred-background": ground.panel,
        "block-cursor-blurred-foreground": ink.text,
        "block-cursor-text-style": "bold",
        "input-cursor-background": ink.text,
        "input-cursor-foreground": ground.background,
        "scrollbar": ground.grid,
        "scrollbar-hover": ink.dim,
        "scrollbar-active": ink.open,
        "scrollbar-background": ground.background,
        "scrollbar-background-hover": ground.background,
        "scrollbar-background-active": ground.background,
        "scrollbar-corner-color": ground.background,
    }


@lru_cache(maxsize=512)
def _words(role: str) -> tuple[str, str, frozenset[str]]:
    """Front role, back role (empty when there is none) and modifiers of a role's text."""
    words = role.split()
    marks = frozenset(word for word in words if word in MODIFIERS)
    plain = [word for word in words if word not in MODIFIERS]
    back = ""
    if "on" in plain:
        at = plain.index("on")
        back = plain[at + 1] if at + 1 < len(plain) else ""
        plain = plain[:at]
    return plain[0] if plain else "text", back, marks
