"""The library that draws the figures: Plotly's script, whole, for a page that needs no network."""

import importlib

from core.domain.errors import ConfigError


def script() -> str:
    """Plotly's JavaScript, some 5 MB. Raises ConfigError where the package is not installed."""
    try:
        # The loader: nothing else of ATLAS needs the package, and a desk does without it.
        told: str = importlib.import_module("plotly.offline").get_plotlyjs()
    except ModuleNotFoundError as error:
        raise ConfigError(f"the HTML report needs {error.name}: install ATLAS with the extra report") from error
    return told
