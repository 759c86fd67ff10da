"""One call of every kernel with the array types the desk uses, so that numba's cache holds all of them."""

from types import ModuleType

import numpy as np

from core.strat import kernels
from core.strat.block import Block, Recent, clean


def rehearse() -> int:
    """Compile, or load from the cache, every kernel; returns how many there are."""
    high, low = clean(np.array([3.0, 2.0, 4.0, np.nan]), np.array([1.0, 1.5, 1.0, np.nan]))
    block = Block(high, low, np.array([0, 4], np.int64), np.zeros(1, np.uint8))
    block.scan(Recent(5, 5, 2))
    codes = np.zeros(4, np.uint8)
    kernels.classify(high, low)
    kernels.write_codes(high, low, codes)
    kernels.repair(high, low, 0, 0, 4, codes)
    kernels.class_bits_at(high, low, 0, 1)
    kernels.code_of(0, 0, int(kernels.class_bits(3.0, 1.0, 4.0, 1.0)))
    kernels.is_good(3.0, 1.0)
    kernels.setup_life(high, low, 0, 4, 4, 2)
    found = np.zeros((1, kernels.FOUND_COLUMNS), np.int64)
    kernels.list_recent(high, low, (0, 0, 4, 4), np.array(Recent(5, 5, 2), np.int64), codes, found, 0)
    kernels.append_bar(3.0, 1.0, np.full(2, np.nan), np.zeros(1, np.uint8))
    return len(kernel_names(kernels))


def kernel_names(module: ModuleType) -> list[str]:
    """Names of the compiled functions of a module, sorted."""
    return sorted(name for name, value in vars(module).items() if hasattr(value, "py_func"))
