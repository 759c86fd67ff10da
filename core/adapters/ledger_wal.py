"""Is a ledger's write-ahead log whole? SQLite passes over all that follows a damaged frame, without a word.

The format is SQLite's (https://www.sqlite.org/fileformat2.html#the_write_ahead_log): a header of 32 bytes, then frames
of 24 bytes and a page each, every one chained to those before it by a checksum and marked with the log's two salts.
What an uncommitted transaction left behind has no commit mark, so a commit mark behind a break tells of damage.
"""

import struct
import sys
import threading
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_HEADER: Final = struct.Struct(">8I")
_FRAME: Final = struct.Struct(">6I")
_MAGIC: Final = 0x377F0682
_LOOKS: Final = 3
_PAUSE_S: Final = 0.05
"""A desk may be writing while its log is read; what it was just writing is whole at a second look."""


@dataclass(frozen=True, slots=True)
class BrokenLog:
    """Where the log breaks off, counted from 1 (0: its header), and how many commits from there on are passed over."""

    frame: int
    commits: int

    def __str__(self) -> str:
        """In words."""
        place = f"frame {self.frame}" if self.frame else "its header"
        return f"the write-ahead log is damaged at {place}: {self.commits} committed transactions from there are lost"


def broken_log(ledger: Path) -> BrokenLog | None:
    """Judge the log beside the ledger, also of a running desk; None where it is whole, or there is none.

    Raises:
        OSError: it cannot be read.
    """
    log, pause = Path(f"{ledger}-wal"), threading.Event()
    found: BrokenLog | None = None
    for _ in range(_LOOKS):
        try:
            found = _judged(log.read_bytes())
        except FileNotFoundError:
            return None
        if found is None:
            return None
        pause.wait(_PAUSE_S)
    return found


def _judged(data: bytes) -> BrokenLog | None:
    if not data:
        return None
    if len(data) < _HEADER.size:
        return BrokenLog(0, 0)
    magic, _, size, _, *rest = _HEADER.unpack_from(data)
    little = not magic & 1
    sums = _summed((0, 0), data[:24], little)
    if magic & ~1 != _MAGIC or size == 0 or sums != tuple(rest[2:]):
        return BrokenLog(0, 1)
    salts, step = tuple(rest[:2]), _FRAME.size + size
    frames = range(_HEADER.size, len(data) - step + 1, step)
    for number, at in enumerate(frames, start=1):
        _, _, *marks = _FRAME.unpack_from(data, at)
        sums = _summed(_summed(sums, data[at : at + 8], little), data[at + _FRAME.size : at + step], little)
        if tuple(marks[:2]) != salts or sums != tuple(marks[2:]):
            commits = sum(1 for later in frames[number - 1 :] if _is_commit(data, later, salts))
            return BrokenLog(number, commits) if commits else None
    return None


def _is_commit(data: bytes, at: int, salts: tuple[int, ...]) -> bool:
    """Does the frame end a transaction of this log? One of two salts is enough: the other may be what was damaged."""
    _, pages, *marks = _FRAME.unpack_from(data, at)
    return pages != 0 and any(mine == its for mine, its in zip(salts, marks, strict=False))


def _summed(sums: tuple[int, int], data: bytes, little: bool) -> tuple[int, int]:
    """SQLite's checksum over 32-bit words, two at a time, going on from `sums`."""
    words = array("I", data)
    if little != (sys.byteorder == "little"):
        words.byteswap()
    first, second = sums
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second
