"""Values as text for the console: the figures everybody shares, money that can be masked, ages and counts.

Every function is pure but for the mask of money, and takes None or a non-finite number as "not known", for which it
answers with a dash. `to_ascii` replaces glyphs one for one where the terminal has only ASCII.
"""

from contextvars import ContextVar
from decimal import Decimal
from typing import Final

from core.domain import figures
from core.domain.figures import DOWN as DOWN
from core.domain.figures import MASK as MASK
from core.domain.figures import SECRET, number
from core.domain.figures import UNKNOWN as UNKNOWN
from core.domain.figures import UP as UP
from core.domain.figures import bp as bp
from core.domain.figures import exact as exact
from core.domain.figures import leverage as leverage
from core.domain.figures import pct as pct
from core.domain.figures import price as price
from core.domain.figures import r_multiple as r_multiple
from core.domain.figures import rate as rate
from core.domain.figures import ratio as ratio
from core.domain.figures import side as side
from core.domain.figures import side_glyph as side_glyph
from core.domain.text import lasting

LIVE: Final = "●"
OPEN: Final = "▶"
DONE: Final = "·"
OK: Final = "✓"
BAD: Final = "✕"

_masked: ContextVar[bool] = ContextVar("masked", default=False)

_ASCII: Final = str.maketrans(
    {
        "●": "*", "•": "*", "▶": ">", "·": ".", "▲": "^", "▼": "v", "✓": "+", "✕": "x", "◆": "#", "│": "|", "─": "-",
        "┄": "-", "┈": ".", "▁": "_", "▂": ".", "▃": "-", "▄": "=", "▅": "+", "▆": "*", "▇": "%", "█": "#",
        "▀": "^", "░": "o", "▒": ":", "▓": "%", "↑": "^", "↓": "v", "→": ">", "←": "<", "—": "-", "–": "-", "−": "-",
        "…": "~", "×": "x", "≥": ">", "≤": "<", "°": "o", "’": "'", "“": '"', "”": '"', "±": "~", "═": "=", "━": "-",
        "┃": "|", "║": "|", "╽": "|", "╿": "|", "╵": "'", "╹": "'", "╷": ",", "╻": ",", "▔": "-", "▏": "|", "▎": "|",
        "┊": "'", "▌": "|", "▐": "|", "▕": "|", "▊": "|", **dict.fromkeys("╭╮╰╯┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬", "+"),
    }
)  # fmt: skip
_VOLUMES: Final = ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(1000), "k"))
_COUNTED: Final = 99


def mask_money(hidden: bool) -> None:
    """Hide (or show again) every amount of `usd` and `size`, in the tasks this one starts from now on and in itself.

    A size with its stop tells the balance as surely as the balance does.
    """
    _masked.set(hidden)


def is_masked() -> bool:
    """Are amounts hidden? Whoever keeps a text with numbers in it keeps this with it."""
    return _masked.get()


def usd(value: Decimal | None, signed: bool = False) -> str:
    """Dollars and cents, as `figures.usd`, or the mask."""
    return f"${MASK}" if _masked.get() and _is_known(value) else figures.usd(value, signed)


def exact_usd(value: Decimal) -> str:
    """Dollars to the millionth an account books, cents at least: `$0.298215`, `-$20.00`."""
    if _masked.get():
        return f"${MASK}"
    text = exact(value, 6, 2)
    return f"-${text.removeprefix('-')}" if text.startswith("-") else f"${text}"


def size(value: Decimal | None, increment: Decimal | None = None) -> str:
    """A size in base units, as `figures.size`, or the mask."""
    return MASK if _masked.get() and _is_known(value) else figures.size(value, increment)


def named(name: str, value: str) -> str:
    """A number of the desk with its name, as refusals and sizing give them: `leverage 6.1`."""
    return f"{name} {MASK if name in SECRET and _masked.get() else value}"


def volume(value: Decimal | None) -> str:
    """A large amount, short: `950`, `12.3k`, `1.2M`."""
    if value is None or not value.is_finite():
        return UNKNOWN
    for unit, letter in _VOLUMES:
        if abs(value) >= unit:
            return f"{number(value / unit, 1)}{letter}"
    return number(value, 0 if abs(value) >= 100 or value == 0 else 1)


def capped(count: int) -> str:
    """How many there are, as long as that is worth reading: `99+` above 99."""
    return str(count) if count <= _COUNTED else f"{_COUNTED}+"


def age(seconds: float | None) -> str:
    """How long ago: `0.3s`, `11s`, `2m`, `3h12m`, `2d2h`."""
    if seconds is None or seconds != seconds:
        return UNKNOWN
    past = max(0.0, seconds)
    if past < 9.95:
        return f"{past:.1f}s"
    return lasting(past)


def countdown(seconds: float | None) -> str:
    """How long to go: `9:53` within ten minutes; coarser above, so that it ticks once a minute: `12m`, `1h27m`."""
    if seconds is None or seconds != seconds:
        return UNKNOWN
    left = max(0, int(seconds))
    return f"{left // 60}:{left % 60:02}" if left < 600 else lasting(left)


def move_glyph(sign: Decimal | float) -> str:
    """`▲`, `▼`, or `·` for no change."""
    return UP if sign > 0 else DOWN if sign < 0 else DONE


def to_ascii(text: str) -> str:
    """The same number of characters, all of them ASCII; what has no likeness becomes `?`."""
    if text.isascii():
        return text
    return "".join(char if char.isascii() else "?" for char in text.translate(_ASCII))


def _is_known(value: Decimal | None) -> bool:
    return value is not None and value.is_finite()
