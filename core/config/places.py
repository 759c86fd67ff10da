"""Where settings and state are, by option, variable or the system's own places."""

import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs

APP = "atlas"
CONFIG_VARIABLE = "ATLAS_CONFIG"
STATE_VARIABLE = "ATLAS_STATE_DIR"
THEMES = "themes"
"""Folder of the user's own themes, beside the settings file."""
HISTORY = "history"
"""File in the state directory: the lines typed after `:`."""


def default_config_path() -> Path:
    """`config.toml` in the XDG configuration directory."""
    return platformdirs.user_config_path(APP) / "config.toml"


def named_config_path(environ: Mapping[str, str] = os.environ) -> Path:
    """The file of ATLAS_CONFIG, or the default one."""
    return Path(environ[CONFIG_VARIABLE]) if environ.get(CONFIG_VARIABLE) else default_config_path()


def default_state_dir() -> Path:
    """`atlas` in the XDG state directory."""
    return platformdirs.user_state_path(APP)


def state_dir_of(asked: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """The state directory: the one asked for, that of ATLAS_STATE_DIR, or the default one."""
    chosen = asked or (Path(environ[STATE_VARIABLE]) if environ.get(STATE_VARIABLE) else default_state_dir())
    return chosen.expanduser().absolute()
