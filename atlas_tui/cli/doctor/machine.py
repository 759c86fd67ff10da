"""The machine: Python and its packages, numba's cache, room on the disk."""

import importlib.metadata
import os
import platform
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from atlas_tui.cli.doctor.finding import Case, Finding, fail, nearest, warn, well
from atlas_tui.cli.version import installed_version
from atlas_tui.cli.warmth import is_private, usual_cache
from core import DISTRIBUTION
from core.strat.warm import is_warm

NO_ROOM_MB: Final = 50
LITTLE_ROOM_MB: Final = 500
"""A month of a desk takes some 10 MB, its log and a week of backups 100."""
_PIN: Final = re.compile(r"([A-Za-z0-9._-]+)==([^\s;,]+)")
_MB: Final = 1_000_000


def look_at_python(case: Case) -> Sequence[Finding]:
    """The interpreter, and that the packages ATLAS pins exactly are those that are installed."""
    required = importlib.metadata.requires(DISTRIBUTION) or []
    pins = [match.groups() for text in required if "extra ==" not in text and (match := _PIN.match(text))]
    wrong = [f"{name} {importlib.metadata.version(name)} instead of {pin}" for name, pin in pins if _differs(name, pin)]
    if wrong:
        return (warn("python", f"other packages than tested: {', '.join(wrong)}", "make setup, or reinstall ATLAS"),)
    return (well("python", f"{platform.python_version()}, ATLAS {installed_version()}"),)


def look_at_kernels(case: Case) -> Sequence[Finding]:
    """Numba's cache: compiled code that ATLAS will run, so nobody else may write it."""
    cache = usual_cache()
    around = nearest(cache)
    if cache.exists() and not is_private(cache):
        cure = f"rm -r {cache}; start ATLAS again, and it makes a private one"
        return (fail("kernels", f"others can put code into {cache}, which ATLAS then runs", cure),)
    if not os.access(around, os.W_OK | os.X_OK):
        cure = f"chmod u+rwx {around}, or export NUMBA_CACHE_DIR=DIR of yours"
        return (fail("kernels", f"the compiled scanner cannot be kept: {around} is not writable", cure),)
    if not is_warm(cache):
        found = "the scanner is not compiled yet: the first start takes up to a minute longer"
        return (warn("kernels", found, "make setup, or start atlas once"),)
    return (well("kernels", f"compiled, in {cache}"),)


def look_at_disk(case: Case) -> Sequence[Finding]:
    """Room for the ledger, in bytes and in files."""
    place = nearest(case.state.root)
    info = os.statvfs(place)
    if info.f_flag & os.ST_RDONLY:
        return (fail("disk", f"{place} is mounted read-only", f"mount -o remount,rw {_mount(place)}"),)
    if info.f_files and not info.f_favail:
        return (fail("disk", f"no more files fit on the disk of {place}", "delete what nobody needs: df -i"),)
    free_mb = shutil.disk_usage(place).free // _MB
    if free_mb < NO_ROOM_MB:
        cure = "make room: df -h; atlas status shows what ATLAS takes"
        return (fail("disk", f"{free_mb} MB left: no entry is taken on a full disk", cure),)
    if free_mb < LITTLE_ROOM_MB:
        return (warn("disk", f"{free_mb} MB left for ledger, log and backups", "make room soon: df -h"),)
    return (well("disk", f"{free_mb} MB free"),)


def _differs(name: str, pin: str) -> bool:
    try:
        return importlib.metadata.version(name) != pin
    except importlib.metadata.PackageNotFoundError:
        return False


def _mount(place: Path) -> Path:
    return next(parent for parent in (place, *place.parents) if parent.is_mount() or parent == parent.parent)
