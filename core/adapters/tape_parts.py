"""The files of a recording: FILE is being written, FILE.000001.gz, FILE.000002.gz and so on are older, oldest first."""

import fcntl
import glob
import gzip
import os
import re
import shutil
from pathlib import Path
from typing import Final

from core.adapters.ledger_copy import sync_file

_NUMBER: Final = re.compile(r"\.(\d{6})(\.gz)?")


def numbered(file: Path) -> dict[int, Path]:
    """The older parts by number, ascending; where one is there plain and packed, the plain one."""
    found: dict[int, Path] = {}
    for path in sorted(file.parent.glob(f"{glob.escape(file.name)}.*"), reverse=True):
        match = _NUMBER.fullmatch(path.name[len(file.name) :])
        if match is not None:
            found[int(match[1])] = path
    return dict(sorted(found.items()))


def part_path(file: Path, number: int) -> Path:
    """Where a part goes when it is full, before it is packed."""
    return file.with_name(f"{file.name}.{number:06d}")


def open_private(path: Path) -> int:
    """Open for appending, made 0600 if missing, and locked against a second writer.

    Raises:
        BlockingIOError: somebody else is writing it.
        OSError: it cannot be opened.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def pack(part: Path) -> None:
    """Compress a full part; the packed one appears whole or not at all, and the plain one goes. Raises OSError."""
    packed, partial = part.with_name(part.name + ".gz"), part.with_name(part.name + ".gz.new")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as out, part.open("rb") as plain, gzip.GzipFile("", "wb", 6, out, 0) as packing:
        shutil.copyfileobj(plain, packing, 2**20)
    sync_file(partial)
    partial.rename(packed)
    part.unlink()


def drop_beyond(file: Path, max_bytes: int) -> list[Path]:
    """Delete the oldest parts until all together are within the budget; what was deleted. Raises OSError."""
    parts = list(numbered(file).values())
    total = sum(path.stat().st_size for path in [*parts, file] if path.exists())
    dropped: list[Path] = []
    for path in parts:
        if total <= max_bytes:
            break
        total -= path.stat().st_size
        path.unlink()
        dropped.append(path)
    return dropped
