"""Files a person asked for: there is the old one or the whole new one, and what is in the way is one sentence."""

import os
from contextlib import suppress
from pathlib import Path

from core.domain.errors import ConfigError


def need_folder(file: Path) -> None:
    """Refuse a place where no file can be written, before the work is done. Raises ConfigError."""
    if not file.absolute().parent.is_dir():
        raise ConfigError(f"{file} cannot be written: there is no folder {file.parent}")
    if not os.access(file.absolute().parent, os.W_OK | os.X_OK):
        raise ConfigError(f"{file} cannot be written: permission denied in {file.parent}")


def need_new(file: Path) -> None:
    """Refuse a file that is there. Raises ConfigError."""
    if file.exists():
        raise ConfigError(f"{file} exists already: choose another name")


def write_whole(file: Path, text: str, mode: int = 0o666) -> None:
    """Write a file in one step.

    Args:
        file: replaced where it is there.
        text: all of it.
        mode: who may read and write it, less what the umask takes away.

    Raises:
        ConfigError: it cannot be written; nothing is left behind.
    """
    partial = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as out:
            out.write(text)
        partial.replace(file)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise ConfigError(f"{file} cannot be written: {(error.strerror or str(error)).lower()}") from error
