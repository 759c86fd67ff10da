"""Which code reads and folds facts: what it kept is believed by itself alone."""

import hashlib
from functools import cache
from pathlib import Path

import msgspec

import core.adapters.fact_codec
import core.adapters.state_codec
import core.domain
import core.trading


@cache
def fold_code() -> str:
    """Names the code by its text, so that no change of it can be forgotten; empty where the text cannot be read.

    What was told first is told ever after: the code that runs is the one that was loaded.
    """
    told = hashlib.sha256(msgspec.__version__.encode())
    try:
        found = [Path(str(codec.__file__)) for codec in (core.adapters.fact_codec, core.adapters.state_codec)]
        found += _modules(core.domain.__path__[0]) + _modules(core.trading.__path__[0])
        for path in found:
            told.update(path.name.encode() + b" " + path.read_bytes())
    except OSError:
        return ""
    return told.hexdigest()


def _modules(folder: str) -> list[Path]:
    """Raises OSError where the folder has none."""
    found = sorted(Path(folder).glob("*.py"))
    if not found:
        raise FileNotFoundError(folder)
    return found
