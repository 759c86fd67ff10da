"""What a state directory takes of the disk, and which copies outlive a start."""

import os
from pathlib import Path

from core.adapters.retention import disk_use, keep_newest
from core.adapters.state_dir import StateDir


def laid(path: Path, size: int, age: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\0" * size)
    os.utime(path, (1_000_000 - age, 1_000_000 - age))
    return path


def test_every_part_of_a_state_directory_is_counted_once(tmp_path: Path) -> None:
    state = StateDir.create(tmp_path / "desk")
    laid(state.ledger, 1_000_000)
    laid(Path(f"{state.ledger}-wal"), 500_000)
    for name in ("atlas.log", "atlas.log.1"):
        laid(state.root / name, 300_000)
    laid(state.backup_dir / "ledger-a.db", 700_000)
    laid(state.root / "quarantine-12.db", 100_000)
    laid(state.archive_dir / "ledger-b.db", 2_000_000)
    tape = laid(tmp_path / "tape.jsonl", 400_000)
    laid(tmp_path / "tape.jsonl.000001.gz", 200_000)
    used = disk_use(state, tape)
    taken = (used.ledger_mb, used.log_mb, used.recordings_mb, used.backups_mb, used.archive_mb)
    assert taken == (1.5, 0.6, 0.6, 0.8, 2.0)
    assert used.free_mb > 0
    assert disk_use(StateDir.create(tmp_path / "new")).ledger_mb == 0


def test_only_the_newest_copies_are_kept_and_nothing_else_is_touched(tmp_path: Path) -> None:
    copies = [laid(tmp_path / f"ledger-{number}.db", 10, age=number) for number in range(5)]
    log = laid(tmp_path / "ledger-4.db-wal", 10)
    other = laid(tmp_path / "letters.db", 10, age=99)
    assert keep_newest(tmp_path, 0) == []
    assert keep_newest(tmp_path, 3) == copies[3:]
    assert sorted(tmp_path.iterdir()) == sorted([*copies[:3], other])
    assert not log.exists()
    assert keep_newest(tmp_path / "none", 3) == []
