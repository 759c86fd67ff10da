"""The libraries that numba brings, mapped before it is imported and without the interpreter's lock.

An import holds the lock while the system maps and links a library: a tenth of a second for LLVM's on a busy machine, in
which the desk's loop stands still. A call of `dlopen` itself lets the lock go, and the import then finds it mapped.
"""

import ctypes
import importlib.util
import os
from pathlib import Path
from typing import Final

LIBRARIES: Final = (("llvmlite", "binding/libllvmlite.*"), ("numpy", "_core/_multiarray_umath.*"))
"""By package: the files that take long to link."""


def map_libraries() -> list[str]:
    """Map them; the names of those that were there. What cannot be mapped is left to the import, which says why."""
    mapped = []
    system = ctypes.CDLL(None)
    system.dlopen.restype, system.dlopen.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
    for package, pattern in LIBRARIES:
        spec = importlib.util.find_spec(package)
        folder = Path(spec.origin).parent if spec is not None and spec.origin is not None else None
        for path in sorted(folder.glob(pattern)) if folder is not None else ():
            if system.dlopen(os.fsencode(path), os.RTLD_NOW):
                mapped.append(path.name)
    return mapped
