"""Counter-based noise: the n-th number of a stream is computed from its key and n alone, never from the one before.

That is what lets a price be asked for at any time in any order. The mixer is the two-multiplication integer finaliser
published by Chris Wellons ("Prospecting for Hash Functions", 2018), applied to a keyed Weyl counter.
"""

from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

_MASK: Final = 0xFFFFFFFF
_WEYL: Final = 0x9E3779B9
_FIRST: Final = 0x7FEB352D
_SECOND: Final = 0x846CA68B
_SCALE: Final = 1.0 / 2**32


def key_of(*parts: int | str) -> int:
    """A 64-bit key for the stream the parts name; the same parts give the same key in every process."""
    text = "|".join(str(part) for part in parts)
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def uniforms(key: int, count: int, first: int = 0) -> NDArray[np.float64]:
    """The numbers `first` to `first + count - 1` of the stream, each in [0, 1)."""
    low, high = np.uint32(key & _MASK), np.uint32(key >> 32)
    mixed = np.arange(first, first + count, dtype=np.int64).astype(np.uint32)
    mixed *= np.uint32(_WEYL)
    mixed += low
    mixed ^= mixed >> np.uint32(16)
    mixed *= np.uint32(_FIRST)
    mixed ^= mixed >> np.uint32(15)
    mixed ^= high
    mixed *= np.uint32(_SECOND)
    mixed ^= mixed >> np.uint32(16)
    return np.asarray(mixed * _SCALE, dtype=np.float64)


def unit(key: int, counter: int) -> float:
    """One number of the stream, in [0, 1): what `uniforms` gives at that place."""
    mixed = ((counter & _MASK) * _WEYL + (key & _MASK)) & _MASK
    mixed ^= mixed >> 16
    mixed = (mixed * _FIRST) & _MASK
    mixed ^= mixed >> 15
    mixed ^= key >> 32
    mixed = (mixed * _SECOND) & _MASK
    mixed ^= mixed >> 16
    return mixed * _SCALE
