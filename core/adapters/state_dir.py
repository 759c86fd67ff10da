"""The state directory: where the ledger lives, its lock, its archive and its backups. POSIX only (flock)."""

import fcntl
import importlib
import os
import stat
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final

import platformdirs

from core.domain.errors import ConfigError, StateLocked, StoreError

VARIABLE: Final = "ATLAS_STATE_DIR"
_LEDGER: Final = "ledger.db"
_LOCK: Final = "atlas.lock"
_FOLDING: Final = "core.adapters.log_folding"  # SQLite: only for archiving, not on the way to the first frame
_PID_WAIT_S: Final = 0.4
"""How long to wait for the holder to have written its pid; the refusal as a whole stays below one second."""


def default_state_dir(env: Mapping[str, str]) -> Path:
    """Where state belongs: `ATLAS_STATE_DIR` of `env`, or the system's own place for it."""
    named = env.get(VARIABLE, "").strip()
    return Path(named).expanduser() if named else platformdirs.user_state_path("atlas", appauthor=False)


class StateLock:
    """The held lock of a state directory; freed by `release`, by leaving the `with`, or by the process's death."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Free the directory for another process; a second call does nothing."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> "StateLock":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()


@dataclass(frozen=True, slots=True)
class StateDir:
    """One desk's directory. Folders are made 0700 and files 0600, whatever the umask."""

    root: Path

    @staticmethod
    def create(root: Path) -> "StateDir":
        """Make the directory if it is missing, and see that it can be used.

        Raises:
            ConfigError: it is not a directory, or cannot be made or written.
        """
        state = StateDir(root.expanduser().absolute())
        try:
            made = _make_private(state.root)
            if not made and _is_ours(state):
                state.root.chmod(0o700)
        except OSError as error:
            raise ConfigError(f"the state directory {state.root} cannot be used: {_reason(error)}") from error
        if not os.access(state.root, os.W_OK | os.X_OK):
            raise ConfigError(f"the state directory {state.root} is not writable; choose another with --state-dir")
        return state

    @property
    def ledger(self) -> Path:
        """The ledger's database file."""
        return self.root / _LEDGER

    @property
    def archive_dir(self) -> Path:
        """Where ledgers of earlier accounts are kept."""
        return self.root / "archive"

    @property
    def backup_dir(self) -> Path:
        """Where backups of the ledger are kept."""
        return self.root / "backups"

    def newest_backup(self) -> Path | None:
        """The most recently written ledger among backups and archive; None when there is none."""
        kept = [path for folder in (self.backup_dir, self.archive_dir) for path in folder.glob("*.db")]
        return max(kept, key=lambda path: (path.stat().st_mtime_ns, path.name), default=None)

    def lock(self) -> StateLock:
        """Take the directory for this process; answers in less than a second.

        Raises:
            StateLocked: another process holds it; the text names its pid.
            StoreError: the lock file cannot be opened or written.
        """
        path = self.root / _LOCK
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise StoreError(f"the lock {path} cannot be opened: {_reason(error)}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid = _holder(descriptor)
            os.close(descriptor)
            raise StateLocked(
                f"the state directory {self.root} is in use by the ATLAS with pid {pid}: "
                "open it with atlas attach, stop it first, or choose another with --state-dir"
            ) from error
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        except OSError as error:
            os.close(descriptor)
            raise StoreError(f"the lock {path} cannot be written: {_reason(error)}") from error
        return StateLock(descriptor)

    def archive(self, at: datetime) -> Path | None:
        """Move the ledger to `archive/ledger-<UTC time>.db`; None when there is none. The caller holds the lock.

        The write-ahead log is folded in first, so that one rename moves everything. A ledger too broken for that is
        moved together with its log, as it is.

        Raises:
            StoreError: the ledger is in use, or cannot be moved; it then stays where it is.
        """
        parts = [Path(f"{self.ledger}{suffix}") for suffix in ("", "-wal", "-shm")]
        if not any(path.exists() and path.stat().st_size for path in parts[:2]) and not self.ledger.exists():
            return None
        try:
            if self.ledger.exists():
                importlib.import_module(_FOLDING).fold_log_in(self.ledger)
            _make_private(self.archive_dir)
            target = free_name(self.archive_dir, at)
            for path in parts[:2]:
                if path.exists() and (path == self.ledger or path.stat().st_size):
                    path.rename(target.with_name(target.name + path.name.removeprefix(_LEDGER)))
            for path in parts[1:]:
                path.unlink(missing_ok=True)
            sync_folder(self.archive_dir)
            sync_folder(self.root)
        except OSError as error:
            raise StoreError(f"the ledger {self.ledger} cannot be archived: {_reason(error)}") from error
        return target


def free_name(folder: Path, at: datetime) -> Path:
    """`ledger-<UTC time>.db` in the folder, with -1, -2, ... before the dot where that is taken."""
    name = f"ledger-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    number = 0
    while True:
        path = folder / (f"{name}-{number}.db" if number else f"{name}.db")
        if not path.exists() and not Path(f"{path}-wal").exists():
            return path
        number += 1


def sync_folder(folder: Path) -> None:
    """Make renames inside the folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_private(folder: Path) -> None:
    """Make the folder, 0700.

    Raises:
        StoreError: it cannot be made.
    """
    try:
        _make_private(folder)
    except OSError as error:
        raise StoreError(f"the folder {folder} cannot be made: {_reason(error)}") from error


def _make_private(folder: Path) -> bool:
    """Make the folder and its missing parents; True when it was missing."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        if not folder.is_dir():
            raise NotADirectoryError(0, "it is not a directory") from None
        return False
    folder.chmod(0o700)  # mkdir's mode is only a wish under an unusual umask
    return True


def _is_ours(state: StateDir) -> bool:
    """May an existing directory be closed to others? Only ours, and only one that holds ATLAS's state or nothing."""
    info = state.root.stat()
    if info.st_uid != os.geteuid() or not stat.S_IMODE(info.st_mode) & 0o077:
        return False
    names = {path.name for path in state.root.iterdir()}
    return not names or bool(names & {_LEDGER, _LOCK})


def _holder(descriptor: int) -> str:
    """The living pid the lock file names, waiting a moment for a holder that has only just taken it."""
    pause = threading.Event()
    text = ""
    for _ in range(20):
        text = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
        if text.isdecimal() and _alive(int(text)):
            return text
        pause.wait(_PID_WAIT_S / 20)
    return text if text.isdecimal() else "unknown"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
