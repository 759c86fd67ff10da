"""Where numba's cache is, and that a cold one is filled by a child."""

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from atlas_tui.cli import warmth
from core.domain.errors import ScanError


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No cache is chosen yet, and the one beside the source is cold."""
    monkeypatch.setenv(warmth.VARIABLE, "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(warmth, "is_warm", lambda directory: False)


@dataclass(frozen=True, slots=True)
class Kernels:
    """Kernels that are warm or not, and what would compile them."""

    warm: bool
    command: tuple[str, ...]

    def is_warm(self, directory: Path | None = None) -> bool:
        """As told."""
        return self.warm

    def warm_command(self) -> tuple[str, ...]:
        """As told."""
        return self.command


def test_a_folder_of_ours_alone_is_chosen_and_told() -> None:
    folder = warmth.choose_cache()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert os.environ[warmth.VARIABLE] == str(folder)
    assert folder.name == "numba"


def test_where_the_cache_directory_cannot_be_made_it_is_in_the_state_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert warmth.choose_cache(tmp_path / "desk") == tmp_path / "desk" / "numba"
    assert stat.S_IMODE((tmp_path / "desk" / "numba").stat().st_mode) == 0o700


def test_a_cache_the_environment_names_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(warmth.VARIABLE, str(tmp_path / "mine"))
    assert warmth.choose_cache() == tmp_path / "mine"


async def test_a_failing_child_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ScanError, match=r"could not be compiled by .*: no luck"):
        await warmth.warm_up(tmp_path, Kernels(False, (sys.executable, "-c", "raise SystemExit('no luck')")))


async def test_a_warm_cache_starts_no_child(tmp_path: Path) -> None:
    await warmth.warm_up(tmp_path, Kernels(True, ("no-such-program",)))
