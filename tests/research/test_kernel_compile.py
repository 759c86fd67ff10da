"""How a backtest's kernels are compiled: beside everything else, once, and anew when any of them changes."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from numba.core.registry import CPUDispatcher

from core.research import warm
from core.research.backtest.kernel_compile import SOURCES, STAMP, digest_of
from core.research.rehearsal import rehearse

COUNT_MISSES = """
from core.research.rehearsal import rehearse
from core.research.backtest import kernel_equity, kernel_run, kernel_setups, kernel_rows
rehearse()
entries = (kernel_run.run, kernel_setups.find_setups, kernel_equity.equity_falls, kernel_rows.roll)
print(sum(sum(each.stats.cache_misses.values()) for each in entries))
"""


def kernels() -> dict[str, CPUDispatcher]:
    """Every kernel by its name."""
    modules = [importlib.import_module(f"core.research.backtest.{path.stem}") for path in SOURCES]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, CPUDispatcher)]
    return {each.py_func.__qualname__: each for each in found if each.py_func.__module__.startswith("core.research")}


def test_every_kernel_runs_without_the_lock_and_is_cached_under_all_their_sources() -> None:
    assert len(kernels()) > 40
    for name, kernel in kernels().items():
        assert kernel.targetoptions["nogil"], name
        assert vars(kernel)["_cache"]._cache_file._source_stamp == STAMP, name


def test_a_change_in_one_source_gives_another_stamp(tmp_path: Path) -> None:
    one, other = tmp_path / "kernel_one.py", tmp_path / "kernel_other.py"
    one.write_text("x = 1", encoding="ascii")
    other.write_text("y = 1", encoding="ascii")
    before = digest_of((one, other))
    other.write_text("y = 2", encoding="ascii")
    assert digest_of((one, other)) != before


def test_the_rehearsal_trades_and_so_calls_what_a_backtest_calls() -> None:
    assert rehearse() == len(SOURCES)


def test_a_stamp_of_other_kernels_is_cold(tmp_path: Path) -> None:
    assert not warm.is_warm(tmp_path)
    (tmp_path / warm.STAMP).write_text("0" * 64, encoding="ascii")
    assert not warm.is_warm(tmp_path)
    (tmp_path / warm.STAMP).write_text(warm.fingerprint(), encoding="ascii")
    assert warm.is_warm(tmp_path)


@pytest.mark.long
def test_after_the_child_has_filled_a_cache_nothing_is_compiled(tmp_path: Path, root: Path) -> None:
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    filled = subprocess.run(
        warm.warm_command(), cwd=root, env=environment, capture_output=True, text=True, timeout=600, check=True
    )
    assert filled.stdout.endswith(" ready\n")
    assert warm.is_warm(tmp_path)
    counted = subprocess.run(
        (sys.executable, "-c", COUNT_MISSES), cwd=root, env=environment, capture_output=True, text=True, timeout=120,
        check=True,
    )  # fmt: skip
    assert counted.stdout == "0\n"
