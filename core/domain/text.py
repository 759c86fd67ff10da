"""Text from outside, made safe to show, log and store (RELIABILITY.md section 1)."""

import re
from typing import Final

from core.domain.hiding import hidden

DEFAULT_LIMIT: Final = 300

STEERING: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and newline, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that turn the writing direction
    "\ud800-\udfff]"  # lone surrogates, which no terminal and no file takes
)
"""What `clean` drops."""
_READ_AT_MOST: Final = 65_536


def clean(text: str, limit: int = DEFAULT_LIMIT) -> str:
    """The text without what steers a terminal, at most `limit` characters long; `…` marks a cut.

    Drops C0 controls but newline and tab, DEL, C1, bidi controls and lone surrogates, and hides the secrets of this
    process, also one that was broken up by what is dropped.
    """
    safe = hidden(STEERING.sub("", text[: _READ_AT_MOST + limit]))
    return safe if len(safe) <= limit else safe[: max(limit - 1, 0)] + "…"[:limit]


def one_line(text: str, limit: int = DEFAULT_LIMIT) -> str:
    """`clean`, with every run of blanks and newlines as one blank: fit for a sentence."""
    return clean(" ".join(hidden(text[: _READ_AT_MOST + limit]).split()), limit)


def lasting(seconds: float) -> str:
    """How long, in real or the venue's seconds: `44s`, `12m`, `3h12m`, `2d2h`; never less than `0s`."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole}s"
    hours, minutes = divmod(whole // 60, 60)
    if hours == 0:
        return f"{minutes}m"
    return f"{hours}h{minutes:02}m" if hours < 24 else f"{hours // 24}d{hours % 24}h"
