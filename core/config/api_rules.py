"""What the API's settings must be together (RELIABILITY.md section 3), and the token it is read with."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from core.config.program_sections import ApiSection
from core.config.secrets import Found, text_of
from core.config.words import is_loopback
from core.domain.errors import ConfigError
from core.domain.secret import Secret

TOKEN = "ATLAS_API_TOKEN"
"""Its name among the secrets; it wins over `api.token_file`."""
TOKEN_FILE = "api.token"
"""In the state directory: the token ATLAS makes where none is set."""
SHORTEST = 32
"""Bytes of a token: no rate of guessing finds one."""


class Token(NamedTuple):
    """What a reader of the API must bring, and where it was found."""

    secret: Secret
    source: str


def listens_here(host: str) -> bool:
    """Is the address one that only this machine reaches?"""
    return is_loopback(f"http://[{host}]" if ":" in host else f"http://{host}")


def token_set(api: ApiSection, secrets: Mapping[str, Found]) -> Token | None:
    """The token a person has set; None without one.

    Raises:
        ConfigError: it is too short, cannot stand in a header, or its file is not private; names the cure.
    """
    if TOKEN in secrets:
        return _checked(secrets[TOKEN].secret, secrets[TOKEN].source)
    if api.token_file:
        return token_in(Path(api.token_file))
    return None


def token_in(file: Path) -> Token:
    """The token in a file of a person's own. Raises ConfigError: it is no good, or the file is not private."""
    path = file.expanduser().absolute()
    return _checked(Secret(text_of(path, private=True).strip()), str(path))


def check_api(api: ApiSection, secrets: Mapping[str, Found]) -> Token | None:
    """See that the settings may be served; returns the token a person has set, None where one is to be made.

    Raises:
        ConfigError: other machines would reach it without both the word and a token of a person's own, or the token is
            no good.
    """
    token = token_set(api, secrets)
    if listens_here(api.host):
        return token
    if not api.expose:
        raise ConfigError(
            f"api.host {api.host} is reached from other machines: leave it at 127.0.0.1 and come by ssh -L or a TLS "
            "proxy, or set api.expose = true as well"
        )
    if token is None:
        raise ConfigError(
            f"api.host {api.host} is reached from other machines and needs a token of yours, at least {SHORTEST} "
            f"bytes: set {TOKEN}, or api.token_file"
        )
    return token


def token_made(root: Path, fresh: str) -> Token:
    """The token of the state directory, written there, 0600, the first time.

    Args:
        root: the state directory, held by this process.
        fresh: the value to write where there is none.

    Raises:
        ConfigError: the file cannot be written, is not private, or holds no token.
    """
    path = root / TOKEN_FILE
    if not os.path.lexists(path):
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as out:
                out.write(fresh + "\n")
        except OSError as error:
            raise ConfigError(f"the API's token {path} cannot be written: {(error.strerror or '').lower()}") from error
    return token_in(path)


def _checked(secret: Secret, source: str) -> Token:
    """The token, if it is long enough and can stand in a header. Raises ConfigError."""
    value = secret.reveal()
    cure = "openssl rand -hex 32 makes one"
    if len(value.encode("utf-8", "replace")) < SHORTEST:
        raise ConfigError(f"the API's token ({source}) is shorter than {SHORTEST} bytes: {cure}")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ConfigError(f"the API's token ({source}) must be plain visible characters: {cure}")
    return Token(secret, source)
