"""`python -m core.research.warm`: compile the scanner's kernels and a backtest's, in a process of its own.

Setting up runs it, so that no first backtest waits for a compiler; a stamp beside the scanner's tells that it was done.
"""

import hashlib
import sys
from pathlib import Path
from typing import Final

from core.strat import warm as scanner

STAMP: Final = "atlas-backtest.stamp"
SOURCES: Final = Path(__file__).parent / "backtest"


def fingerprint() -> str:
    """Digest of everything the compiled code depends on: the scanner's fingerprint, and the kernels' sources."""
    digest = hashlib.sha256(scanner.fingerprint().encode())
    for path in sorted(SOURCES.glob("kernel_*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def is_warm(directory: Path | None = None) -> bool:
    """Do the compiled kernels in the cache fit these sources and this machine? Numba is not imported."""
    try:
        return (directory or scanner.cache_dir()).joinpath(STAMP).read_text(encoding="ascii") == fingerprint()
    except (OSError, UnicodeDecodeError):
        return False


def warm_command() -> tuple[str, ...]:
    """The command line that fills the cache; run it with the project importable and `NUMBA_CACHE_DIR` set."""
    return (sys.executable, "-m", "core.research.warm")


def main() -> int:
    """Entry point of the child process: one line on stdout, exit 0."""
    # The loader: numba is imported by this process alone.
    from core.research.rehearsal import rehearse  # noqa: PLC0415

    scanned = scanner.warm()
    files = rehearse()
    scanner.cache_dir().joinpath(STAMP).write_text(fingerprint(), encoding="ascii")
    sys.stdout.write(f"{scanned} kernels of the scanner and {files} files of a backtest's ready\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
