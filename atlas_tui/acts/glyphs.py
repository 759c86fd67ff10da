"""How keys are printed, and read from a configuration."""

from collections.abc import Iterable
from typing import Final

_GLYPHS: Final = {
    "left_square_bracket": "[", "right_square_bracket": "]", "comma": ",", "full_stop": ".", "slash": "/",
    "question_mark": "?", "space": "spc", "down": "↓", "up": "↑", "escape": "esc", "backspace": "bksp",
    "pagedown": "PgDn", "pageup": "PgUp", "less_than_sign": "<", "greater_than_sign": ">", "plus": "+",
    "minus": "-", "equals_sign": "=", "tilde": "~", "colon": ":",
    "left_curly_bracket": "{", "right_curly_bracket": "}", "left_parenthesis": "(", "right_parenthesis": ")",
}  # fmt: skip
_NAMES: Final = {shown: name for name, shown in _GLYPHS.items()}


def glyph(key: str) -> str:
    """How a key is printed, e.g. `[` for `left_square_bracket`."""
    return _GLYPHS.get(key, key)


def printed(keys: Iterable[str]) -> str:
    """Keys as on a keyboard, e.g. `j ↓`."""
    return " ".join(glyph(key) for key in keys)


def key_name(text: str) -> str:
    """Textual's name of a key written as a character, e.g. `slash` for `/`."""
    return _NAMES.get(text, text)


def key_names(text: str) -> tuple[str, ...]:
    """The keys of a value of `[keys]`, by Textual's names: `f5,s`; none where it names none."""
    found = tuple(key_name(part.strip()) for part in text.split(",") if part.strip())
    return ("comma",) if not found and text.strip() == "," else found
