"""`atlas backup` and `atlas restore`."""

from collections.abc import Callable
from pathlib import Path

from core.adapters.state_dir import StateDir
from tests.cli.said import Said

Run = Callable[..., Said]


def test_a_backup_is_put_back_and_the_ledger_between_is_kept(atlas: Run, a_day_on_paper: Path, tmp_path: Path) -> None:
    def shown() -> str:
        return atlas("ledger", "dump", "--sha256", "--state-dir", a_day_on_paper).out

    began = shown()
    made = atlas("backup", tmp_path / "copy.db", "--state-dir", a_day_on_paper)
    assert (made.code, "verified" in made.out) == (0, True)
    assert "backups/ledger-" in atlas("backup", "--state-dir", a_day_on_paper).out
    assert atlas("backup", tmp_path / "copy.db", "--state-dir", a_day_on_paper).code == 1
    assert atlas("reset", "--yes", "--state-dir", a_day_on_paper).code == 0
    restored = atlas("restore", tmp_path / "copy.db", "--yes", "--state-dir", a_day_on_paper)
    assert (restored.code, shown()) == (0, began)
    again = atlas("restore", tmp_path / "copy.db", "--yes", "--state-dir", a_day_on_paper)
    assert "the one before is kept as" in again.out
    assert atlas("check", "--state-dir", a_day_on_paper).code == 0


def test_nothing_is_restored_under_a_running_desk_or_without_a_yes(
    atlas: Run, spawn: Run, a_day_on_paper: Path, tmp_path: Path
) -> None:
    atlas("backup", tmp_path / "copy.db", "--state-dir", a_day_on_paper)
    with StateDir(a_day_on_paper).lock():
        said = atlas("restore", tmp_path / "copy.db", "--yes", "--state-dir", a_day_on_paper)
        assert (said.code, "in use by the ATLAS with pid" in said.sentence) == (1, True)
    assert spawn("restore", tmp_path / "copy.db", "--state-dir", a_day_on_paper).code == 130
    assert not (a_day_on_paper / "archive").exists()
    said = atlas("restore", tmp_path / "none.db", "--yes", "--state-dir", a_day_on_paper)
    assert (said.code, "none.db cannot be read" in said.sentence) == (1, True)
