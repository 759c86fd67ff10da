"""What a run ran on, without its name or any path: figures are compared within one machine only."""

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path

OURS = ("numpy", "numba", "textual", "msgspec", "websockets")


def machine() -> dict[str, str]:
    """Processor, cores, memory, system, Python and the packages the figures depend on."""
    kilobytes = int(_told_by("/proc/meminfo", r"MemTotal:\s*(\d+)") or 0)
    return {
        "processor": _told_by("/proc/cpuinfo", r"model name\s*:\s*(.+)") or platform.processor() or platform.machine(),
        "cores": str(os.cpu_count()),
        "memory": f"{kilobytes / 2**20:.0f} GiB",
        "system": f"{platform.system()} {platform.release().split('-')[0]} {platform.machine()}",
        "python": platform.python_version(),
        **{name: version(name) for name in OURS},
    }


def load() -> float:
    """How many processes wanted a processor, over the last minute."""
    return round(os.getloadavg()[0], 2)


def _told_by(file: str, pattern: str) -> str:
    try:
        found = re.search(pattern, Path(file).read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ""
    return found[1].strip() if found else ""
