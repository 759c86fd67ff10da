"""The recorder: everything that reaches the desk, written behind its back, and never later than the ledger.

The event loop only puts entries into a queue. A thread of the recorder encodes them, appends them to the file with one
write a batch, and hands facts on to the ledger only after everything taken before them is in the file. So after kill -9
the recording holds whatever the ledger holds. It is not synced to the disk: a power loss may take its last seconds.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from core.adapters.tape_codec import FORMAT, OPENING, PartHeader, frame_line, header_line, header_of, line_of
from core.adapters.tape_parts import drop_beyond, numbered, open_private, pack, part_path
from core.domain.errors import ConfigError
from core.domain.events import Event, Level, TimePassed
from core.domain.facts import Fact
from core.domain.taped import DeskBegan, DeskEnded, Taped
from core.domain.text import one_line

WRITE_EVERY_S: Final = 0.2
"""Real seconds between two writes while no facts are decided."""
PART_BYTES: Final = 32 * 2**20
LEAST_PART: Final = 2**20
"""A part below this is not closed for a new day."""
MOST_WAITING: Final = 500_000
"""Entries that may wait for a disk that does not answer; beyond, the recording ends."""
_BATCH: Final = 256 * 1024

_Known = tuple[DeskBegan, Iterable[Fact]]
_Item = Taped | _Known | bytes | Callable[[], None]


class Recorder:
    """Fits `core.ports.Tape`. What goes wrong ends the recording, is told by `news`, and never reaches the desk."""

    def __init__(self, file: Path, atlas: str, max_bytes: int, part_bytes: int = PART_BYTES) -> None:
        """Begin a recording, or go on with the one in the file.

        Args:
            file: the part being written; older ones lie beside it.
            atlas: this ATLAS's version.
            max_bytes: of all parts together; the oldest are deleted beyond.
            part_bytes: where a part is full.

        Raises:
            ConfigError: the file cannot be written, is being written, or is something else.
        """
        self._file, self._atlas, self._max_bytes = file, atlas, max_bytes
        self._part_bytes = min(part_bytes, max(LEAST_PART, max_bytes // 4))
        self._waiting: deque[_Item] = deque()
        self._wake = threading.Event()
        self._buffer = bytearray()
        self._begun = False
        """There is more than a header in the file."""
        self._overflown = False
        """Entries were left out: nothing after them is worth keeping."""
        self._closed = False
        self._said: deque[tuple[Level, str]] = deque()
        self._day: date | None = None
        self._packing: threading.Thread | None = None
        self._descriptor: int | None = None
        self._part = self._size = 0
        try:
            self._open(max(numbered(file), default=0) + 1)
        except BlockingIOError as error:
            raise ConfigError(f"--record {file}: another desk is recording there; choose another file") from error
        except OSError as error:
            raise ConfigError(f"--record {file}: cannot be written: {error.strerror or error}") from error
        self._tell(Level.INFO, f"recording to {file}")
        self._pack()
        self._writer = threading.Thread(target=self._run, name="atlas-recorder", daemon=True)
        self._writer.start()

    def begin(self, mark: DeskBegan, known: Iterable[Fact]) -> None:
        """A desk was restored; the facts are kept too where the recording would not hold its beginning otherwise."""
        self._put((mark, known))

    def take(self, entry: Event | DeskEnded) -> None:
        """Keep an entry."""
        self._put(entry)

    def frame(self, data: bytes) -> None:
        """Keep what the socket sent, for the eye."""
        self._put(data)

    def then(self, call: Callable[[], None]) -> None:
        """Call, on the recorder's thread, once all that was taken before is in the file; at once when it is closed."""
        if self._closed:
            call()
        else:
            self._waiting.append(call)
            self._wake.set()

    def news(self) -> Sequence[tuple[Level, str]]:
        """What is worth a line in the log since the last call."""
        return [self._said.popleft() for _ in range(len(self._said))]

    def close(self) -> None:
        """Write what is queued and close; a second call does nothing. A part being packed is packed next time."""
        if not self._closed:
            self._closed = True
            self._wake.set()
            self._writer.join()
            self._give_up()

    def _put(self, item: _Item) -> None:
        if len(self._waiting) >= MOST_WAITING:
            self._overflown = True
        if not self._overflown:
            self._waiting.append(item)

    def _run(self) -> None:
        while True:
            self._wake.wait(WRITE_EVERY_S)
            self._wake.clear()
            last = self._closed
            while self._waiting:
                item = self._waiting.popleft()
                if callable(item):
                    self._flush()
                    item()
                elif self._descriptor is not None:
                    self._encode(item)
            self._flush()
            if self._overflown and self._descriptor is not None:
                self._fail("the disk does not keep up")
            if last:
                return

    def _encode(self, item: Taped | _Known | bytes) -> None:
        try:
            for line in self._lines_of(item):
                self._buffer += line
                if len(self._buffer) >= _BATCH:
                    self._flush()
            if isinstance(item, TimePassed):
                self._look_at_size(item.at.date())
        except Exception as error:  # noqa: BLE001 - this thread hands facts on to the ledger: it must go on (R7)
            self._flush()
            self._fail(getattr(error, "strerror", None) or f"{type(item).__name__}: {error}")

    def _lines_of(self, item: Taped | _Known | bytes) -> Iterable[bytes]:
        if isinstance(item, bytes):
            return (frame_line(item),)
        if isinstance(item, tuple):
            mark, known = item
            return chain(map(line_of, () if self._holds_a_beginning() else known), (line_of(mark),))
        return (line_of(item),)

    def _holds_a_beginning(self) -> bool:
        """Would a reader find where the first desk began?"""
        return min(numbered(self._file), default=self._part) == 1 and (self._part > 1 or self._begun)

    def _flush(self) -> None:
        """Append what is encoded, in one go. A disk that refuses may leave a torn line; the recording ends there."""
        try:
            while self._buffer and self._descriptor is not None:
                written = os.write(self._descriptor, self._buffer)
                self._size += written
                self._begun = True
                del self._buffer[:written]
        except OSError as error:
            self._fail(error.strerror or str(error))
        self._buffer.clear()

    def _look_at_size(self, day: date) -> None:
        """Begin a new part when this one is full, or it is another day of the desk's. Raises as `_open`."""
        new_day, self._day = day != self._day and self._day is not None, day
        if self._size < (LEAST_PART if new_day else self._part_bytes):
            return
        self._flush()
        if self._descriptor is not None:
            self._give_up()
            self._file.rename(part_path(self._file, self._part))
            self._open(self._part + 1)
            self._pack()

    def _open(self, part: int) -> None:
        """Begin this part in the file, or go on with the part that is there.

        Raises:
            OSError: it cannot be read or written.
            ConfigError: it is no recording of this format.
        """
        descriptor = open_private(self._file)
        try:
            self._part, self._size = self._resumed(descriptor, part)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def _resumed(self, descriptor: int, part: int) -> tuple[int, int]:
        """Number and size of the part; a new one gets its header, and what kill -9 left torn is cut off."""
        size = os.fstat(descriptor).st_size
        with open(descriptor, "rb", closefd=False) as file:
            first = file.readline(4096)
            torn_header = first == b"" or (first.startswith(OPENING) and not first.endswith(b"\n"))
            whole = 0 if torn_header else _end_of_last_line(file, size)
        if not torn_header:
            try:
                header = header_of(first.removesuffix(b"\n"))
            except (ValueError, msgspec.MsgspecError) as error:
                raise ConfigError(f"--record {self._file}: is no recording of ATLAS; choose another file") from error
            if header.format != FORMAT:
                raise ConfigError(f"--record {self._file}: is of another ATLAS's format; choose another file")
            part, self._begun = header.part, whole > len(first)
        os.ftruncate(descriptor, whole)
        if torn_header:
            whole = os.write(descriptor, header_line(PartHeader(FORMAT, self._atlas, part)))
        return part, whole

    def _pack(self) -> None:
        """Pack full parts and keep the budget, on a thread of its own; does nothing while that is under way."""
        if self._packing is None or not self._packing.is_alive():
            self._packing = threading.Thread(target=self._pack_all, name="atlas-recorder-pack", daemon=True)
            self._packing.start()

    def _pack_all(self) -> None:
        try:
            while plain := [path for path in numbered(self._file).values() if path.suffix != ".gz"]:
                pack(plain[0])
            for path in drop_beyond(self._file, self._max_bytes):
                self._tell(Level.WARN, f"recording: {path.name} deleted: all parts are beyond retention.recordings_mb")
        except OSError as error:
            self._tell(Level.WARN, f"recording: parts not packed: {error.strerror or error}")

    def _fail(self, reason: str) -> None:
        self._tell(Level.ERROR, f"recording ended: {self._file}: {one_line(reason, 160)}; the desk goes on without it")
        self._give_up()

    def _give_up(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def _tell(self, level: Level, text: str) -> None:
        self._said.append((level, text))


def _end_of_last_line(file: BinaryIO, size: int) -> int:
    """Where the last whole line ends, bytes."""
    end = size
    while end > 0:
        start = max(0, end - 65536)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
