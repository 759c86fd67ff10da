"""A recording, read part by part and line by line; whatever is wrong with it is one sentence that names the line."""

import gzip
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO, Final, cast

import msgspec

from core.adapters.tape_codec import FORMAT, MAX_LINE, entry_of, header_of, split, type_of
from core.adapters.tape_parts import numbered
from core.domain.errors import RecordingError
from core.domain.taped import Taped
from core.domain.text import one_line

_GZIP: Final = b"\x1f\x8b"
_UNREADABLE: Final = (msgspec.MsgspecError, ValueError, ArithmeticError, RecursionError)


class TapeReader:
    """Fits `core.ports.Recording`. Reads in a stream: memory does not grow with the recording.

    Args:
        file: as it was given to `--record`, or one part alone.

    Raises:
        RecordingError: there is nothing of that name, or a part is missing in the middle.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        older = numbered(file)
        for number in older:
            if number + 1 not in older and number != max(older):
                raise RecordingError(f"the recording {file} has no part {number + 1}: put {file.name}.* back together")
        self._parts = [*older.values(), *([file] if file.is_file() else [])]
        if not self._parts:
            raise RecordingError(f"{file} is a folder" if file.is_dir() else f"there is no recording {file}")
        self._part, self._line = self._parts[0], 0
        self._length: int | None = None
        """Lines of the whole recording as the first reading found it; one under way may grow meanwhile."""
        self.torn = ""
        """Says that the last line was cut short, as kill -9 may leave it; empty where it was not."""

    def place(self) -> str:
        """Part and line of the entry that was read last."""
        return f"{self._part}, line {self._line}"

    def entries(self, kinds: Collection[type] | None = None) -> Iterator[tuple[int, Taped]]:
        """Every entry with its number; only of these kinds where given. Raises RecordingError."""
        number = -1
        for line in self._lines():
            number += 1
            if self._length is not None and number >= self._length:
                return
            try:
                name, body = split(line)
                kind = type_of(name)
                entry = entry_of(name, body) if kind is not None and (kinds is None or kind in kinds) else None
            except _UNREADABLE as error:
                raise self._garbled(error) from error
            if entry is not None:
                yield number, entry
        self._length = number + 1

    def _lines(self) -> Iterator[bytes]:
        """Lines of all parts without the headers and without a torn end."""
        for part in self._parts:
            self._part, self._line = part, 0
            last = part == self._parts[-1]
            try:
                with _opened(part) as file:
                    yield from self._lines_of(file, last)
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                raise RecordingError(f"{self.place()}: the compressed part is cut short or damaged") from error
            except OSError as error:
                raise RecordingError(f"{part} cannot be read: {error.strerror or error}") from error

    def _lines_of(self, file: BinaryIO, last: bool) -> Iterator[bytes]:
        while raw := file.readline(MAX_LINE + 1):
            self._line += 1
            if not raw.endswith(b"\n"):
                if len(raw) > MAX_LINE or not last:
                    raise RecordingError(f"{self.place()}: the line is too long or cut short")
                self.torn = f"{self.place()}: the last line was cut short and is left out"
            elif self._line == 1:
                self._judge_header(raw)
            else:
                yield raw[:-1]
        if self._line == 0 or (self._line == 1 and self.torn):
            raise RecordingError(f"{self._part} is not a recording of ATLAS: its first line is missing")

    def _judge_header(self, raw: bytes) -> None:
        try:
            header = header_of(raw[:-1])
        except _UNREADABLE as error:
            raise RecordingError(f"{self._part} is not a recording of ATLAS: line 1 is no header") from error
        if header.format != FORMAT:
            raise RecordingError(
                f"{self._part} was recorded by ATLAS {one_line(header.atlas, 20)} in format {header.format}, "
                f"this ATLAS reads {FORMAT}: replay it with that one"
            )

    def _garbled(self, error: Exception) -> RecordingError:
        return RecordingError(f"{self.place()}: cannot be read: {one_line(str(error), 160)}")


def _opened(part: Path) -> BinaryIO:
    """A part as plain bytes; a plain one may have been packed since it was listed."""
    packed = part.with_name(part.name + ".gz")
    file = (packed if not part.exists() and packed.exists() else part).open("rb")
    if file.peek(2)[:2] == _GZIP:
        file.close()
        return cast("BinaryIO", gzip.open(file.name, "rb"))
    return file
