"""Which ATLAS this is."""

import importlib

from core import DISTRIBUTION


def installed_version() -> str:
    """The version as it was installed; `(not installed)` when run from a folder alone."""
    metadata = importlib.import_module("importlib.metadata")  # two dozen modules, seldom needed
    try:
        return str(metadata.version(DISTRIBUTION))
    except metadata.PackageNotFoundError:
        return "(not installed)"
