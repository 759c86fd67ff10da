"""`python -m core.strat.warm`: compile every kernel into numba's cache, in a process of its own.

The desk's own process then loads machine code instead of compiling, which would hold up the screen. Numba keeps its
cache in `NUMBA_CACHE_DIR` where the caller sets it (a private directory, RELIABILITY.md section 3), else beside the
source. A stamp file there names what the cache was made for, so that asking whether it is warm imports nothing.
"""

import hashlib
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
STAMP: Final = "atlas-kernels.stamp"
CPU_LINES: Final = ("model name", "flags", "Features", "CPU part")


def warm_command() -> tuple[str, ...]:
    """The command line that fills the cache; run it with the project importable and `NUMBA_CACHE_DIR` set."""
    return (sys.executable, "-m", "core.strat.warm")


def cache_dir(environment: str | None = None) -> Path:
    """Where the stamp stands.

    Args:
        environment: the value of `NUMBA_CACHE_DIR` the kernels will be loaded with; None reads this process's own.
    """
    chosen = os.environ.get("NUMBA_CACHE_DIR", "") if environment is None else environment
    return Path(chosen) if chosen else HERE / "__pycache__"


def is_warm(directory: Path | None = None) -> bool:
    """Do the compiled kernels in the cache fit this source, numba, Python and processor? Reads two small files."""
    try:
        return (directory or cache_dir()).joinpath(STAMP).read_text(encoding="ascii") == fingerprint()
    except (OSError, UnicodeDecodeError):
        return False


def fingerprint() -> str:
    """Digest of everything compiled code depends on: kernels, numba, numpy, Python, processor and its features."""
    digest = hashlib.sha256((HERE / "kernels.py").read_bytes())
    # The cache is keyed by the source's time stamp: a copied tree with another one compiles anew.
    digest.update(str((HERE / "kernels.py").stat().st_mtime_ns).encode())
    for package in ("numba", "llvmlite", "numpy"):
        try:
            digest.update(version(package).encode())
        except PackageNotFoundError:
            digest.update(b"absent")
    digest.update(f"{platform.python_version()} {platform.machine()} {_processor()}".encode())
    return digest.hexdigest()


def warm() -> int:
    """Call every kernel once with the types a scan uses, and write the stamp; returns how many kernels there are."""
    # The loader: numba is imported by this process alone.
    from core.strat.rehearsal import rehearse  # noqa: PLC0415

    count = rehearse()
    directory = cache_dir()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory.joinpath(STAMP).write_text(fingerprint(), encoding="ascii")
    return count


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor()
    first = text.split("\n\n", 1)[0].splitlines()
    return "|".join(line for line in first if line.startswith(CPU_LINES))


def main() -> int:
    """Entry point of the child process: one line on stdout, exit 0."""
    count = warm()
    sys.stdout.write(f"{count} kernels ready\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
