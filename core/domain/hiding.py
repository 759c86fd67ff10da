"""Secrets of this process, taken out of whatever is shown, logged or stored (RELIABILITY.md section 3).

A secret is known here from the moment it is made (`core.domain.secret`), so no text can hold one that is not hidden.
"""

from typing import Final
from urllib.parse import quote

MASK: Final = "***"
SHORTEST: Final = 6
"""Characters. What is shorter stands in ordinary words, and hiding it would tear them."""
_LINE: Final = 16
"""Characters of a line of a key from which on it tells something of the key."""

_hidden: list[str] = []
"""The longest first: a value that contains another is taken out whole."""


def hide_from_now_on(value: str) -> None:
    """Take this value out of every text from here on: as it is, escaped, as in an address, and line by line."""
    broken = value.replace("\\n", "\n")
    lines = [line for line in broken.split("\n") if len(line) >= _LINE and not line.startswith("-----")]
    forms = {value, broken, broken.replace("\n", "\\n"), quote(value.encode("utf-8", "surrogatepass"), safe=""), *lines}
    known = {*_hidden, *(form for form in forms if len(form) >= SHORTEST)}
    _hidden[:] = sorted(known, key=len, reverse=True)


def hidden(text: str) -> str:
    """The text with every known secret as `***`."""
    for value in _hidden:
        if value in text:
            text = text.replace(value, MASK)
    return text
