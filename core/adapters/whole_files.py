"""Files that are there whole or not at all, in folders that one process writes to at a time. POSIX only (flock)."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from core.adapters.state_dir import sync_folder

_LOCK: Final = ".lock"
_HALF: Final = ".new"


def put_whole(path: Path, raw: bytes) -> None:
    """Write a file, or put it in the place of the old one, at once; a kill leaves the old one or none.

    What a kill leaves besides is hidden by its name from who reads every file of the folder.

    Raises:
        OSError: the disk refuses.
    """
    beside = path.with_name(f".{path.name}{_HALF}")
    with beside.open("wb") as out:
        out.write(raw)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)
    sync_folder(path.parent)


@contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """Hold the folder, which exists, against other writers; readers need no lock.

    Raises:
        BlockingIOError: another process holds it.
        OSError: its lock cannot be made.
    """
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)
