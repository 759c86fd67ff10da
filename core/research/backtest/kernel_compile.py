"""How the kernels of a backtest are compiled: one digest of all their sources stamps each one's machine code on disk.

Numba takes cached code for good while the one file that holds a function has its old time stamp. These call each other
across files, so a change in one would leave the old code of it inside the others.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from core.strat import kernels

F = TypeVar("F", bound=Callable[..., Any])

SOURCES: Final = tuple(
    sorted(path for path in Path(__file__).parent.glob("kernel_*.py") if b"\n@kernel" in path.read_bytes())
)
"""The files that hold kernels."""


def digest_of(paths: tuple[Path, ...]) -> str:
    """One digest of what these files hold, under their names."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


STAMP: Final = digest_of((*SOURCES, Path(kernels.__file__)))


def kernel(function: F) -> F:
    """Compile as `core.strat.kernels.bare_kernel` does; what is cached is good for these sources alone."""
    compiled: Any = kernels.bare_kernel(function)
    # Numba has no public way to say what else a function's code depends on; a test holds the stamp against this one.
    compiled._cache._cache_file._source_stamp = STAMP
    return cast(F, compiled)
