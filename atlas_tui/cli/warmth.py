"""Numba's cache: a private folder, filled by a child process, so that the desk itself never compiles."""

import asyncio
import errno
import os
import stat
import sys
from pathlib import Path
from typing import Protocol

import platformdirs

import core
from core.config.places import APP
from core.domain.errors import ScanError
from core.domain.text import one_line
from core.strat import warm as scanner
from core.strat.warm import cache_dir, is_warm

VARIABLE = "NUMBA_CACHE_DIR"
PROJECT = str(Path(core.__file__ or "").resolve().parent.parent)
"""Where a child process finds these very modules."""


class Warmth(Protocol):
    """Kernels that a child process compiles: the modules `core.strat.warm` and `core.research.warm`."""

    def is_warm(self, directory: Path | None = None) -> bool:
        """Does the cache in this directory fit their sources and this machine?"""

    def warm_command(self) -> tuple[str, ...]:
        """The child's command line."""


def choose_cache(spare: Path | None = None) -> Path:
    """Decide where numba's cache is, before numba is imported, and tell it by the environment.

    What the environment names is kept; the cache made by `make setup` beside the source is taken when it is warm and
    nobody else can write it; otherwise a folder of ours in the user's cache directory, 0700; where that cannot be made,
    in `spare`, a private directory that can be written.

    Raises:
        OSError: nothing can be made anywhere.
    """
    place = usual_cache()
    if os.environ.get(VARIABLE) or place == cache_dir(""):
        return place
    try:
        ours = _made(place)
    except OSError:
        if spare is None:
            raise
        ours = _made(spare / "numba")
    os.environ[VARIABLE] = str(ours)
    return ours


def usual_cache() -> Path:
    """Where the cache is, or would be made; nothing is made."""
    if os.environ.get(VARIABLE):
        return cache_dir()
    beside = cache_dir("")
    return beside if is_warm(beside) and is_private(beside) else platformdirs.user_cache_path(APP) / "numba"


def _made(folder: Path) -> Path:
    """The folder, for its owner alone. Raises OSError where it cannot be made or written."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
    return folder


async def warm_up(directory: Path, kernels: Warmth = scanner) -> None:
    """Fill the cache in a child process when it is cold for these kernels; cancelling ends the child.

    Raises:
        ScanError: the child failed; with its last line.
    """
    if kernels.is_warm(directory):
        return
    environment = {**os.environ, "PYTHONPATH": PROJECT}
    program, *arguments = kernels.warm_command()
    child = await asyncio.create_subprocess_exec(
        program,
        "-P",
        *arguments,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await child.communicate()
    except asyncio.CancelledError:
        child.kill()
        await child.wait()
        raise
    if child.returncode != 0:
        last = said.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise ScanError(f"the kernels could not be compiled by {Path(sys.executable).name}: {one_line(last)}")


def is_private(folder: Path) -> bool:
    """Ours, and writable by nobody else."""
    try:
        info = folder.stat()
    except OSError:
        return False
    return info.st_uid == os.geteuid() and not stat.S_IMODE(info.st_mode) & 0o022
