"""A checksum over every byte of a file, inside it: the SHA-256 of the file with 64 zeros in its own place."""

import hashlib
from typing import Final

BLANK: Final = b"0" * 64
"""What stands in the checksum's place until it is known."""
CHECKSUM: Final = b"atlas.sha256"
"""The name of the checksum among a Parquet file's metadata."""


def sealed(raw: bytes) -> bytes:
    """The file with its checksum in the last place where BLANK stands."""
    place = raw.rfind(BLANK)
    return raw[:place] + _digest(raw, place) + raw[place + len(BLANK) :]


def is_whole(raw: bytes, checksum: bytes) -> bool:
    """Is every byte what was sealed?"""
    return len(checksum) == len(BLANK) and _digest(raw, raw.rfind(checksum)) == checksum


def _digest(raw: bytes, place: int) -> bytes:
    digest = hashlib.sha256(memoryview(raw)[:place])
    digest.update(BLANK)
    digest.update(memoryview(raw)[place + len(BLANK) :])
    return digest.hexdigest().encode()
