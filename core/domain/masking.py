"""Amounts of money and sizes taken out of texts, for who is not to see them; percent, prices and R stay."""

import re
from typing import Final

from core.domain.figures import MASK, SECRET

_MONEY: Final = re.compile(r"[+-]?\$[\d,]+(?:\.\d+)?")
_SIZE: Final = re.compile(r"\b\d[\d,.]*(?= @ )")
_NAMED: Final = re.compile(rf"\b({'|'.join(name.replace('_', '[_ ]') for name in SECRET)})([= ])(?=[+-]?\d)[^\s,)]+")


def without_money(text: str) -> str:
    """A text of the desk with its amounts of money and sizes hidden: a size with its stop tells the balance too."""
    return _NAMED.sub(rf"\1\2{MASK}", _SIZE.sub(MASK, _MONEY.sub(f"${MASK}", text)))
