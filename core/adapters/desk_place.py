"""Where a desk's socket is: `desk.sock` in the state directory, for its owner alone. POSIX only."""

import os
import socket
import stat
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from core.domain.errors import StoreError

SOCKET_FILE: Final = "desk.sock"
_LONGEST: Final = 107 if sys.platform == "linux" else 103
"""Bytes of a socket's path: what the kernel's structure has room for."""
_OPEN_FILES: Final = Path("/proc/self/fd")
_WAITING: Final = 16
"""Consoles that may wait to be taken."""
_PEER: Final = struct.Struct("3i")
"""Pid, uid and gid, as Linux tells them of a peer."""


def is_too_long(root: Path) -> bool:
    """Is the socket's path longer than the kernel takes, and no way around it?"""
    return len(os.fsencode(root / SOCKET_FILE)) > _LONGEST and not _OPEN_FILES.exists()


@contextmanager
def _short(root: Path) -> Iterator[str]:
    """The socket's path as the kernel takes it; a long one goes by way of an open directory, where there is /proc."""
    whole = str(root / SOCKET_FILE)
    if len(os.fsencode(whole)) <= _LONGEST:
        yield whole
        return
    if is_too_long(root):
        raise OSError(0, f"longer than the {_LONGEST} bytes a socket's path may have: choose a shorter --state-dir")
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"{_OPEN_FILES}/{folder}/{SOCKET_FILE}"
    finally:
        os.close(folder)


def listening_socket(root: Path) -> socket.socket:
    """A socket that listens in the state directory, 0600. The caller holds the directory's lock.

    So a socket that is there already is a dead desk's, and is replaced.

    Raises:
        StoreError: it cannot be made, or something else has its name.
    """
    path, made = root / SOCKET_FILE, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.setblocking(False)
    mask = os.umask(0o177)
    try:
        remove_socket(root)
        with _short(root) as short:
            made.bind(short)
        made.listen(_WAITING)
    except OSError as error:
        made.close()
        raise StoreError(f"the desk's socket {path} cannot be made: {error.strerror or error}") from error
    finally:
        os.umask(mask)
    return made


def remove_socket(root: Path) -> None:
    """Take the socket away; whatever else has its name stays. The caller holds the directory's lock.

    Raises:
        OSError: it cannot be removed.
    """
    path = root / SOCKET_FILE
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise OSError(0, "something else has its name")
    path.unlink()


def reach(root: Path, timeout_s: float) -> socket.socket:
    """A connection to the desk of this state directory.

    Args:
        root: the state directory.
        timeout_s: of connecting, and of what is then read from it, real seconds.

    Raises:
        OSError: no desk listens there.
    """
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.settimeout(timeout_s)
    try:
        with _short(root) as short:
            made.connect(short)
    except OSError:
        made.close()
        raise
    return made


def is_ours(peer: socket.socket) -> bool:
    """Is the other end this user's, or root's? Where the system does not tell, the file's mode has said so."""
    if sys.platform != "linux":
        return True
    _, uid, _ = _PEER.unpack(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    return uid in (os.geteuid(), 0)
