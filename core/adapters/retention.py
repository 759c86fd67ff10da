"""How much of the disk a state directory takes, and which of its copies are kept. The ledger itself is never cut."""

import glob
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.adapters.state_dir import StateDir

LOG: Final = "atlas.log"
"""The log file's name in the state directory; its older parts are numbered behind a dot."""
_MB: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class DiskUse:
    """What is taken, and what is free beside it, in MB (10^6 bytes)."""

    ledger_mb: float
    log_mb: float
    recordings_mb: float
    backups_mb: float
    archive_mb: float
    free_mb: float


def disk_use(state: StateDir, recording: Path | None = None) -> DiskUse:
    """Look at the directory, and at a recording that may lie elsewhere. What vanishes meanwhile counts as nothing.

    Raises:
        OSError: the directory cannot be looked at.
    """
    root = state.root
    ledger = [Path(f"{state.ledger}{suffix}") for suffix in ("", "-wal", "-shm")]
    copies = [*state.backup_dir.glob("*"), *root.glob("quarantine-*"), *root.glob("ledger-schema-*")]
    parts = [] if recording is None else [recording, *recording.parent.glob(f"{glob.escape(recording.name)}.*")]
    return DiskUse(
        ledger_mb=_mb(ledger),
        log_mb=_mb(root.glob(f"{LOG}*")),
        recordings_mb=_mb(parts),
        backups_mb=_mb(copies),
        archive_mb=_mb(state.archive_dir.glob("*")),
        free_mb=round(shutil.disk_usage(root).free / _MB, 1),
    )


def keep_newest(folder: Path, count: int) -> list[Path]:
    """Delete all but the newest ledgers of the folder, a log left beside one with it; 0 keeps all. What was deleted.

    Raises:
        OSError: one cannot be deleted.
    """
    ledgers = sorted(folder.glob("ledger-*.db"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    gone = ledgers[count:] if count else []
    for path in gone:
        path.unlink()
        Path(f"{path}-wal").unlink(missing_ok=True)
    return gone


def _mb(paths: Iterable[Path]) -> float:
    return round(sum(map(_size, paths)) / _MB, 1)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
