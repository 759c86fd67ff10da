"""The kernel cache: filled by a child process, known to be full without importing numba."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.strat import kernels
from core.strat.rehearsal import kernel_names, rehearse
from core.strat.warm import STAMP, cache_dir, fingerprint, is_warm, warm_command


def test_a_child_fills_the_cache_it_is_told_to(tmp_path: Path, root: Path) -> None:
    folder = tmp_path / "cache"
    assert not is_warm(folder)
    environment = os.environ | {"NUMBA_CACHE_DIR": str(folder)}
    done = subprocess.run(
        warm_command(), cwd=root, env=environment, capture_output=True, text=True, timeout=180, check=True
    )
    assert done.stdout == f"{len(kernel_names(kernels))} kernels ready\n"
    assert done.stderr == ""
    assert is_warm(folder)
    compiled = {path.name.split("-")[0].removeprefix("kernels.") for path in folder.rglob("*.nbc")}
    assert compiled == set(kernel_names(kernels))


def test_a_stamp_of_other_kernels_is_cold(tmp_path: Path) -> None:
    (tmp_path / STAMP).write_text("0" * 64, encoding="ascii")
    assert not is_warm(tmp_path)
    (tmp_path / STAMP).write_text(fingerprint(), encoding="ascii")
    assert is_warm(tmp_path)


def test_an_unreadable_stamp_is_cold(tmp_path: Path) -> None:
    (tmp_path / STAMP).write_bytes(b"\xff\xff")
    assert not is_warm(tmp_path)


def test_the_cache_lies_where_numba_is_told_to_keep_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert cache_dir(str(tmp_path)) == tmp_path
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "x"))
    assert cache_dir() == tmp_path / "x"
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    assert cache_dir().name == "__pycache__"


def test_the_rehearsal_calls_every_kernel_with_the_types_of_a_scan() -> None:
    assert rehearse() == len(kernel_names(kernels))
    assert all(getattr(kernels, name).signatures for name in kernel_names(kernels))


def test_the_command_runs_this_python() -> None:
    assert warm_command()[0] == sys.executable
