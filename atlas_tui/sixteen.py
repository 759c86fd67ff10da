"""Colours for a terminal that has sixteen: chosen by hue, since the nearest of sixteen is most often a grey.

The values are those by which Rich finds the terminal's own sixteen; what they look like is up to the terminal.
"""

import colorsys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

BLACK: Final = "#000000"
DARK_GREY: Final = "#555555"
LIGHT_GREY: Final = "#aaaaaa"
WHITE: Final = "#ffffff"
_GREYS: Final = (BLACK, DARK_GREY, LIGHT_GREY, WHITE)
_VIVID: Final = 0.4
"""Saturation below which a colour counts as a grey."""
# Up to which hue (a turn of 360 degrees), then the colour on a dark ground and on a light one.
_HUES: Final = (
    (18, "#ff5555", "#aa0000"),
    (75, "#ffff55", "#aa5500"),
    (165, "#55ff55", "#00aa00"),
    (230, "#55ffff", "#0000aa"),
    (345, "#ff55ff", "#aa00aa"),
    (360, "#ff5555", "#aa0000"),
)
_DARK: Final = MappingProxyType({"cursor-row": "#0000aa", "panel": DARK_GREY, "grid": DARK_GREY})
_LIGHT: Final = MappingProxyType({"cursor-row": "#ffff55", "panel": "#55ffff", "grid": LIGHT_GREY})


def ink_of(color: str, dark: bool) -> str:
    """One of the sixteen for something that is written; `dark` tells the ground of the theme."""
    red, green, blue = _parts(color)
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    if saturation < _VIVID or value < 0.1:
        light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        return min(_GREYS, key=lambda grey: abs(_parts(grey)[0] - light))
    for limit, on_dark, on_light in _HUES:
        if hue * 360 <= limit:
            return on_dark if dark else on_light
    return WHITE if dark else BLACK


def ground_of(role: str, dark: bool) -> str:
    """One of the sixteen for what lies behind: black or white, but for the cursor's row and lines."""
    special: Mapping[str, str] = _DARK if dark else _LIGHT
    return special.get(role, BLACK if dark else WHITE)


def _parts(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue
