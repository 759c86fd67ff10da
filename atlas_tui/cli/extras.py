"""Modules that need a package which an installation may do without."""

import importlib
from types import ModuleType
from typing import Final

from core.domain.errors import ConfigError

_OURS: Final = ("atlas_tui", "core", "themes")


def extra(module: str, name: str, what: str) -> ModuleType:
    """Import one of our modules.

    Args:
        module: which one.
        name: the extra of the distribution that brings what it needs.
        what: what a person asked for, as a sentence begins.

    Raises:
        ConfigError: a package is not installed.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in _OURS:
            raise
        raise ConfigError(f"{what} needs {error.name}: install ATLAS with the extra {name}") from error
