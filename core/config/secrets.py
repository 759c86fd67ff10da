"""The one reader of secrets: systemd's credentials, then the environment, then the key file (RELIABILITY.md section 3).

No secret is needed for public prices and paper trading. None is ever taken from an option or from the settings file,
which others may see; the system's keyring is not asked, for a desk on a server has none.
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from core.config.places import named_config_path
from core.domain.errors import ConfigError
from core.domain.secret import Secret
from core.domain.text import one_line

NAMES: Final = (
    "COINBASE_API_KEY", "COINBASE_API_SECRET", "ATLAS_WEBHOOK_URL", "ATLAS_API_TOKEN",
    "ATLAS_JSON_URL", "ATLAS_NTFY_URL", "ATLAS_NTFY_TOKEN",
)  # fmt: skip
"""What may be set, under the same name in each source."""
KEY_FILE_VARIABLE: Final = "ATLAS_KEY_FILE"
KEY_FILE: Final = ".env"
"""Beside the settings file, where ATLAS_KEY_FILE names no other: lines of NAME=value."""
CREDENTIALS_VARIABLE: Final = "CREDENTIALS_DIRECTORY"
"""Set by systemd: a folder of the service alone, a file for each secret."""
_LARGEST: Final = 64 * 1024


class Found(NamedTuple):
    """A secret and where it comes from: `credential`, `environment`, or `key file PATH`."""

    secret: Secret
    source: str


def read_secrets(config_path: Path | None = None, environ: Mapping[str, str] = os.environ) -> dict[str, Found]:
    """The secrets that are set, by name, each from the first source that has it.

    Args:
        config_path: the settings file in use; the key file is looked for beside it.
        environ: the variables of this process.

    Raises:
        ConfigError: the key file is not private to this user, or a source cannot be read; it names the cure, and never
            a value.
    """
    folder = environ.get(CREDENTIALS_VARIABLE, "")
    named = environ.get(KEY_FILE_VARIABLE, "")
    beside = (config_path or named_config_path(environ)).parent / KEY_FILE
    path = Path(named).expanduser() if named else beside
    sources = [
        ("credential", _credentials(Path(folder)) if folder else {}),
        ("environment", environ),
        (f"key file {path}", _key_file(path, must_exist=bool(named))),
    ]
    found: dict[str, Found] = {}
    for name in NAMES:
        for source, values in sources:
            if value := values.get(name, "").strip():
                found[name] = Found(Secret(value), source)
                break
    return found


def _credentials(folder: Path) -> dict[str, str]:
    """The files of systemd's folder that are named like a secret; none where it cannot be entered.

    A container that keeps its mounts to itself leaves root an empty folder there, for a unit whose credentials are all
    optional too: that is no reason not to start.
    """
    if not os.access(folder, os.X_OK):
        return {}
    return {name: text_of(folder / name) for name in NAMES if (folder / name).exists()}


def _key_file(path: Path, must_exist: bool) -> dict[str, str]:
    """The values of the key file; none where there is no file. Only a private file of ours is read."""
    if not must_exist and not os.path.lexists(path):
        return {}
    return _parsed(text_of(path, private=True), path)


def text_of(path: Path, private: bool = False) -> str:
    """The text of a small regular file that is no link. What is checked is the open file, so it cannot be swapped.

    Args:
        path: of the file.
        private: it must be this user's, and nobody else may read it.

    Raises:
        ConfigError: it is not such a file; the sentence names the cure.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if path.is_symlink():
            raise ConfigError(
                f"key file {path} is a link: put the file itself there, or name it by {KEY_FILE_VARIABLE}"
            ) from error
        raise ConfigError(f"key file {path} cannot be read: {(error.strerror or str(error)).lower()}") from error
    try:
        _check(os.fstat(descriptor), path, private)
        return os.read(descriptor, _LARGEST).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"key file {path}: not UTF-8 text (byte {error.start})") from error
    finally:
        os.close(descriptor)


def _check(info: os.stat_result, path: Path, private: bool) -> None:
    """Refuse what is no file to read, or not ours alone. Raises ConfigError."""
    if not stat.S_ISREG(info.st_mode) or info.st_size > _LARGEST:
        raise ConfigError(f"key file {path} is no small text file: write lines of NAME=value into it")
    if private and info.st_uid != os.geteuid():
        raise ConfigError(f"key file {path} belongs to another user: chown it to the user ATLAS runs as")
    if private and stat.S_IMODE(info.st_mode) & 0o077:
        raise ConfigError(f"key file {path} can be read by others: chmod 600 {path}, and change what it held")


def _parsed(text: str, path: Path) -> dict[str, str]:
    """Lines of NAME=value, as shells and container tools write them; other programs' names are passed over."""
    values: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not equals:
            raise ConfigError(f"key file {path}, line {number}: write NAME=value, a key's line breaks as \\n")
        if (name := name.strip()) in NAMES:
            values[name] = _unquoted(value.strip())
        elif (near := name.upper()) in NAMES:
            raise ConfigError(f"key file {path}, line {number}: {one_line(name, 40)} is written {near}")
    return values


def _unquoted(value: str) -> str:
    """The value without its quotes; within double ones, and in a key, `\\n` is a line break."""
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    inner = value[1:-1] if quoted else value
    return inner.replace("\\n", "\n") if value[:1] == '"' or inner.startswith("-----BEGIN") else inner
