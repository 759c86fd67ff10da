"""What the API's settings must be together, and its token."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config import Request, Settings, load_settings
from core.config.api_rules import SHORTEST, TOKEN, TOKEN_FILE, listens_here, token_made
from core.domain.errors import ConfigError

GOOD = "a-token-that-is-long-enough-0123456789"


def settings_of(folder: Path, text: str, token: str = "") -> Settings:
    """Settings with the API enabled."""
    (folder / "config.toml").write_text(f"[api]\nenabled = true\n{text}", encoding="utf-8")
    environ = {"HOME": "/nonexistent"} | ({TOKEN: token} if token else {})
    return load_settings(Request(config=folder / "config.toml"), environ)


def a_file(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "token"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def refusal(settings: Settings) -> str:
    with pytest.raises(ConfigError) as refused:
        settings.check_api()
    return str(refused.value)


def test_it_is_off_and_on_this_machine_until_somebody_says_otherwise() -> None:
    api = load_settings(Request(), {"HOME": "/nonexistent"}).api
    assert (api.enabled, api.host, api.port, api.expose) == (False, "127.0.0.1", 8080, False)


def test_nothing_is_asked_of_an_api_that_is_off(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[api]\nhost = "0.0.0.0"\n', encoding="utf-8")
    assert load_settings(Request(config=tmp_path / "config.toml"), {}).check_api() is None


@pytest.mark.parametrize("host", ["127.0.0.1", "127.5.5.5", "::1", "localhost"])
def test_on_this_machine_the_token_may_be_made(tmp_path: Path, host: str) -> None:
    assert settings_of(tmp_path, f'host = "{host}"').check_api() is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "10.0.0.1", "2001:db8::1", "::ffff:1.2.3.4"])
def test_another_address_needs_both_the_word_and_a_token(tmp_path: Path, host: str) -> None:
    where = f'host = "{host}"'
    assert not listens_here(host)
    assert "expose" in refusal(settings_of(tmp_path, where, GOOD))
    assert "needs a token of yours" in refusal(settings_of(tmp_path, f"{where}\nexpose = true"))
    found = settings_of(tmp_path, f"{where}\nexpose = true", GOOD).check_api()
    assert found is not None and found.secret.reveal() == GOOD


@pytest.mark.parametrize(
    "text", ["x" * (SHORTEST - 1), "two words that are long enough to pass", "ü" * 40, "x\ty" * 20]
)
def test_a_token_that_is_short_or_cannot_stand_in_a_header_is_refused_wherever_it_stands(
    tmp_path: Path, text: str
) -> None:
    path = a_file(tmp_path, text)
    for settings in (settings_of(tmp_path, "", text), settings_of(tmp_path, f'token_file = "{path}"')):
        said = refusal(settings)
        assert "openssl rand -hex 32" in said and text not in said


def test_a_token_file_must_be_ours_alone(tmp_path: Path) -> None:
    for mode in (0o640, 0o604, 0o622):
        path = a_file(tmp_path, GOOD, mode)
        assert "chmod 600" in refusal(settings_of(tmp_path, f'token_file = "{path}"'))
    link = tmp_path / "link"
    link.symlink_to(a_file(tmp_path, GOOD))
    assert "is a link" in refusal(settings_of(tmp_path, f'token_file = "{link}"'))
    assert "cannot be read" in refusal(settings_of(tmp_path, f'token_file = "{tmp_path / "none"}"'))


def test_the_token_of_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = a_file(tmp_path, GOOD + "\n")
    told = f'token_file = "{path}"'
    of_file, of_environment = settings_of(tmp_path, told).check_api(), settings_of(tmp_path, told, "e" * 40).check_api()
    assert of_file is not None and (of_file.secret.reveal(), of_file.source) == (GOOD, str(path))
    assert of_environment is not None and of_environment.source == "environment"


def test_a_made_token_is_written_once_for_its_owner_alone(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        first = token_made(tmp_path, GOOD)
    finally:
        os.umask(mask)
    assert first.secret.reveal() == GOOD
    assert stat.S_IMODE((tmp_path / TOKEN_FILE).stat().st_mode) == 0o600
    assert token_made(tmp_path, "another-" + GOOD).secret.reveal() == GOOD
    (tmp_path / TOKEN_FILE).chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        token_made(tmp_path, GOOD)


@pytest.mark.parametrize(
    "text",
    [
        'host = ""',
        'host = "example.com"',
        'host = "127.0.0.1:80"',
        "port = 0",
        "port = 65536",
        'names = ["UPPER.example"]',
        'names = ["a b"]',
        'names = ["http://desk.example"]',
        'names = [""]',
        "expose = 1",
    ],
)
def test_what_it_cannot_be_is_refused_with_what_is_allowed(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="allowed:"):
        settings_of(tmp_path, text)


@given(st.text(max_size=40))
def test_any_text_for_a_host_is_an_address_or_refused(text: str) -> None:
    option = {"api.host": ("test", text)}
    try:
        host = load_settings(Request(options=option), {"HOME": "/nonexistent"}).api.host
    except ConfigError:
        return
    assert listens_here(host) in (True, False)
