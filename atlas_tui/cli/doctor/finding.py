"""What a check found, and in how bad a state."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from core.adapters.state_dir import StateDir

if TYPE_CHECKING:
    from core.config import Settings


class Verdict(StrEnum):
    """`ok`; `warn`, where ATLAS works, but less well or less safely than it could; `fail`, where it does not."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, what was found, and, unless it is ok, a sentence or command that cures it."""

    name: str
    verdict: Verdict
    found: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What is looked at.

    Attributes:
        config: the settings file, there or not.
        state: the state directory, there or not.
        settings: what the file and the options add up to, secrets left out; None where they are refused.
        refusal: why they are.
        environ: the variables of this process.
    """

    config: Path
    state: StateDir
    settings: "Settings | None"
    refusal: str = ""
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)


Look = Callable[[Case], Sequence[Finding]]


def well(name: str, found: str) -> Finding:
    """All is well."""
    return Finding(name, Verdict.OK, found)


def warn(name: str, found: str, cure: str) -> Finding:
    """It works, but could be better."""
    return Finding(name, Verdict.WARN, found, cure)


def fail(name: str, found: str, cure: str) -> Finding:
    """It does not work."""
    return Finding(name, Verdict.FAIL, found, cure)


def unread(name: str) -> Finding:
    """What depends on settings that are refused."""
    return warn(name, "not looked at, for the settings are refused", "put the settings right first")


def nearest(path: Path) -> Path:
    """The path, or the innermost folder around it that is there."""
    return next((place for place in (path, *path.parents) if place.exists()), Path("/"))
