"""The libraries numba brings are mapped before it is imported, and numba works with what is mapped."""

import subprocess
import sys

import pytest

from core.strat import preloading

_CHILD = """
import sys
from core.strat.preloading import map_libraries

names = map_libraries()
assert "llvmlite" not in sys.modules and "numpy" not in sys.modules
print(len(names))
from core.strat.kernels import append_bar
import numpy as np
print(append_bar(3.0, 1.0, np.full(2, np.nan), np.zeros(1, np.uint8)))
"""


def test_the_libraries_are_there_before_anything_is_imported_and_the_kernels_run_on_them() -> None:
    ran = subprocess.run([sys.executable, "-c", _CHILD], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["2", "0"]


def test_a_package_that_is_not_there_is_left_to_the_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preloading, "LIBRARIES", (("no_such_package", "*"), ("numpy", "nothing_like_it*")))
    assert preloading.map_libraries() == []
